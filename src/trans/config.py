"""models.yaml into frozen profiles; every problem of a file is reported at once.

Reads the file and chooses a profile; what may stand in it, ``settings`` says. Finds and loads no model.
"""

import reprlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError

from trans.engines.pieces import first_line
from trans.errors import TransError, of_problems
from trans.models.cache import cache_folder
from trans.settings import MemorySettings, ProfileSettings, RunSettings, Settings
from trans.usage import Usage, is_allowed, usage_in_force
from trans.yamltext import parse

CONFIG_NAME = "models.yaml"
LOCK_NAME = "models.lock"

# The packaged file has 4 kB and some 300 values; more than these is a wrong file, or made to fill the memory.
_MAX_BYTES = 250_000


# More of them in one message helps nobody: they are of one kind.
_MAX_PROBLEMS = 50


class Config(Settings):
    """A whole models.yaml."""

    version: Literal[1] = 1
    default_profile: str = "news"
    usage: Usage = "any"
    run: RunSettings = RunSettings()
    memory: MemorySettings = MemorySettings()
    profiles: Annotated[dict[str, ProfileSettings], Field(min_length=1)]

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        default, profiles = data.get("default_profile", "news"), data.get("profiles")
        if isinstance(default, str) and isinstance(profiles, dict) and profiles and default not in profiles:
            known = ", ".join(str(name) for name in profiles)
            return [f"default_profile '{default}' is not one of the profiles: {known}"]
        return []


class Profile(Settings):
    """One profile, ready to use: ``base`` is the folder that relative model folders are meant from.

    ``lock`` is the file that says which files the models are; it may not exist. ``usage`` is what the models are used for,
    ``allowed`` the profiles of the same models.yaml whose licences allow commercial use.
    """

    name: str
    base: Path
    lock: Path
    usage: Usage = "any"
    allowed: tuple[str, ...] = ()
    settings: ProfileSettings
    run: RunSettings
    memory: MemorySettings


def find_config(explicit: Path | None) -> Path | None:
    """Return the configuration file to read: ``explicit``, else ``./models.yaml``, else None for the packaged one."""
    if explicit is not None:
        return explicit
    local = Path(CONFIG_NAME)
    return local if local.is_file() else None


def load_config(path: Path | None) -> Config:
    """Read ``path``, or the packaged models.yaml for None. Raises ``TransError`` that lists every problem."""
    name = str(path) if path else f"the packaged {CONFIG_NAME}"
    try:
        text = _read(path) if path else packaged_config()
    except OSError as error:
        raise TransError(f"{name} can't be read: {error}", "Give the path of a models.yaml with --config.") from error
    except UnicodeDecodeError as error:
        raise TransError(f"{name} can't be read: it is not UTF-8", "Save it as UTF-8.") from error
    if text is None:
        hint = f"A models.yaml has at most {_MAX_BYTES // 1000} kB."
        raise TransError(f"{name} is too large to be a models.yaml", hint)
    try:
        data, problems = parse(text)
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # PyYAML lets through whatever its constructors raise: a ValueError for a 13th month, a KeyError for '!!bool x'.
        raise TransError(f"{name} is not valid YAML: {first_line(error, 400)}", "Mend that line.") from error
    except RecursionError as error:
        raise TransError(f"{name} is nested too deeply", "Start from the file that comes with trans.") from error
    if not isinstance(data, dict):
        raise TransError(f"{name} holds no settings", "Start from the file that comes with trans.")
    config = None
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        problems += [_describe(problem["loc"], problem["msg"], problem.get("input")) for problem in error.errors()]
    if problems or config is None:
        hint = "Mend these settings; the packaged models.yaml documents each."
        raise of_problems(f"{name} has", problems, hint, most=_MAX_PROBLEMS)
    return config


def choose_profile(config: Config, name: str | None, path: Path | None) -> Profile:
    """Return the profile called ``name``, or the default one. Raises ``TransError`` for an unknown name or ``TRANS_USAGE``."""
    chosen = name or config.default_profile
    if chosen not in config.profiles:
        raise TransError(f"There is no profile '{chosen}'", f"Choose one of: {', '.join(config.profiles)}.")
    return Profile(
        name=chosen,
        base=path.resolve().parent if path else Path.cwd(),
        lock=lock_path(path),
        usage=usage_in_force(config.usage),
        allowed=tuple(name for name, settings in config.profiles.items() if is_allowed(settings)),
        settings=config.profiles[chosen],
        run=config.run,
        memory=config.memory,
    )


def lock_path(path: Path | None) -> Path:
    """Return where the models of the models.yaml at ``path`` are locked: beside it, for the packaged one in the cache folder."""
    if path is not None:
        return path.resolve().parent / LOCK_NAME
    try:
        return cache_folder() / LOCK_NAME
    except TransError:  # no home folder: what needs a cache says so itself
        return Path.cwd() / LOCK_NAME


def packaged_config() -> str:
    """Return the text of the models.yaml in the package, or at the top of the source tree in an editable install."""
    packaged = resources.files("trans") / CONFIG_NAME
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / CONFIG_NAME).read_text(encoding="utf-8")


def _read(path: Path) -> str | None:
    """Return the file's text, or None when it is too large; it may be a pipe, which has no size."""
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    return content.decode("utf-8") if len(content) <= _MAX_BYTES else None


def _describe(location: Sequence[str | int], message: str, value: object) -> str:
    key = ".".join(str(part) for part in location) or "the file"
    # Of a huge value, or one that is hundreds of aliases, the beginning is enough.
    got = "" if isinstance(value, dict) or message.startswith("Field required") else f" (it is {reprlib.repr(value)})"
    if message.startswith("Extra inputs"):
        return f"{key}: there is no such setting"
    return f"{key}: {message.removeprefix('Value error, ')}{got}"
