"""How a profile checks: its checks, and the glossaries it has, one over the other. Reads the glossary files, nothing else."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from trans.checks import Rules
from trans.config import Profile, choose_profile, find_config, load_config
from trans.glossary_file import load
from trans.locations import Location, is_remote
from trans.store import STATE_FOLDER


def load_rules(profile: Profile, *glossary_files: Path | None) -> Rules:
    """Return a profile's rules: the starter glossary, the profile's own over it, and ``glossary_files`` over those in turn.

    Raises ``TransError`` for a glossary that is missing or wrong.
    """
    settings = profile.settings
    own = profile.base / Path(settings.glossary).expanduser() if settings.glossary else None
    return Rules(
        off=frozenset(settings.checks.skip),
        glossary=load(own, *glossary_files, starter=settings.starter_glossary),
    )


def rules_by_profile(
    out: Location, *, config: Path | None = None, glossary_file: Path | None = None
) -> Callable[[str], Rules | None]:
    """Return what says with which rules a profile checks the briefs of ``out`` today, None for a profile that there is not.

    Raises ``TransError`` for wrong settings, there and then for a wrong glossary.
    """
    path = find_config(config)
    settings = load_config(path)

    @cache
    def as_of(profile: str, desk: Path | None, changed_ns: int) -> Rules:  # noqa: ARG001  (another state is another key)
        return load_rules(choose_profile(settings, profile, path), glossary_file, desk)

    def rules(profile: str) -> Rules | None:
        desk = desk_glossary(out)
        return as_of(profile, desk, desk.stat().st_mtime_ns if desk else 0) if profile in settings.profiles else None

    return rules


def desk_glossary(out: Location) -> Path | None:
    """Return the glossary of an output folder, which its editors wrote at the desk; None where there is none."""
    if is_remote(out):
        return None
    path = Path(out) / STATE_FOLDER / "glossary.csv"
    return path if path.is_file() else None
