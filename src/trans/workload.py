"""What a run would have to do, for ``--dry-run``: inputs read and cut as it would, with no weights and nothing written."""

from collections.abc import Iterable
from dataclasses import dataclass

from trans.api import Translator
from trans.article import Failure
from trans.pipeline import Plan


@dataclass(frozen=True, slots=True)
class Workload:
    """What inputs hold: for ``--dry-run``."""

    sentences: int
    unique: int
    tokens: int
    failures: tuple[Failure, ...]


def workload(found: Iterable[Plan | Failure], translator: Translator) -> Workload:
    """Sum up what was read and cut as a run would; needs no weights."""
    sentences = 0
    unique: set[str] = set()
    failures = []
    for one in found:
        if isinstance(one, Failure):
            failures.append(one)
            continue
        texts = [segment.source for segment in one.texts() if not segment.literal]
        sentences += len(texts)
        unique.update(texts)
    return Workload(sentences, len(unique), translator.count(sorted(unique)), tuple(failures))
