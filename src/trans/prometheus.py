"""A service's status as a textfile for Prometheus' node exporter. Knows the names and units of its metrics, and no clock."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trans.store import write_atomically
from trans.watch_status import Status

if TYPE_CHECKING:
    from prometheus_client import Metric


def write_textfile(path: Path, status: Status) -> None:
    """Write the metrics of ``status``, whole or not at all. Raises ``OSError``."""
    from prometheus_client import CollectorRegistry, generate_latest

    class Collector:
        def collect(self) -> "Iterator[Metric]":
            yield from _metrics(status)

    registry = CollectorRegistry()
    registry.register(Collector())
    # The library's own way to write has temporary files of names that can be guessed, where others may have put links.
    write_atomically(path, generate_latest(registry))


def _metrics(status: Status) -> "Iterator[Metric]":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    # A folder's name need not be UTF-8, and a label has to be.
    labels = {
        name: text.encode("utf-8", "backslashreplace").decode()
        for name, text in (("folder", status.folder), ("profile", status.profile))
    }

    def gauge(name: str, about: str, value: float | None) -> "Iterator[Metric]":
        # What is not known is not there: a zero would be a measurement.
        if value is not None:
            family = GaugeMetricFamily(f"trans_watch_{name}", about, labels=list(labels))
            family.add_metric(list(labels.values()), value)
            yield family

    def counter(name: str, about: str, value: int) -> "Iterator[Metric]":
        family = CounterMetricFamily(f"trans_watch_{name}", about, labels=list(labels))
        family.add_metric(list(labels.values()), value)
        yield family

    yield from gauge("up", "1 while trans watch works, 0 once it has ended.", float(status.state != "ended"))
    yield from gauge("waiting", "1 while a problem such as a full disk keeps it waiting.", float(bool(status.problem)))
    yield from gauge("started_timestamp_seconds", "When it was started.", _seconds(status.started))
    yield from gauge("updated_timestamp_seconds", "When these figures were written.", _seconds(status.updated))
    yield from gauge("last_success_timestamp_seconds", "When a brief was last written.", _seconds(status.last_success))
    yield from gauge("queue_files", "Files to be read.", status.queue)
    yield from gauge("oldest_unread_seconds", "Age of the oldest unread file.", status.oldest_unread_s or 0.0)
    yield from gauge("seconds_per_article", "Mean time of the last articles.", status.seconds_an_article)
    yield from gauge("disk_free_bytes", "Free space of the output folder's disk.", status.disk_free_bytes)
    yield from counter("written_articles", "Articles whose briefs were written.", status.written)
    yield from counter("failures", "Articles that failed; trying one again is not counted.", status.failures)


def _seconds(moment: str | None) -> float | None:
    return datetime.fromisoformat(moment).timestamp() if moment else None
