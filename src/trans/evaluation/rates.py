"""How often the checks find something, per 100 lines: what a score against references does not tell an editor. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trans.brief import SEVERITIES, Flag, Severity


@dataclass(frozen=True, slots=True)
class Rates:
    """Flags of ``lines`` lines. ``flagged`` counts lines by the severity of their worst flag, ``flags`` flags by check, the
    one with most errors first.
    """

    lines: int
    flagged: dict[Severity, int]
    flags: dict[str, dict[Severity, int]]

    def per_100(self, count: int) -> float:
        return 100 * count / self.lines


def rates(flags: Sequence[Sequence[Flag]]) -> Rates:
    """Return the rates of the flags of each line, worst first as the checks give them."""
    flagged = Counter(found[0].severity for found in flags if found)
    by_check: dict[str, Counter[Severity]] = {}
    for found in flags:
        for flag in found:
            by_check.setdefault(flag.check, Counter())[flag.severity] += 1
    ordered = sorted(by_check.items(), key=lambda item: ([-item[1][severity] for severity in SEVERITIES], item[0]))
    return Rates(
        lines=len(flags),
        flagged={severity: flagged[severity] for severity in SEVERITIES},
        flags={check: {severity: counts[severity] for severity in SEVERITIES} for check, counts in ordered},
    )
