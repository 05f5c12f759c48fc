"""CTranslate2 copies that nobody uses: of no model that is configured or locked, or made by other versions, and idle for long.

Another project's models.yaml may name a model that this one does not; so one alone is no reason.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from trans.config import Config, choose_profile
from trans.errors import TransError
from trans.gc.litter import KeptError, Litter, SweepError, tree_bytes
from trans.models import locate, weights_sha256
from trans.models.copies import is_of_these_versions
from trans.models.lock import LockedModel, read_lock, wanted_revision

KEY_PATTERN = r"[0-9a-f]{32}-[a-z0-9_]+-ct2_[^/-]+-v\d+-shortlist_[A-Za-z0-9_-]+"
"""``conversion_key`` of any version."""

FINGERPRINT_DIGITS = 32

_KEY = re.compile(KEY_PATTERN)


class StaleConversions:
    """The copies in ``folder`` last used before ``cut_s``; ``wanted`` gives the fingerprints of the models in use, and is only
    asked where there is something so old."""

    def __init__(self, folder: Path, cut_s: float, wanted: Callable[[], set[str]]) -> None:
        self.notes: list[str] = []
        self._folder = folder
        self._cut_s = cut_s
        self._wanted = wanted

    def find(self) -> Iterator[Litter]:
        wanted: set[str] | None = None
        for name in sorted(_copies(self._folder)):
            if not self._is_idle(name):
                continue
            wanted = self._wanted() if wanted is None else wanted
            is_wanted = name[:FINGERPRINT_DIGITS] in wanted
            if is_wanted and is_of_these_versions(name):
                continue
            of = "made by other versions" if is_wanted else "of a model that is not configured"
            yield Litter(f"conversion {of}", name, tree_bytes(self._folder / name))

    def remove(self, litter: Litter) -> int:
        copy = self._folder / litter.name
        try:
            with FileLock(copy.with_name(f"{copy.name}.lock"), timeout=0):
                if not self._is_idle(litter.name):
                    raise KeptError("was used meanwhile, and is kept")
                # In one step: nobody ever sees half a copy. What a kill leaves of it is a leftover.
                going = copy.with_name(f".{copy.name}.removed")
                shutil.rmtree(going, ignore_errors=True)
                copy.replace(going)
                shutil.rmtree(going)
        except Timeout as error:
            raise KeptError("is kept: another process converts or compares it") from error
        except OSError as error:
            raise SweepError(f"it can't be deleted: {error.strerror or error}") from error
        return litter.bytes

    def finish(self) -> None:
        pass

    def _is_idle(self, name: str) -> bool:
        try:
            return (self._folder / name).lstat().st_mtime < self._cut_s
        except OSError:
            return False


def _copies(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _KEY.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                yield entry.name


def fingerprints(config: Config, path: Path | None) -> set[str]:
    """Return the fingerprints, as they stand in copies' names, of the models that a models.yaml names and its lock holds.

    Nothing is fetched: a model that is not here has no copy that could be used.
    """
    found: set[str] = set()
    base = Path.cwd()
    locks: dict[tuple[str, str], LockedModel] = {}
    models: set[tuple[str, str]] = set()
    for name in config.profiles:
        profile = choose_profile(config, name, path)
        base = profile.base
        locks = locks or read_lock(profile.lock)
        models |= {(settings.model, settings.revision) for settings in profile.settings.models}
    models |= locks.keys()
    for model, revision in sorted(models):
        with contextlib.suppress(TransError):
            folder = locate(model, wanted_revision(locks, model, revision), base, download=False)
            found.add(weights_sha256(folder)[:FINGERPRINT_DIGITS])
    return found
