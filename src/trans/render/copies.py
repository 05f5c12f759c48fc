"""What an editor copies out of a brief: plain text that says what it is and where it comes from. Pure; knows no page."""

from trans.brief import Brief
from trans.render import review
from trans.render.labels import DEMO_BANNER, origin


def source_line(brief: Brief) -> str:
    """Return where the article comes from, in one line of plain text."""
    about = brief.article.metadata
    told = dict(origin(about))
    dated = "Published" if about.published else "Received"
    source = brief.article.source
    parts = [f"Source: {source.uri}, record {source.record}" if source.record else f"Source: {source.uri}"]
    parts += [f"{name}: {told[name]}" for name in ("By-line", "Dateline", dated, "Usage terms") if name in told]
    parts += [f"Link: {about.url}"] if about.url else []
    return " · ".join(" ".join(part.split()) for part in parts)


def summary(brief: Brief) -> str:
    """Return what the button copies: what the text is and how it may be used, headline and summary, the source line."""
    return _copied(brief, [first.english.target for first in brief.summaries[:1]])


def translation(brief: Brief) -> str:
    """Return what the button copies: what the text is and how it may be used, the English text, the source line."""
    paragraphs = zip(brief.paragraphs, brief.article.paragraphs, strict=True)
    body = [
        passage.target.removeprefix(original.marker).strip() if passage.kind == "heading" else passage.target
        for passage, original in paragraphs
    ]
    return _copied(brief, [*(deck.target for deck in brief.decks), *body])


def _copied(brief: Brief, texts: list[str]) -> str:
    announced = map(str, review.announced(brief))
    mark = review.mark(brief)
    marks = f"{mark} {DEMO_BANNER}" if brief.provenance.demo else mark
    parts = [*announced, marks, brief.headline.target, *texts, source_line(brief)]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"
