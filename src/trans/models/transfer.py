"""The files of models in the hub's cache: which are whole, which were begun, and bringing one to its end.

Knows hashes, places and huggingface_hub's cache layout; which files a model needs, and what to do when it fails, ``hub`` says.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from trans.models.checkpoint import file_hashes


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file as the hub describes it: ``sha256`` of large ones, ``git_sha1`` of the others."""

    name: str
    bytes: int
    sha256: str | None
    git_sha1: str | None

    def is_at(self, path: Path) -> bool:
        """Say whether ``path`` is this file. Mirrors of the hub may leave the hashes out; then any will do."""
        if self.sha256:
            return path.stat().st_size == self.bytes and file_hashes([path]) == [self.sha256]
        return self.git_sha1 is None or _git_sha1(path) == self.git_sha1


def misnamed(folder: Path) -> list[str]:
    """Return the files of a model in the cache that are not what the hub called them by, which is by their hash.

    A cache without links (as on some network drives) has no such names, and nothing is found there.
    """
    wrong = []
    for path in sorted(folder.iterdir()):
        blob = path.resolve().name if path.is_symlink() else ""
        if (len(blob) == 64 and file_hashes([path]) != [blob]) or (len(blob) == 40 and _git_sha1(path) != blob):
            wrong.append(path.name)
    return wrong


def fetch_large(model: str, commit: str, file: HubFile, repository: Path) -> bool:
    """Put a file where huggingface_hub looks for its content, going on with what an earlier try left.

    huggingface_hub goes on by itself after a broken connection, but deletes what it has when the process is stopped: 2 GB of
    weights over a slow line would begin again. Returns whether what came is the file; what is not is not kept.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    partial = _partial(repository, file)
    target = partial.with_name(str(file.sha256))
    lock = repository.parent / ".locks" / repository.name / f"{file.sha256}.trans.lock"
    for folder in (partial.parent, lock.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):  # two processes would write into each other's
        if target.exists():
            return True
        with partial.open("ab") as stream:
            if stream.tell() > file.bytes:
                stream.truncate(0)
                stream.seek(0)
            http_get(
                hf_hub_url(model, file.name, revision=commit),
                stream,
                resume_size=stream.tell(),
                headers=build_hf_headers(),
                expected_size=file.bytes,
                displayed_filename=file.name,
            )
        with partial.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != file.sha256:
            partial.unlink()
            return False
        partial.replace(target)
    return True


def have(repository: Path, file: HubFile) -> int:
    """Return how many bytes of a file are here: of another commit, or of a fetch that was broken off."""
    whole = repository / "blobs" / (file.sha256 or file.git_sha1 or "none")
    if whole.is_file():
        if file.is_at(whole):
            return file.bytes
        whole.unlink()
    partial = _partial(repository, file)
    return min(partial.stat().st_size, file.bytes) if partial.is_file() else 0


def _partial(repository: Path, file: HubFile) -> Path:
    return repository / "blobs" / f"{file.sha256}.trans.incomplete"


def _git_sha1(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
