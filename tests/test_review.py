"""What editors wrote, laid over the machine's brief and taken off again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_cases import (
    AT,
    CELL,
    DIGEST,
    ENGLISH,
    NO_RAIN,
    RESIGNED,
    SAID,
    TITLE,
    corrected,
    corrected_summary,
    decode,
    dismissed,
    english,
    event,
    histories,
    machine_brief,
    named,
    reviewed,
    sentence,
    taken_back,
)

from trans import checks
from trans.article import Paragraph
from trans.brief import Brief, Edit, Flag, Passage, Reopened, Review, Sentence
from trans.render import json as json_brief
from trans.review import at_flag, edits_of, is_reviewed, machine, text_hash, under, with_events
from trans.review_events import Event, events_hash, sha256_of

BRIEF = machine_brief()
RIGHT = "Minister Khaled Machri resigned on 12 March."


def test_a_correction_stands_wherever_its_arabic_does() -> None:
    now = with_events(BRIEF, [corrected(SAID, "His decision is final, he said.")])
    for paragraph in now.paragraphs[:2]:
        last = paragraph.sentences[-1]
        assert last.target == "His decision is final, he said."
        assert last.edit == Edit("Ann", AT, ENGLISH[SAID], decode(ENGLISH[SAID]))
        assert last.translation is None
        assert last.source == SAID
    assert len(edits_of(now)) == 2
    assert now.review == Review(events_hash([corrected(SAID, "His decision is final, he said.")]))


def test_a_later_correction_wins_and_one_taken_back_is_gone() -> None:
    first, second = corrected(SAID, "One."), corrected(SAID, "Two.")
    assert english(with_events(BRIEF, [first, second]))[SAID] == "Two."
    assert english(with_events(BRIEF, [first, second, taken_back(second)])) == english(BRIEF)
    assert english(with_events(BRIEF, [first, taken_back(first), second]))[SAID] == "Two."


@pytest.mark.parametrize(("arabic", "new"), [("Reuters", "AFP"), (CELL, "Town | or village"), ("120", "121")])
def test_literal_text_cells_and_headlines_can_be_corrected(arabic: str, new: str) -> None:
    now = with_events(BRIEF, [corrected(arabic, new), corrected(TITLE, "Minister goes")])
    assert english(now)[arabic] == new
    assert now.headline.target == "Minister goes"
    assert _untold(machine(now)) == _untold(BRIEF)


def test_a_correction_by_a_table_of_somebody_else_finds_arabic_with_other_spaces() -> None:
    spaced = Sentence("سطر\nأول  طويل", "", "A line", decode("A line"))
    brief = _of(BRIEF, Passage((spaced,)))
    assert english(with_events(brief, [corrected("سطر أول طويل", "A long line")]))[spaced.source] == "A long line"


def test_a_summary_becomes_one_sentence_and_comes_back() -> None:
    now = with_events(BRIEF, [corrected_summary("The minister is gone.")])
    summary, before = now.summaries[0], BRIEF.summaries[0]
    (only,) = summary.english.sentences
    assert (only.source, only.target, only.translation) == (DIGEST, "The minister is gone.", None)
    assert only.edit == Edit("Ann", AT, ENGLISH[DIGEST])
    assert summary.edit
    assert (summary.arabic, summary.decode, summary.draws_on) == (DIGEST, None, before.draws_on)
    assert summary.covers == before.covers
    back = machine(now).summaries[0]
    assert replace(back, flags=(), english=_unflagged(back.english)) == replace(
        before, flags=(), english=_unflagged(before.english)
    )


def test_a_sentence_that_is_corrected_in_a_summary_is_corrected_everywhere() -> None:
    extract = replace(
        BRIEF.summaries[0], arabic=NO_RAIN, english=Passage((sentence(NO_RAIN, ""),)), method="extractive"
    )
    brief = replace(BRIEF, summaries=(extract,))
    there = replace(corrected(NO_RAIN, "No rain."), where="summary", paragraph=1)
    for one in (there, corrected(NO_RAIN, "No rain.")):
        now = with_events(brief, [one])
        assert (now.summaries[0].english.target, now.paragraphs[1].sentences[1].target) == ("No rain.", "No rain.")
        assert now.summaries[0].edit is None
        assert english(with_events(brief, [one, taken_back(corrected(NO_RAIN, ""))])) == english(brief)


def test_a_summary_of_the_english_has_no_arabic_to_go_by() -> None:
    now = with_events(BRIEF, [corrected_summary("Gone.", 2)])
    assert (now.summaries[1].arabic, now.summaries[1].english.target) == ("", "Gone.")
    assert now.summaries[1].english.sentences[0].literal
    assert now.summaries[1].edit
    assert now.summaries[1].edit.decode == BRIEF.summaries[1].decode


def test_an_editors_summary_outlives_another_of_the_machine() -> None:
    event = corrected_summary("The minister is gone.")
    other = replace(BRIEF.summaries[0], arabic=RESIGNED, english=Passage((sentence(RESIGNED, ""),)))
    now = with_events(replace(BRIEF, summaries=(other, BRIEF.summaries[1])), [event])
    assert (now.summaries[0].arabic, now.summaries[0].english.target) == (DIGEST, "The minister is gone.")
    assert now.summaries[0].edit
    assert now.summaries[0].edit.arabic == RESIGNED
    assert now.summaries[0].draws_on


def test_a_name_is_corrected_wherever_the_arabic_has_it() -> None:
    now = with_events(BRIEF, [named("المشري", "Machri", "Mashri")])
    assert now.headline.target == "Khaled Mashri resigns"
    assert now.summaries[0].english.target == "Khaled Mashri resigned after three years."
    assert (
        now.summaries[1].english.target == "Mashri goes after Mashri's vote."
    )  # it has no Arabic: the article's counts
    # The possessive goes along; what only begins so does not.
    assert english(now)[SAID] == "Mashri's decision is final, Mashri said; Machrique is not."
    assert english(now)[NO_RAIN] == ENGLISH[NO_RAIN]
    assert len(edits_of(now)) == 6


@pytest.mark.parametrize(
    ("text", "old", "new", "becomes"),
    [
        ("Ali's Alice met Alí and Ali.", "Ali", "Aly", "Aly's Alice met Alí and Aly."),
        ("Sana is not Sana'a, nor Sana’a.", "Sana", "Sanaa", "Sanaa is not Sana'a, nor Sana’a."),
        ("Assad, al-Assad", "Assad", "al-Assad", "al-Assad, al-Assad"),
        ("Ali met O'Ali", "Ali", "Aly", "Aly met O'Ali"),
        ("Abu  Mazen", "Abu Mazen", "Abbas", "Abbas"),
        ("U.S. troops", "U.S.", "US", "US troops"),
        ("the Ali-led group 'Ali'", "Ali", r"\1", r"the \1-led group '\1'"),
        ("Ali\u0301 and Ali", "Ali", "Aly", "Ali\u0301 and Aly"),
    ],
)
def test_whole_words_only(text: str, old: str, new: str, becomes: str) -> None:
    brief = _of(BRIEF, Passage((Sentence(SAID, "", text, decode(text)),)))
    assert english(with_events(brief, [named("المشري", old, new)]))[SAID] == becomes


def test_names_and_sentences_have_their_turns() -> None:
    name, whole = named("المشري", "Machri", "Mashri"), corrected(SAID, "Machri has decided.")
    assert english(with_events(BRIEF, [whole, name]))[SAID] == "Mashri has decided."
    assert english(with_events(BRIEF, [name, whole]))[SAID] == "Machri has decided."
    twice = [name, named("المشري", "Mashri", "al-Mishri")]
    assert with_events(BRIEF, twice).headline.target == "Khaled al-Mishri resigns"
    assert with_events(BRIEF, [*twice, taken_back(twice[1])]).headline.target == "Khaled Mashri resigns"
    assert english(with_events(BRIEF, [*twice, event("reverted", source="المشرى")])) == english(BRIEF)


def test_there_and_back_again_is_no_edit() -> None:
    now = with_events(BRIEF, [named("المشري", "Machri", "Mashri"), named("المشري", "Mashri", "Machri")])
    assert edits_of(now) == ()


def test_taking_back_at_a_sentence_takes_its_own_correction_first_and_then_the_names() -> None:
    name, whole = named("المشري", "Machri", "Mashri"), corrected(RESIGNED, "He is gone.")
    once = with_events(BRIEF, [name, whole, taken_back(whole)])
    assert english(once)[RESIGNED] == ENGLISH[RESIGNED].replace("Machri", "Mashri")
    twice = with_events(BRIEF, [name, whole, taken_back(whole), taken_back(whole)])
    assert english(twice)[RESIGNED] == ENGLISH[RESIGNED]
    assert twice.headline.target == "Khaled Mashri resigns"
    assert twice.review
    assert twice.review.reopened == ()


def test_what_has_lost_its_arabic_is_told_again() -> None:
    written = [
        corrected(SAID, "One."),
        corrected(SAID, "Two."),
        corrected_summary("Sum."),
        named("الوزير", "Minister", "MP"),
    ]
    changed = _of(BRIEF, Passage((sentence(NO_RAIN),)))
    now = with_events(replace(changed, headline=Passage((sentence(NO_RAIN, ""),)), summaries=()), written)
    assert now.review
    assert now.review.reopened == (
        Reopened("correction", "Ann", AT, SAID, "Two."),
        Reopened("summary", "Ann", AT, DIGEST, "Sum."),
        Reopened("name", "Ann", AT, "الوزير", "MP"),
    )
    back = with_events(now, [*written, *map(taken_back, written)])
    assert back.review
    assert back.review.reopened == ()


def test_a_name_that_the_machine_writes_in_a_third_way_is_told_again() -> None:
    now = with_events(BRIEF, [named("المشري", "Mishry", "Mashri")])
    assert now.review
    assert [(one.kind, one.text) for one in now.review.reopened] == [("name", "Mashri")]


def test_flags_of_corrected_english_are_gone_until_it_is_checked() -> None:
    assert {(flag.check, flag.paragraph, flag.sentence) for flag in BRIEF.flags} >= {
        ("numbers", 1, 1),
        ("negation", 2, 2),
    }
    event = corrected(RESIGNED, "Minister Khaled Machri resigned on 15 March.")
    now = with_events(BRIEF, [event])
    assert [flag for flag in now.flags if (flag.paragraph, flag.sentence) == (1, 1)] == []
    assert now.paragraphs[0].sentences[0].flags == ()
    assert now.paragraphs[1].sentences[1].flags == BRIEF.paragraphs[1].sentences[1].flags
    anew = with_events(BRIEF, [event], checks.check)
    (flag,) = anew.paragraphs[0].sentences[0].flags
    assert "15" in flag.message
    assert with_events(anew, [event]) == anew  # the same English keeps its flags
    assert with_events(BRIEF, [corrected(RESIGNED, RIGHT)], checks.check).paragraphs[0].sentences[0].flags == ()


def test_flags_of_a_summary_go_with_it() -> None:
    flags = tuple(Flag("grounding", "warning", "Where is that from?", "summary", 1, number) for number in (None, 1))
    first, second = BRIEF.summaries
    of_sentence = replace(first.english.sentences[0], flags=flags[1:])
    told = replace(first, flags=flags, english=Passage((of_sentence,)))
    brief = replace(BRIEF, flags=(*flags, *BRIEF.flags), summaries=(told, second))
    for new in ("Gone.", ENGLISH[DIGEST]):
        now = with_events(brief, [corrected_summary(new)])
        assert now.flags == BRIEF.flags
        assert not any(flag.where == "summary" for flags in _told(now) for flag in flags)
    checked = with_events(brief, [corrected_summary("Gone in 7 years.")], checks.check)
    assert [flag.sentence for flag in checked.summaries[0].flags]
    again = with_events(checked, [corrected_summary("Gone in 7 years.")])
    assert again == checked
    other = with_events(checked, [corrected_summary("Gone.", id="other")])
    assert other.summaries[0].flags == ()


def test_checks_are_asked_only_where_the_english_is_another() -> None:
    asked: list[Brief] = []

    def check(brief: Brief) -> Brief:
        asked.append(brief)
        return checks.check(brief)

    events = [corrected(RESIGNED, RIGHT)]
    now = with_events(BRIEF, events, check)
    assert len(asked) == 1
    with_events(now, [*events, reviewed(now)], check)
    assert len(asked) == 1
    assert with_events(now, [], check) == BRIEF  # all is taken back
    assert len(asked) == 2


def test_a_dismissed_flag_is_put_aside_and_comes_back() -> None:
    for number, flag in enumerate(BRIEF.flags):
        away = dismissed(BRIEF, number)
        now = with_events(BRIEF, [away])
        assert now.review
        assert flag in [one.flag for one in now.review.dismissed]  # and in the same sentence elsewhere
        assert {one.flag.source for one in now.review.dismissed} == {flag.source}
        assert {(one.by, one.at, one.reason) for one in now.review.dismissed} == {("Ann", AT, "It is right.")}
        assert flag not in now.flags
        assert all(flag not in told for told in _told(now))
        assert machine(now) == BRIEF
        back = replace(at_flag(event("restored"), now, flag), id="back")
        again = with_events(now, [away, back])
        assert replace(again, review=None) == BRIEF


def test_a_dismissal_holds_for_that_sentence_and_that_english_only() -> None:
    number, flag = _flag(NO_RAIN)
    away = dismissed(BRIEF, number)
    # Above it a paragraph was put in, and it stands there twice: that is the same sentence.
    moved = checks.check(_of(BRIEF, Passage((sentence(CELL),)), *BRIEF.paragraphs[1:2], *BRIEF.paragraphs[1:2]))
    now = with_events(moved, [away])
    assert now.review
    assert [one.flag.paragraph for one in now.review.dismissed] == [2, 3]
    assert now.review.reopened == ()
    # Another translation with the same fault.
    other = replace(BRIEF.paragraphs[1].sentences[1], target="Rain fell for three years.", flags=())
    now = with_events(checks.check(_of(BRIEF, Passage((other,)))), [away])
    assert now.review
    assert now.review.dismissed == ()
    assert now.review.reopened == (Reopened("dismissal", "Ann", AT, NO_RAIN, "It is right."),)
    assert [one.check for one in now.flags if one.check == "negation"] == ["negation"]
    # The fault is mended: there is nothing to tell.
    now = with_events(BRIEF, [away, corrected(NO_RAIN, "It has not rained for three years.")], checks.check)
    assert now.review
    assert (now.review.dismissed, now.review.reopened) == ((), ())
    assert flag not in now.flags


def test_a_flag_of_the_whole_article_stays_dismissed_when_a_sentence_is_corrected() -> None:
    flag = Flag("confidence", "warning", "Much of this is doubtful")
    brief = replace(BRIEF, flags=(*BRIEF.flags, flag))
    away = at_flag(event("dismissed", reason="read it"), brief, flag)
    now = with_events(brief, [away, corrected(SAID, "He said so.")])
    assert now.review
    assert [one.flag for one in now.review.dismissed] == [flag]
    other = _of(brief, Passage((sentence(NO_RAIN),)))
    again = with_events(other, [away])
    assert again.review
    assert [one.kind for one in again.review.reopened] == ["dismissal"]


def test_what_stands_under_a_flag() -> None:
    assert under(BRIEF, Flag("x", "info", "", "paragraph", 1, 2)) == (SAID, ENGLISH[SAID])
    assert under(BRIEF, Flag("x", "info", "", "headline")) == (TITLE, ENGLISH[TITLE])
    assert under(BRIEF, Flag("x", "info", "", "summary", 1)) == (DIGEST, ENGLISH[DIGEST])
    assert under(BRIEF, Flag("x", "info", "", "summary", 2)) == (BRIEF.article.text, "Machri goes after Machri's vote.")
    assert under(BRIEF, Flag("x", "info", ""))[0] == BRIEF.article.text
    assert under(BRIEF, Flag("x", "info", "", "paragraph", 99, 7))[0] == BRIEF.article.text


def test_a_review_holds_over_what_editors_write_later_and_not_over_another_text() -> None:
    before = [corrected(RESIGNED, RIGHT)]
    written = [*before, reviewed(with_events(BRIEF, before))]
    now = with_events(BRIEF, written)
    assert now.review
    assert is_reviewed(now)
    assert (now.review.by, now.review.at) == ("Bob", AT)
    assert is_reviewed(with_events(BRIEF, [*written, corrected(SAID, "He said so."), taken_back(before[0])]))
    assert not is_reviewed(with_events(BRIEF, [*written, event("unreviewed")]))
    # The machine translates another sentence anew.
    other = replace(BRIEF.paragraphs[1].sentences[1], target="No rain fell for three years.")
    changed = replace(BRIEF, paragraphs=(BRIEF.paragraphs[0], Passage((other,)), BRIEF.paragraphs[2]))
    now = with_events(changed, written)
    assert now.review
    assert not is_reviewed(now)
    assert now.review.reopened == (Reopened("review", "Bob", AT),)
    # And in the very sentence that an editor wrote: nothing has changed for whoever read it.
    first = replace(BRIEF.paragraphs[0].sentences[0], target="Another", translation=decode("Another"))
    same = replace(BRIEF.paragraphs[0], sentences=(first, *BRIEF.paragraphs[0].sentences[1:]))
    assert is_reviewed(with_events(replace(BRIEF, paragraphs=(same, *BRIEF.paragraphs[1:])), written))


def test_a_review_of_what_another_editor_had_changed_meanwhile_does_not_hold() -> None:
    now = with_events(BRIEF, [corrected(RESIGNED, RIGHT), reviewed(BRIEF)])
    assert not is_reviewed(now)
    assert now.review
    assert [one.kind for one in now.review.reopened] == ["review"]


def test_an_earlier_review_holds_where_the_text_is_that_again() -> None:
    other = replace(BRIEF, headline=Passage((sentence(NO_RAIN, ""),)))
    now = with_events(BRIEF, [reviewed(BRIEF, "Ann"), reviewed(other, "Bob")])
    assert now.review
    assert (now.review.by, now.review.reopened) == ("Ann", ())


def test_a_review_settles_what_did_not_hold_any_more() -> None:
    written = [corrected("نص آخر.", "Other text.")]
    now = with_events(BRIEF, written)
    assert now.review
    assert len(now.review.reopened) == 1
    settled = with_events(now, [*written, reviewed(now)])
    assert settled.review
    assert settled.review.reopened == ()


def test_nothing_written_is_nothing_changed() -> None:
    assert with_events(BRIEF, []) is BRIEF
    assert machine(BRIEF) is BRIEF
    conflict = with_events(BRIEF, [event("conflict", new="lost?", source_sha256=sha256_of(SAID))])
    assert replace(conflict, review=None) == BRIEF
    assert conflict.review


@settings(max_examples=40)
@given(histories())
def test_laid_over_and_taken_off(events: tuple[Event, ...]) -> None:
    now = with_events(BRIEF, events)
    assert with_events(now, events) == now
    assert with_events(machine(now), events) == now
    assert _untold(machine(now)) == _untold(BRIEF)
    assert text_hash(machine(now)) == text_hash(BRIEF)
    assert now.article == BRIEF.article
    for (_, _, one), (where, _, other) in zip(now.parts(), BRIEF.parts(), strict=True):
        assert one.source == other.source or where == "summary"
    assert json_brief.read(json_brief.render(now)) == json_brief.read(json_brief.render(now))
    assert _stored(with_events(_stored(now), events)) == _stored(now)


@settings(max_examples=30)
@given(histories(), st.data())
def test_it_does_not_matter_which_state_was_checked_before(events: tuple[Event, ...], data: st.DataObject) -> None:
    now = with_events(BRIEF, events, checks.check)
    assert with_events(machine(now), events, checks.check) == now
    earlier = with_events(BRIEF, events[: data.draw(st.integers(0, len(events)))], checks.check)
    assert with_events(earlier, events, checks.check) == now
    assert with_events(now, [], checks.check) == BRIEF
    assert checks.check(machine(now)) == BRIEF


@settings(max_examples=30)
@given(histories())
def test_nothing_an_editor_wrote_is_lost(events: tuple[Event, ...]) -> None:
    """A correction stands in the brief, or is told of, or an editor took it back, wrote over it, or read the brief without it."""
    now = with_events(BRIEF, [one for one in events if one.kind in ("corrected", "dismissed")])
    last = {
        (one.where == "summary" and one.paragraph, one.source_sha256): one for one in events if one.kind == "corrected"
    }
    assert now.review or not last
    for one in last.values():
        stands = [made.edit for _, _, passage in now.parts() for made in passage.sentences if made.target == one.new]
        assert any(stands) or (one.source, one.new) in [(told.source, told.text) for told in now.review.reopened]  # type: ignore[union-attr]


def _of(brief: Brief, *paragraphs: Passage) -> Brief:
    """The brief with other paragraphs, unchecked."""
    texts = tuple(Paragraph(one.source, one.kind) for one in paragraphs)
    return replace(brief, article=replace(brief.article, paragraphs=texts), paragraphs=paragraphs)


def _flag(arabic: str) -> tuple[int, Flag]:
    return next((number, flag) for number, flag in enumerate(BRIEF.flags) if flag.source == arabic)


def _told(brief: Brief) -> list[tuple[Flag, ...]]:
    of_sentences = [one.flags for _, _, passage in brief.parts() for one in passage.sentences]
    return [*of_sentences, *(summary.flags for summary in brief.summaries)]


def _unflagged(passage: Passage) -> Passage:
    return replace(passage, sentences=tuple(replace(one, flags=()) for one in passage.sentences))


def _untold(brief: Brief) -> Brief:
    """The brief without any flag."""
    return replace(
        brief,
        headline=_unflagged(brief.headline),
        summaries=tuple(replace(one, flags=(), english=_unflagged(one.english)) for one in brief.summaries),
        paragraphs=tuple(map(_unflagged, brief.paragraphs)),
        flags=(),
    )


def _stored(brief: Brief) -> Any:
    return json_brief.read(json_brief.render(brief))
