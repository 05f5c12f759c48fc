"""A machine of a Ray cluster that leaves in mid-run: two nodes here, each with one processor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_cluster import all_of, alone, contents, pytestmark, run, tiny
from texts import article

from trans.outcome import Event, Outcome

__all__ = ["pytestmark"]


@pytest.fixture
def nodes() -> Iterator[tuple[Any, Any]]:
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    yield cluster, second
    ray.shutdown()
    cluster.shutdown()  # type: ignore[no-untyped-call]


def test_a_node_that_leaves_costs_no_brief(tmp_path: Path, nodes: tuple[Any, Any]) -> None:
    cluster, second = nodes
    folder = tmp_path / "inputs"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(article(headline=f"الخبر رقم {number}"), encoding="utf-8")
    left: list[Event] = []

    def leave(event: Event) -> None:
        if isinstance(event, Outcome) and not left:
            left.append(event)
            cluster.remove_node(second, allow_graceful=False)

    report, told = run(folder, on_event=leave, profile=tiny(window_articles=1))
    assert left
    assert not report.failures
    assert told == all_of("written")
    assert contents(tmp_path / "out") == alone(folder)
