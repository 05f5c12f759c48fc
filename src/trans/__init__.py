"""trans: Arabic news articles into bilingual briefs.

    from trans import Translator

Importing this package loads no model library.
"""

from typing import TYPE_CHECKING, Any

from trans._version import __version__

if TYPE_CHECKING:
    from trans.api import Translator

__all__ = ["Translator", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Translator":  # on demand: the command line's --help needs none of what it pulls in
        from trans.api import Translator

        return Translator
    raise AttributeError(f"module 'trans' has no attribute {name!r}")
