"""The scores that the embedded models must not fall below, pinned in ``floors.json``; lowering one takes a flag."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.scores import Score

FILE = Path(__file__).parent / "floors.json"

Floors = dict[str, dict[str, int]]


def load() -> Floors:
    """Return the floors in percent by set and score; none before the first are pinned."""
    floors: Floors = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return floors


def missed(floors: Floors, found: Mapping[str, Sequence[Score]]) -> list[str]:
    """Return a line for each score of ``found`` below its floor."""
    return [
        f"{name}: {score.name} {score.value:.1f} is below its floor {floors[name][score.name]}"
        for name, scores in found.items()
        for score in scores
        if score.value < floors.get(name, {}).get(score.name, 0)
    ]


def raised(floors: Floors, found: Mapping[str, Sequence[Score]], *, lower: bool) -> Floors:
    """Return floors that hold ``found``, rounded down to whole percents: another processor's rounding moves tenths.

    Raises ``ValueError`` naming each score below its floor, unless ``lower``.
    """
    if problems := [] if lower else missed(floors, found):
        raise ValueError("\n".join(problems))
    new = {name: {score.name: math.floor(score.value) for score in scores} for name, scores in found.items()}
    return {**floors, **new}


def pin(found: Mapping[str, Sequence[Score]], *, lower: bool) -> None:
    """Write the raised floors, or end the program naming what is below its floor."""
    try:
        floors = raised(load(), found, lower=lower)
    except ValueError as error:
        raise SystemExit(f"{error}\nNothing was pinned; --lower-floors pins it all the same.") from error
    FILE.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")
