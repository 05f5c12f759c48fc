"""Unicode's normal forms: those of Python's own library, but for letters with more accents than any language has."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trans.composed import Form, normalize

FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
# Letters, marks of several classes, what composes with a letter before it (Hangul, Tamil), compatibility forms, ASCII.
CHARACTERS = (
    "a Z9.\n\u0627\u0644\u0653\u0654\u064b\u0651\u0300\u0316\u0327\u0345"
    "\u1100\u1161\u11a8\u0bc6\u0bbe\ufb01\ufefb\u00bd\u0f40\u0f73\u0f81\uff76\uff9e\U0001d165"
)
TEXTS = st.lists(
    st.tuples(st.text(st.sampled_from(CHARACTERS) | st.characters(codec="utf-8"), max_size=12), st.integers(1, 60)),
    max_size=30,
).map(lambda parts: "".join(text * count for text, count in parts))
MARKS = ["\u0300\u0316", "\u0f73", "\u0f81\u0f75", "\uff9e", "\uff9f\u0300"]


def most_marks(text: str) -> int:
    most = run = 0
    for character in text:
        run = run + 1 if all(map(unicodedata.combining, unicodedata.normalize("NFKD", character))) else 0
        most = max(most, run)
    return most


@given(TEXTS, st.sampled_from(FORMS))
def test_it_is_the_librarys_form_of_any_text_with_no_more_than_64_marks_on_a_letter(text: str, form: Form) -> None:
    assume(most_marks(text) <= 64)
    assert normalize(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marks", MARKS)
def test_a_letter_with_very_many_marks_stays_and_what_stands_beside_it_does_not(form: Form, marks: str) -> None:
    before, after = "e\u0301 " * 200, " ".join(["\u0627\u0653"] * 200)
    odd = "\u0628" + marks * 100_000
    found = normalize(form, before + odd + after)
    assert found == unicodedata.normalize(form, before) + odd + unicodedata.normalize(form, after)
    assert normalize(form, found) == found
