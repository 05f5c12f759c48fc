"""Which of a folder's briefs a search finds: of an article in more than one file one, of an item its newest version, as the index
lists them, and nothing of what its publisher took back.

Pure: what is kept of briefs in, their numbers out.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from trans.index_entry import Entry, Listed, Told
from trans.index_entry import packed as packed_told
from trans.index_items import newest

_OF_BEFORE = frozenset({"index.json", "digest.json"})
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """What tells a brief from others of its article and of its item: ``signature`` is ``trans.alike``'s, ``item`` as of
    ``identity.item_of``; times as the article has them.
    """

    id: str
    item: str
    headline: str
    published: str | None
    received: str | None
    version: str | None
    killed: bool
    signature: bytes


def packed(version: Version) -> bytes:
    """Return it as bytes."""
    kept = {**asdict(version), "signature": base64.b64encode(version.signature).decode()}
    # A hand-made brief's text need not be UTF-8.
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")


def unpacked(data: bytes) -> Version:
    """Return what ``packed`` was given. Raises ``ValueError`` for anything else."""
    try:
        kept = json.loads(data.decode("utf-8", "surrogatepass"))
        return Version(**{**kept, "signature": base64.b64decode(kept["signature"])})
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not what was packed") from error


def hidden(briefs: Iterable[tuple[int, str, Version]]) -> set[int]:
    """Return the numbers of those that are not to be found, of briefs given by number and file: all that are of one article or of
    one item.
    """
    numbers: dict[str, list[int]] = defaultdict(list)
    articles: dict[str, list[Version]] = defaultdict(list)
    # 'NAME.new.json' beside an edited 'NAME.json': the editor's own stands. An 'index.json' is older than the page's name.
    for number, _, version in sorted(briefs, key=lambda one: (one[1] in _OF_BEFORE, len(one[1]), one[1])):
        numbers[version.id].append(number)
        articles[version.id].append(version)
    # What was taken back in one of its files is taken back.
    listed = (_listed(next((one for one in files if one.killed), files[0])) for files in articles.values())
    found = {numbers[one.entry.id][0] for one in newest(listed) if not one.entry.killed}
    return {number for same in numbers.values() for number in same} - found


def _listed(one: Version) -> Listed:
    """Return what the index would know of a brief, as far as it tells versions apart by it."""
    told = packed_told(Told(one.headline, "", "", "", None, 0, "", status="not asked for", checks=()))
    entry = Entry(
        one.id,
        one.published,
        one.received,
        "",
        0.0,
        demo=False,
        names=(),
        packed=told,
        item=one.item,
        version=one.version,
        killed=one.killed,
        signature=one.signature,
    )
    return Listed(entry, "", "", _ANY_TIME, "")
