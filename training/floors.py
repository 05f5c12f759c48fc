"""The scores that the embedded models must not fall below, pinned in ``floors.json``; lowering one takes a flag."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from training.scores import Result

FILE = Path(__file__).parent / "floors.json"

# Percent. Another processor's rounding changes a word in some sentences, and tenths of a score with it.
MARGIN = 0.5
# A share of fewer things than this moves by whole percents when one of them changes.
FEWEST = 50


class Floor(TypedDict):
    """What one set is held to; ``texts`` is a hash of the set's own texts, because floors hold for those only."""

    texts: str
    scores: dict[str, int]


Floors = dict[str, Floor]


def load() -> Floors:
    """Return the floors in percent by set and score; none before the first are pinned."""
    floors: Floors = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return floors


def missed(floors: Floors, found: Mapping[str, Result]) -> list[str]:
    """Return a line for each set of ``found`` whose texts have changed and each score below its floor."""
    problems = []
    for name, result in found.items():
        floor = floors.get(name)
        if floor and floor["texts"] != result.texts:
            problems.append(f"{name}: its texts have changed since the floors were pinned")
        elif floor:
            problems += [
                f"{name}: {score.name} {score.value:.1f} is below its floor {floor['scores'][score.name]}"
                for score in result.scores
                if score.value < floor["scores"].get(score.name, 0)
            ]
    return problems


def of(found: Mapping[str, Result]) -> Floors:
    """Return the floors that ``found`` would set."""
    return {
        name: {
            "texts": result.texts,
            "scores": {
                score.name: max(0, math.floor(score.value - MARGIN)) for score in result.scores if score.count >= FEWEST
            },
        }
        for name, result in found.items()
    }


def risen(floors: Floors, found: Mapping[str, Result]) -> bool:
    """Return whether a score has risen by a whole percent in some set that has floors; True if there are none yet."""
    new = of(found)
    known = [name for name in new if name in floors]
    pairs = [
        (value, floors[name]["scores"].get(score, 0)) for name in known for score, value in new[name]["scores"].items()
    ]
    return not known or any(value > before for value, before in pairs)


def pin(found: Mapping[str, Result], *, lower: bool) -> None:
    """Write the floors that ``found`` sets; unless ``lower``, end the program if one would fall or its texts changed."""
    floors = load()
    if problems := [] if lower else missed(floors, found):
        raise SystemExit("\n".join([*problems, "Nothing was pinned; --lower-floors pins it all the same."]))
    partial = FILE.with_suffix(".partial")
    partial.write_text(json.dumps({**floors, **of(found)}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    partial.replace(FILE)
