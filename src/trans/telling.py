"""Tells what became of articles: to the report, to whoever watches, and to the index of the output folder."""

from collections.abc import Iterable

from trans.index_updates import IndexUpdates
from trans.outcome import OnEvent, Outcome, Report


def tell(outcomes: Iterable[Outcome], report: Report, on_event: OnEvent, index: IndexUpdates | None) -> None:
    """Tell of outcomes that are on disk. The page is updated after them all, if it is time for that."""
    for outcome in outcomes:
        report.add(outcome)
        on_event(outcome)
        if index and outcome.status == "failed":
            index.failed(outcome.id, outcome.reason)
        elif index:
            index.made(outcome.id)
    if index:
        index.progressed()
