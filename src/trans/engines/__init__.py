"""Engines: one file a library behind one protocol. Heavy imports happen inside the variants, on first use."""
