"""Quantities: the numbers, amounts, times and dates that stand in an Arabic or an English text, as exact values.

Pure text work. ``agreement`` compares what the two readers find; how bad a difference is, is for the checks to say.
"""

from trans.quantities.arabic import in_arabic
from trans.quantities.base import Kind, Quantity
from trans.quantities.english import in_english

__all__ = ["Kind", "Quantity", "in_arabic", "in_english"]
