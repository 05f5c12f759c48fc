"""Which articles are versions of one item, and which of two versions is the newer one. Pure: articles in, answers out.

An item is what its publisher calls so (the ``uri`` of ninjs, the ``guid`` of NewsML-G2), else the address that an article names
as its own, else the article's path. Addresses are compared by what they lead to, whoever names them. Knows no file, no clock and
no brief: what becomes of the older version is for others to say.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit

from trans.article import Article, Failure
from trans.phrases import words

# A longer address is a mistake or an attack: those of articles have under 500, percent-encoded Arabic included.
_MAX_CHARS = 2048
_WEB = ("http", "https")
_WEB_SCHEMES = ("http:", "https:")
# What services that count readers add, by what they say of it: Google Analytics and Ads, Meta, Microsoft, Yandex, Mailchimp.
_COUNTERS = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|igshid|msclkid|yclid|mc_cid|mc_eid)(?:=|$)", re.IGNORECASE
)
# A whole site's address, in one of its languages: pages whose link to themselves names it don't say which page they are.
_FRONT = re.compile(r"/*(?:[a-z]{2}(?:-[a-z]{2})?/*)?(?:(?:index|default|home|main)(?:\.\w{1,5})?/*)?", re.IGNORECASE)
# Of a page that its own script draws, all that tells it from others stands there: '#!/news/17', '#/news/17'.
_PAGE_IN_FRAGMENT = ("!", "/")
_URI = re.compile(r"[a-z][a-z0-9+.\-]*:\S", re.IGNORECASE)

# Words in a row that two texts must share to have something in common: names and set phrases are shorter.
_SHINGLE = 3
# Share of the shorter text that is found in the other. Of 79,800 pairs of stories (training/corpus, 400 stories) 99.9% have under
# 0.02, one pair has 0.2 and none other over 0.06; a version with a new headline and half of its text rewritten has 0.47.
_SAME_TEXT = 0.2
_SOMETHING = 0.02
# So many of them at least: flashes about two accidents have a few in common ('people died in an accident').
_LEAST_COMMON = 8
# A flash is a headline and a sentence; the story that takes its place need not repeat them.
_FLASH_WORDS = 40
# Share of the shorter headline's words that the other must have to be a wording of the same: 'explosion in Baghdad' and
# 'explosion in Basra' have 0.67.
_SAME_HEADLINE = 0.75
# Different words of a headline that says what happened: 'breaking', 'press statement' stand over anything.
_HEADLINE_WORDS = 3

_NUMBERS = re.compile(r"\d+")
_MAX_VERSION_CHARS = 100
# What comes without a number comes first; with anything between 'older' and 'newer' versions would have no order.
_FIRST = (1,)

Age = tuple[tuple[int, ...], datetime, datetime, tuple[tuple[int, str], ...], str]
"""How new a version is, to be compared: the greatest is the newest."""


def item_of(article: Article) -> str:
    """Return the name of the item that ``article`` is a version of: equal names are one item, if ``same_item`` says so too."""
    return item_name(article.source.item) or web_item(article.metadata.url or "") or article.id


def item_name(given: str | None) -> str:
    """Return a publisher's id as ``item_of`` has it; "" for none. Of one that is an address the fragment stays: entries of one
    page are told apart by it.
    """
    item = (given or "").strip()
    address = web_item(item)
    if address is None:
        return item
    _, hash_sign, fragment = item.partition("#")
    return address + hash_sign * bool(fragment) + fragment


@lru_cache(maxsize=4096)
def web_item(url: str) -> str | None:
    """Return the address by which a page is known: host in lower case, without fragment, user and what only counts readers.

    None for one that names no page: a site's front page, no http(s), one whose page is told by its fragment.
    """
    if len(url) > _MAX_CHARS or not url.isprintable() or " " in url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _WEB or not host or parts.fragment.startswith(_PAGE_IN_FRAGMENT):
        return None
    query = "&".join(one for one in parts.query.split("&") if not _COUNTERS.match(one))
    if parts.path in ("", "/") or (not query and _FRONT.fullmatch(parts.path)):
        return None
    place = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, place if port is None else f"{place}:{port}", parts.path, query, ""))


def same_item(one: Article, other: Article) -> bool:
    """Say whether two articles are versions of one item, so that one may take the other's place.

    Their names must be equal, and a publisher's id that is a URI is then enough. An address is not: sites have constant links by
    mistake. Nor is an id like '17', which two publishers may give. Those must have text in common, or a headline.
    """
    if one.id == other.id:
        return True
    name = item_of(one)
    if name != item_of(other):
        return False
    return (is_unique(one.source.item) and is_unique(other.source.item)) or _alike(one, other)


def is_unique(item: str | None) -> bool:
    """Say whether a publisher's id can be no other's: a URI, and if it is an address, one that names a page."""
    item = (item or "").strip()
    return bool(_URI.match(item)) and (not item.lower().startswith(_WEB_SCHEMES) or web_item(item) is not None)


def is_newer(one: Article, other: Article) -> bool:
    """Say whether ``one`` is the newer of two versions of an item."""
    return age(one) > age(other)


def age(article: Article) -> Age:
    """Return what tells how new a version is, as a key for ``max`` and ``sorted``: of two, a higher version is the newer one,
    else a later time of publication, of arrival, else the greater id.

    Version numbers are compared as numbers: '10' is higher than '9', 'v2' than '1.9'; times as versions by what they mean. No
    version counts as the first, no time of publication as that of arrival.
    """
    about = article.metadata
    received = _instant(about.received)
    published = _instant(about.published) if about.published else received
    return _version(about.version) or _FIRST, published, received, _natural(article.id), article.id


def kills(kill: Failure, article: Article) -> bool:
    """Say whether ``kill``, a withdrawn failure, takes ``article`` back: whichever came first, and wherever their files lie.

    An id that another publisher may give too ('17') is the same one within a folder only. Only a version of a higher number than
    the kill's own brings an item back to life: where one of them has no number, nothing says that it is meant to be.
    """
    if kill.id != article.id:
        item = item_name(kill.item)
        if not item or item_of(article) not in (item, web_item(item)):
            return False
        if not is_unique(item) and _folder(kill.id) != _folder(article.id):
            return False
    killed, now = _version(kill.version), _version(article.metadata.version)
    return not (killed and now and now > killed)


def _folder(name: str) -> PurePosixPath:
    """Return the folder of the file that a record is in, by the record's id."""
    return PurePosixPath(name).parent.parent


