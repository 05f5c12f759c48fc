"""The brief: an article, its translation and its summaries, with a flag on everything an editor must not trust.

Plain data. How it is made is the pipeline's business, how it looks the renderers'.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from trans.article import Article, Kind
from trans.translation import Translation

Severity = Literal["error", "warning", "info"]
Where = Literal["headline", "deck", "summary", "paragraph"]
PubStatus = Literal["withheld", "usable"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing not to trust before a human looked.

    ``where`` says which part of the brief; ``paragraph`` counts within that part (deck 2, summary 1, paragraph 7) and is
    None for the headline; ``sentence`` counts within the paragraph. Both are 1-based. ``source`` and ``target`` quote the text.
    """

    check: str
    severity: Severity
    message: str
    where: Where = "paragraph"
    paragraph: int | None = None
    sentence: int | None = None
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """How a sentence was decoded again: what was tried, the translation before, and the names of its flags."""

    how: str
    before: str
    flags_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """Who wrote a sentence's English, and when (ISO 8601 with offset); the machine's that it replaces, and its decode."""

    by: str
    at: str
    machine: str
    translation: Translation | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence beside its translation. ``sep`` is what follows it up to the next (white space, a dateline's dash).

    ``target`` is the cleaned English, ``translation`` the decode it comes from, if a model made it. ``literal`` marks text that
    passed through as it is: a bullet, a URL, a number, text that is not Arabic. ``cut`` marks a piece of a sentence too long
    for the model. Where an editor wrote ``target`` there is an ``edit``, and no ``translation``.
    """

    source: str
    sep: str
    target: str
    translation: Translation | None = None
    literal: bool = False
    cut: bool = False
    flags: tuple[Flag, ...] = ()
    repair: Repair | None = None
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that read as one text. ``source`` is the reader's text exactly."""

    sentences: tuple[Sentence, ...]
    kind: Kind = "text"

    @property
    def source(self) -> str:
        return "".join(sentence.source + sentence.sep for sentence in self.sentences)

    @property
    def target(self) -> str:
        # A source that sets no space between its sentences must not glue the English ones.
        return "".join(sentence.target + (sentence.sep or " ") for sentence in self.sentences).strip()


@dataclass(frozen=True, slots=True)
class SummaryEdit:
    """The machine's summary in whose place an editor's stands: see ``Summary``. Who wrote that one, its sentence says."""

    arabic: str
    english: Passage
    decode: Translation | None = None
    draws_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary in both languages. ``covers`` are the 1-based numbers of the paragraphs it was made from, ``draws_on`` of those
    whose words it uses; ``decode`` is the summariser's raw output, where a model made it.

    ``method`` is how it came about: ``model``, ``extractive``, ``translation`` where it was made from the English and ``arabic``
    is empty, or ``text`` where a short text stands for itself. The first
    summary of a brief is its summary; any further ones are its key points.
    """

    arabic: str
    english: Passage
    covers: tuple[int, ...]
    method: str
    decode: Translation | None = None
    flags: tuple[Flag, ...] = ()
    draws_on: tuple[int, ...] = ()
    edit: SummaryEdit | None = None


@dataclass(frozen=True, slots=True)
class Hashes:
    """What a brief was made with, in three parts, so that a change redoes only what it must."""

    translation: str
    checks: str
    rendering: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which program, models and settings made the brief. Holds no clock: the same input gives the same brief.

    ``glossary`` is the hash of those terms of the glossary that concern the article, empty where none does; ``pub_status`` is
    what the settings let a receiving system be told of the English text.
    """

    trans: str
    profile: str
    demo: bool
    translation: dict[str, Any]
    summarization: dict[str, Any]
    hashes: Hashes
    glossary: str = ""
    pub_status: PubStatus = "withheld"


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A flag that an editor has looked at and put aside, and why."""

    flag: Flag
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """What an editor did that holds no longer: the text it was about has changed. ``source`` is that text, ``text`` what the
    editor wrote: the correction, or the reason of a dismissal.
    """

    kind: Literal["review", "correction", "summary", "name", "dismissal"]
    by: str
    at: str
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What editors did with the brief. ``events`` is the hash of all that they wrote about it; ``by`` and ``at`` are of the
    review that holds, empty where none does. What they corrected stands at its sentence.
    """

    events: str
    by: str = ""
    at: str = ""
    dismissed: tuple[Dismissed, ...] = ()
    reopened: tuple[Reopened, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A sentence's address, as a flag has it."""

    where: Where
    paragraph: int | None = None
    sentence: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of the brief: ``file`` is its JSON, a POSIX name relative to the output folder."""

    number: int
    sha256: str
    file: str


@dataclass(frozen=True, slots=True)
class Update:
    """How the Arabic differs from that of the version before. ``number`` counts the versions that came here, from 1.

    ``changed`` and ``added`` are 1-based paragraphs of this version, ``removed`` counts paragraphs of the one before that are
    gone; ``spots`` are the sentences that the version before did not have. ``versions`` are those that are kept, newest first.
    """

    number: int
    headline: bool = False
    changed: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    removed: int = 0
    spots: tuple[Spot, ...] = ()
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """The product. ``flags`` holds every flag of the brief, worst first. A flag of the whole article is at ``paragraph`` None.

    ``review`` and ``update`` are None where nobody wrote about it, and where no version was before it.
    """

    article: Article
    headline: Passage
    decks: tuple[Passage, ...]
    summaries: tuple[Summary, ...]
    paragraphs: tuple[Passage, ...]
    flags: tuple[Flag, ...]
    provenance: Provenance
    review: Review | None = None
    update: Update | None = None

    def parts(self) -> Iterator[tuple[Where, int | None, Passage]]:
        """Yield all that stands in two languages with its address, the most read first."""
        yield "headline", None, self.headline
        for number, summary in enumerate(self.summaries, start=1):
            yield "summary", number, summary.english
        for number, deck in enumerate(self.decks, start=1):
            yield "deck", number, deck
        for number, paragraph in enumerate(self.paragraphs, start=1):
            yield "paragraph", number, paragraph
