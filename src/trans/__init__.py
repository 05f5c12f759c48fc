"""trans: Arabic news articles into bilingual briefs.

    from trans import Translator

Importing this package loads no model library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from trans._version import __version__

if TYPE_CHECKING:
    from trans.api import Translator
    from trans.article import Article, Metadata, Paragraph, Source
    from trans.brief import Brief, Flag, Passage, Provenance, Repair, Sentence, Summary
    from trans.config import Profile
    from trans.errors import ExitCode, ModelError, TransError

__all__ = [
    "Article",
    "Brief",
    "ExitCode",
    "Flag",
    "Metadata",
    "ModelError",
    "Paragraph",
    "Passage",
    "Profile",
    "Provenance",
    "Repair",
    "Sentence",
    "Source",
    "Summary",
    "TransError",
    "Translator",
    "__version__",
]

# Fetched on demand: the command line's --help needs none of what they pull in.
_MODULES = {
    "api": ("Translator",),
    "article": ("Article", "Metadata", "Paragraph", "Source"),
    "brief": ("Brief", "Flag", "Passage", "Provenance", "Repair", "Sentence", "Summary"),
    "config": ("Profile",),
    "errors": ("ExitCode", "ModelError", "TransError"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'trans' has no attribute {name!r}")
    return getattr(import_module(f"trans.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
