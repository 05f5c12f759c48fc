"""The recipe of the embedded tiny models: how they were made, and how to make them again. Not part of the package."""
