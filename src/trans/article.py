"""The article as it was read: Arabic text and what the file says about it. No translation, no model.

All non-whitespace characters of a decoded text file stand, in order, in ``headline``, ``decks`` and ``paragraphs``.
"""

from dataclasses import dataclass, field
from typing import Literal

CANCELED = "canceled"
"""The status of an article that its publisher has taken back."""

Kind = Literal["text", "heading", "list", "table"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article came from.

    ``uri`` is a POSIX path relative to the input root, or a URL; ``record`` the id inside a file of many articles; ``sha256``
    that of the raw bytes, in hex, and for a record of its bytes and of all that was read of it; ``encoding`` as Python names it;
    ``bytes`` the raw size. ``item`` is what its publisher calls it in all its versions, wherever its file lies: the ``uri`` of
    ninjs, the ``guid`` of NewsML-G2.
    """

    uri: str
    sha256: str
    encoding: str
    bytes: int
    record: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of the article. ``marker`` is the bullet or number taken off the front of ``text``, with its space."""

    text: str
    kind: Kind = "text"
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the article says about itself. Times are ISO 8601 with their UTC offset; texts are as the source has them.

    ``dateline`` is the place and agency that open the body ('القاهرة (رويترز)'), without the dash after it; ``byline`` the
    whole line that names the author; ``received`` when the file arrived; ``usage`` what its publisher allows. A time that came
    without an offset is a date only: '2026-03-01'.
    """

    published: str | None = None
    received: str | None = None
    byline: str | None = None
    dateline: str | None = None
    url: str | None = None
    language: str | None = None
    version: str | None = None
    status: str | None = None
    usage: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article. ``id`` names it within a run and names its briefs; ``headline`` may be empty."""

    id: str
    source: Source
    headline: str
    decks: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    metadata: Metadata = field(default_factory=Metadata)

    @property
    def text(self) -> str:
        """All that people read of it, a part a line."""
        return "\n".join((self.headline, *self.decks, *(paragraph.text for paragraph in self.paragraphs)))


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that gave no article: what is wrong with it, in one line, and what to do.

    ``withdrawn``: its publisher has taken it back, and with it what was made of it before; ``item`` is then what the publisher
    calls it, and ``version`` which version says so.
    """

    id: str
    reason: str
    hint: str
    withdrawn: bool = False
    item: str | None = None
    version: str | None = None
