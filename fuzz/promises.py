"""What must hold of whatever comes out, and how long it may take. Knows neither formats nor how inputs are made.

A broken promise is an ``AssertionError``, and so is any exception but the ones that a function says it raises.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePosixPath
from types import FrameType

from trans.article import Article, Failure
from trans.brief import Flag
from trans.render import FORMATS, extension
from trans.sources import output_stem

MAX_BYTES = 65_536
"""Longer inputs are cut: what takes quadratic time shows at this length, and what is linear stays quick."""

SECONDS = 10.0
"""Of processor time, for one input: ``MAX_BYTES`` of nothing but numbers take 3 s. What takes quadratic time takes minutes."""

# Linux and most file systems that are mounted there.
_MAX_NAME_BYTES = 255
_KINDS = frozenset({"text", "heading", "list", "table"})


class TooSlow(BaseException):
    """The processor time of one input is used up. No ``except Exception`` on its way may take it for one of its own."""


@contextmanager
def in_time(seconds: float = SECONDS) -> Iterator[None]:
    """Raise ``TooSlow`` after so many seconds of processor time: other work on the machine doesn't count."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def writable(text: str) -> None:
    """A text that a file can hold: no lone surrogate."""
    text.encode()


def a_line(text: str) -> None:
    """One line, with something on it."""
    writable(text)
    assert text.strip()
    assert len(text.splitlines()) == 1, f"several lines: {text!r}"


def inside(name: str) -> None:
    """A name of a file below the output folder, on any file system that is likely there."""
    writable(name)
    assert "\0" not in name
    path = PurePosixPath(name)
    assert not path.is_absolute()
    for part in name.split("/"):
        assert part not in ("", ".", ".."), name
        assert len(part.encode()) <= _MAX_NAME_BYTES, name


def named_inside(article_id: str) -> None:
    """All that is written of an article lies in the output folder; beside an edited brief too."""
    for form in FORMATS:
        inside(f"{output_stem(article_id)}.new2.{extension(form)}")


def read_right(found: Iterable[Article | Failure], file: str) -> list[Article | Failure]:
    """Every reader's promise: one thing at least, each an article that can be used or a failure that can be told."""
    results = list(found)
    assert results, "neither an article nor a failure"
    for one in results:
        assert one.id == file or one.id.startswith((f"{file}/", f"{file} ")), one.id
        if isinstance(one, Failure):
            writable(one.id)
            a_line(one.reason)
            a_line(one.hint)
        else:
            _article_is_right(one)
    return results


def _article_is_right(article: Article) -> None:
    named_inside(article.id)
    texts = [article.headline, *article.decks]
    for paragraph in article.paragraphs:
        assert paragraph.kind in _KINDS
        texts += [paragraph.marker, paragraph.text]
    told = article.metadata
    texts += filter(None, (told.byline, told.dateline, told.url, told.language, told.version, told.status, told.usage))
    for text in (*texts, article.source.record or ""):
        writable(text)
    assert any(character.isalnum() for text in texts for character in text)
    if told.published:
        datetime.fromisoformat(told.published)
    assert len(article.source.sha256) == 64


def characters(texts: Iterable[str]) -> str:
    """What no reader may lose or move: all that is no white space, in order."""
    return "".join(word for text in texts for word in text.split())


def told_right(flags: Iterable[Flag]) -> None:
    """Every check's promise: it runs, and what it says can be shown."""
    for flag in flags:
        assert "could not be run" not in flag.message, f"the check {flag.check} broke"
        a_line(flag.message)
        writable(flag.source + flag.target)
