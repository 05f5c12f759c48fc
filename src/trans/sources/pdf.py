"""PDF documents (.pdf): refused, for a PDF has glyphs at places, not text in an order.

Measured on 50 Arabic PDFs that Chromium 156 and LibreOffice 7.4 made of five texts, one of them mixed with Latin, numbers and
vowel marks, in four fonts, in one column and two; mean shares of the words right and in order, and of the numbers right:

    library            licence      Chromium      LibreOffice   what goes wrong
    pypdfium2 5.15     BSD/Apache   0.63   0.98   0.94   0.93   words turned round (ىلع for على), names, brackets, vowel marks
    pypdf 7.1          BSD          0.70   0.69   0.91   0.70   words and numbers out of place
    pdfplumber 0.11    MIT          0.05   0.93   0.05   0.98   every line from the left
    PyMuPDF 2.0        AGPL         0.69   0.74   0.94   0.69   numbers after the words that they stand before
    pdftotext 22.12    GPL          0.93   0.98   0.88   0.98   columns mixed, words torn at vowel marks

The worst text of each is at 0.78 at most. What is left of such text reads well, and a name or a number that has changed its place
shows to nobody: no check of the text alone finds it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from trans.article import Article, Failure
from trans.sources.reading import Reading

_HINT = "Export the text as Word, OpenDocument or plain text from the program that made it."


def read_pdf(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Refuse a PDF document."""
    del reading
    if stream.read(1):
        yield Failure(name, "is a PDF: the order of its words and numbers can't be trusted", _HINT)
    else:
        yield Failure(name, "is empty", "Put an article into it, or remove it.")
