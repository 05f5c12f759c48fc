"""The briefs of two output folders, a pair at a time: read, compared, and then forgotten but for their sums.

Knows files, and what is one brief in both folders; how briefs differ is the business of ``difference``.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from trans.brief import Brief
from trans.difference import Compared, compare
from trans.difference_totals import Totals, Unreadable
from trans.errors import TransError
from trans.index_listing import contents, listing
from trans.locations import Location
from trans.render import json as json_brief

_ANY_SCHEMA = json_brief.SCHEMA.partition("/")[0] + "/"

_Side = Literal["a", "b"]


class Comparison:
    """Goes through two folders once; ``totals`` are whole when it is through."""

    def __init__(self, a: Location, b: Location) -> None:
        self.totals = Totals(str(a), str(b))
        self._folders: dict[_Side, Location] = {"a": a, "b": b}
        # By id, the files of briefs that the other folder has none of the same name for.
        self._unpaired: dict[_Side, dict[str, str]] = {"a": {}, "b": {}}
        self._paired: set[str] = set()

    def __iter__(self) -> Iterator[Compared]:
        """Yield every pair of briefs, the same or not, in the order of their files. Raises ``TransError`` where a folder can't be
        read, and at the end where it has no briefs.
        """
        a, b = _briefs(self._folders["a"]), _briefs(self._folders["b"])
        in_a, in_b = set(a), set(b)
        yield from self._pairs([(name, name) for name in a if name in in_b])
        self._look("a", [name for name in a if name not in in_b])
        self._look("b", [name for name in b if name not in in_a])
        # A file was renamed, or made by another way of naming.
        first, second = self._unpaired["a"], self._unpaired["b"]
        yield from self._pairs([(name, second[one]) for one, name in first.items() if one in second])
        self.totals.only_in_a += [one for one in first if one not in self._paired]
        self.totals.only_in_b += [one for one in second if one not in self._paired]
        for side, folder in self._folders.items():
            unreadable = any(problem.side == side for problem in self.totals.unreadable)
            if not (self._paired or self._unpaired[side] or unreadable):
                raise TransError(
                    f"There are no briefs in {folder}", "Give the folders that two runs of 'trans run' wrote."
                )

    def _pairs(self, names: Sequence[tuple[str, str]]) -> Iterator[Compared]:
        read = zip(
            contents(self._folders["a"], [name for name, _ in names]),
            contents(self._folders["b"], [name for _, name in names]),
            strict=True,
        )
        for (name_a, data_a), (name_b, data_b) in read:
            a = self._read("a", name_a, data_a)
            b = a if data_a == data_b and isinstance(a, Brief) else self._read("b", name_b, data_b)
            if isinstance(a, Brief) and isinstance(b, Brief) and a.article.id == b.article.id:
                # 'NAME.new.json' lies beside a 'NAME.json' that was edited by hand: the edited one stands, as in the index.
                if a.article.id not in self._paired:
                    self._paired.add(a.article.id)
                    compared = compare(a, b)
                    self.totals.add(compared, a.provenance, b.provenance)
                    yield compared
            elif not isinstance(a, Unreadable) and not isinstance(b, Unreadable):
                self._leave("a", name_a, a)
                self._leave("b", name_b, b)

    def _look(self, side: _Side, names: Sequence[str]) -> None:
        """Find out what briefs there are that have no file of the same name beside them."""
        for name, data in contents(self._folders[side], names):
            self._leave(side, name, self._read(side, name, data))

    def _leave(self, side: _Side, name: str, brief: Brief | Unreadable | None) -> None:
        if isinstance(brief, Brief):
            before = self._unpaired[side].get(brief.article.id)
            if before is None or (len(name), name) < (len(before), before):
                self._unpaired[side][brief.article.id] = name

    def _read(self, side: _Side, name: str, data: bytes | OSError) -> Brief | Unreadable | None:
        """Return the brief, why it is none, or None for JSON that was never meant to be one."""
        try:
            if isinstance(data, OSError):
                raise ValueError(f"it can't be read: {data.strerror or data}")
            return json_brief.read(data)
        except ValueError as error:
            if isinstance(data, bytes) and _is_other_json(data):
                return None
            problem = Unreadable(side, name, str(error))
            self.totals.unreadable.append(problem)
            return problem


def _briefs(folder: Location) -> list[str]:
    return [name for name in listing(folder) if name.endswith(".json")]


def _is_other_json(data: bytes) -> bool:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return False
    schema = document.get("schema") if isinstance(document, dict) else None
    return not (isinstance(schema, str) and schema.startswith(_ANY_SCHEMA))
