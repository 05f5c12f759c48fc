"""The digest as a web page and as Markdown: headline, summary and what to check, a brief a section. Pure: bytes out."""

from collections.abc import Iterator

from trans.digest import Digest
from trans.index import Listed
from trans.render.index_page import dated
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER, told_time
from trans.render.markdown import in_block, inline
from trans.render.page import page

TITLE = "Digest"


def render_html(digest: Digest) -> bytes:
    """Return the page as UTF-8."""
    items = [{"entry": listed.entry, "page": listed.page, "about": _about(listed)} for listed in digest.briefs]
    return page(
        "digest.html.j2",
        style="digest.css",
        demo=DEMO_BANNER if digest.demo else False,
        machine=MACHINE_BANNER,
        title=TITLE,
        told=_told(digest),
        items=items,
        failed=digest.failed,
    )


def render_markdown(digest: Digest) -> bytes:
    """Return the same as UTF-8 Markdown."""
    return ("\n".join(_lines(digest)) + "\n").encode("utf-8", "replace")


def _lines(digest: Digest) -> Iterator[str]:
    yield "<!-- made by trans -->"
    yield ""
    yield f"# {TITLE}"
    yield ""
    banner = f"**{DEMO_BANNER}** " if digest.demo else ""
    yield f"> {banner}{MACHINE_BANNER}"
    yield ""
    yield _told(digest)
    yield ""
    for listed in digest.briefs:
        entry = listed.entry
        yield f"## [{inline(entry.headline_english or entry.id)}]({listed.page})"
        yield ""
        if entry.headline_arabic:
            yield f'<div dir="rtl" lang="ar">{in_block(entry.headline_arabic)}</div>'
            yield ""
        yield " · ".join(f"<bdi>{inline(part)}</bdi>" for part in _about(listed))
        yield ""
        if entry.summary_english:
            yield inline(entry.summary_english)
            yield ""
        numbers = f"**{entry.counted}.** " if entry.counted else ""
        yield f"{numbers}{inline(entry.status)}"
        yield ""
    if digest.failed:
        yield f"## Not in this digest ({len(digest.failed)})"
        yield ""
        for problem in digest.failed:
            yield f"- {inline(problem.name)}: {inline(problem.reason)}"
        yield ""


def _told(digest: Digest) -> str:
    count = f"{len(digest.briefs):,} brief{'' if len(digest.briefs) == 1 else 's'}"
    since = f" since {told_time(digest.since.isoformat())}" if digest.since else ""
    return f"{count}{since}, as of {told_time(digest.updated.isoformat())}."


def _about(listed: Listed) -> list[str]:
    parts = (listed.entry.id, listed.entry.dateline, dated(listed))
    return [part for part in parts if part]
