"""What a web page says about its article beside the text: in JSON-LD, meta tags, links and attributes. Pure.

Only what is stated is taken: no date is guessed from an address, a footer or a copyright line. Knows no block of the story; what
stands there of author and time is asked for by whoever found the story. Its title is told from the site's name around it.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trans.sources.times import iso_time

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# schema.org: Article and what is below it; 'NewsArticle', 'BlogPosting', 'LiveBlogPosting', 'Report'.
_ARTICLE_TYPE = re.compile(r"(?:.*[/:#])?(?:\w*Article|\w*BlogPosting|Report)$")
# Where publishers put the time of publication: Open Graph, schema.org, Dublin Core, and what large systems write.
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "article.published",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "date",
)
_RIGHTS = ("copyright", "rights", "dc.rights", "dcterms.rights", "dcterms.rightsholder", "dcterms.license")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
# Internet Explorer and Chrome write the first, the SingleFile extension the second, at the top of what they save.
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)|Page saved with SingleFile\s+url:\s*(\S+)")
_SAVED_CHARS = 4_096
# Two renderings of a headline share that many letters; 'عاجل' and 'خاص' stand in many.
_MIN_TITLE_LETTERS = 12
_MIN_TITLE_WORDS = 3
_MAX_SITE_WORDS = 4
_BETWEEN = re.compile(r"\s+[-–—|•:»«]+\s+|\s*\|\s*")
_SITE = re.compile(r"(?:ال)?(?:جريدة|صحيفة|وكالة|شبكة|موقع|قناة|بوابة|مجلة|إذاعة|اذاعة)\s")
_NOT_LETTERS = re.compile(r"[\W_]+")
_MAX_NODES = 10_000  # of JSON-LD; pages have under a hundred


@dataclass(frozen=True, slots=True)
class Facts:
    """``declared``: the page says that it is an article. ``titles`` and ``descriptions`` are its texts about itself, the best
    first; ``title_tag`` has the site's name in it. ``published`` is ISO 8601; ``body`` the whole text, where JSON-LD has it.
    """

    declared: bool = False
    titles: tuple[str, ...] = ()
    title_tag: str = ""
    site: str = ""
    descriptions: tuple[str, ...] = ()
    byline: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    usage: str | None = None
    body: str = ""


def facts(root: "HtmlElement", html: str) -> Facts:
    """Return what the page of ``root`` states; ``html`` is its text, for the comment that a browser leaves when it saves."""
    metas = _metas(root)
    node, site = _json_ld(root)
    declared = bool(node) or metas.get("og:type", "").lower() == "article" or "article:published_time" in metas
    # More than one are the teasers of a front page.
    marked = [one for one in root.xpath("//@itemtype") if _ARTICLE_TYPE.match(one)]
    return Facts(
        declared=declared or len(marked) == 1,
        titles=_texts(node.get("headline"), metas.get("og:title"), metas.get("twitter:title")),
        title_tag=_clean(root.findtext(".//title")),
        site=_clean(metas.get("og:site_name")) or site,
        descriptions=_texts(metas.get("og:description"), node.get("description"), metas.get("description")),
        byline=_names(node.get("author")) or _author(metas),
        published=published([*_texts(node.get("datePublished")), *(metas.get(name, "") for name in _PUBLISHED)]),
        url=_url(root, node, metas, html),
        language=_language(root, node, metas),
        usage=_usage(root, node, metas),
        body=node["articleBody"] if isinstance(node.get("articleBody"), str) else "",
    )


def letters_of(text: str) -> str:
    """Return the letters and digits of ``text``: what two renderings of one text have in common."""
    return _NOT_LETTERS.sub("", text)


def called(stated: Facts) -> list[str]:
    """Return the letters of what may be the headline: what the page states as such, its title, the longest part of that.

    'جريدة الوطن - محليات - الحكومة تقر الزيادة': site and section may stand before it, and after.
    """
    pieces = _BETWEEN.split(stated.title_tag)
    longest = max(
        (one for one in pieces if not _is_site(stated, one)), key=lambda one: len(letters_of(one)), default=""
    )
    part = longest if len(pieces) > 1 and len(longest.split()) >= _MIN_TITLE_WORDS else ""
    return [letters for one in (*stated.titles, stated.title_tag, part) if (letters := letters_of(one))]


def agrees(text: str, titles: list[str]) -> bool:
    """Say whether ``text`` is a rendering of one of the titles, given by their letters: the same, or shorter or longer."""
    letters = letters_of(text)
    return len(letters) >= _MIN_TITLE_LETTERS and any(
        (letters in title and 2 * len(letters) >= len(title)) or (title in letters and len(letters) < 2 * len(title))
        for title in titles
    )


def without_site(stated: Facts) -> str:
    """Return the page's title without the name of the site, which stands at either end."""
    pieces = [piece.strip() for piece in _BETWEEN.split(stated.title_tag) if piece.strip()]
    site = letters_of(stated.site)
    named = [piece for piece in pieces if letters_of(piece) != site]
    if len(named) == len(pieces) > 1 and len(pieces[-1].split()) <= min(_MAX_SITE_WORDS, len(pieces[0].split()) - 1):
        named = pieces[:-1]
    return stated.title_tag if len(named) == len(pieces) else " - ".join(named)


