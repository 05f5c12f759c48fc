"""What a run would have to do, for ``--dry-run``: inputs read and cut as it would, with no weights and nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass

from trans.api import Translator
from trans.article import Failure
from trans.sources import Input, read


@dataclass(frozen=True, slots=True)
class Workload:
    """What inputs hold: for ``--dry-run``."""

    sentences: int
    unique: int
    tokens: int
    failures: tuple[Failure, ...]


def workload(inputs: Sequence[Input], translator: Translator) -> Workload:
    """Read and cut ``inputs`` as a run would; needs no weights, writes nothing."""
    sentences = 0
    unique: set[str] = set()
    failures = []
    for item in inputs:
        for found in read(item, max_bytes=int(translator.profile.run.max_file_mb * 1_000_000)):
            if isinstance(found, Failure):
                failures.append(found)
                continue
            texts = [segment.source for segment in translator.plan(found).texts() if not segment.literal]
            sentences += len(texts)
            unique.update(texts)
    return Workload(sentences, len(unique), translator.count(sorted(unique)), tuple(failures))
