"""What a run has told of the inputs in work, for the hot folder's log. Plain data; knows no file and no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from trans.outcome import KEPT, Outcome


@dataclass(slots=True)
class Told:
    """What a run has told of one input, which may hold a million articles. ``again``: the input had failed before."""

    again: bool = False
    outcomes: int = 0
    failed: int = 0
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.outcomes += 1
        if outcome.status == "failed":
            # A kill is dealt with: its file has done what it came for.
            self.failed += not outcome.withdrawn
            if len(self.failures) < KEPT:
                self.failures.append(outcome)

    def warnings(self, name: str, again_s: float | None) -> Iterator[str]:
        """Yield a line on each failure of the input ``name``, which is tried again in so many seconds, or not at all."""
        for outcome in self.failures:
            again = again_s is not None and not outcome.withdrawn
            what = f"tried again in {again_s:.0f} s" if again else outcome.hint
            yield f"{outcome.id} {outcome.reason} ({what})"
        if self.failed > len(self.failures):
            yield f"{name}: {self.failed - len(self.failures)} more failures"


def told_of(article_id: str, told: Mapping[str, Told]) -> Told:
    """Return what was told of the input that holds an article: it itself, or the file of many above it."""
    above = map(str, PurePosixPath(article_id).parents)
    return told.get(article_id) or next((told[name] for name in above if name in told), Told())


def counted(outcome: Outcome) -> str:
    """Return the flags of a brief in brackets: ' (1 error, 2 warnings)', or nothing where there is none."""
    counted = [
        f"{count} {severity}{'s' if count > 1 else ''}"
        for severity in ("error", "warning")
        if (count := outcome.flags.get(severity, 0))
    ]
    return f" ({', '.join(counted)})" if counted else ""