def _is_site(stated: Facts, piece: str) -> bool:
    named = bool(_SITE.match(piece.strip())) and len(piece.split()) <= _MAX_SITE_WORDS
    return named or letters_of(piece) == letters_of(stated.site)


def published(stated: list[str]) -> str | None:
    """Return the first of the stated times that can be read; as another states the same day, but with its time and offset."""
    times = [time for one in stated if (time := iso_time(one))]
    exact = (time for time in times if "T" in time and time[:10] == times[0][:10])
    return next(exact, times[0]) if times else None


def web_url(text: str | None) -> str | None:
    """Return ``text`` where it is an address on the web that an article can have: not a site's front page."""
    url = (text or "").strip()
    return url if _WEB.fullmatch(url) and len(url.rstrip("/").split("/")) > 3 else None


def _metas(root: "HtmlElement") -> dict[str, str]:
    """Return the first content of each name in lower case: ``name``, ``property``, ``itemprop`` and ``http-equiv``."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        content = (meta.get("content") or "").strip()
        for key in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := meta.get(key)):
                found.setdefault(name.strip().lower(), content)
    return found


def _json_ld(root: "HtmlElement") -> tuple[Mapping[str, Any], str]:
    """Return the page's own article in JSON-LD, empty where it has none, and the site's name."""
    articles: list[Mapping[str, Any]] = []
    site = ""
    for node in _nodes(root):
        types = node.get("@type")
        names = [one for one in (types if isinstance(types, list) else [types]) if isinstance(one, str)]
        if any(_ARTICLE_TYPE.match(one) for one in names):
            articles.append(node)
        if "WebSite" in names or "NewsMediaOrganization" in names:
            site = site or _names(node) or ""
    # A page may describe the stories that it links to as well; its own has the text, or stands first.
    own = max(articles, key=lambda one: len(str(one.get("articleBody") or "")), default={})
    return own, _names(own.get("publisher")) or site


def _nodes(root: "HtmlElement") -> Iterator[Mapping[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            # strict=False: editors paste line ends into strings.
            waiting = deque([json.loads((script.text or "").strip().strip(";"), strict=False)])
        except (ValueError, RecursionError):
            continue
        for _ in range(_MAX_NODES):
            if not waiting:
                break
            node = waiting.popleft()
            if isinstance(node, list):
                waiting.extendleft(reversed(node))
            elif isinstance(node, dict):
                yield node
                waiting.extendleft((node.get("mainEntity"), node.get("@graph")))


def _texts(*values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for value in values if isinstance(value, str) and (text := _clean(value))))


def _clean(text: str | None) -> str:
    """Return ``text`` in one line; JSON-LD and meta tags often hold entities and tags that were escaped twice."""
    from html import unescape

    return " ".join(re.sub(r"</?[a-zA-Z][^<>]*+>", " ", unescape(text or "")).split())


def _names(value: object) -> str | None:
    """Return the names in a person, an organisation, a text, or a list of these."""
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        found += [text for text in _texts(*(name if isinstance(name, list) else [name])) if not text.startswith("http")]
    return "، ".join(dict.fromkeys(found)) or None


def _author(metas: Mapping[str, str]) -> str | None:
    stated = (metas.get(name) for name in ("author", "article:author", "dc.creator", "parsely-author"))
    return _names([one for one in stated if one][:1])


def _url(root: "HtmlElement", node: Mapping[str, Any], metas: Mapping[str, str], html: str) -> str | None:
    links = [link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    main = node.get("mainEntityOfPage")
    saved = _SAVED_FROM.search(html[:_SAVED_CHARS])
    stated = (
        *links,
        metas.get("og:url"),
        main.get("@id") if isinstance(main, dict) else main,
        node.get("url"),
        saved and (saved[1] or saved[2]),
    )
    return next((url for one in stated if isinstance(one, str) and (url := web_url(one))), None)


def _language(root: "HtmlElement", node: Mapping[str, Any], metas: Mapping[str, str]) -> str | None:
    stated = (
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        node.get("inLanguage"),
        metas.get("content-language"),
        metas.get("og:locale"),
    )
    found = (one.strip() for one in stated if isinstance(one, str) and _LANGUAGE.fullmatch(one.strip()))
    return next((one.replace("_", "-") for one in found), None)


def _usage(root: "HtmlElement", node: Mapping[str, Any], metas: Mapping[str, str]) -> str | None:
    """Return the terms that the publisher states: licence, copyright notice, links to terms."""
    license_ = node.get("license")
    links = [
        link.get("href") for link in root.iter("link", "a") if "license" in (link.get("rel") or "").lower().split()
    ]
    stated = _texts(
        node.get("copyrightNotice"),
        license_.get("url") or license_.get("name") if isinstance(license_, dict) else license_,
        node.get("usageInfo"),
        *links[:1],
        *(metas.get(name) for name in _RIGHTS),
    )
    return "; ".join(stated) or None
