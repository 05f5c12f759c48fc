"""The JSON brief (``trans.brief/1``): the record that every other format can be made from again.

``read(render(brief))`` gives the brief back, but for the hypotheses after the best one and the settings they were decoded
with, which no check or rendering needs. The table of names is made from the rest. How it is read: ``json_reading``.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from trans import names
from trans.brief import Brief, Edit, Passage, Sentence, SummaryEdit
from trans.render.json_reading import SCHEMA as SCHEMA
from trans.render.json_reading import read as read
from trans.translation import Translation


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
            **({"item": article.source.item} if article.source.item is not None else {}),
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
                **_summary_edit(summary.edit),
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
        # What is seldom there is not told of where it isn't: briefs from before it are none the worse for it.
        **({"review": asdict(brief.review)} if brief.review else {}),
        **({"update": asdict(brief.update)} if brief.update else {}),
        "provenance": asdict(brief.provenance),
    }


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
        **_edit(sentence.edit),
    }


def _edit(edit: Edit | None) -> dict[str, Any]:
    if edit is None:
        return {}
    return {"edit": {"by": edit.by, "at": edit.at, "machine": edit.machine, **_decode(edit.translation)}}


def _summary_edit(edit: SummaryEdit | None) -> dict[str, Any]:
    if edit is None:
        return {}
    sentences = [_sentence(sentence) for sentence in edit.english.sentences]
    told = {"ar": edit.arabic, **_decode(edit.decode), "sentences": sentences, "draws_on": list(edit.draws_on)}
    return {"edit": told}


def _decode(translation: Translation | None) -> dict[str, Any]:
    best = translation.best if translation else None
    return {
        "score": best.score if best else None,
        "tokens": best.tokens if best else None,
        "finished": best.finished if best else None,
        "unknown": translation.unknown if translation else "",
    }
