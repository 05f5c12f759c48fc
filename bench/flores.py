"""Scores of real systems on FLORES dev, Arabic to English, beside the figures that were published with their output.

    python bench/flores.py FOLDER [--json]

FOLDER has ``reference.en`` and ``SYSTEM.en`` files, a sentence a line: outputs of the Firefox Translations evaluations. All 997
lines count, the two that are wrong in FLORES itself too, since the published figures are of them. Prints each system's BLEU,
chrF and TER with 95% intervals, and how far its BLEU is from the published one.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from trans.bitext import read_lines
from trans.evaluation.evaluate import Output, evaluate
from trans.evaluation.record import record

# BLEU as published, one decimal; of bergamot-base none is known here.
PUBLISHED = {"argos": 30.0, "opusmt": 33.9, "nllb": 37.5, "google": 46.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    arguments = parser.parse_args()
    reference = read_lines(arguments.folder / "reference.en")
    rows = []
    for path in sorted(arguments.folder.glob("*.en")):
        if path.name != "reference.en":
            found = evaluate([Output(path.stem, read_lines(path))], [reference])
            rows.append(_row(record(found)["systems"][0]))
    if arguments.as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        scores = "  ".join(f"{name} {score:5.1f} ({low:.1f} to {high:.1f})" for name, score, low, high in row["scores"])
        off = "" if row["published"] is None else f"  published {row['published']}, off by {row['off']:+.2f}"
        print(f"{row['system']:15}{scores}{off}")
    print(rows[0]["signature"])


def _row(system: dict[str, Any]) -> dict[str, Any]:
    published = PUBLISHED.get(system["name"])
    bleu = system["scores"][0]
    return {
        "system": system["name"],
        "scores": [(score["measure"], score["score"], score["low"], score["high"]) for score in system["scores"]],
        "signature": bleu["signature"],
        "published": published,
        "off": None if published is None else round(bleu["score"] - published, 2),
    }


if __name__ == "__main__":
    main()
