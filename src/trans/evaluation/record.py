"""An evaluation for programs: plain data for JSON. Figures are rounded to what carries meaning."""

from typing import Any

from trans.evaluation.evaluate import Evaluation, System
from trans.evaluation.rates import Rates
from trans.evaluation.resampling import LEVEL, Difference

# Hundredths of a score; intervals are wider by far. Probabilities come in steps of a thousandth.
_DIGITS = 2
_P_DIGITS = 4


def record(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures of ``evaluation``, without its texts."""
    names = [system.output.name for system in evaluation.systems]
    return {
        "kind": evaluation.kind,
        "lines": len(evaluation.references[0]),
        "references": len(evaluation.references),
        "systems": [_system(system) for system in evaluation.systems],
        "differences": [_difference(difference, names) for difference in evaluation.differences],
    }


def _system(system: System) -> dict[str, Any]:
    scores = [
        {
            "measure": score.name,
            "score": round(score.value, _DIGITS),
            "low": round(score.low, _DIGITS),
            "high": round(score.high, _DIGITS),
            "lower_is_better": score.falls,
            "signature": score.signature,
        }
        for score in system.scores
    ]
    return {
        "name": system.output.name,
        "model": dict(system.output.model) or None,
        "scores": scores,
        "checks": _checks(system.rates) if system.rates else None,
    }


def _checks(rates: Rates) -> dict[str, Any]:
    return {
        "lines": rates.lines,
        "flagged": dict(rates.flagged),
        "flags": {check: dict(counts) for check, counts in rates.flags.items()},
        "per_100_lines": {
            check: {severity: round(rates.per_100(count), _DIGITS) for severity, count in counts.items()}
            for check, counts in rates.flags.items()
        },
    }


def _difference(difference: Difference, names: list[str]) -> dict[str, Any]:
    return {
        "measure": difference.name,
        "of": names[1],
        "over": names[0],
        "difference": round(difference.value, _DIGITS),
        "low": round(difference.low, _DIGITS),
        "high": round(difference.high, _DIGITS),
        "p": round(difference.p, _P_DIGITS),
        "level": LEVEL,
        "significant": difference.significant,
        "better": None if difference.better is None else names[difference.better],
    }
