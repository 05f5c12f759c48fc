"""XML files: looks at the root, and has each record read as what it is: an entry of RSS or Atom, an item of NewsML-G2.

Reads record by record, whatever the size of the file. A record that can't be read fails alone; it is named by its number, and the
reason says on which line of the file it begins.
"""

from collections.abc import Iterator
from typing import BinaryIO

from trans.article import Article, Failure
from trans.sources.feeds import read_entry
from trans.sources.newsml import read_item
from trans.sources.reading import Broken, Reading
from trans.sources.xmlstream import records
from trans.sources.xmltarget import local

_ITEM = "newsItem"
# The records by the root. RDF is RSS 1.0; a package refers to items and holds none, unless it travels in a message with them.
_KINDS = {
    "rss": "item",
    "RDF": "item",
    "feed": "entry",
    "entry": "entry",
    "newsMessage": _ITEM,
    "newsItem": _ITEM,
    "packageItem": _ITEM,
}


def read_xml(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a file of RSS, Atom or NewsML-G2.

    ``sha256`` and ``bytes`` of an article are those of its element as it stands in the file, without its end tag.
    """
    for one in records(stream, _KINDS, reading.max_bytes):
        if isinstance(one, Broken):
            place = name if one.number is None else f"{name}/item-{one.number}"
            yield Failure(place, one.reason, one.hint)
        else:
            read = read_item if _KINDS[local(one.root)] == _ITEM else read_entry
            yield read(one, name)
