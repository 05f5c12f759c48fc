"""A small brief of the machine's, and what editors may write about it: for the tests of reviews."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from hypothesis import strategies as st

from trans import checks
from trans.article import Article, Paragraph, Source
from trans.brief import Brief, Hashes, Passage, Provenance, Sentence, Summary
from trans.review import at_flag, text_hash, with_events
from trans.review_events import Event, sha256_of
from trans.translation import Decoding, Hypothesis, Translation

AT = "2026-03-01T12:00:00+00:00"
ITEM = "tag:example.org,2026:7"

RESIGNED = "استقال الوزير خالد المشري من منصبه في 12 آذار."
SAID = "وقال المشري إن القرار نهائي."
NO_RAIN = "ولم تهطل الأمطار منذ ثلاث سنوات."
TITLE = "استقالة خالد المشري"
DIGEST = "استقال خالد المشري بعد ثلاث سنوات."
CELL = "المدينة"

ENGLISH = {
    RESIGNED: "Minister Khaled Machri resigned on 13 March.",
    SAID: "Machri's decision is final, Machri said; Machrique is not.",
    NO_RAIN: "It has rained for three years.",
    TITLE: "Khaled Machri resigns",
    DIGEST: "Khaled Machri resigned after three years.",
    CELL: "City",
}


def decode(text: str) -> Translation:
    return Translation((Hypothesis(text, -0.4, 9, True),), "", Decoding())


def sentence(arabic: str, sep: str = " ") -> Sentence:
    return Sentence(arabic, sep, ENGLISH[arabic], decode(ENGLISH[arabic]))


def article(paragraphs: Sequence[Passage], headline: str = TITLE) -> Article:
    texts = tuple(Paragraph(one.source, one.kind) for one in paragraphs)
    return Article("a/b.txt", Source("a/b.txt", "0" * 64, "utf-8", 9, item=ITEM), headline, (), texts)


@lru_cache(maxsize=1)
def unchecked() -> Brief:
    """Two paragraphs with one sentence in both, a table with a literal cell, a summary in Arabic and one of the English."""
    first = Passage((sentence(RESIGNED), sentence(SAID, "")))
    second = Passage((Sentence("Reuters", " - ", "Reuters", literal=True), sentence(NO_RAIN), sentence(SAID, "")))
    table = Passage(
        (Sentence("", "| ", "", literal=True), sentence(CELL, " | "), Sentence("120", " |", "120", literal=True)),
        "table",
    )
    paragraphs = (first, second, table)
    of_english = Passage((Sentence("", "", "Machri goes after Machri's vote.", literal=True),))
    return Brief(
        article=article(paragraphs),
        headline=Passage((sentence(TITLE, ""),)),
        decks=(),
        summaries=(
            Summary(DIGEST, Passage((sentence(DIGEST, ""),)), (1, 2), "model", decode(DIGEST), draws_on=(1,)),
            Summary("", of_english, (1,), "translation", decode("Machri goes")),
        ),
        paragraphs=paragraphs,
        flags=(),
        provenance=Provenance("1", "news", False, {}, {}, Hashes("", "", "")),
    )


@lru_cache(maxsize=1)
def machine_brief() -> Brief:
    """That brief with its flags: the day is wrong, and a negation is lost."""
    return checks.check(unchecked())


def event(kind: str, **fields: object) -> Event:
    """An event by somebody; its id is of what is in it."""
    told: dict[str, object] = {
        "id": sha256_of(repr((kind, fields)))[:32],
        "at": AT,
        "by": "Ann",
        "item": ITEM,
        "kind": kind,
    }
    return Event(**{**told, **fields})  # type: ignore[arg-type]


def corrected(arabic: str, new: str, **fields: object) -> Event:
    return event("corrected", where="paragraph", source=arabic, source_sha256=sha256_of(arabic), new=new, **fields)


def corrected_summary(new: str, number: int = 1, brief: Brief | None = None, **fields: object) -> Event:
    brief = brief or machine_brief()
    told = {
        "source": brief.summaries[number - 1].arabic if number <= len(brief.summaries) else "",
        "source_sha256": sha256_of(brief.article.text),
        **fields,
    }
    return event("corrected", where="summary", paragraph=number, new=new, **told)


def named(arabic: str, old: str, new: str) -> Event:
    return event("name", source=arabic, old=old, new=new)


def taken_back(what: Event) -> Event:
    return replace(event("reverted"), **{name: getattr(what, name) for name in _OF_WHAT}, id=f"back-{what.id}")


_OF_WHAT = ("where", "paragraph", "source", "source_sha256", "old")


def dismissed(brief: Brief, number: int = 0, reason: str = "It is right.", kind: str = "dismissed") -> Event:
    return at_flag(event(kind, reason=reason, message=str(number)), brief, brief.flags[number])


def reviewed(brief: Brief, by: str = "Bob") -> Event:
    return replace(event("reviewed", text_sha256=text_hash(brief)), by=by)


def english(brief: Brief) -> dict[str, str]:
    return {one.source: one.target for _, _, passage in brief.parts() for one in passage.sentences}


_TEXTS = st.sampled_from(
    [
        "Machri resigned on 12 March.",
        "Machri's word",
        "He left.",
        "It has not rained.",
        "No",
        "Mashri, Machri & co.",
        "<b>",
    ]
)
_ARABIC = st.sampled_from([*ENGLISH, "Reuters", "120", "نص ليس في الخبر."])
_NAMES = st.sampled_from(["المشري", "خالد المشري", "خالد", "الوزير", "بيروت"])
_RENDERINGS = st.sampled_from(["Machri", "Mashri", "al-Machri", "Khaled Machri", "Minister", "Khaled"])
Step = Callable[[Brief, Sequence[Event]], Event]


def _reviews(brief: Brief, before: Sequence[Event]) -> Event:
    return reviewed(with_events(brief, before))


def _dismisses(number: int, kind: str) -> Step:
    def step(brief: Brief, before: Sequence[Event]) -> Event:
        now = with_events(brief, before, checks.check)
        aside = tuple(one.flag for one in now.review.dismissed) if now.review else ()
        told = now.flags if kind == "dismissed" else aside
        return at_flag(event(kind, reason="no"), now, told[number % len(told)]) if told else event("unreviewed")

    return step


def _takes_back(number: int) -> Step:
    def step(brief: Brief, before: Sequence[Event]) -> Event:
        done = [one for one in before if one.kind in ("corrected", "name")]
        return taken_back(done[number % len(done)]) if done else event("unreviewed")

    return step


def _always(told: Event) -> Step:
    return lambda brief, before: told


_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(corrected, _ARABIC, _TEXTS).map(_always),
    st.builds(corrected_summary, _TEXTS, st.integers(1, 3)).map(_always),
    st.builds(named, _NAMES, _RENDERINGS, _RENDERINGS).map(_always),
    st.just(_reviews),
    st.just(_always(event("unreviewed"))),
    st.just(_always(event("conflict", new="other"))),
    st.builds(_dismisses, st.integers(0, 5), st.sampled_from(["dismissed", "dismissed", "restored"])),
    st.builds(_takes_back, st.integers(0, 5)),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """What editors may have written about ``machine_brief``, each event made by looking at the brief as it was then."""
    written: list[Event] = []
    for number, step in enumerate(draw(st.lists(_STEPS, max_size=7))):
        written.append(replace(step(machine_brief(), written), id=f"e{number}"))
    return tuple(written)
