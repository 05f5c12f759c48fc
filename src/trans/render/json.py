"""The JSON brief (``trans.brief/1``): the record that every other format can be made from again.

``read(render(brief))`` gives the brief back, but for the hypotheses after the best one and the settings they were decoded
with, which no check or rendering needs. The table of names is made from the rest.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NoReturn

from trans import names
from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Brief, Flag, Hashes, Passage, Provenance, Repair, Sentence, Summary
from trans.shapes import checked
from trans.translation import Decoding, Hypothesis, Translation

SCHEMA = "trans.brief/1"

_SHA256 = re.compile("[0-9a-f]{64}")
# Half of a pair, as JSON may write it; a text that holds one alone can't be written to any file.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def render(brief: Brief) -> bytes:
    """Return the brief as UTF-8 JSON, keys in the documented order, and last the digest of all before it.

    By that a file tells whether anything in it was changed since, a bit or a word, where no manifest knows it any more.
    """
    data = _undigested(brief)
    return data.removesuffix(b"\n}\n") + f',\n "digest": "{hashlib.sha256(data).hexdigest()}"\n}}\n'.encode()


def is_untouched(data: bytes, brief: Brief) -> bool:
    """Say whether ``data``, which ``brief`` was read from, is to the letter what this program writes."""
    return data in (render(brief), _undigested(brief))  # as before there was a digest


def _undigested(brief: Brief) -> bytes:
    return (json.dumps(document(brief), ensure_ascii=False, indent=1) + "\n").encode()


def document(brief: Brief) -> dict[str, Any]:
    """Return the brief as JSON's own types."""
    article = brief.article
    return {
        "schema": SCHEMA,
        "id": article.id,
        "source": {
            "uri": article.source.uri,
            "record": article.source.record,
            "sha256": article.source.sha256,
            "encoding": article.source.encoding,
            "bytes": article.source.bytes,
            "metadata": asdict(article.metadata),
        },
        "headline": _passage(brief.headline),
        "decks": [_passage(deck) for deck in brief.decks],
        "summaries": [
            {
                "ar": summary.arabic,
                "en": summary.english.target,
                "covers": list(summary.covers),
                "draws_on": list(summary.draws_on),
                "method": summary.method,
                **_decode(summary.decode),
                "sentences": [_sentence(sentence) for sentence in summary.english.sentences],
                "flags": [asdict(flag) for flag in summary.flags],
            }
            for summary in brief.summaries
        ],
        "paragraphs": [
            {"n": number, "kind": paragraph.kind, "marker": original.marker, **_passage(paragraph)}
            for number, (paragraph, original) in enumerate(
                zip(brief.paragraphs, article.paragraphs, strict=True), start=1
            )
        ],
        "flags": [asdict(flag) for flag in brief.flags],
        "names": [
            {
                "kind": name.kind,
                "ar": list(name.arabic),
                "en": [{"text": rendering.text, "count": rendering.count} for rendering in name.renderings],
                "paragraphs": list(name.paragraphs),
            }
            for name in names.table(brief)
        ],
        "provenance": asdict(brief.provenance),
    }


