"""Addresses of remote stores: what they name, what is refused, and what their libraries' errors become."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pytest
import typer
from fsspec.exceptions import FSTimeoutError

from trans.errors import TransError
from trans.locations import Location, RemoteError, is_remote, location, parse_location, remote_errors, what_and_hint

if TYPE_CHECKING:
    from s3_server import Server

pytest_plugins = ("s3_server",)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("inputs", "inputs"),
        ("-", "-"),
        ("/data/a b%20c", "/data/a b%20c"),
        ("file:///data/a%20b", "/data/a b"),
        ("file://localhost/data", "/data"),
        ("notes: s3://b", "notes: s3://b"),
        ("s3:/b/x", "s3:/b/x"),
    ],
)
def test_local_places_are_plain_paths(text: str, path: str) -> None:
    place = location(text)
    assert place == Path(path)
    assert not is_remote(place)
    assert location(place) is place


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("s3://bucket/in/خبر.txt", "s3://bucket/in/خبر.txt"),
        ("s3://bucket/in/", "s3://bucket/in"),
        ("S3://bucket", "s3://bucket/"),
        ("memory://in", "memory://in"),
    ],
)
def test_remote_places_keep_their_address(text: str, shown: str) -> None:
    place = location(text)
    assert is_remote(place)
    assert str(place) == shown
    assert location(place) is place
    assert location(str(place)) == place, "as the manifest keeps it"
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301  (made on the line)


def test_nothing_that_was_listed_is_remembered(bucket: str) -> None:
    here, there = location(f"{bucket}/in"), location(f"{bucket}/in")
    assert is_remote(here)
    assert is_remote(there)
    for count in (1, 2):
        (here / f"{count}.txt").write_bytes(b"x")
        assert len(list(there.iterdir())) == count
    (here / "1.txt").write_bytes(b"longer")
    assert there.fs.info((there / "1.txt").path)["size"] == 6


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("nope://x/y", "in no kind of store", "s3://"),
        ("s3://", "names no bucket", "s3://BUCKET"),
        ("gs:///x", "names no bucket", "gs://BUCKET"),
        ("s3://bucket/../x", "'..'", "whole address"),
        ("s3://bucket/./x", "'.'", "whole address"),
        ("simplecache://x::s3://bucket/x", "'::'", "one store"),
        ("file://elsewhere/x", "on another machine", "file:///PATH"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, what: str, hint: str) -> None:
    with pytest.raises(TransError) as raised:
        location(text)
    assert what in raised.value.message
    assert text in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("scheme", "extra"), [("s3", "s3"), ("s3a", "s3"), ("gs", "gs"), ("abfs", "abfs"), ("az", "abfs")]
)
def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, scheme: str, extra: str) -> None:
    def missing(protocol: str) -> None:
        raise ImportError("No module of that name")

    monkeypatch.setattr("fsspec.get_filesystem_class", missing)
    with pytest.raises(TransError, match=f"missing for {scheme}://") as raised:
        location(f"{scheme}://bucket/x")
    assert raised.value.hint == f"pip install 'trans-briefs[{extra}]'"


def test_the_command_line_takes_addresses_whole() -> None:
    app = typer.Typer()
    taken: list[Location | None] = []

    @app.command()
    def command(
        inputs: Annotated[list[Location], typer.Argument(parser=parse_location)],
        out: Annotated[Location, typer.Option("--out", parser=parse_location)] = Path("outputs"),
        log: Annotated[Location | None, typer.Option("--log", parser=parse_location)] = None,
    ) -> None:
        taken.extend([*inputs, out, log])

    app(["s3://bucket/in", "folder", "--out", "memory://out"], standalone_mode=False)
    assert taken == [location("s3://bucket/in"), Path("folder"), location("memory://out"), None]
    with pytest.raises(TransError, match="names no bucket"):
        app(["s3://"], standalone_mode=False)


def test_local_work_loads_no_library() -> None:
    code = (
        "import sys; from pathlib import Path; from trans.locations import *; import trans.sources\n"
        "with remote_errors(): location('x'), location('file:///x'), is_remote(Path('x'))\n"
        "assert not {'upath', 'fsspec', 's3fs', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)


def broken(server: "Server", address: str) -> RemoteError:
    """What asking a store gives in an environment that has changed."""
    server.forget_connections()
    place = location(address)
    assert is_remote(place)
    with pytest.raises(RemoteError) as raised, remote_errors():
        place.fs.info(place.path)
    return raised.value


def test_missing_credentials_are_said(s3_env: "Server", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "AWS_ACCESS_KEY_ID" in what_and_hint(broken(s3_env, "s3://bucket/x"), "")[1]
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    error = broken(s3_env, "s3a://bucket/x")
    assert "nobody" in str(error)
    assert "AWS_PROFILE" in error.hint


@pytest.mark.parametrize(("endpoint", "hint"), [("http://127.0.0.1:9", "AWS_ENDPOINT_URL"), ("nonsense", "settings")])
def test_a_store_that_does_not_answer_is_said(
    s3_env: "Server", monkeypatch: pytest.MonkeyPatch, endpoint: str, hint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    error = broken(s3_env, "s3://bucket/x")
    assert endpoint in str(error)
    assert "?" not in str(error)
    assert hint in error.hint
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  (as a worker sends it)
    assert (copy.errno, copy.strerror, copy.hint) == (error.errno, error.strerror, error.hint)


def test_an_answer_that_never_comes_is_said() -> None:
    for error in (FSTimeoutError(), TimeoutError()):
        with pytest.raises(RemoteError, match="no answer in time"), remote_errors():
            raise error


def test_what_is_no_fault_of_a_store_goes_through() -> None:
    for error in (ValueError("ours"), KeyError("ours"), FileNotFoundError(2, "ours"), KeyboardInterrupt()):
        with pytest.raises(type(error), match=r"ours|^$"), remote_errors():
            raise error


def test_other_errors_are_a_line_and_what_to_do() -> None:
    assert what_and_hint(PermissionError("Access Denied"), "Mend it.") == (
        "permission denied (Access Denied)",
        "Give yourself the right to it.",
    )
    assert what_and_hint(PermissionError(13, "Permission denied"), "Mend it.")[0] == "permission denied"
    assert what_and_hint(OSError(28, "No space left on device"), "Mend it.") == ("No space left on device", "Mend it.")
    assert what_and_hint(OSError("two\n lines"), "Mend it.")[0] == "two lines"
    assert what_and_hint(OSError(), "Mend it.")[0] == "OSError"
