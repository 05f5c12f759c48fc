"""What this machine has and which profiles can run on it. Gathers facts; prints nothing, fetches nothing."""

import contextlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from trans._version import __version__
from trans.config import Config, Profile, choose_profile, find_config, load_config
from trans.engines.cores import usable_cores
from trans.engines.pieces import load_pieces
from trans.errors import TransError
from trans.licences import Commercial
from trans.models import describe, locate, resolve_device
from trans.models.cache import cache_folder
from trans.models.lock import is_left_out, read_lock, require, wanted_revision
from trans.room import free_bytes, size
from trans.settings import ModelSettings
from trans.usage import check_usage

_LIBRARIES = ("torch", "transformers", "ctranslate2", "sentencepiece")


@dataclass(frozen=True, slots=True)
class ModelState:
    """One model of a profile. ``state`` is a few words for a table; ``problem`` and ``hint`` are empty where it is ready."""

    task: str
    model: str
    licence: str
    commercial: Commercial
    size: str
    state: str
    problem: str = ""
    hint: str = ""

    @property
    def ready(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class ProfileState:
    """``refused`` says why the stated usage does not allow the profile, and ``hint`` what to do; empty where it does."""

    profile: str
    models: tuple[ModelState, ...]
    refused: str = ""
    hint: str = ""

    @property
    def ready(self) -> bool:
        return not self.refused and all(model.ready for model in self.models)

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong, each with what to do."""
        if self.refused:
            yield self.refused, self.hint
        yield from ((model.problem, model.hint) for model in self.models if model.problem)


@dataclass(frozen=True, slots=True)
class Examination:
    facts: tuple[tuple[str, str], ...]
    profiles: tuple[ProfileState, ...]


def examine(config: Path | None) -> Examination:
    """Look at Python, libraries, cores, memory, devices and models. Raises ``TransError`` for a broken configuration."""
    path = find_config(config)
    loaded = load_config(path)
    return Examination(tuple(_facts(path)), tuple(profile_states(loaded, path)))


def profile_states(config: Config, path: Path | None) -> Iterator[ProfileState]:
    """Say of each profile's models whether they are on this machine, as they are locked; nothing is fetched or loaded."""
    for name in config.profiles:
        profile = choose_profile(config, name, path)
        settings = profile.settings
        models = [_model_state("translate", settings.translation, profile)]
        if settings.summarization.method == "extractive":
            models.append(
                ModelState("summarize", "sentences of the article", "none needed", "yes", "-", "needs no model")
            )
        else:
            models.append(_model_state("summarize", settings.summarization, profile))
        refused = hint = ""
        try:
            check_usage(name, settings, profile.usage, profile.allowed)
        except TransError as error:
            refused, hint = error.message, error.hint
        yield ProfileState(name, tuple(models), refused, hint)


def _model_state(task: str, settings: ModelSettings, profile: Profile) -> ModelState:
    about = (task, settings.model, settings.licence, settings.commercial_use)
    locks = read_lock(profile.lock)
    try:
        revision = wanted_revision(locks, settings.model, settings.revision)
        folder = locate(settings.model, revision, profile.base, download=False)
        size = f"{describe(folder).size_bytes / 1e6:,.0f} MB"
        load_pieces(folder, languages=settings.languages).check()
    except TransError as error:
        state = "not here" if "not on this machine" in error.message else "broken"
        return ModelState(*about, "-", state, error.message, error.hint)
    try:
        require(folder, locks, settings.model, settings.revision, profile.lock)
    except TransError as error:
        return ModelState(*about, size, "differs from the lock", error.message, error.hint)
    if is_left_out(locks, settings.model, settings.revision):
        return ModelState(*about, size, "ready, not locked")
    return ModelState(*about, size, "ready, locked" if (settings.model, settings.revision) in locks else "ready")


def _facts(path: Path | None) -> Iterator[tuple[str, str]]:
    yield "trans", __version__
    yield "Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            yield library, "NOT INSTALLED: pip install trans-briefs"
    memory = psutil.virtual_memory()
    yield "cores", f"{psutil.cpu_count(logical=False) or '?'} physical, {usable_cores()} usable here"
    yield "memory", f"{memory.total / 1e9:.1f} GB, {memory.available / 1e9:.1f} GB free"
    yield "device", _device()
    yield "settings", str(path) if path else "the packaged models.yaml"
    yield "cache", _cache()
    yield "disk", _disks()


def _cache() -> str:
    try:
        return str(cache_folder())
    except TransError as error:
        return f"{error.message}. {error.hint}"


def _disks() -> str:
    places = {"here": Path.cwd()}
    with contextlib.suppress(TransError):
        places["in the cache folder"] = cache_folder()
    return ", ".join(
        f"{size(free)} free {where}" for where, folder in places.items() if (free := free_bytes(folder)) is not None
    )


def _device() -> str:
    try:
        device = resolve_device("auto")
    except TransError as error:
        return f"{error.message}. {error.hint}"
    return "cpu (no usable NVIDIA GPU)" if device == "cpu" else device
