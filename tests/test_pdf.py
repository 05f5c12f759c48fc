"""PDF documents give a clear failure and no text: none that we know of comes out of them in an order to trust."""

from io import BytesIO
from pathlib import Path

import pytest

from trans.article import Failure
from trans.sources.pdf import read_pdf
from trans.sources.reading import Reading

SAMPLE = Path(__file__).parent / "fixtures/office/harbour.pdf"


@pytest.mark.parametrize(
    ("data", "reason"), [(SAMPLE.read_bytes(), "is a PDF"), (b"%PDF-1.7", "is a PDF"), (b"", "is empty")]
)
def test_a_pdf_is_refused_with_a_way_out(data: bytes, reason: str) -> None:
    (one,) = read_pdf(BytesIO(data), "page.pdf", Reading(5_000_000))
    assert isinstance(one, Failure)
    assert one.id == "page.pdf"
    assert one.reason.startswith(reason)
    assert one.hint.endswith(".")
