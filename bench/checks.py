"""What the checks find of faults put in on purpose, and how often they cry wolf on people's translations.

    python bench/checks.py --flores FOLDER [--ntrex FOLDER] [--seed 1] [--missed numbers]

Prints JSON: recall by fault, at error and at warning or error, by all checks and by those meant to find it; the share of
lines with false alarms, by check, on a human reference and on a good system; per article, how many carry an error and how
many warnings the median has. ``--missed FAULT`` prints the faults that were not found, ``--alarms NAME`` the lines of that
translation with errors and warnings.
"""

import argparse
import json
import random
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from faults import FAULTS

from trans.brief import Flag
from trans.checks import NAMES, Rules, check_pair
from trans.glossary_file import load

# Wrong lines of the source itself, 1-based.
_WRONG_LINES = {126, 166}
_JUDGED = ("reference.en", "google.en")

Find = Callable[[str, str], list[Flag]]

# The checks that are meant to find a fault; others find it by the way.
_OWN = {
    "last clause dropped": {"lost", "unrelated", "missing"},
    "half dropped": {"lost", "unrelated", "missing"},
    "phrase looped": {"loop"},
    "country replaced": {"names"},
    "left in Arabic": {"arabic"},
}
_NUMBERS = {"numbers"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flores", type=Path, required=True)
    parser.add_argument("--ntrex", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="CHECK", help="run these checks only")
    parser.add_argument("--missed", metavar="FAULT")
    parser.add_argument("--alarms", metavar="FILE", help="such as reference.en, google.en, opusmt.en, or ntrex")
    arguments = parser.parse_args()
    rules = Rules(off=frozenset(set(NAMES) - set(arguments.only)) if arguments.only else frozenset(), glossary=load())

    def find(source: str, target: str) -> list[Flag]:
        return check_pair(source, target, rules)

    sources = _read(arguments.flores / "ar")
    lines = [number for number in range(len(sources)) if number + 1 not in _WRONG_LINES]
    texts = {path.name: _read(path) for path in sorted(arguments.flores.glob("*.en"))}
    documents = _documents(arguments.ntrex) if arguments.ntrex else {}
    if arguments.alarms:
        pairs = (
            [pair for document in documents.values() for pair in document]
            if arguments.alarms == "ntrex"
            else [(sources[number], texts[arguments.alarms][number]) for number in lines]
        )
        _show_alarms(pairs, find)
        return
    if arguments.missed:
        _show_missed([(sources[n], texts["reference.en"][n]) for n in lines], arguments.missed, arguments.seed, find)
        return
    report: dict[str, Any] = {
        "faults": {
            name: _recall([(sources[n], texts["reference.en"][n]) for n in lines], name, arguments.seed, find)
            for name in FAULTS
        },
        "alarms": {
            name: _alarms([(sources[number], english[number]) for number in lines], find)
            for name, english in texts.items()
        },
    }
    if documents:
        report["articles"] = _articles(documents, find)
        joined = [pair for document in documents.values() for pair in document]
        report["alarms"]["ntrex"] = _alarms(joined, find)
    json.dump(report, sys.stdout, indent=1, ensure_ascii=False)
    print()


def _read(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _documents(folder: Path) -> dict[str, list[tuple[str, str]]]:
    found = {}
    for path in sorted(folder.glob("*.sentences.ar")):
        pairs = zip(_read(path), _read(path.with_suffix(".en")), strict=True)
        found[path.name.split(".")[0]] = list(pairs)
    return found


def _spoilt(pairs: list[tuple[str, str]], fault: str, seed: int) -> list[tuple[str, str, str]]:
    made = []
    for number, (source, reference) in enumerate(pairs):
        bad = FAULTS[fault](source, reference, random.Random(f"{seed} {fault} {number}"))
        if bad is not None and bad != reference:
            made.append((source, reference, bad))
    return made


def _recall(pairs: list[tuple[str, str]], fault: str, seed: int, find: Find) -> dict[str, Any]:
    """A fault is found where the spoilt line has a flag; ``already`` of them had it before."""
    found = Counter[str]()
    checks = Counter[str]()
    already = 0
    spoilt = _spoilt(pairs, fault, seed)
    for source, reference, bad in spoilt:
        flags = find(source, bad)
        found.update({flag.severity for flag in flags})
        found["error or warning"] += any(flag.severity != "info" for flag in flags)
        own = [flag for flag in flags if flag.check in _OWN.get(fault, _NUMBERS)]
        found["own error"] += any(flag.severity == "error" for flag in own)
        found["own"] += any(flag.severity != "info" for flag in own)
        checks.update({f"{flag.check} {flag.severity}" for flag in flags if flag.severity != "info"})
        already += any(flag.severity != "info" for flag in find(source, reference))
    count = max(1, len(spoilt))
    return {
        "lines": len(spoilt),
        "error": round(found["error"] / count, 4),
        "error or warning": round(found["error or warning"] / count, 4),
        "own checks: error": round(found["own error"] / count, 4),
        "own checks: error or warning": round(found["own"] / count, 4),
        "already": round(already / count, 4),
        "by": dict(checks.most_common(8)),
    }


def _alarms(pairs: list[tuple[str, str]], find: Find) -> dict[str, Any]:
    lines = Counter[str]()
    by = Counter[str]()
    for source, target in pairs:
        flags = find(source, target)
        by.update({f"{flag.check} {flag.severity}" for flag in flags})
        lines["error"] += any(flag.severity == "error" for flag in flags)
        lines["error or warning"] += any(flag.severity != "info" for flag in flags)
        lines["numbers error"] += any(flag.severity == "error" and flag.check == "numbers" for flag in flags)
    shares = {name: round(lines[name] / len(pairs), 4) for name in ("error", "numbers error", "error or warning")}
    return {"lines": len(pairs), **shares, "by": dict(by.most_common())}


def _articles(documents: dict[str, list[tuple[str, str]]], find: Find) -> dict[str, Any]:
    errors, warnings = [], []
    for pairs in documents.values():
        flags = [flag for source, target in pairs for flag in find(source, target)]
        errors.append(sum(flag.severity == "error" for flag in flags))
        warnings.append(sum(flag.severity == "warning" for flag in flags))
    return {
        "articles": len(documents),
        "with an error": round(sum(count > 0 for count in errors) / len(documents), 4),
        "median warnings": statistics.median(warnings),
        "most warnings": max(warnings),
    }


def _show_alarms(pairs: list[tuple[str, str]], find: Find) -> None:
    for number, (source, target) in enumerate(pairs, start=1):
        for flag in find(source, target):
            if flag.severity != "info":
                print(f"{number} {flag.severity} {flag.check}: {flag.message}\n  {source}\n  {target}")


def _show_missed(pairs: list[tuple[str, str]], fault: str, seed: int, find: Find) -> None:
    for source, reference, bad in _spoilt(pairs, fault, seed):
        if all(flag.severity == "info" for flag in find(source, bad)):
            print(f"{source}\n  {re.sub(r'[ ]+', ' ', reference)}\n  {bad}\n")


if __name__ == "__main__":
    main()
