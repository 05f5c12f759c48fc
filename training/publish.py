"""``python -m training.publish translator|summarizer``: put an exported model into the package, if it scores higher.

Higher means: no score below its floor, and one at least a whole percent above. The floors rise with it, so that the
next one has to be better still. Writes the model's card with the scores just measured.
"""

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from training import floors
from training.evaluate import (
    EMBEDDED,
    SUMMARIZER,
    TRANSLATOR,
    evaluate_summarizer,
    evaluate_translator,
    summary_sets,
    translation_sets,
)
from training.export import EXPORTED
from training.place import checkpoints
from training.scores import Result

CARDS = Path(__file__).parent / "cards"

# What the package may grow by: megabytes of fp16 weights.
MAX_MB = {TRANSLATOR: 20, SUMMARIZER: 10}


def main() -> None:
    """Parse the command line, score and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=["translator", "summarizer"])
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv: scored too")
    parser.add_argument("--lower-floors", action="store_true", help="publish it even if a score falls")
    args = parser.parse_args()
    name = TRANSLATOR if args.model == "translator" else SUMMARIZER
    size = (EXPORTED / name / "model.safetensors").stat().st_size / 1e6
    if size > MAX_MB[name]:
        raise SystemExit(f"Not published: {size:.1f} MB of weights, at most {MAX_MB[name]} may be.")
    if args.model == "translator":
        found = evaluate_translator(EXPORTED, translation_sets(args.others))
    else:
        found = evaluate_summarizer(EXPORTED, summary_sets())
    if not args.lower_floors and not floors.risen(floors.load(), found):
        raise SystemExit("Not published: no score rose by a whole percent.")
    steps = int(checkpoints(args.model)[-1].name.split("-")[1])
    (EXPORTED / name / "README.md").write_text(card(name, EXPORTED / name, steps, found), encoding="utf-8")
    # The floors first: they refuse a model that is worse. Everything else can be done again.
    floors.pin(found, lower=args.lower_floors)
    beside = EMBEDDED / f".{name}"
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(EXPORTED / name, beside)
    shutil.rmtree(EMBEDDED / name)
    beside.rename(EMBEDDED / name)


def card(name: str, folder: Path, steps: int, found: Mapping[str, Result]) -> str:
    """Return the model's card: ``cards/NAME.md`` with its configuration, steps and scores filled in."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    scores = ["| held-out text | score | value | how |", "|---|---|---|---|"]
    for title, result in found.items():
        # A sacrebleu signature has the table's own separator in it.
        rows = [(score.name, f"{score.value:.1f}", score.how.replace("|", " ")) for score in result.scores]
        scores += [f"| {' | '.join((title, *row))} |" for row in rows]
    values = {
        **config,
        "megabytes": f"{(folder / 'model.safetensors').stat().st_size / 1e6:.1f}",
        "steps": f"{steps:,}",
    }
    text = (CARDS / f"{name}.md").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", str(value))
    return text.replace("{scores}", "\n".join(scores))


if __name__ == "__main__":
    main()
