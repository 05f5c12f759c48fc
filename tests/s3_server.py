"""An S3 server on loopback (moto's), as a user would name it: by the variables that every S3 client reads.

A test module makes the fixtures its own with ``pytest_plugins = ("s3_server",)``.
"""

import itertools
import os
from collections.abc import Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

_numbers = itertools.count(1)


class Server:
    """Where it is, and the requests that came: 'GET /bucket/key' or, with the query, 'GET /bucket?list-type=2&prefix=...'."""

    def __init__(self, endpoint: str, requests: list[str]) -> None:
        self.endpoint = endpoint
        self.requests = requests

    def count(self, method: str) -> int:
        """Return how many requests of a kind came."""
        return sum(request.startswith(f"{method} ") for request in self.requests)

    def forget_connections(self) -> None:
        """Have the next address opened anew: for tests that change the environment."""
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Server]:
    """The server, started once. No test may count on what another left in it."""
    pytest.importorskip("s3fs", reason="no tests over S3: pip install s3fs 'moto[s3,server]'")
    pytest.importorskip("moto.server", reason="no tests over S3: pip install s3fs 'moto[s3,server]'")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication
    from moto.server import ThreadedMotoServer

    requests: list[str] = []
    answer = DomainDispatcherApplication.__call__

    def noted(self: DomainDispatcherApplication, environ: WSGIEnvironment, start_response: StartResponse) -> object:
        query = environ.get("QUERY_STRING", "")
        requests.append(f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}{'?' if query else ''}{query}")
        return answer(self, environ, start_response)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DomainDispatcherApplication, "__call__", noted)
        server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield Server(f"http://{host}:{port}", requests)
        server.stop()


@pytest.fixture
def s3_env(s3_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The environment of a user of that server, and nothing of the machine's own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server.endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    before = _settings()
    s3_server.requests.clear()
    yield s3_server
    # A connection takes half a second to make: it is kept for the next test, unless it may have been made otherwise.
    if _settings() != before:
        s3_server.forget_connections()


def _settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


@pytest.fixture
def bucket(s3_env: Server) -> str:
    """The address of a new, empty bucket: ``s3://NAME``."""
    import s3fs

    name = f"bucket-{next(_numbers)}"
    s3fs.S3FileSystem(use_listings_cache=False).mkdir(name)
    return f"s3://{name}"
