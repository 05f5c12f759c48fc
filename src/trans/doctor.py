"""What this machine has and which profiles can run on it. Gathers facts; prints nothing, fetches nothing."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from trans._version import __version__
from trans.config import Config, choose_profile, find_config, load_config
from trans.engines.cores import usable_cores
from trans.errors import TransError
from trans.models import describe, locate, resolve_device
from trans.models.cache import cache_folder
from trans.settings import ModelSettings

_LIBRARIES = ("torch", "transformers", "ctranslate2", "sentencepiece")


@dataclass(frozen=True, slots=True)
class ModelState:
    """One model of a profile. ``state`` is a few words for a table; ``problem`` and ``hint`` are empty where it is ready."""

    task: str
    model: str
    licence: str
    state: str
    problem: str = ""
    hint: str = ""

    @property
    def ready(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class ProfileState:
    profile: str
    models: tuple[ModelState, ...]

    @property
    def ready(self) -> bool:
        return all(model.ready for model in self.models)


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
    """Say of each profile's models whether they are on this machine; nothing is fetched or loaded."""
    for name in config.profiles:
        profile = choose_profile(config, name, path)
        settings = profile.settings
        models = [_model_state("translate", settings.translation, profile.base)]
        if settings.summarization.method == "extractive":
            models.append(ModelState("summarize", "sentences of the article", "none needed", "needs no model"))
        else:
            models.append(_model_state("summarize", settings.summarization, profile.base))
        yield ProfileState(name, tuple(models))


def _model_state(task: str, settings: ModelSettings, base: Path) -> ModelState:
    try:
        folder = locate(settings.model, settings.revision, base, download=False)
        size_mb = describe(folder).size_bytes / 1e6
    except TransError as error:
        state = "not here" if "not on this machine" in error.message else "broken"
        return ModelState(task, settings.model, settings.licence, state, error.message, error.hint)
    return ModelState(task, settings.model, settings.licence, f"ready, {size_mb:,.0f} MB")


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


def _cache() -> str:
    try:
        return str(cache_folder())
    except TransError as error:
        return f"{error.message}. {error.hint}"


def _device() -> str:
    try:
        device = resolve_device("auto")
    except TransError as error:
        return f"{error.message}. {error.hint}"
    return "cpu (no usable NVIDIA GPU)" if device == "cpu" else device
