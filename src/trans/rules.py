"""How a profile checks: its checks, and the glossaries it has, one over the other. Reads the glossary files, nothing else."""

from pathlib import Path

from trans.checks import Rules
from trans.config import Profile
from trans.glossary_file import load


def load_rules(profile: Profile, glossary_file: Path | None = None) -> Rules:
    """Return a profile's rules: the starter glossary, the profile's own over it, and ``glossary_file`` over both.

    Raises ``TransError`` for a glossary that is missing or wrong.
    """
    settings = profile.settings
    own = profile.base / Path(settings.glossary).expanduser() if settings.glossary else None
    return Rules(
        off=frozenset(settings.checks.skip),
        glossary=load(own, glossary_file, starter=settings.starter_glossary),
    )
