"""The CTranslate2 copies of checkpoints: made once or brought in a bundle, kept in the user's cache folder, found again.

A folder under its final name is complete and verified: it is built beside it, under a lock, and renamed. How a copy is made
is the business of ``convert``.
"""

import contextlib
import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from trans.engines import shortlist
from trans.engines.pieces import Pieces, first_line
from trans.errors import ModelError
from trans.models import convert
from trans.models.cache import cache_folder, read_json, write_json
from trans.models.checkpoint import file_hashes

# Raise it when the same checkpoint would be converted to other bytes: a mended conversion, a stricter verification.
CONVERTER_VERSION = 2

_VERDICT = "verified.json"

# Torch splits each operation between its threads; in the embedded models (15 MB) they mostly wait for each other: with two
# the process took 8.5 s, with one 6.6 s.
_SMALL_BYTES = 50_000_000

_ONE_AT_A_TIME = threading.Lock()

_log = logging.getLogger("trans")


def shortlist_key(pieces: Pieces) -> str:
    """Return what tells one list of pieces that may be generated from another, beside the tokenizer's files."""
    return f"v{shortlist.VERSION}" if pieces.restricted else "none"


def conversion_key(sha256: str, quantization: str, shortlist: str) -> str:
    """Return the name of the converted folder: whatever changes its bytes is in it."""
    version = metadata.version("ctranslate2")
    return f"{sha256[:32]}-{quantization}-ct2_{version}-v{CONVERTER_VERSION}-shortlist_{shortlist}"


def converted(folder: Path, pieces: Pieces, sha256: str, quantization: str) -> Path:
    """Return the folder with the CTranslate2 copy of the checkpoint in ``folder``, making it first if need be.

    One that is no longer as it was made is made anew. Two processes never build the same copy: the second waits and uses the
    first's. Raises ``ModelError`` when the checkpoint is broken, when the copy fails its verification, and when it can't be
    written.
    """
    parent = copies_folder()
    key = conversion_key(sha256, quantization, shortlist_key(pieces))
    target = parent / key
    if is_whole(target) and not _damage(target):
        _clear(target)
        _mark_used(target)
        return target
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with scratch_beside(target) as temporary:
            if is_whole(target):
                damage = _damage(target)
                if not damage:
                    _mark_used(target)
                    return target
                _log.warning("The CTranslate2 copy of %s is not as it was made (%s)", folder.name, damage)
            _delete(target)
            _log.info("Converting %s for CTranslate2 (once)", folder.name)
            made = temporary / "model"
            verdict = (_build_here if _here() else _build_apart)(folder, pieces, quantization, made)
            written = sorted(made.iterdir())
            sizes = {path.name: path.stat().st_size for path in written}
            hashes = dict(zip(sizes, (_sha256(path) for path in written), strict=True))
            write_json(made / _VERDICT, {**verdict, "bytes": sizes, "sha256": hashes})
            made.replace(target)
    except OSError as error:
        raise ModelError(
            f"The CTranslate2 copy of {folder} can't be written to {parent}: {first_line(error)}",
            "Free some space there, or name another folder in the environment variable TRANS_CACHE.",
        ) from error
    return target


def _delete(place: Path) -> None:
    """Delete a copy that is no good, or whatever lies in its place. What can't be deleted stays."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            place.unlink()


def _mark_used(copy: Path) -> None:
    """Set the time of the copy's folder, which nothing else reads: ``trans gc`` keeps what is in use."""
    with contextlib.suppress(OSError):  # a cache that can only be read
        os.utime(copy)


def copies_folder() -> Path:
    return cache_folder() / "ctranslate2"


def kept_copies(sha256: str) -> list[Path]:
    """Return the copies here of the checkpoint with this hash, in any number format, that the installed versions would use."""
    found = copies_folder().glob(f"{sha256[:32]}-*")
    return sorted(path for path in found if is_of_these_versions(path.name) and is_whole(path))


def files_of_copy(copy: Path) -> list[Path]:
    """Return the files of a whole copy, and none that somebody laid beside them."""
    return sorted(copy / name for name in (_VERDICT, *read_json(copy / _VERDICT)["bytes"]))


def is_of_these_versions(key: str) -> bool:
    """Say whether ``key`` is a ``conversion_key`` of the versions that are installed here."""
    version = re.escape(metadata.version("ctranslate2"))
    pattern = rf"[0-9a-f]{{32}}-[a-z0-9_]+-ct2_{version}-v{CONVERTER_VERSION}-shortlist_[A-Za-z0-9_-]+"
    return re.fullmatch(pattern, key) is not None


def adopt_copy(made: Path, key: str) -> None:
    """Move ``made``, a whole copy from elsewhere on the same disk, to where ``converted`` looks for it. Raises ``OSError``."""
    target = copies_folder() / key
    with _locked(target.with_name(f"{key}.lock")):
        if not is_whole(target) or _damage(target):
            _delete(target)
            made.replace(target)


def copy_of(pieces: Pieces, sha256: str, quantization: str) -> Path | None:
    """Return the folder of the copy that ``converted`` would use as it lies there; None where it would make one."""
    target = copies_folder() / conversion_key(sha256, quantization, shortlist_key(pieces))
    return target if is_whole(target) else None


