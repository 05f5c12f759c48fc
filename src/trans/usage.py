"""May a profile be used for what it is used for? Holds the licences of its models against the usage that was stated.

Knows settings, not where models are; ``licences`` says what a licence allows.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from trans.errors import TransError
from trans.licences import Commercial
from trans.settings import ProfileSettings

Usage = Literal["any", "commercial"]

USAGES: tuple[Usage, ...] = ("any", "commercial")

# Overrides models.yaml, to be stricter only: what a company set for all its machines no file in a folder takes back.
VARIABLE = "TRANS_USAGE"


@dataclass(frozen=True, slots=True)
class Licensed:
    """A model of a profile, and whether its licence allows commercial use."""

    model: str
    licence: str
    commercial: Commercial


def licensed(settings: ProfileSettings) -> list[Licensed]:
    """Return the models that a profile needs."""
    return [Licensed(model.model, model.licence, model.commercial_use) for model in settings.models]


def usage_in_force(configured: Usage, environment: Mapping[str, str] = os.environ) -> Usage:
    """Return the usage that holds: models.yaml's, or ``TRANS_USAGE`` where it is stricter. Raises ``TransError``."""
    said = environment.get(VARIABLE, "").strip()
    if said and said not in USAGES:
        raise TransError(f"{VARIABLE} is '{said}'", f"Set it to one of: {', '.join(USAGES)}; or unset it.")
    return "commercial" if said == "commercial" else configured


def is_allowed(settings: ProfileSettings) -> bool:
    """Say whether every licence of a profile is known to allow commercial use."""
    return all(model.commercial == "yes" for model in licensed(settings))


def check_usage(name: str, settings: ProfileSettings, usage: Usage, allowed: Sequence[str]) -> None:
    """Raise ``TransError`` where the profile ``name`` is not for ``usage``; ``allowed`` are the profiles that are."""
    if usage == "any" or is_allowed(settings):
        return
    reasons = {
        f"{model.model} ({model.licence}) allows none"
        if model.commercial == "no"
        else f"whether {model.model} ({model.licence}) allows any is not known"
        for model in licensed(settings)
        if model.commercial != "yes"
    }
    ways = [f"Choose one of: {', '.join(allowed)}"] if allowed else ["No profile here is for commercial use"]
    ways.append("set 'commercial: yes' at a model that you have other terms for in models.yaml.")
    raise TransError(f"Profile '{name}' is not for commercial use: {'; '.join(sorted(reasons))}", "; or ".join(ways))


def notice(settings: ProfileSettings) -> str:
    """Return the line that tells of licences that allow no commercial use; empty where there are none."""
    barred = sorted({f"{model.model} ({model.licence})" for model in licensed(settings) if model.commercial == "no"})
    return f"Not for commercial use, by the licence of {', '.join(barred)}." if barred else ""
