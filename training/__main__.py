"""``python -m training``: the whole recipe, each step as its own command does it. ``make train-tiny`` runs it.

Stopped at any moment and started again, it goes on from the last checkpoint. ``--smoke`` runs every step on a little
text for a minute, to see that the recipe works; its models are worth nothing.
"""

import argparse
from pathlib import Path

from training import align, evaluate, export, plot, prepare, summarizer, translator
from training.place import DEFAULT_RUNS, RUNS

SMOKE_STEPS = 2
SMOKE_FILES = 1
SMOKE_TEXTS = 4
# A seventh of a batch: two steps and what is measured after them took 22 s of a processor with whole ones.
SMOKE_TOKENS = 600


def main() -> None:
    """Parse the command line and do every step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv")
    parser.add_argument("--translator-steps", type=int, default=translator.STEPS)
    parser.add_argument("--summarizer-steps", type=int, default=summarizer.STEPS)
    parser.add_argument("--bf16", action="store_true", help="mixed precision: faster with AVX512-BF16, AMX or a GPU")
    parser.add_argument("--smoke", action="store_true", help="a few steps on a little text")
    args = parser.parse_args()
    if args.smoke and RUNS == DEFAULT_RUNS:
        parser.error("--smoke would leave its models where the real ones go on: set TRAINING_RUNS to another folder")
    prepare.prepare(args.others, files=SMOKE_FILES if args.smoke else None)
    align.align()
    if args.smoke:
        translator.train(SMOKE_STEPS, bf16=args.bf16, batch_tokens=SMOKE_TOKENS)
    else:
        translator.train(args.translator_steps, bf16=args.bf16)
    summarizer.train(SMOKE_STEPS if args.smoke else args.summarizer_steps, bf16=args.bf16)
    export.export_translator()
    export.export_summarizer()
    for run in ("translator", "summarizer"):
        print(plot.plot(run))
    texts = SMOKE_TEXTS if args.smoke else None
    sets = {name: pairs[:texts] for name, pairs in evaluate.translation_sets(args.others).items()}
    evaluate.evaluate_translator(export.EXPORTED, sets)
    sets = {name: pairs[:texts] for name, pairs in evaluate.summary_sets().items()}
    evaluate.evaluate_summarizer(export.EXPORTED, sets)
    print(
        f"Models and curves are under {RUNS}. If they are better: python -m training.publish translator (or summarizer)"
    )


if __name__ == "__main__":
    main()
