"""Cleaning the model's English: entities and spaces, never words or digits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.english import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("the coup d &apos; état", "the coup d'état"),
        ("the bank &apos; s capital", "the bank's capital"),
        ("It &apos;s late and they don &apos;t know", "It's late and they don't know"),
        ("they do n't", "they don't"),
        ("the workers &apos; rights", "the workers' rights"),
        ("&amp;quot; yes &amp;quot;", '"yes"'),
        ("&amp; quot ; yes &amp; quot ;", '"yes"'),
        ("He said : &quot; We will &quot; .", 'He said: "We will".'),
        ("word , word ; word .", "word, word; word."),
        ("( x ) and [ y ]", "(x) and [y]"),
        ("by 10 % to US$ 5 million", "by 10% to US$5 million"),
        ("3 , 000 people", "3, 000 people"),
        ("In 2019 , 300 people", "In 2019, 300 people"),
        ("it ended 3 : 1", "it ended 3 : 1"),
        ("rose .5 percent", "rose .5 percent"),
        ("co - operation", "co - operation"),
        ("R&D; AT & T ; &copy", "R&D; AT & T; &copy"),
        ('a 5 " pipe', 'a 5 " pipe'),
        ('a" b "c', 'a" b "c'),
        ("  two   spaces ", "two spaces"),
        ("", ""),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw) == expected


_PIECES = st.sampled_from(
    ["word", "s", "d", "t", "12", "3", "amp", "&quot;", "&apos;", "& amp ;", "&amp;", "n't", "..."]
)
_MARKS = st.text(",.;:\"'’”“()%$&?!٪ ", min_size=1, max_size=3)
_RAW = st.one_of(st.text(), st.lists(_PIECES | _MARKS).map("".join), st.lists(_PIECES | _MARKS).map(" ".join))


@given(_RAW)
def test_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(_RAW)
def test_words_and_numbers_stay(text: str) -> None:
    plain = re.sub(r"&\s*(amp|quot|apos)\s*;|[&#;]", " ", text)  # entities are the only words that may go
    assert "".join(re.findall(r"\w", clean(plain))) == "".join(re.findall(r"\w", plain))
    assert re.findall(r"\d+", clean(plain)) == re.findall(r"\d+", plain)
