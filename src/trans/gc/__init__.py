"""``trans gc``: what nobody needs any more, found first and then removed. ``briefs`` of deleted sources, ``decodes`` not used for
long, ``conversions`` of models that nobody uses, and what killed processes left lying, ``leftovers``.

Each looks for its own kind and deletes nothing that it does not know for its own; no link is followed. Prints nothing.
"""

from trans.gc.briefs import DeletedBriefs
from trans.gc.conversions import StaleConversions, fingerprints
from trans.gc.decodes import UnusedDecodes
from trans.gc.leftovers import CacheLeftovers, OutputLeftovers
from trans.gc.litter import KeptError, Litter, Sweep, SweepError

__all__ = [
    "CacheLeftovers",
    "DeletedBriefs",
    "KeptError",
    "Litter",
    "OutputLeftovers",
    "StaleConversions",
    "Sweep",
    "SweepError",
    "UnusedDecodes",
    "fingerprints",
]
