"""How the time to read and cut a text grows with its length, for runs that make regular expressions choke.

``python bench/patterns.py`` prints, for each run, the processor time of a text four times as long over that of a short one:
about 4 is linear, 16 quadratic. Exits with 1 where one is over 10.
"""

import sys
import time
from collections.abc import Callable, Sequence

from trans.sources.layout import parse
from trans.text import segments, without_links

RUNS = [
    "a",
    "a1B",
    "a.",
    "a-",
    "a_",
    "a@",
    "@",
    "#ا",
    "-",
    ".",
    "1",
    "1.",
    "|",
    "\t",
    '"',
    "' ",
    '."',
    " ",
    "\u00a0",
    "ا",
    "ا.",
]
RUNS += ["كلمة ", "أ. ", "! ", "!", "«", "ا|", "ا\t", "www.", "http://", "data:", "a@b.", "/", "ـ", "\u0651"]


def growth(work: Callable[[str], object], unit: str, end: str) -> float:
    """Return how much longer a text of four times the length takes; what takes under two milliseconds counts as two."""
    costs = []
    for chars in (12_000, 48_000):
        text = unit * (chars // len(unit)) + end
        started = time.process_time()
        work(text)
        costs.append(max(time.process_time() - started, 0.002))
    return costs[1] / costs[0]


def cut(text: str) -> None:
    segments(text, limit=64, count=_quarters)
    without_links(text)


def lay_out(text: str) -> None:
    parse(f"# ا{text}\n\n{text}", markdown=True)


def main() -> int:
    worst = 0.0
    for unit in RUNS:
        for work in (cut, lay_out):
            # The best of some tries: other work on the machine makes a single one look bad.
            grown = max(min(growth(work, unit, end) for _ in range(3)) for end in ("خبر", " x"))
            worst = max(worst, grown)
            print(f"{grown:5.1f}  {work.__name__:<8} {unit!r}")
    return int(worst > 10)


def _quarters(texts: Sequence[str]) -> list[int]:
    return [len(text) // 4 + 1 for text in texts]


if __name__ == "__main__":
    sys.exit(main())
