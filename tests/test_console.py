"""The closing table: it adds up, also of a run that ended before its end, and speaks of no brief where there is none."""

import io
from collections import Counter

from trans.console import PlainConsole, show_report
from trans.outcome import Outcome, Report


def shown(report: Report, left: int | None = 0) -> str:
    stream = io.StringIO()
    show_report(PlainConsole(file=stream, soft_wrap=True), report, "full/out", demo=False, seconds=1.0, left=left)
    return stream.getvalue()


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_run_that_made_nothing_says_so_and_speaks_of_no_briefs() -> None:
    assert lines(shown(Report(), 3)) == ["0 written", "3 not made (the run ended)"]


def test_where_nobody_knows_how_many_are_left_it_says_that_the_rest_is() -> None:
    report = Report(counts=Counter(written=2), flags=Counter(error=1))
    said = lines(shown(report, None))
    assert said == ["2 written", "The rest was not made.", "Flags to check: 1 error", "Briefs are in full/out (1.0 s)"]


def test_a_whole_run_has_none_left() -> None:
    said = lines(shown(Report(counts=Counter(skipped=2))))
    assert said == ["0 written", "2 done already", "Flags to check: none", "Briefs are in full/out (1.0 s)"]


def test_failures_alone_are_no_briefs() -> None:
    report = Report()
    report.add(Outcome("a.txt", "failed", "it is empty", "Look at it."))
    assert lines(shown(report)) == ["0 written", "1 failed", "failed: a.txt: it is empty", "Look at it."]
