"""Inputs that nobody would write: every reader, check and renderer is fed what breaks programs, and must keep its word.

``targets`` says what is fed and what is promised, ``run`` searches for what breaks a promise, ``corpus`` keeps what a search
begins with and what once broke a promise. ``tests/test_fuzz.py`` goes through the corpus with every test run.
"""