def _alike(one: Article, other: Article) -> bool:
    first, second = _shingles(one), _shingles(other)
    least, common = min(len(first), len(second)), len(first & second)
    if common >= max(_LEAST_COMMON, _SAME_TEXT * least):
        return True
    heads = [{word.form for word in words(_head(each))} for each in (one, other)]
    shortest, shared = min(map(len, heads)), len(heads[0] & heads[1])
    if not shared or shared < _SAME_HEADLINE * shortest:
        return False
    if shortest < _HEADLINE_WORDS:
        return 0 < common == least
    return common >= max(1, _SOMETHING * least) or least < _FLASH_WORDS


def _head(article: Article) -> str:
    """Return the headline; of a flash its text, which is its headline."""
    return article.headline or next((paragraph.text for paragraph in article.paragraphs), "")


def _shingles(article: Article) -> set[tuple[str, ...]]:
    forms = [word.form for paragraph in article.paragraphs for word in words(paragraph.text)]
    return {tuple(forms[at : at + _SHINGLE]) for at in range(max(1, len(forms) - _SHINGLE + 1))} if forms else set()


@lru_cache(maxsize=4096)
def _version(text: str | None) -> tuple[int, ...]:
    """Return the numbers of a version, in order; those of a date or a time as one number each; () where it has none."""
    text = (text or "").strip()[:_MAX_VERSION_CHARS]
    if "-" in text and (when := _read_time(text)):
        return int(f"{when:%Y%m%d}"), int(f"{when:%H%M%S}")
    numbers = tuple(int(number) for number in _NUMBERS.findall(text))
    # Zeros at the end say nothing more: '2.0' is '2'.
    while len(numbers) > 1 and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers


_NEVER = datetime.min.replace(tzinfo=UTC)


def _instant(text: str | None) -> datetime:
    return _read_time(text or "") or _NEVER


def _read_time(text: str) -> datetime | None:
    """Return the instant of an ISO 8601 time; a day without an hour, whose zone nobody knows, as its beginning in UTC."""
    try:
        when = datetime.fromisoformat(text.strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return ``text`` with its numbers as numbers: 'item-10' is greater than 'item-9'."""
    pieces = re.split(r"([0-9]{1,18})", text)
    return tuple((int(piece), "") if at % 2 else (-1, piece) for at, piece in enumerate(pieces))
