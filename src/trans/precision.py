"""How often a check is right, as measured: what orders flags and briefs, worst first. The count of flags does not."""

from collections.abc import Iterable
from math import prod

from trans.brief import Flag, Severity

# (right + 1) / (read + 2) of the 52 findings in 995 lines of real opus-mt output, read one by one (docs/checks.md).
_MEASURED: dict[tuple[str, Severity], float] = {
    ("numbers", "error"): 17 / 18,
    ("lost", "error"): 8 / 9,
    ("terms", "warning"): 4 / 5,
    ("lost", "warning"): 6 / 8,
    ("negation", "warning"): 3 / 4,
    ("verbatim", "warning"): 3 / 4,
    ("names", "warning"): 5 / 7,
    ("numbers", "warning"): 2 / 4,
    # Two read, both right; and none among 2,997 lines of people's and good translations.
    ("loop", "error"): 0.95,
    # Of the project's samples all was found rightly, and of 38,000 sentences of written Arabic none (docs/checks.md).
    ("language", "error"): 0.98,
    ("language", "warning"): 0.9,
    # Quotes the source.
    ("standing", "error"): 1.0,
    ("standing", "warning"): 1.0,
}
# For checks that found too little there to judge: less than any that was read.
_UNMEASURED: dict[Severity, float] = {"error": 0.85, "warning": 0.5, "info": 0.05}


def precision(flag: Flag) -> float:
    """Return the share of flags like this one that are right, 0 to 1."""
    return _MEASURED.get((flag.check, flag.severity), _UNMEASURED[flag.severity])


def risk(flags: Iterable[Flag]) -> float:
    """Return the probability that an error or warning among ``flags`` is right, each check counted once; 3 decimals."""
    best: dict[str, float] = {}
    for flag in flags:
        if flag.severity != "info":
            best[flag.check] = max(best.get(flag.check, 0.0), precision(flag))
    return round(1 - prod(1 - share for share in best.values()), 3)
