"""Options that several commands have. Part of the command line."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings [default: ./models.yaml, else the packaged one]."),
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Profile of models.yaml [default: its default_profile].")
]
GlossaryOption = Annotated[
    Path | None,
    typer.Option(
        "--glossary", metavar="FILE", help="Terms (CSV, YAML) that go over the starter list's and the profile's."
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
