"""What a measure is: numbers taken of each line once, and a score of any sum of them. Knows no measure by name.

So a score can be computed of thousands of drawn sets of lines without looking at the texts again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy
import numpy.typing

Floats = numpy.typing.NDArray[numpy.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One measure of one system's output.

    ``rows`` has the statistics, shape (lines, statistics); ``score`` makes of their sum a score, mostly 0 to 100.
    ``signature`` says how it was computed, in sacrebleu's form; ``falls`` is true where less is better.
    """

    name: str
    rows: Floats
    score: Callable[[Floats], float]
    signature: str
    falls: bool = False

    def whole(self) -> float:
        """Return the score of all lines."""
        return self.score(self.rows.sum(0))

    def lines(self) -> tuple[float, ...]:
        """Return the score of each line by itself."""
        return tuple(map(self.score, self.rows))
