"""A web page in one file: a template filled in, its style and script inlined and allowed by their hashes, and nothing else.

Works over ``file://`` and http alike, loads nothing from anywhere, and shows every text as text. A pure function of its
arguments; knows neither briefs nor the index.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from trans.render.bidi import contained
from trans.render.direction import plain
from trans.render.links import web_link

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

# It stands before every text of others.
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')

# What JSON must not hold inside a script element, nor inside JavaScript: '</script>', '<!--' and the two line ends of Unicode.
_ESCAPES = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

# Arabic with what stands between its words, and a number before it: what reads from the right inside an English message.
_ARABIC = "[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]"
ARABIC_RUN = rf"(?:[0-9][0-9.,%]{{0,15}} )?{_ARABIC}(?:[^A-Za-z()\n]*{_ARABIC})?"
"""A pattern of Python and of JavaScript alike: the index sets its texts in the browser."""


def page(
    template: str,
    *,
    style: str | Sequence[str],
    script: str | Sequence[str] = "",
    data: object = None,
    asks_server: bool = False,
    **context: object,
) -> bytes:
    """Return ``templates/<template>`` filled in with ``context``, as UTF-8.

    ``style`` and ``script`` name files beside it: they are inlined whole, in order, after ``base.css``. ``data`` is inlined as
    JSON in the element ``#data``, unless it is None. ``asks_server``: its script and its forms may ask the server that it
    came from, and no other.
    """
    from markupsafe import Markup

    styles = "".join(map(_asset, ("base.css", *_names(style))))
    code = "".join(map(_asset, _names(script)))
    inlined = json.dumps(_contained(data), ensure_ascii=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        inlined = inlined.replace(character, escape)  # on an index of megabytes far quicker than str.translate
    text = (
        _environment()
        .get_template(template)
        .render(
            {
                "demo": False,
                **context,
                "policy": _policy(styles, code, asks_server),
                "style": Markup(styles),  # noqa: S704  our own files
                "script": Markup(code),  # noqa: S704
                "data": None if data is None else Markup(inlined),  # noqa: S704  escaped above
            }
        )
    )
    # A hand-made JSON brief can hold a lone surrogate, which has no UTF-8.
    return text.encode("utf-8", "replace")


def policy_of(content: bytes) -> str:
    """Return the Content-Security-Policy that a page made here has in its head, for a server to send; empty for any other."""
    found = _POLICY.search(content)
    return html.unescape(found[1].decode()) if found else ""


def _names(given: str | Sequence[str]) -> Sequence[str]:
    return ((given,) if given else ()) if isinstance(given, str) else given


def _policy(style: str, script: str, asks_server: bool) -> str:
    sources = [
        "default-src 'none'",
        f"style-src {_hash(style)}",
        f"script-src {_hash(script)}" if script else "script-src 'none'",
        "img-src data:",  # the empty icon, without which a browser asks the server for one
        "base-uri 'none'",
        *(["form-action 'self'", "connect-src 'self'"] if asks_server else ["form-action 'none'"]),
    ]
    return "; ".join(sources)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=16)
def _asset(name: str) -> str:
    text = (resources.files("trans.render") / "templates" / name).read_text(encoding="utf-8")
    if re.search(r"<!--|</?(?:script|style)", text, re.IGNORECASE):
        raise ValueError(f"{name} can't stand inside a page: it would end its own element")
    return text


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("trans.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalize,
    )
    environment.filters["mixed"] = _mixed
    environment.filters["web_link"] = web_link
    return environment


def _finalize(value: Any) -> Any:
    """Every text that a template puts out passes here, before it is escaped."""
    return plain(value) if type(value) is str else value


def _contained(value: Any) -> Any:
    if isinstance(value, str):
        return contained(value)
    if isinstance(value, dict):
        return {contained(key): _contained(item) for key, item in value.items()}
    return [_contained(item) for item in value] if isinstance(value, list | tuple) else value


def _mixed(text: str) -> "Markup":
    """An English text, with each piece of Arabic in it isolated and marked as Arabic."""
    from markupsafe import Markup, escape

    parts, end = list[Markup](), 0
    for run in re.compile(ARABIC_RUN).finditer(text):
        before, arabic = plain(text[end : run.start()]), plain(run[0])
        parts += [escape(before), Markup('<bdi lang="ar" dir="rtl">{}</bdi>').format(arabic)]
        end = run.end()
    return Markup("").join([*parts, escape(plain(text[end:]))])
