"""The comparison of two runs as text for a terminal, and as JSON (``trans.diff/1``). Pure: lines out, a line a text."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from trans.brief import SEVERITIES
from trans.difference import Compared, Difference, Side
from trans.difference_totals import Totals
from trans.plainly import json_escaped, one_line
from trans.render import diff_labels as labels

SCHEMA = "trans.diff/1"


def head(totals: Totals) -> Iterator[str]:
    """Yield what stands on top: the folders, what the briefs were made with, the sums, what is in one folder only."""
    yield one_line(f"A  {totals.a}")
    yield one_line(f"B  {totals.b}")
    settings = labels.with_values(totals)
    yield "Made with the same models and settings." if not settings else "Made with other models or settings:"
    for name, a, b, briefs in settings:
        yield one_line(f"  {name}: A {a}, B {b} ({briefs})")
    yield from labels.sums(totals)
    for side, names in (("A", totals.only_in_a), ("B", totals.only_in_b)):
        for name in names:
            yield one_line(f"  only in {side}: {name}")


def body(compared: Compared) -> Iterator[str]:
    """Yield the differences of a brief, none where there are none."""
    if compared.differences:
        yield ""
        yield one_line(f"{compared.id}: {compared.title}" if compared.title else compared.id)
    for difference in compared.differences:
        told = labels.remark(difference)
        yield f"  {labels.place(difference)}{f' ({told})' if told else ''}"
        yield from (one_line(f"    {line}") for line in _texts(difference))
        for change, flags in (("lost", difference.lost), ("gained", difference.gained)):
            for flag in flags:
                yield one_line(f"    {change}: {labels.severity(flag)}: {flag.message} [{flag.check}]")


def json_head(totals: Totals) -> str:
    """Return the object up to its last key, ``briefs``, whose list is to follow, and an end: ``]}``."""
    document = {
        "schema": SCHEMA,
        "a": totals.a,
        "b": totals.b,
        "settings": [{**asdict(setting), "briefs": count} for setting, count in totals.settings],
        "counts": {
            "briefs": totals.both,
            "briefs_differ": totals.differ,
            "sentences": totals.sentences,
            "sentences_differ": totals.sentences_differ,
            "summaries": totals.summaries,
            "summaries_differ": totals.summaries_differ,
            "places_with_flags": totals.places_with_flags,
            "flags_lost": {severity: totals.lost[severity] for severity in SEVERITIES},
            "flags_gained": {severity: totals.gained[severity] for severity in SEVERITIES},
        },
        "only_in_a": totals.only_in_a,
        "only_in_b": totals.only_in_b,
        "unreadable": [asdict(problem) for problem in totals.unreadable],
    }
    return _json(document).removesuffix("}") + ', "briefs": ['


def json_body(compared: Compared) -> str:
    """Return a brief that differs, as an item of that list."""
    differences = [
        {
            "how": difference.how,
            "where": difference.where,
            "a": _side(difference.a),
            "b": _side(difference.b),
            "lost": [asdict(flag) for flag in difference.lost],
            "gained": [asdict(flag) for flag in difference.gained],
        }
        for difference in compared.differences
    ]
    return _json({"id": compared.id, "title": compared.title, "differences": differences})


def _texts(difference: Difference) -> Iterator[str]:
    a, b = difference.a, difference.b
    if difference.how == "flags":
        return
    two = difference.how == "arabic" or not (a and b)
    if b and not two:
        yield f"Arabic: {b.arabic}"
    same = difference.how == "english" and not difference.text_differs
    for name, side in (("A", a), ("B", b)):
        if side is None:
            continue
        if two:
            yield f"{name}, Arabic: {side.arabic}"
        if same:
            name = "A and B"
        who = labels.edited(side)
        yield f"{name}{f' ({who})' if who else ''}: {side.english}"
        if same:
            return


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "paragraph": side.paragraph,
        "sentences": list(side.sentences),
        "ar": side.arabic,
        "en": side.english,
        "edited_by": list(side.editors),
    }


def _json(document: dict[str, Any]) -> str:
    return json_escaped(json.dumps(document, ensure_ascii=False))
