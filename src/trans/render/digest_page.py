"""The digest as a web page and as Markdown: headline, summary and what to check, a brief a section. Pure: bytes out."""

from collections.abc import Iterator

from trans.digest import Digest
from trans.index_entry import Also, Listed
from trans.render.index_page import dated
from trans.render.labels import DEMO_BANNER, told_time
from trans.render.listed_marks import banner, look, marks
from trans.render.markdown_text import in_block, inline
from trans.render.page import page

TITLE = "Digest"


def render_html(digest: Digest) -> bytes:
    """Return the page as UTF-8."""
    items = [
        {
            "entry": listed.entry,
            "page": listed.page,
            "about": _about(listed),
            "marks": marks(listed),
            "look": look(listed),
            "also": listed.also,
        }
        for listed in digest.briefs
    ]
    return page(
        "digest.html.j2",
        style=("digest.css", "marks.css"),
        demo=DEMO_BANNER if digest.demo else False,
        machine=banner(digest.briefs),
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
    demo = f"**{DEMO_BANNER}** " if digest.demo else ""
    yield f"> {demo}{banner(digest.briefs)}"
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
        if found := marks(listed):
            yield " · ".join(f"**<bdi>{inline(text)}</bdi>**" for _, text in found)
            yield ""
        if entry.summary_english:
            yield inline(entry.summary_english)
            yield ""
        numbers = f"**{entry.counted}.** " if entry.counted else ""
        yield f"{numbers}{inline(entry.status)}"
        yield ""
        if listed.also:
            yield f"Also filed by: {_also(listed.also)}"
            yield ""
    if digest.failed:
        yield f"## Not in this digest ({len(digest.failed)})"
        yield ""
        for problem in digest.failed:
            yield f"- {inline(problem.name)}: {inline(problem.reason)}"
        yield ""


def _told(digest: Digest) -> str:
    reviewed = "reviewed " if digest.reviewed else ""
    count = f"{len(digest.briefs):,} {reviewed}brief{'' if len(digest.briefs) == 1 else 's'}"
    since = f" since {told_time(digest.since.isoformat())}" if digest.since else ""
    told = [f"{count}{since}, as of {told_time(digest.updated.isoformat())}."]
    if digest.copies:
        told.append(
            f"{digest.copies:,} more of the same stor{'y' if digest.copies == 1 else 'ies'}: see 'also filed by'."
        )
    if digest.killed:
        told.append(f"{digest.killed:,} killed {'item is' if digest.killed == 1 else 'items are'} left out.")
    return " ".join(told)


def _about(listed: Listed) -> list[str]:
    parts = (listed.entry.id, listed.entry.dateline, dated(listed))
    return [part for part in parts if part]


def _also(also: Also) -> str:
    links = [
        f"[<bdi>{inline(copy.name)}</bdi>]({copy.page}){' (killed)' if copy.killed else ''}" for copy in also.copies
    ]
    return ", ".join(links) + (f" and {also.more:,} more" if also.more else "")
