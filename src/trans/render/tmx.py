"""The sentences of an article beside their translation, as TMX 1.4b for translators' tools. Pure; knows XML, no file, no clock.

Left out is what no translator made and no memory needs: bullets, numbers and other text that passed through as it is, sentences
without a translation, and the summaries, whose Arabic stands in no article. There is no document type: a tool would fetch it.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from trans.brief import Brief, Sentence, Where
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER, told_time
from trans.render.status import status

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
    for where, number, passage in brief.parts():
        if where != "summary":
            for position, sentence in enumerate(passage.sentences, start=1):
                if not sentence.literal and sentence.source.strip() and sentence.target.strip():
                    yield from _unit(brief, _name(where, number, position), sentence)
    yield "</body>"
    yield "</tmx>"


def _header(brief: Brief) -> Iterator[str]:
    source, about, made = brief.article.source, brief.article.metadata, brief.provenance
    yield _element("note", MACHINE_BANNER)
    if made.demo:
        yield _element("note", DEMO_BANNER)
    yield _element("note", status(brief))
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
    yield _property("x-machine-translation", "unreviewed")
    if brief.provenance.demo:
        yield _property("x-demo", "not a usable translation")
    for severity in ("error", "warning"):
        checks = sorted({flag.check for flag in flags if flag.severity == severity})
        if checks:
            yield _property(f"x-{severity}", ", ".join(checks))
    yield f'<tuv xml:lang="ar">{_element("seg", plain(sentence.source).strip())}</tuv>'
    yield f'<tuv xml:lang="en" creationid="{_MACHINE}">{_element("seg", plain(sentence.target).strip())}</tuv>'
    yield "</tu>"


def _name(where: Where, number: int | None, position: int) -> str:
    """The sentence's name in the file: 'headline-1', 'paragraph3-2'."""
    return f"{where}{number or ''}-{position}"


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(plain(text))}</{tag}>"


def _property(name: str, text: str) -> str:
    return f'<prop type="{name}">{escape(plain(text))}</prop>'
