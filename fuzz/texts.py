"""Targets: what is done with text once it is read: sentences, the model's view of it, numbers, names, checks."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache

from fuzz.promises import told_right, writable
from trans import arabic, clauses, english, entities, glossary_file, phrases, quantities, text
from trans.checks import Rules, check_pair
from trans.digest import parse_since
from trans.errors import TransError
from trans.evaluation import rouge
from trans.glossary import Glossary
from trans.quantities import Quantity
from trans.shards import parse_shard
from trans.sources.paths import folded
from trans.sources.records import record_name

Function = Callable[[bytes], None]

# Between the parts of an input that is several texts.
_NEXT = "\n\n"
_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# ROUGE compares each word with each.
_OF_ROUGE = 2_000


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@cache
def _glossary() -> Glossary:
    return glossary_file.load()


def segmentation(data: bytes) -> None:
    """A dateline, a marker and a paragraph, with empty lines between them: no character is lost, no segment too long."""
    limit, paragraph = 2 + (data[0] if data else 0) % 30, _text(data[1:])
    *before, body = paragraph.split(_NEXT, 2)
    dateline, marker = (*before, "", "")[:2]

    def count(texts: Sequence[str]) -> list[int]:
        return [1 + len(one) // 3 for one in texts]

    found = text.segments(body, limit=limit, count=count, marker=marker, dateline=dateline)
    assert "".join(one.source + one.sep for one in found) == marker + body
    for one in found:
        assert one.literal or len(one.source) <= 1 or count([one.source])[0] <= limit or _is_one_character(one.source)


def _is_one_character(source: str) -> bool:
    """A character with the marks on it is never cut."""
    return len(clauses._CLUSTER.findall(source)) == 1


def model_input(data: bytes) -> None:
    """The model's view of a text is one line and its own model's view; cleaned English is clean."""
    given = _text(data)
    for strip in (True, False):
        seen = arabic.for_model(given, strip_diacritics=strip)
        assert arabic.for_model(seen, strip_diacritics=strip) == seen
        assert len(seen.splitlines()) <= 1
    clean = english.clean(given)
    assert english.clean(clean) == clean


def numbers(data: bytes) -> None:
    """What is found stands where it is said to, in order, in both languages."""
    given = _text(data)
    for found in (quantities.in_arabic(given), quantities.in_english(given)):
        _stand(found, given)


def _stand(found: Sequence[Quantity], given: str) -> None:
    last = 0
    for one in found:
        assert given[one.start : one.end] == one.text
        assert last <= one.start < one.end
        last = one.start
        _stand(one.parts, given)


def names(data: bytes) -> None:
    """Words, listed names and terms stand where they are said to."""
    given = _text(data)
    spans = [(one.start, one.end) for one in phrases.words(given)]
    for found in (entities.in_arabic(given), entities.in_english(given)):
        spans += [(one.start, one.end) for one in found]
    spans += [(one.start, one.end) for one in _glossary().find(given)]
    assert all(0 <= start < end <= len(given) for start, end in spans)
    assert text.is_arabic(given) is not text.is_literal(given)


def checks(data: bytes) -> None:
    """An Arabic text and its English, with an empty line between them: no check breaks."""
    source, _, target = _text(data).partition(_NEXT)
    told_right(check_pair(source, target, Rules(glossary=_glossary())))


def records(data: bytes) -> None:
    """Ids of records are names of files, and different ids are different names whatever the file system makes of case."""
    given = [one.decode("utf-8", "surrogateescape") for one in data.split(b"\n")]
    made: dict[str, str] = {}
    for record in filter(None, given):
        name = record_name(record)
        writable(name)
        assert name
        assert "/" not in name
        assert not name.startswith(".")
        assert len(name.encode()) <= 160
        other = made.setdefault(name, record)
        assert other == record or folded(other) == folded(record), (other, record)


def words(data: bytes) -> None:
    """What is typed on the command line: a time, a share."""
    given = _text(data)
    for read in (lambda: parse_since(given, _NOW), lambda: parse_shard(given)):
        try:
            read()
        except TransError as error:
            writable(error.message + error.hint)


def scores(data: bytes) -> None:
    """A text has all of itself, and no score is out of its range."""
    first, _, second = _text(data)[:_OF_ROUGE].partition(_NEXT)
    ours, theirs = rouge.words(first), rouge.words(second)
    assert all(0 <= one <= 1 for one in rouge.f1(ours, theirs))
    if ours:
        assert rouge.f1(ours, ours)[0] == rouge.f1(ours, ours)[2] == 1


TEXTS: dict[str, Function] = {
    "sentences": segmentation,
    "arabic": model_input,
    "numbers": numbers,
    "names": names,
    "checks": checks,
    "records": records,
    "options": words,
    "rouge": scores,
}
