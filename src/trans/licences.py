"""Does a licence allow commercial use? A table of what is common for models; no legal advice, and no guess beyond it.

Knows names of licences only; which models have them, models.yaml says.
"""

import re
from typing import Literal

Commercial = Literal["yes", "no", "unknown"]

# By family: what differs between versions of a licence is not whether it allows commercial use. Names as SPDX and the hub's
# model cards have them. Licences with lists of forbidden uses (RAIL, Llama, Gemma) are left out: a person has to read those.
_FAMILIES: dict[str, Commercial] = {
    "afl": "yes",
    "agpl": "yes",
    "apache": "yes",
    "artistic": "yes",
    "bsd": "yes",
    "cc-by": "yes",
    "cc-by-sa": "yes",
    "cc0": "yes",
    "cdla-permissive": "yes",
    "ecl": "yes",
    "eupl": "yes",
    "gpl": "yes",
    "isc": "yes",
    "lgpl": "yes",
    "mit": "yes",
    "mpl": "yes",
    "ms-pl": "yes",
    "odc-by": "yes",
    "unlicense": "yes",
    "wtfpl": "yes",
    "zlib": "yes",
    "cc-by-nc": "no",
    "cc-by-nc-nd": "no",
    "cc-by-nc-sa": "no",
}

_SEPARATORS = re.compile(r"[\s_/-]+")
_FAMILY = re.compile(r"(?P<family>.+?)(?:-v?[0-9][0-9.]*)?(?:-clause)?(?:-only|-or-later)?")


def commercial_use(licence: str) -> Commercial:
    """Return whether the licence called ``licence`` allows commercial use, by its family: "CC BY-NC-SA 4.0" is "no".

    What is not in the table, two licences in one text among it, is "unknown".
    """
    name = _SEPARATORS.sub("-", licence.strip().casefold())
    match = _FAMILY.fullmatch(name.replace("-license", "").replace("-licence", ""))
    return _FAMILIES.get(match["family"], "unknown") if match else "unknown"
