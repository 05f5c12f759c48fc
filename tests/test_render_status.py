"""What to check, in one sentence: one fault is one item, and the order is the editor's."""

import re
from dataclasses import replace

import pytest
from briefs import flagged_brief
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Brief, Flag
from trans.checks import worst_first
from trans.render.status import CLEAN, Place, faults, notes, status, told


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return replace(flagged_brief(monkeypatch), flags=())


def with_flags(brief: Brief, *flags: Flag) -> Brief:
    return replace(brief, flags=tuple(worst_first(flags)))


def number(paragraph: int | None, **changes: str) -> Flag:
    said = Flag(
        "numbers", "error", "The Arabic says 39 (٣٩); the English has 93", "paragraph", paragraph, 1, "٣٩", "93"
    )
    return replace(said, **changes)  # type: ignore[arg-type]


NAME = Flag("names", "warning", "The Arabic names Syria (سوريا); the English does not", "paragraph", 2, 1, "سوريا")
LOST = Flag("lost", "error", "The end of this sentence is missing from the English: غدا", "paragraph", 1, 2, "غدا")


def test_a_clean_brief_says_so(plain: Brief) -> None:
    assert status(plain) == CLEAN
    assert faults(plain) == ()


def test_the_sentence_says_what_reads_what(plain: Brief) -> None:
    assert status(with_flags(plain, number(3))) == "Check 1 thing: paragraph 3 reads 93, the Arabic says ٣٩"


def test_headline_and_summary_come_first_then_figures_and_names_of_the_lead(plain: Brief) -> None:
    late = number(5, message="The Arabic says 7 (٧); the English has 8", source="٧", target="8")
    quoted = Flag("quotes", "warning", "The English quotes words that the Arabic does not quote", "headline", None, 1)
    found = faults(with_flags(plain, late, LOST, NAME, quoted))
    assert [fault.check for fault in found] == ["quotes", "names", "numbers", "lost"]
    assert status(with_flags(plain, late, LOST, NAME, quoted)).endswith("; and 1 more")


def test_what_the_whole_text_is_comes_before_all_else(plain: Brief) -> None:
    dialect = Flag("language", "warning", "The text is probably in Egyptian dialect", "paragraph")
    title = number(None, where="headline")
    assert [fault.check for fault in faults(with_flags(plain, title, LOST, dialect))] == ["language", "numbers", "lost"]


def test_a_fault_that_repeats_is_one_item_with_its_places(plain: Brief) -> None:
    again = replace(NAME, paragraph=4, message=NAME.message.replace("سوريا", "سورية"), source="سورية")
    (fault,) = faults(with_flags(plain, NAME, again, replace(NAME, paragraph=4, sentence=2)))
    assert fault.places == (Place("paragraph", 2, 1), Place("paragraph", 4, 1), Place("paragraph", 4, 2))
    assert told(fault) == "in paragraph 2 the Arabic names Syria (سوريا), the English does not (and in 1 other place)"


@pytest.mark.parametrize(("one", "other"), [("٣", "٧"), ("٣", "٣٠")])
def test_two_numbers_are_two_faults(one: str, other: str, plain: Brief) -> None:
    said = "The Arabic does not say which half of the day {} is in; the English says p.m."
    flags = [number(n, message=said.format(f"الساعة {n}"), source=f"الساعة {n}", target="p.m.") for n in (one, other)]  # type: ignore[arg-type]
    flags = [replace(flag, paragraph=3) for flag in flags]
    assert len(faults(with_flags(plain, *flags))) == 2


def test_one_number_in_two_kinds_of_digits_is_one_fault(plain: Brief) -> None:
    western = number(4, message="The Arabic says 39; the English has 93", source="39")
    assert len(faults(with_flags(plain, number(3), western))) == 1


def test_a_percentage_that_lost_its_sign_is_told_as_that(plain: Brief) -> None:
    lost = number(3, message="The Arabic says 5%; the English has 5 without 'percent'", source="5%", target="5")
    assert status(with_flags(plain, lost)).endswith("the Arabic says 5%, the English has 5 without 'percent'")


def test_the_full_stop_goes_and_that_of_an_abbreviation_stays(plain: Brief) -> None:
    half = number(3, message="The Arabic does not say which half of the day ٣ is in; the English says p.m.")
    assert status(with_flags(plain, half)).endswith("the English says p.m.")
    assert status(with_flags(plain, replace(LOST, message="It is gone."))).endswith("it is gone")


@pytest.mark.parametrize("filler", range(100, 140))
def test_a_long_fault_is_cut_between_words_and_not_in_a_number(filler: int, plain: Brief) -> None:
    message = "w" * filler + " 300 000 million people and nothing more than that is known"
    text = status(with_flags(plain, replace(LOST, message=message)))
    assert re.search(r"[^\d\s]…$", text)
    kept = text.removeprefix("Check 1 thing: in paragraph 1 ").removesuffix("…")
    assert message.startswith(f"{kept} ") or " " not in kept
    digits = replace(LOST, message="The end is 1" + "0" * 300)
    assert status(with_flags(plain, digits)).endswith("the end is…")


def test_two_words_left_in_arabic_are_two_faults(plain: Brief) -> None:
    one, other = (Flag("arabic", "error", f"Left in Arabic: {word}", "paragraph", 1, 1) for word in ("كلمة", "جملة"))
    assert len(faults(with_flags(plain, one, other))) == 2


def test_notes_are_no_faults(plain: Brief) -> None:
    note = Flag("confidence", "info", "The model was much less sure of this sentence", "paragraph", 1, 1)
    brief = with_flags(plain, note)
    assert status(brief) == CLEAN
    assert [item.message for item in notes(brief)] == [note.message]


def test_a_key_point_is_called_one(plain: Brief) -> None:
    assert "key point 1" in status(with_flags(plain, replace(NAME, where="summary", paragraph=2)))


FLAGS = st.lists(
    st.builds(
        Flag,
        st.sampled_from(["numbers", "names", "lost", "quotes"]),
        st.sampled_from(["error", "warning", "info"]),
        st.text(min_size=1),
        st.sampled_from(["headline", "deck", "summary", "paragraph"]),
        st.integers(1, 4),
        st.integers(1, 3) | st.none(),
        st.text(),
        st.text(),
    ),
    max_size=8,
)


@given(FLAGS)
def test_every_flag_is_in_one_fault_and_the_sentence_is_short(flags: list[Flag]) -> None:
    brief = Brief(None, None, (), (), (), tuple(worst_first(flags)), None)  # type: ignore[arg-type]
    serious = [flag for flag in flags if flag.severity != "info"]
    found = faults(brief)
    places = {(fault.check, place) for fault in found for place in fault.places}
    assert places == {(flag.check, Place(flag.where, flag.paragraph, flag.sentence)) for flag in serious}
    assert len(found) <= len(serious)
    assert len(status(brief)) < 700
    counted = re.match(r"Check (\d+) thing", status(brief))
    assert (int(counted[1]) if counted else 0) == len(found)