def read(data: bytes) -> Brief:
    """Return the brief in ``data``. Raises ``ValueError`` for anything that is not a whole ``trans.brief/1``."""
    try:
        text = data.decode("utf-8-sig")
        parsed = json.loads(text, parse_constant=_no_number)
        if parsed["schema"] != SCHEMA:
            raise ValueError(f"the schema is {str(parsed['schema'])[:40]!r}, not {SCHEMA!r}")
        if _SURROGATE.search(text):
            json.dumps(parsed, ensure_ascii=False).encode()
        brief = checked(_read(parsed))
        problem = next(_problems(brief), None)
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a whole {SCHEMA}: {error!r}") from error
    if problem:
        raise ValueError(f"not a whole {SCHEMA}: {problem}")
    return brief


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _problems(brief: Brief) -> Iterator[str]:
    """Yield what is wrong though it is of the right type: what is made of a brief counts on these."""
    if not _SHA256.fullmatch(brief.article.source.sha256):
        yield "its source has no sha256"
    for model in (brief.provenance.translation, brief.provenance.summarization):
        for name in ("model", "revision", "engine", "quantization", "licence"):
            if not isinstance(model.get(name) or "", str):
                yield f"the {name} of a model is no text"
    for flag in brief.flags:
        if min(1 if place is None else place for place in (flag.paragraph, flag.sentence)) < 1:
            yield "a flag stands at no place"


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "ar": passage.source,
        "en": passage.target,
        "sentences": [_sentence(sentence) for sentence in passage.sentences],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "ar": sentence.source,
        "sep": sentence.sep,
        "en": sentence.target,
        "literal": sentence.literal,
        "cut": sentence.cut,
        **_decode(sentence.translation),
        "flags": [asdict(flag) for flag in sentence.flags],
        "repair": asdict(sentence.repair) if sentence.repair else None,
    }


def _decode(translation: Translation | None) -> dict[str, Any]:
    best = translation.best if translation else None
    return {
        "score": best.score if best else None,
        "tokens": best.tokens if best else None,
        "finished": best.finished if best else None,
        "unknown": translation.unknown if translation else "",
    }


def _read(parsed: dict[str, Any]) -> Brief:
    source = parsed["source"]
    paragraphs = tuple(_read_passage(item["sentences"], item["kind"]) for item in parsed["paragraphs"])
    headline = _read_passage(parsed["headline"]["sentences"])
    decks = tuple(_read_passage(item["sentences"]) for item in parsed["decks"])
    article = Article(
        id=parsed["id"],
        source=Source(source["uri"], source["sha256"], source["encoding"], source["bytes"], source["record"]),
        headline=headline.source,
        decks=tuple(deck.source for deck in decks),
        paragraphs=tuple(
            Paragraph(passage.source.removeprefix(item["marker"]), item["kind"], item["marker"])
            for passage, item in zip(paragraphs, parsed["paragraphs"], strict=True)
        ),
        metadata=Metadata(**source["metadata"]),
    )
    provenance = parsed["provenance"]
    return Brief(
        article=article,
        headline=headline,
        decks=decks,
        summaries=tuple(
            Summary(
                arabic=item["ar"],
                english=_read_passage(item["sentences"]),
                covers=tuple(item["covers"]),
                method=item["method"],
                decode=_read_decode(item, item["ar"]),
                flags=_read_flags(item["flags"]),
                draws_on=tuple(item["draws_on"]),
            )
            for item in parsed["summaries"]
        ),
        paragraphs=paragraphs,
        flags=_read_flags(parsed["flags"]),
        provenance=Provenance(**{**provenance, "hashes": Hashes(**provenance["hashes"])}),
    )


def _read_passage(sentences: list[dict[str, Any]], kind: Any = "text") -> Passage:
    return Passage(tuple(_read_sentence(item) for item in sentences), kind)


def _read_sentence(item: dict[str, Any]) -> Sentence:
    repair = item["repair"]
    return Sentence(
        source=item["ar"],
        sep=item["sep"],
        target=item["en"],
        translation=_read_decode(item, item["en"]),
        literal=item["literal"],
        cut=item["cut"],
        flags=_read_flags(item["flags"]),
        repair=Repair(repair["how"], repair["before"], tuple(repair["flags_before"])) if repair else None,
    )


def _read_decode(item: dict[str, Any], text: str) -> Translation | None:
    if item["score"] is None:
        return None
    best = Hypothesis(text, item["score"], item["tokens"], item["finished"])
    return Translation((best,), item["unknown"], Decoding())


def _read_flags(flags: list[dict[str, Any]]) -> tuple[Flag, ...]:
    return tuple(Flag(**flag) for flag in flags)
