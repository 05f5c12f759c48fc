"""Which share of the articles is this machine's, where many machines divide a run between them without talking to one another."""

import hashlib
import re
from dataclasses import dataclass

from trans.errors import TransError


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``number``-th of ``count`` shares, counted from 1."""

    number: int
    count: int

    def holds(self, article_id: str) -> bool:
        """Say whether an article is this share's. Depends on nothing but its id: not on the machine, the order or the others."""
        digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1

    @property
    def name(self) -> str:
        """What files of this share's own are called by."""
        return f"{self.number}-of-{self.count}"


def parse_shard(text: str) -> Shard:
    """Read ``3/16``. Raises ``TransError`` where it makes no sense."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip())
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count:
        raise TransError(f"--shard {text} is no share", "Give the share's number and how many there are: --shard 3/16.")
    return Shard(number, count)
