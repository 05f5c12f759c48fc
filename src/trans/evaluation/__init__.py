"""Translations and summaries scored against people's: what they are measured with, how sure that is, and a page about it."""
