"""A run on a cluster elsewhere, through Ray's client: here a head node on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_cluster import all_of, alone, contents, run
from test_cluster import pytestmark as of_ray
from texts import article

from trans.errors import TransError

pytestmark = [*of_ray, pytest.mark.long]

# A head node takes ten seconds to start, and longer on a machine with much else to do.
_START_S = 90


def _free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [server.getsockname()[1] for server in taken]
    for server in taken:
        server.close()
    return ports


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("grpc", reason="no tests of Ray's client: pip install 'ray[client]'")
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    port, client = _free_ports(2)
    head = subprocess.Popen(
        [
            *(
                Path(sys.executable).parent / "ray",
                "start",
                "--head",
                "--block",
                "--num-cpus=2",
                "--disable-usage-stats",
            ),
            *(f"--port={port}", f"--ray-client-server-port={client}", "--include-dashboard=false"),
            *("--object-store-memory=300000000", f"--temp-dir={tmp_path_factory.mktemp('r')}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
    )
    try:
        until = time.monotonic() + _START_S
        while head.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", client), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"ray://127.0.0.1:{client}"
    finally:
        head.terminate()
        head.wait(_START_S)


def test_a_cluster_elsewhere_makes_the_same_briefs(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(article(headline=f"الخبر رقم {number}"), encoding="utf-8")
    try:
        _, told = run(folder, address=address)
    except TransError:
        # Ray's proxy forks a server for each client with threads at work, and now and then that one hangs.
        _, told = run(folder, address=address)
    assert told == all_of("written")
    assert contents(tmp_path / "out") == alone(folder)
