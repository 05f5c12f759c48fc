"""What a run tells: what became of each article, and how much was decoded. Plain data; the console and the log read it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from trans.store import Written

# Articles that the closing table names; more is a wall of text, and --log-json has them all.
KEPT = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article. ``status``: written, refreshed (checked or rendered again), skipped, failed.

    ``flags`` counts by severity, ``risk`` is the probability that one of them is right, ``worst`` what the first one says.
    ``withdrawn``: it failed because its publisher has taken it back, and will not do better another time.
    """

    id: str
    status: str
    reason: str = ""
    hint: str = ""
    files: tuple[Written, ...] = ()
    flags: dict[str, int] = field(default_factory=dict)
    risk: float = 0.0
    worst: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Decoded:
    """Texts that were taken on, and texts and target tokens that were finished, since the last event."""

    taken_on: int
    texts: int
    tokens: int


Event = Outcome | Decoded
OnEvent = Callable[[Event], None]


@dataclass(slots=True)
class Report:
    """The sum of a run; grows with each outcome, but not with the number of articles.

    ``failures`` holds the first ``KEPT`` of them, ``worst`` the ``KEPT`` briefs that are likeliest to be wrong, of
    ``flagged`` with an error or a warning. ``ended_early``: it was asked to end, and not all inputs were read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)
    worst: list[Outcome] = field(default_factory=list)
    flagged: int = 0
    interrupted: bool = False
    ended_early: bool = False

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.status] += 1
        self.flags.update(outcome.flags)
        if outcome.status == "failed" and len(self.failures) < KEPT:
            self.failures.append(outcome)
        if outcome.risk:
            self.flagged += 1
            self.worst = sorted([*self.worst, outcome], key=_badness)[:KEPT]


def _badness(outcome: Outcome) -> tuple[bool, float, str]:
    return not outcome.flags.get("error"), -outcome.risk, outcome.id
