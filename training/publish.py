"""``python -m training.publish translator|summarizer``: put an exported model into the package, if it scores higher.

Higher means: no score below its floor, and at least one score of the whole held-out set above it. The floors rise
with it, so that the next one has to be better still.
"""

import argparse
import shutil
from pathlib import Path

from training import floors
from training.evaluate import (
    EMBEDDED,
    SUMMARIZER,
    TRANSLATOR,
    score_summarizer,
    score_translator,
    summary_sets,
    translation_sets,
)
from training.export import EXPORTED


def main() -> None:
    """Parse the command line, score and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=["translator", "summarizer"])
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv: scored too")
    parser.add_argument("--lower-floors", action="store_true", help="publish it even if a score falls")
    args = parser.parse_args()
    if args.model == "translator":
        found = {name: score_translator(EXPORTED, pairs)[0] for name, pairs in translation_sets(args.others).items()}
    else:
        found = {name: score_summarizer(EXPORTED, pairs)[0] for name, pairs in summary_sets().items()}
    before = floors.load()
    floors.pin(found, lower=args.lower_floors)
    if floors.load() == before:
        raise SystemExit("Not published: no score rose by a whole percent.")
    name = TRANSLATOR if args.model == "translator" else SUMMARIZER
    for path in sorted((EXPORTED / name).iterdir()):
        shutil.copyfile(path, EMBEDDED / name / path.name)
    for row, scores in found.items():
        print(row, *(f"{score.name} {score.value:.1f}" for score in scores), sep="\n  ")


if __name__ == "__main__":
    main()
