"""XML files of any size, record by record: each record is parsed, given away and forgotten. Knows no format.

Nothing outside the file is ever read. Entities that a file declares itself are refused; those of HTML (``&nbsp;``), which feeds
use without declaring them, are known.
"""

import html.entities
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from trans.sources.reading import Broken, ReadError
from trans.sources.xmltarget import CHUNK_BYTES, Record, Target, local

_ENTITIES = {name[:-1]: text for name, text in html.entities.html5.items() if name.endswith(";")}


def records(stream: BinaryIO, kinds: Mapping[str, str], max_bytes: int) -> Iterator[Record | Broken]:
    """Give the records of ``stream``: the elements that ``kinds`` names for the local name of its root, which may be the root.

    A record over ``max_bytes`` is broken and passed over. A file that goes wrong gives what came before and then one ``Broken``
    without a number, and so does one of another kind, or without records.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    target = Target(kinds, max_bytes)
    parser = DefusedXMLParser(target=target)
    parser.entity.update(_ENTITIES)
    target.attach(parser.parser)
    fed = 0
    problem: Broken | None = None
    try:
        while chunk := stream.read(CHUNK_BYTES):
            fed += len(chunk)
            target.raw += chunk
            parser.feed(chunk)
            yield from target.take()
            target.trim(fed)
        parser.close()
    except ParseError as error:
        problem = target.explain(error) if fed else Broken("is empty", "Put articles into it, or remove it.")
    except ReadError as error:
        problem = Broken(error.reason, error.hint)
    except DefusedXmlException:
        problem = Broken("declares entities of its own, as attacks on readers do", "Remove its <!ENTITY> declarations.")
    except (LookupError, ValueError):
        if target.root is not None or target.declared is None:
            raise
        problem = Broken(f"is in '{target.declared[:40]}', an encoding that is not read", "Save it as UTF-8.")
    yield from target.take()
    if problem is not None and target.number:
        problem = Broken(problem.reason, f"What stands before was read, the rest was not. {problem.hint}")
    elif problem is None and not target.number:
        names = f"there is no <{target.wanted}> in its <{local(target.root or '')}>"
        problem = Broken(f"holds no article: {names}", "Export it with its articles, or remove it.")
    if problem is not None:
        yield problem
