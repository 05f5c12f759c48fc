"""An article on its way into work: offered, to be made, read, cut. What breaks on the way is that article's failure.

Knows no manifest and no model at work; all of it can be sent to another process.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from trans.article import Article, Failure
from trans.errors import OUR_FAULT, TransError, kind_and_words, shortage, unquoted
from trans.locations import Location
from trans.pipeline import Plan
from trans.record import Record

_log = logging.getLogger("trans")


@dataclass(frozen=True, slots=True)
class Offer:
    """An article to decide about: a file, not read yet, or a record, read on the way through its file.

    ``mtime_ns`` is -1 for a record: only its content says whether it has changed. ``read`` gives what is in it.
    """

    id: str
    path: Location
    size: int
    mtime_ns: int
    sha256: Callable[[], str]
    read: Callable[[], Iterator[Article | Failure]]

    def is_as(self, record: Record) -> bool:
        """Say whether the source's content is still that of ``record``."""
        if self.mtime_ns >= 0 and (self.size, self.mtime_ns) == (record.size, record.mtime_ns):
            return True
        try:
            return self.size == record.size and self.sha256() == record.sha256
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class ToMake:
    """An article to translate, and its record so far. ``died``: how often a process died with it in work as it now is.

    ``suspect``: that it did is why it comes last and alone. ``owner`` is the process that takes it into work.
    """

    offer: Offer
    record: Record
    died: int
    owner: str
    suspect: bool

    def taken(self) -> Record:
        """Return the record of it once it is taken into work."""
        return replace(self.record, status="attempt", attempts=self.died + 1, owner=self.owner)

    def read(self) -> Record:
        """Return the record of it while it is being read: of a file its size and time tell which state of it that is."""
        taken = self.taken()
        if taken.mtime_ns >= 0:
            return taken
        try:
            return replace(taken, sha256=self.offer.sha256())
        except OSError:  # reading it will say why
            return taken

    def attempt(self, article: Article) -> Record:
        """Return the record of an article of it that is in work."""
        return replace(self.taken(), id=article.id, sha256=article.source.sha256)


@dataclass(frozen=True, slots=True)
class Job:
    """One article on its way, and its record. ``suspect``: a process died with it in work."""

    plan: Plan
    record: Record
    suspect: bool

    @property
    def characters(self) -> int:
        return sum(len(segment.source) for segment in self.plan.texts())


def found_in(offer: Offer) -> Iterator[Article | Failure]:
    """Read what is offered; a fault of a reader is a failure."""
    try:
        yield from offer.read()
    except TransError:
        raise
    except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
        yield fault(offer.id, error)


def cut(found: Article | Failure, plan: Callable[[Article], Plan]) -> Plan | Failure:
    """Cut an article with ``plan``; a fault of it is the article's failure."""
    if isinstance(found, Failure):
        return found
    try:
        return plan(found)
    except TransError:
        raise
    except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
        return fault(found.id, error)


def fault(article_id: str, error: Exception) -> Failure:
    """What no article should be able to do; the traceback goes to the log of ``--verbose``."""
    _log.debug("%s broke", article_id, exc_info=unquoted(error))
    if lacking := shortage(error):
        return Failure(article_id, f"It could not be translated: {lacking.message}", lacking.hint)
    return Failure(article_id, f"It could not be translated: {kind_and_words(error)}", OUR_FAULT)


class Windows:
    """Gathers jobs into windows of so many articles and characters."""

    def __init__(self, articles: int, characters: int) -> None:
        self._articles = articles
        self._characters = characters
        self._window: list[Job] = []
        self._held = 0

    def add(self, job: Job) -> Iterator[list[Job]]:
        """Take a job. Yields the window before it where that is full; a suspect is one alone."""
        size = job.characters
        if job.suspect or len(self._window) == self._articles or self._held + size > self._characters:
            yield from self.rest()
        if job.suspect:
            yield [job]
        else:
            self._window.append(job)
            self._held += size

    def rest(self) -> Iterator[list[Job]]:
        """Yield what is gathered, unless it is nothing."""
        window, self._window, self._held = self._window, [], 0
        if window:
            yield window
