"""The weights of ``trans.checks.lost``: logistic regression on translations that are whole and on ones cut on purpose.

``python -m training.lost BITEXT...`` takes pairs of files, ``SOURCE:TARGET``, line by line a translation that can be trusted, not
the text that the lexicon was learned from. It prints the weights and, for some thresholds, how many whole translations they flag
and how many cut ones. Nothing of the text is kept.
"""

import argparse
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy
import numpy.typing

from trans.checks.evidence import weigh

Floats = numpy.typing.NDArray[numpy.float64]
Cut = Callable[[str, random.Random], str | None]

_COMMA = re.compile(r"[,;:–—]\s+")
_CONJUNCTION = re.compile(r"[,;:–—]\s+|\s+(?=(?:and|but|while|which|who|after|before|because|when|where|as)\s)")
_SUBORDINATE = re.compile(r"\s+(?=(?:which|who|that|because|when|while|where|after|before|as|to)\s)")
_MIN_WORDS = 3
RIDGE = 1e-3
STEPS = 40


def at(pattern: re.Pattern[str], which: int) -> Cut:
    """Cut the text at its first (0) or last (-1) match that leaves and takes three words."""

    def cut(text: str, draw: random.Random) -> str | None:
        matches = [
            match
            for match in pattern.finditer(text)
            if min(len(text[match.end() :].split()), len(text[: match.start()].split())) >= _MIN_WORDS
        ]
        return text[: matches[which].start()].rstrip(" ,;:–—") + draw.choice(("", ".")) if matches else None

    return cut


def keep(first: float, last: float) -> Cut:
    """Keep a share of the words."""

    def cut(text: str, draw: random.Random) -> str | None:
        words = text.split()
        kept = words[round(first * len(words)) : round(last * len(words))]
        return " ".join(kept) + draw.choice(("", ".")) if len(words) >= 2 * _MIN_WORDS else None

    return cut


# What is cut, always from the end (the check turns the text round to see its start), and how much each weighs: for a warning
# mostly the last clause, for an error half of the text.
WARNING: dict[str, tuple[Cut, float]] = {
    "last clause": (at(_CONJUNCTION, -1), 3.0),
    "last comma": (at(_COMMA, -1), 2.0),
    "last subordinate clause": (at(_SUBORDINATE, -1), 1.0),
    "first comma": (at(_COMMA, 0), 0.5),
    "last third": (keep(0, 0.67), 1.0),
    "last half": (keep(0, 0.5), 1.0),
}
ERROR = {"last half": WARNING["last half"]}


def features(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], Floats]:
    """Return the features' names and values, shape (texts, features)."""
    rows = [evidence.at_end for source, target in pairs if (evidence := weigh(source, target))]
    return list(rows[0]), numpy.array([list(row.values()) for row in rows])


def fit(whole: Sequence[Floats], cut: Sequence[tuple[Floats, float]]) -> Floats:
    """Return the weights, the constant first; whole and cut text weigh the same, and every set of whole text."""
    values = numpy.concatenate([*whole, *(rows for rows, _ in cut)])
    share = sum(weight for _, weight in cut)
    weights = numpy.concatenate(
        [
            *(numpy.full(len(rows), 0.5 / len(whole) / len(rows)) for rows in whole),
            *(numpy.full(len(rows), 0.5 * weight / share / len(rows)) for rows, weight in cut),
        ]
    )
    truth = numpy.repeat([0.0, 1.0], [sum(map(len, whole)), sum(len(rows) for rows, _ in cut)])
    mean, deviation = values.mean(0), values.std(0) + 1e-9
    scaled = numpy.concatenate([numpy.ones((len(values), 1)), (values - mean) / deviation], axis=1)
    found = numpy.zeros(scaled.shape[1])
    ridge = numpy.diag([0.0, *[RIDGE] * values.shape[1]])
    for _ in range(STEPS):  # Newton's method
        guess = 1 / (1 + numpy.exp(-numpy.clip(scaled @ found, -30, 30)))
        slope = scaled.T @ (weights * (guess - truth)) + ridge @ found
        bend = (scaled * (weights * guess * (1 - guess))[:, None]).T @ scaled + ridge
        found -= numpy.linalg.solve(bend, slope)
    return numpy.array([found[0] - (found[1:] * mean / deviation).sum(), *(found[1:] / deviation)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bitext", nargs="+", help="SOURCE:TARGET, two files of equally many lines")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sets = {}
    for files in arguments.bitext:
        source, target = (Path(name).read_text(encoding="utf-8").splitlines() for name in files.split(":"))
        sets[files] = list(zip(source, target, strict=True))
    for title, cuts in {"WARNING": WARNING, "ERROR": ERROR}.items():
        whole, spoilt = {}, {}
        for files, pairs in sets.items():
            names, whole[files] = features(pairs)
            for name, (cut, weight) in cuts.items():
                draw = random.Random(f"{arguments.seed} {name}")
                made = [(source, text) for source, target in pairs if (text := cut(target, draw))]
                spoilt[files, name] = features(made)[1], weight
        weights = fit(list(whole.values()), list(spoilt.values()))
        print(title, {name: round(float(weight), 2) for name, weight in zip(["", *names], weights, strict=True)})
        scores = numpy.concatenate([rows @ weights[1:] + weights[0] for rows in whole.values()])
        for flagged in (0.001, 0.002, 0.01, 0.02, 0.03, 0.04):
            threshold = float(numpy.quantile(scores, 1 - flagged))
            print(f"  above {threshold:.2f}")
            for files, rows in whole.items():
                print(f"    {files}: {(rows @ weights[1:] + weights[0] > threshold).mean():.4f} of the whole ones")
                for name in cuts:
                    cut_rows = spoilt[files, name][0]
                    print(f"      {name}: {(cut_rows @ weights[1:] + weights[0] > threshold).mean():.3f}")


if __name__ == "__main__":
    main()
