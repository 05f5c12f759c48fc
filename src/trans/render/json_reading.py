"""A brief from its JSON: every part of the right type, or a plain error. Pure; how it is written is the business of ``json``."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import (
    Brief,
    Dismissed,
    Edit,
    Flag,
    Hashes,
    Passage,
    Provenance,
    Reopened,
    Repair,
    Review,
    Sentence,
    Spot,
    Summary,
    SummaryEdit,
    Update,
    Version,
)
from trans.shapes import checked
from trans.translation import Decoding, Hypothesis, Translation

SCHEMA = "trans.brief/1"

_SHA256 = re.compile("[0-9a-f]{64}")
# Half of a pair, as JSON may write it; a text that holds one alone can't be written to any file.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


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


def _read(parsed: dict[str, Any]) -> Brief:
    source = parsed["source"]
    paragraphs = tuple(_read_passage(item["sentences"], item["kind"]) for item in parsed["paragraphs"])
    headline = _read_passage(parsed["headline"]["sentences"])
    decks = tuple(_read_passage(item["sentences"]) for item in parsed["decks"])
    article = Article(
        id=parsed["id"],
        source=Source(
            source["uri"], source["sha256"], source["encoding"], source["bytes"], source["record"], source.get("item")
        ),
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
                edit=_read_summary_edit(item.get("edit")),
            )
            for item in parsed["summaries"]
        ),
        paragraphs=paragraphs,
        flags=_read_flags(parsed["flags"]),
        provenance=Provenance(**{**provenance, "hashes": Hashes(**provenance["hashes"])}),
        review=_read_review(parsed.get("review")),
        update=_read_update(parsed.get("update")),
    )


def _read_review(item: dict[str, Any] | None) -> Review | None:
    if item is None:
        return None
    dismissed = tuple(Dismissed(**{**one, "flag": Flag(**one["flag"])}) for one in item["dismissed"])
    reopened = tuple(Reopened(**one) for one in item["reopened"])
    return Review(**{**item, "dismissed": dismissed, "reopened": reopened})


def _read_update(item: dict[str, Any] | None) -> Update | None:
    if item is None:
        return None
    told = {**item, "changed": tuple(item["changed"]), "added": tuple(item["added"])}
    spots = tuple(Spot(**one) for one in item["spots"])
    return Update(**{**told, "spots": spots, "versions": tuple(Version(**one) for one in item["versions"])})


def _read_edit(item: dict[str, Any] | None) -> Edit | None:
    if item is None:
        return None
    return Edit(item["by"], item["at"], item["machine"], _read_decode(item, item["machine"]))


def _read_summary_edit(item: dict[str, Any] | None) -> SummaryEdit | None:
    if item is None:
        return None
    decode = _read_decode(item, item["ar"])
    return SummaryEdit(item["ar"], _read_passage(item["sentences"]), decode, tuple(item["draws_on"]))


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
        edit=_read_edit(item.get("edit")),
    )


def _read_decode(item: dict[str, Any], text: str) -> Translation | None:
    if item["score"] is None:
        return None
    best = Hypothesis(text, item["score"], item["tokens"], item["finished"])
    return Translation((best,), item["unknown"], Decoding())


def _read_flags(flags: list[dict[str, Any]]) -> tuple[Flag, ...]:
    return tuple(Flag(**flag) for flag in flags)
