"""The sentences of an article beside their translation, as TMX 1.4b for translators' tools. Pure; knows XML, no file, no clock.

Left out is what no translator made and no memory needs: bullets, numbers and other text that passed through as it is, sentences
without a translation, the summaries, whose Arabic stands in no article, and all of an article that its publisher has taken back.
There is no document type: a tool would fetch it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from trans.brief import Brief, Sentence, Where
from trans.render import review
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER, told_time

# What Okapi writes as the creator of a machine translation (its constant MTFLAG), and what tools that weigh it look for.
_MACHINE = "MT!"


def render(brief: Brief) -> bytes:
    """Return the aligned sentences of the brief as UTF-8 XML."""
    return ("\n".join(_lines(brief)) + "\n").encode()


def _lines(brief: Brief) -> Iterator[str]:
    tool = f'creationtool="trans" creationtoolversion={quoteattr(plain(brief.provenance.trans))}'
    kinds = 'segtype="sentence" o-tmf="trans.brief/1" adminlang="en" srclang="ar" datatype="plaintext"'
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<tmx version="1.4">'
    yield f"<header {tool} {kinds}>"
    yield from _header(brief)
    yield "</header>"
    yield "<body>"
    for where, number, passage in () if review.is_killed(brief) else brief.parts():
        if where != "summary":
            for position, sentence in enumerate(passage.sentences, start=1):
                if not sentence.literal and sentence.source.strip() and sentence.target.strip():
                    yield from _unit(brief, _name(where, number, position), sentence)
    yield "</body>"
    yield "</tmx>"


def _header(brief: Brief) -> Iterator[str]:
    source, about, made = brief.article.source, brief.article.metadata, brief.provenance
    for one in review.announced(brief):
        yield _element("note", str(one))
    yield _element("note", review.banner(brief))
    if made.demo:
        yield _element("note", DEMO_BANNER)
    yield _element("note", review.status(brief))
    properties = {
        "x-source": source.uri,
        "x-record": source.record,
        "x-sha256": source.sha256,
        "x-url": about.url,
        "x-published": about.published and told_time(about.published),
        "x-received": about.received and told_time(about.received),
        "x-version": about.version,
        "x-usage": about.usage,
        "x-model": made.translation.get("model"),
        "x-model-licence": made.translation.get("licence"),
    }
    for name, value in properties.items():
        if value:
            yield _property(name, value)


def _unit(brief: Brief, name: str, sentence: Sentence) -> Iterator[str]:
    flags = [flag for flag in sentence.flags if flag.severity != "info"]
    yield f'<tu tuid="{name}">'
    for flag in flags:
        yield _element("note", f"{flag.severity}: {flag.message}")
    if sentence.edit:
        yield _property("x-edited-by", sentence.edit.by)
    else:
        yield _property("x-machine-translation", "reviewed" if review.is_reviewed(brief) else "unreviewed")
    if brief.review and review.is_seen(brief, sentence.edit):
        yield _property("x-reviewed-by", brief.review.by)
    if brief.provenance.demo:
        yield _property("x-demo", "not a usable translation")
    for severity in ("error", "warning"):
        checks = sorted({flag.check for flag in flags if flag.severity == severity})
        if checks:
            yield _property(f"x-{severity}", ", ".join(checks))
    yield f'<tuv xml:lang="ar">{_element("seg", plain(sentence.source).strip())}</tuv>'
    english = _element("seg", plain(sentence.target).strip())
    yield f'<tuv xml:lang="en" {" ".join(_by(brief, sentence))}>{english}</tuv>'
    yield "</tu>"


def _by(brief: Brief, sentence: Sentence) -> Iterator[str]:
    """Who wrote the English and who looked at it last, as attributes: the machine, an editor, the reviewer."""
    edit = sentence.edit
    yield f"creationid={quoteattr(plain(edit.by) if edit else _MACHINE)}"
    yield from _time("creationdate", edit.at) if edit else ()
    if brief.review and review.is_seen(brief, edit):
        yield f"changeid={quoteattr(plain(brief.review.by))}"
        yield from _time("changedate", brief.review.at)


def _time(name: str, at: str) -> Iterator[str]:
    """A time as TMX has it; none for what can't be read as one."""
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo:
            yield f'{name}="{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"'
    except (ValueError, OverflowError):
        return


def _name(where: Where, number: int | None, position: int) -> str:
    """The sentence's name in the file: 'headline-1', 'paragraph3-2'."""
    return f"{where}{number or ''}-{position}"


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(plain(text))}</{tag}>"


def _property(name: str, text: str) -> str:
    return f'<prop type="{name}">{escape(plain(text))}</prop>'
