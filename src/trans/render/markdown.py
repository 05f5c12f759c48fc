"""The Markdown brief: what an editor reads where there is no browser. Pure; all text is shown as text, never as markup, and holds
no control that a terminal obeys.

Longer text stands in an HTML table, which GitHub, GitLab and Obsidian show side by side; ``dir`` and ``lang`` make the Arabic
read from the right.
"""

from collections.abc import Iterator

from trans import names
from trans.brief import Brief, Passage, Summary
from trans.render import review
from trans.render.labels import DEMO_BANNER, NAME_KINDS, covered, origin
from trans.render.links import web_address
from trans.render.markdown_review import announced, reviewed, updated
from trans.render.markdown_text import address, arabic, bold, escaped, in_block, inline, listed, one_block
from trans.render.status import Place

_CLEAN = "No error, no warning. The checks compare numbers, names, length and marks; they do not understand the text."


def render(brief: Brief) -> bytes:
    """Return the brief as UTF-8 Markdown."""
    return ("\n".join(_lines(brief)) + "\n").encode()


def _lines(brief: Brief) -> Iterator[str]:
    yield from announced(brief)
    yield f"# {inline(brief.headline.target or brief.article.id)}"
    yield ""
    banner = f"**{DEMO_BANNER}** " if brief.provenance.demo else ""
    yield f"> {banner}{inline(' '.join(filter(None, (review.banner(brief), review.edited(brief)))))}"
    yield ""
    yield from updated(brief)
    if brief.headline.source:
        yield from arabic(brief.headline.source)
    for deck in brief.decks:
        yield f"*{inline(deck.target)}*" if deck.target.strip() else ""
        yield ""
        yield from arabic(deck.source)
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
        link = web_address(url)
        parts.append(f"Link: [{inline(url)}](<{link}>)" if link else f"Link: <bdi>{inline(url)}</bdi>")
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
        yield from arabic(first.arabic)
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
        yield review.unflagged(brief, _CLEAN)
    yield from listed(serious)
    yield ""
    yield from reviewed(brief)
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
        yield from listed(notes)
        yield ""
        yield "</details>"
        yield ""


def _repairs(brief: Brief) -> Iterator[tuple[str, str]]:
    """Each sentence whose first translation had an error: where, how the one that stands was made, and the first."""
    for where, number, passage in brief.parts():
        for position, sentence in enumerate(passage.sentences, start=1):
            if sentence.repair:
                told = (
                    f"- {address(where, number, position)}: {inline(sentence.repair.how)}; the first translation was:"
                )
                yield told, f"  <div>{in_block(sentence.repair.before)}</div>"


def _paragraphs(brief: Brief) -> Iterator[str]:
    yield "## Full translation"
    yield ""
    if not brief.paragraphs:
        yield "*The article has no text under its headline.*"
        yield ""
        return
    marks = review.marks(brief)
    yield "<table>"
    yield '<tr><th></th><th>English</th><th dir="rtl" lang="ar">العربية</th></tr>'
    for number, paragraph in enumerate(brief.paragraphs, start=1):
        heading = paragraph.kind == "heading"
        english, original = _marked(paragraph, number, marks), in_block(paragraph.source)
        mark = marks.parts.get(Place("paragraph", number), "")
        yield "<tr>"
        yield f'<td id="p{number}">{number}{f"<br>{mark}" if mark else ""}</td>'
        yield f"<td>{bold(english) if heading else english}</td>"
        yield f'<td dir="rtl" lang="ar">{bold(original) if heading else original}</td>'
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


def _marked(passage: Passage, number: int, marks: review.Marks) -> str:
    """The English: a sentence that the version before did not have is underlined, and a sign follows each one that an editor
    wrote, and each one that an error or a warning stands at.
    """
    parts = []
    for position, sentence in enumerate(passage.sentences, start=1):
        sign = " ⚠" if any(flag.severity != "info" for flag in sentence.flags) else ""
        edited = " ✎" if sentence.edit else ""
        text = escaped(sentence.target)
        new = text and Place("paragraph", number, position) in marks.spots
        parts.append(f"{f'<ins>{text}</ins>' if new else text}{edited}{sign}{escaped(sentence.sep or ' ')}")
    return one_block("".join(parts))


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
