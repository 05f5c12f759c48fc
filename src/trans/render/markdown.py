"""The Markdown brief: what an editor reads where there is no browser. Pure; all text is shown as text, never as markup, and holds
no control that a terminal obeys.

Longer text stands in an HTML table, which GitHub, GitLab and Obsidian show side by side; ``dir`` and ``lang`` make the Arabic
read from the right.
"""

import html
import re
from collections.abc import Iterator, Sequence

from trans import names
from trans.brief import Brief, Flag, Passage, Summary, Where
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER as DEMO_BANNER
from trans.render.labels import MACHINE_BANNER as MACHINE_BANNER
from trans.render.labels import NAME_KINDS, covered, origin
from trans.render.links import web_address

# CommonMark's inline markup, and what opens a block at the start of a line.
_INLINE = re.compile(r"([\\`*_\[\]<>|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+=](?=\s|[-+=])|\d{1,9}(?=[.)]\s))")


def render(brief: Brief) -> bytes:
    """Return the brief as UTF-8 Markdown."""
    return ("\n".join(_lines(brief)) + "\n").encode()


def _lines(brief: Brief) -> Iterator[str]:
    yield f"# {inline(brief.headline.target or brief.article.id)}"
    yield ""
    banner = f"**{DEMO_BANNER}** " if brief.provenance.demo else ""
    yield f"> {banner}{MACHINE_BANNER}"
    yield ""
    if brief.headline.source:
        yield from _arabic(brief.headline.source)
    for deck in brief.decks:
        yield f"*{inline(deck.target)}*" if deck.target.strip() else ""
        yield ""
        yield from _arabic(deck.source)
    yield _about(brief)
    yield ""
    yield from _summaries(brief)
    yield from _flags(brief)
    yield from _paragraphs(brief)
    yield from _names(brief)
    yield "---"
    yield ""
    yield from _provenance(brief)


def _about(brief: Brief) -> str:
    article = brief.article
    record = f", record <bdi>{inline(article.source.record)}</bdi>" if article.source.record else ""
    parts = [f"Source: {inline(article.source.uri)}{record}"]
    parts += [f"{name}: <bdi>{inline(value)}</bdi>" for name, value in origin(article.metadata)]
    if url := article.metadata.url:
        address = web_address(url)
        parts.append(f"Link: [{inline(url)}](<{address}>)" if address else f"Link: <bdi>{inline(url)}</bdi>")
    return " · ".join(parts)


def _summaries(brief: Brief) -> Iterator[str]:
    yield "## Summary"
    yield ""
    if not brief.summaries:
        yield "*There was no text to summarise.*"
        yield ""
        return
    first, *points = brief.summaries
    yield inline(first.english.target)
    yield ""
    yield f"*({_covers(first)})*"
    yield ""
    if first.method != "translation":
        yield from _arabic(first.arabic)
    if points:
        yield "### Key points"
        yield ""
        for point in points:
            # Two spaces after the hyphen would leave the Arabic, and all lines up to the next blank one, outside the item.
            yield f"- {f'{inline(point.english.target)} '.lstrip()}*({_covers(point)})*"
            if point.method != "translation":
                yield f'  <div dir="rtl" lang="ar">{in_block(point.arabic)}</div>'
        yield ""


def _covers(summary: Summary) -> str:
    links = ", ".join(f"[{number}](#p{number})" for number in summary.draws_on)
    drawn = f"; draws on {links}" if links and summary.covers and summary.draws_on != summary.covers else ""
    return covered(summary) + drawn


def _flags(brief: Brief) -> Iterator[str]:
    serious = [flag for flag in brief.flags if flag.severity != "info"]
    notes = [flag for flag in brief.flags if flag.severity == "info"]
    yield f"## What to check ({len(serious)})" if serious else "## What to check"
    yield ""
    if not serious:
        yield "No error, no warning. The checks compare numbers, names, length and marks; they do not understand the text."
    yield from _listed(serious)
    yield ""
    repairs = list(_repairs(brief))
    if repairs:
        yield f"### Translated again ({len(repairs)})"
        yield ""
        for told, before in repairs:
            yield told
            yield before
        yield ""
    if notes:
        yield f"<details><summary>Notes ({len(notes)})</summary>"
        yield ""
        yield from _listed(notes)
        yield ""
        yield "</details>"
        yield ""


def _listed(flags: Sequence[Flag]) -> Iterator[str]:
    for flag in flags:
        yield f"- **{flag.severity}**, {_address(flag.where, flag.paragraph, flag.sentence)}: {inline(flag.message)}"
        if flag.source:
            yield f'  <div dir="rtl" lang="ar">{in_block(flag.source)}</div>'
        if flag.target and flag.target != flag.source:
            yield f"  <div>{in_block(flag.target)}</div>"


