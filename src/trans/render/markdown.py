"""The Markdown brief: what an editor reads where there is no browser. Pure; all text is shown as text, never as markup.

Longer text stands in an HTML table, which GitHub, GitLab and Obsidian show side by side; ``dir`` and ``lang`` make the Arabic
read from the right.
"""

import html
import re
from collections.abc import Iterator
from itertools import groupby

from trans.brief import Brief, Flag, Passage, Summary

DEMO_BANNER = "Demo models: not a usable translation."
MACHINE_BANNER = "Machine translation, unreviewed."

# CommonMark's inline markup, and what opens a block at the start of a line.
_INLINE = re.compile(r"([\\`*_\[\]<>|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+=](?=\s|[-+=])|\d{1,9}(?=[.)]\s))")


def render(brief: Brief) -> bytes:
    """Return the brief as UTF-8 Markdown."""
    return ("\n".join(_lines(brief)) + "\n").encode()


def _lines(brief: Brief) -> Iterator[str]:
    yield f"# {_text(brief.headline.target or brief.article.id)}"
    yield ""
    banner = f"**{DEMO_BANNER}** " if brief.provenance.demo else ""
    yield f"> {banner}{MACHINE_BANNER}"
    yield ""
    if brief.headline.source:
        yield from _arabic(brief.headline.source)
    for deck in brief.decks:
        yield f"*{_text(deck.target)}*" if deck.target.strip() else ""
        yield ""
        yield from _arabic(deck.source)
    yield _about(brief)
    yield ""
    yield from _summaries(brief)
    yield from _flags(brief)
    yield from _paragraphs(brief)
    yield "---"
    yield ""
    yield from _provenance(brief)


def _about(brief: Brief) -> str:
    article = brief.article
    parts = [f"Source: {_text(article.source.uri)}"]
    names = {"byline": "By-line", "dateline": "Dateline", "published": "Published", "url": "Link"}
    for field, name in names.items():
        value = getattr(article.metadata, field)
        if value:
            parts.append(f"{name}: <bdi>{_text(value)}</bdi>")
    return " · ".join(parts)


def _summaries(brief: Brief) -> Iterator[str]:
    yield "## Summary"
    yield ""
    if not brief.summaries:
        yield "*There was no text to summarise.*"
        yield ""
        return
    first, *points = brief.summaries
    yield _text(first.english.target)
    yield ""
    yield f"*({_covers(first)})*"
    yield ""
    yield from _arabic(first.arabic)
    if points:
        yield "### Key points"
        yield ""
        for point in points:
            yield f"- {_text(point.english.target)} *({_covers(point)})*"
            yield f'  <div dir="rtl" lang="ar">{_escaped(point.arabic)}</div>'
        yield ""


def _covers(summary: Summary) -> str:
    how = {"text": "the text itself", "extractive": "chosen sentences"}.get(summary.method, "")
    if not summary.covers:
        return how or "the whole text"
    ranges = []
    for _, run in groupby(enumerate(summary.covers), key=lambda item: item[1] - item[0]):
        numbers = [number for _, number in run]
        ranges.append(f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}")
    covered = f"paragraph{'s' if len(summary.covers) > 1 else ''} {', '.join(ranges)}"
    return f"{how}, {covered}" if how else covered


def _flags(brief: Brief) -> Iterator[str]:
    yield f"## What to check ({len(brief.flags)})" if brief.flags else "## What to check"
    yield ""
    if not brief.flags:
        yield (
            "Nothing was flagged. This version checks that everything was translated to its end; it does not check "
            "numbers, names or meaning."
        )
    for flag in brief.flags:
        yield f"- **{flag.severity}**, {_address(flag)}: {_text(flag.message)}"
        if flag.source:
            yield f'  <div dir="rtl" lang="ar">{_escaped(flag.source)}</div>'
        if flag.target and flag.target != flag.source:
            yield f"  <div>{_escaped(flag.target)}</div>"
    yield ""


def _address(flag: Flag) -> str:
    if flag.where == "headline":
        return "headline"
    sentence = f", sentence {flag.sentence}" if flag.sentence else ""
    if flag.where == "paragraph":
        return f"[paragraph {flag.paragraph}](#p{flag.paragraph}){sentence}"
    if flag.where == "summary" and flag.paragraph and flag.paragraph > 1:
        return f"key point {flag.paragraph - 1}{sentence}"
    return f"{flag.where}{sentence}" if flag.where == "summary" else f"deck {flag.paragraph}{sentence}"


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
        english, arabic = _marked(paragraph), _escaped(paragraph.source)
        yield "<tr>"
        yield f'<td id="p{number}">{number}</td>'
        yield f"<td>{_bold(english) if bold else english}</td>"
        yield f'<td dir="rtl" lang="ar">{_bold(arabic) if bold else arabic}</td>'
        yield "</tr>"
    yield "</table>"
    yield ""


def _marked(passage: Passage) -> str:
    """The English, with a sign after each sentence that an error or a warning stands at."""
    parts = []
    for sentence in passage.sentences:
        sign = " ⚠" if any(flag.severity != "info" for flag in sentence.flags) else ""
        parts.append(sentence.target + sign + (sentence.sep or " "))
    return _escaped("".join(parts))


def _provenance(brief: Brief) -> Iterator[str]:
    made = brief.provenance
    yield f"trans {made.trans} · profile {_text(made.profile)} · source sha256 {brief.article.source.sha256[:16]}"
    yield ""
    for task, about in (("Translation", made.translation), ("Summary", made.summarization)):
        parts = [f"{about['model']}"]
        if about.get("revision"):
            parts[0] += f" @ {about['revision']}"
        parts.append(f"licence {about['licence']}")
        if about.get("engine"):
            parts.append(f"{about['engine']} {about['quantization']}".strip())
        yield f"- {task}: {_text(', '.join(parts))}"


def _arabic(text: str) -> Iterator[str]:
    yield f'<div dir="rtl" lang="ar">{_escaped(text.strip())}</div>'
    yield ""


def _bold(text: str) -> str:
    return f"<strong>{text}</strong>"


def _escaped(text: str) -> str:
    """Text inside an HTML block: a blank line would end the block, so line ends become ``<br>``."""
    return "<br>".join(line.strip() for line in html.escape(text, quote=False).splitlines() if line.strip())


def _text(text: str) -> str:
    """Text on a line of Markdown."""
    line = " ".join(text.split())
    line = _ENTITY.sub("&amp;", _INLINE.sub(r"\\\1", line))
    return _BLOCK_START.sub(_escape_block_start, line)


def _escape_block_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
