"""Which of many cases a test run takes: all of them with ``TRANS_WHOLE=1``, else a seeded sample that is soon done."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

# Any constant: the sample of a run without ``TRANS_SEED`` is always the same one, so that a failure can be had again.
_SEED = "20261128"


def whole() -> bool:
    return os.environ.get("TRANS_WHOLE", "") == "1"


def seed() -> str:
    return os.environ.get("TRANS_SEED") or _SEED


def sample(cases: Sequence[Case], count: int) -> list[Case]:
    """Return all cases, or ``count`` of them in their order."""
    if whole() or len(cases) <= count:
        return list(cases)
    chosen = sorted(random.Random(seed()).sample(range(len(cases)), count))
    return [cases[number] for number in chosen]