def _repairs(brief: Brief) -> Iterator[tuple[str, str]]:
    """Each sentence whose first translation had an error: where, how the one that stands was made, and the first."""
    for where, number, passage in brief.parts():
        for position, sentence in enumerate(passage.sentences, start=1):
            if sentence.repair:
                told = (
                    f"- {_address(where, number, position)}: {inline(sentence.repair.how)}; the first translation was:"
                )
                yield told, f"  <div>{in_block(sentence.repair.before)}</div>"


def _address(where: Where, number: int | None, position: int | None) -> str:
    if where == "headline":
        return "headline"
    sentence = f", sentence {position}" if position else ""
    if where == "paragraph":
        return f"[paragraph {number}](#p{number}){sentence}" if number else "the article"
    if where == "summary" and number and number > 1:
        return f"key point {number - 1}{sentence}"
    return f"{where}{sentence}" if where == "summary" else f"deck {number}{sentence}"


def _paragraphs(brief: Brief) -> Iterator[str]:
    yield "## Full translation"
    yield ""
    if not brief.paragraphs:
        yield "*The article has no text under its headline.*"
        yield ""
        return
    yield "<table>"
    yield '<tr><th></th><th>English</th><th dir="rtl" lang="ar">العربية</th></tr>'
    for number, paragraph in enumerate(brief.paragraphs, start=1):
        bold = paragraph.kind == "heading"
        english, arabic = _marked(paragraph), in_block(paragraph.source)
        yield "<tr>"
        yield f'<td id="p{number}">{number}</td>'
        yield f"<td>{_bold(english) if bold else english}</td>"
        yield f'<td dir="rtl" lang="ar">{_bold(arabic) if bold else arabic}</td>'
        yield "</tr>"
    yield "</table>"
    yield ""


def _names(brief: Brief) -> Iterator[str]:
    """How the English writes each name, and where: an editor checks a spelling once."""
    found = names.table(brief)
    if not found:
        return
    yield f"## Names ({len(found)})"
    yield ""
    yield "<table>"
    yield '<tr><th>English</th><th dir="rtl" lang="ar">العربية</th><th>what</th><th>paragraphs</th></tr>'
    for name in found:
        written = (f"{item.text} ({item.count})" if item.count > 1 else item.text for item in name.renderings)
        english, arabic = ", ".join(written) or "–", "، ".join(name.arabic)
        where = ", ".join(map(str, name.paragraphs)) or "–"
        yield f'<tr><td>{in_block(english)}</td><td dir="rtl" lang="ar">{in_block(arabic)}</td>'
        yield f"<td>{NAME_KINDS.get(name.kind, name.kind)}</td><td>{where}</td></tr>"
    yield "</table>"
    yield ""


def _marked(passage: Passage) -> str:
    """The English, with a sign after each sentence that an error or a warning stands at."""
    parts = []
    for sentence in passage.sentences:
        sign = " ⚠" if any(flag.severity != "info" for flag in sentence.flags) else ""
        parts.append(sentence.target + sign + (sentence.sep or " "))
    return in_block("".join(parts))


def _provenance(brief: Brief) -> Iterator[str]:
    made = brief.provenance
    yield f"trans {inline(made.trans)} · profile {inline(made.profile)} · source sha256 {brief.article.source.sha256[:16]}"
    yield ""
    for task, about in (("Translation", made.translation), ("Summary", made.summarization)):
        parts = [f"{about.get('model') or 'unknown'}"]
        if about.get("revision"):
            parts[0] += f" @ {about['revision']}"
        parts.append(f"licence {about.get('licence') or 'unknown'}")
        if about.get("engine"):
            parts.append(f"{about['engine']} {about.get('quantization') or ''}".strip())
        yield f"- {task}: {inline(', '.join(parts))}"


def _arabic(text: str) -> Iterator[str]:
    yield f'<div dir="rtl" lang="ar">{in_block(text.strip())}</div>'
    yield ""


def _bold(text: str) -> str:
    return f"<strong>{text}</strong>"


def in_block(text: str) -> str:
    """Text inside an HTML block: a blank line would end the block, so line ends become ``<br>``."""
    return "<br>".join(line.strip() for line in html.escape(plain(text), quote=False).splitlines() if line.strip())


def inline(text: str) -> str:
    """Text on a line of Markdown."""
    line = " ".join(plain(text).split())
    line = _ENTITY.sub("&amp;", _INLINE.sub(r"\\\1", line))
    return _BLOCK_START.sub(_escape_block_start, line)


def _escape_block_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
