"""A machine without a network: models come in a bundle, and from then on nothing opens a socket, told to be offline or not.

The real console script, in processes that die of their first socket.
"""

import json
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from console_script import called, complaint, trans
from no_sockets import NoSockets, forbid_sockets
from texts import long_article

if TYPE_CHECKING:
    from hub_server import Hub

pytest_plugins = ("hub_server",)

MODELS = """
default_profile: desk
profiles:
  desk:
    translation: {model: demo/tiny-marian, licence: Apache-2.0, decoding: {max_tokens: 40}}
    summarization: {model: demo/tiny-mt5, licence: Apache-2.0, decoding: {max_tokens: 20}}
"""


@pytest.fixture(scope="module")
def no_sockets(tmp_path_factory: pytest.TempPathFactory) -> NoSockets:
    return forbid_sockets(tmp_path_factory.mktemp("no-sockets"))


def a_machine(folder: Path) -> dict[str, str]:
    """A machine with models.yaml, an article, and nothing else: no cache, no home folder with anything in it."""
    folder.mkdir()
    (folder / "models.yaml").write_text(MODELS, encoding="utf-8")
    (folder / "story.txt").write_text(long_article(2), encoding="utf-8")
    names = {"HOME": "home", "HF_HOME": "hf", "TRANS_CACHE": "cache", "XDG_CACHE_HOME": "xdg"}
    return {name: str(folder / path) for name, path in names.items()}


def served(folder: Path) -> dict[str, bytes]:
    """A repository as they are: with files that nobody here reads."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {**files, "README.md": b"# A model", "tf_model.h5": b"of another library"}


def test_from_a_hub_to_a_machine_that_has_no_network(
    hub: "Hub", tiny_marian: Path, tiny_mt5: Path, tmp_path: Path, no_sockets: NoSockets
) -> None:
    hub.add("demo/tiny-marian", served(tiny_marian))
    hub.add("demo/tiny-mt5", served(tiny_mt5))
    here, there = tmp_path / "here", tmp_path / "there"
    connected = {**a_machine(here), **hub.environment(here / "hf")}
    pulled = called("models", "pull", cwd=here, **connected)
    assert pulled.returncode == 0, pulled.stderr
    packed = trans("models", "pack", "-o", "bundle.tar.zst", cwd=here, **connected)
    assert packed.returncode == 0, packed.stderr
    assert packed.stdout.split()[1:] == ["bundle.tar.zst"]
    assert "2 CTranslate2 copies" in packed.stderr

    sealed = {**a_machine(there), **no_sockets.environment}
    message, _ = complaint(trans("run", "story.txt", cwd=there, **sealed), 3)
    assert "demo/tiny-marian is not on this machine" in message
    shutil.copy(here / "bundle.tar.zst", there)
    unpacked = trans("models", "unpack", "bundle.tar.zst", cwd=there, **sealed, HF_HUB_OFFLINE="")
    assert unpacked.returncode == 0, unpacked.stderr
    assert "that can run now: desk" in unpacked.stdout
    assert (there / "models.lock").read_bytes() == (here / "models.lock").read_bytes()

    written = []
    for offline in ("1", ""):  # told to be offline, and not told
        out = f"briefs{offline}"
        done = trans("run", "story.txt", "--out", out, "--memory", "off", cwd=there, **sealed, HF_HUB_OFFLINE=offline)
        assert done.returncode == 0, done.stderr
        assert "Converting" not in done.stderr, "the copies came along"
        written.append((there / out / "story.json").read_bytes())
    assert json.loads(written[0])["provenance"]["translation"]["model"] == "demo/tiny-marian"
    assert written[0] == written[1]
    looked = trans("doctor", cwd=there, **sealed, HF_HUB_OFFLINE="")
    assert looked.returncode == 0, looked.stderr
    assert no_sockets.opened == ""


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import socket; socket.socketpair()",
    ],
)
def test_a_socket_of_python_would_have_been_noticed(tmp_path: Path, code: str) -> None:
    guard = forbid_sockets(tmp_path)
    assert guard.python(code).returncode == 97
    assert guard.opened.startswith("socket.")


def test_a_socket_of_native_code_would_have_been_noticed(no_sockets: NoSockets) -> None:
    if not no_sockets.kernel:
        pytest.skip("this kernel takes no filter of system calls: only Python's own sockets were watched")
    code = "import ctypes; ctypes.CDLL(None).socket({family}, 1, 0)"
    assert no_sockets.python(code.format(family=2)).returncode == -signal.SIGSYS  # AF_INET
    assert no_sockets.python(code.format(family=10)).returncode == -signal.SIGSYS  # AF_INET6
    assert no_sockets.python(code.format(family=1)).returncode == 0  # AF_UNIX
