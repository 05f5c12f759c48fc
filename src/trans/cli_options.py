"""Options that several commands have. Part of the command line."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.errors import TransError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trans.config import Profile
    from trans.settings import RunSettings

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings [default: ./models.yaml, else the packaged one]."),
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Profile of models.yaml [default: its default_profile].")
]
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[PROFILE]...", help="Whose models [default: the default profile's].")
]
AllOption = Annotated[bool, typer.Option("--all", help="The models of every profile.")]
GlossaryOption = Annotated[
    Path | None,
    typer.Option(
        "--glossary", metavar="FILE", help="Terms (CSV, YAML) that go over the starter list's and the profile's."
    ),
]


WatchlistOption = Annotated[
    Path | None,
    typer.Option(
        "--watchlist",
        metavar="FILE",
        help="Names and terms to mark on the index (YAML) [default: ./watchlist.yaml, if it is there].",
    ),
]


class Only(StrEnum):
    reviewed = "reviewed"


class DeviceChoice(StrEnum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


class EngineChoice(StrEnum):
    auto = "auto"
    ctranslate2 = "ctranslate2"
    transformers = "transformers"


DeviceOption = Annotated[DeviceChoice, typer.Option("--device", help="Where the models run.")]
EngineOption = Annotated[EngineChoice, typer.Option("--engine", help="What runs them.")]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        "--memory", metavar="PATH|off", help="File of finished decodes [default: in the user's cache folder]."
    ),
]
FieldsOption = Annotated[
    str | None,
    typer.Option(
        "--map",
        metavar="FIELD=KEY,..",
        help="JSON Lines and CSV: where parts of an article are, as title=headline,body=content.text.",
    ),
]


class FailOn(StrEnum):
    error = "error"
    warning = "warning"
    never = "never"

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities of flags that count as a failure."""
        return {"error": ("error",), "warning": ("error", "warning"), "never": ()}[self.value]


def chosen_formats(text: str) -> list[str]:
    """Return the formats that a list with commas names. Raises ``TransError`` for one that there is not."""
    from trans.render import FORMATS

    wanted = [name.strip() for name in text.split(",") if name.strip()]
    for name in wanted:
        if name not in FORMATS:
            raise TransError(f"There is no format '{name}'", f"Choose from: {', '.join(FORMATS)}.")
    return wanted


def chosen_profile(config: Path | None, name: str | None, fields: str | None) -> "Profile":
    """Return the profile that ``--config``, ``--profile`` and ``--map`` mean. Raises ``TransError``."""
    from trans.config import choose_profile, find_config, load_config

    path = find_config(config)
    chosen = choose_profile(load_config(path), name, path)
    return chosen if fields is None else chosen.model_copy(update={"run": _with_fields(chosen.run, fields)})


def chosen_profiles(config: Path | None, names: "Sequence[str] | None", *, everything: bool) -> "list[Profile]":
    """Return the profiles that are named, or every one, or the default one. Raises ``TransError``."""
    from trans.config import choose_profile, find_config, load_config

    if names and everything:
        raise TransError("--all and names of profiles contradict each other", "Give one of them.")
    path = find_config(config)
    loaded = load_config(path)
    chosen = list(loaded.profiles) if everything else names or [loaded.default_profile]
    return [choose_profile(loaded, name, path) for name in chosen]


def _with_fields(run: "RunSettings", text: str) -> "RunSettings":
    """Return ``run`` with the fields of ``title=headline,body=content.text`` over its own. Raises ``TransError``."""
    from trans.sources import FIELDS

    given = dict(run.fields)
    for part in text.split(","):
        name, _, key = (piece.strip() for piece in part.partition("="))
        if not key or name not in FIELDS:
            raise TransError(
                f"--map {part.strip()!r} is not FIELD=KEY with a field of an article",
                f"The fields are: {', '.join(FIELDS)}; as --map title=headline,body=content.text.",
            )
        given[name] = key
    return run.model_copy(update={"fields": given})