def altered(copy: Path, *, afresh: bool = False) -> list[str]:
    """Return the files of a copy that are not as they were made; ``afresh`` reads them all, else only what has changed.

    Copies from before the hashes were kept have none, and nothing is found in them.
    """
    hashes = read_json(copy / _VERDICT).get("sha256")
    if not isinstance(hashes, dict):
        return []
    found = file_hashes([copy / name for name in hashes], afresh=afresh)
    return [name for name, digest in zip(hashes, found, strict=True) if digest != hashes[name]]


def not_as_made(copy: Path, names: list[str]) -> ModelError:
    return ModelError(
        f"The CTranslate2 copy {copy} is not as it was made: {', '.join(names)}",
        "Run 'trans models pull PROFILE': it makes the copy anew.",
    )


def verdict(copy: Path) -> str:
    """Return how the copy compared with its checkpoint when it was made."""
    return str(read_json(copy / _VERDICT).get("verdict", "unknown"))


def _damage(copy: Path) -> str:
    """Return what is wrong with a whole copy, in a few words; nothing where it is as it was made."""
    try:
        # What is kept of the hashes may be what is damaged.
        return ", ".join(altered(copy, afresh=True)) if altered(copy) else ""
    except ModelError as error:
        return error.message


@contextlib.contextmanager
def scratch_beside(copy: Path) -> Iterator[Path]:
    """Give a folder on the disk of the copies, for as long as nobody else makes or compares this one. Raises ``OSError``."""
    with _locked(copy.with_name(f"{copy.name}.lock")):
        # We hold the lock, so whatever lies here was left by a process that died.
        for leftover in copy.parent.glob(f".{copy.name}.*"):
            shutil.rmtree(leftover, ignore_errors=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{copy.name}.", dir=copy.parent))
        try:
            yield temporary
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _clear(copy: Path) -> None:
    """Delete what a process left beside a copy that died as soon as it was made, unless one is at work there."""
    leftovers = list(copy.parent.glob(f".{copy.name}.*"))
    if leftovers:
        with contextlib.suppress(Timeout, OSError), FileLock(copy.with_name(f"{copy.name}.lock"), timeout=0):
            for leftover in leftovers:
                shutil.rmtree(leftover, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_whole(folder: Path) -> bool:
    """Say whether ``folder`` is a copy with all its files that passed its verification."""
    verdict = read_json(folder / _VERDICT)
    try:
        whole = all((folder / name).stat().st_size == size for name, size in verdict["bytes"].items())
    except (KeyError, AttributeError, OSError, ValueError):
        return False
    return whole and verdict.get("verdict") == "equal"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.info("Waiting for another process that converts or compares the same model")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _here() -> bool:
    """Say whether this process builds: where loading transformers, which takes seconds, has been paid for already.

    Else another one does, so that several copies are made at once and this process does not keep torch's hundreds of
    megabytes. A program frozen into one file has no interpreter to start.
    """
    return "transformers" in sys.modules or not sys.executable or getattr(sys, "frozen", False)


def _build_here(folder: Path, pieces: Pieces, quantization: str, output: Path) -> dict[str, Any]:
    # transformers patches its classes while it loads a model, without a lock.
    with _ONE_AT_A_TIME:
        return convert.build(folder, pieces, quantization, output)


def _build_apart(folder: Path, pieces: Pieces, quantization: str, output: Path) -> dict[str, Any]:
    """Do ``convert.build`` in a process of its own, which ends with this one whatever ends it."""
    answer, log = output.with_name("answer.json"), output.with_name("log.txt")
    # -P: a torch.py in the working folder is not ours to import.
    command = [sys.executable, "-P", "-c", f"from {convert.__name__} import main; main()"]
    command += [str(folder), quantization, str(output), str(answer), str(os.getpid())]
    if not pieces.restricted:
        command.append("--unrestricted")
    if pieces.languages.source:
        command.append(f"--source-language={pieces.languages.source}")
    if pieces.languages.target:
        command.append(f"--target-language={pieces.languages.target}")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, map(str, sys.path)))}
    if sum(path.stat().st_size for path in folder.iterdir()) < _SMALL_BYTES:
        environment.setdefault("OMP_NUM_THREADS", "1")
    with log.open("wb") as written:
        try:
            code = subprocess.run(  # noqa: S603  our own code in our own interpreter
                command,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                env=environment,
                check=False,
            ).returncode
        except OSError as error:
            raise _broken(folder, f"can't be started: {first_line(error)}") from error
    said = read_json(answer)
    if code != 0 or not said:
        text = log.read_text(encoding="utf-8", errors="replace").strip()
        _log.debug("The conversion wrote: %s", text)
        raise _broken(folder, f"ended with {code}: {text.splitlines()[-1] if text else 'killed, for memory perhaps'}")
    if "disk" in said:
        raise OSError(said["disk"])
    if "error" in said:
        raise ModelError(said["error"], said["hint"])
    return said


def _broken(folder: Path, how: str) -> ModelError:
    return ModelError(
        f"{folder} could not be converted for CTranslate2: the process that does it {how}",
        "Free some memory and run again, or run with --engine transformers.",
    )
