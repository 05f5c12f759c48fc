"""The straight line from articles to briefs: cut, summarise, translate, rebuild, check, repair, check again.

Works on a window of articles at a time, so that the engines get full batches and a text that stands in many articles is
decoded once. A window is begun, which gives all its work to the engines, and later finished: meanwhile the next can be
begun, and no engine waits between them. Knows no file and no printing.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, replace

from trans import checks, english, repair, summary, translated_summaries
from trans.arabic import for_model
from trans.article import Article
from trans.brief import Brief, Passage, Sentence, Summary
from trans.checks.support import draws_on
from trans.decodes import Decodes, Interrupted
from trans.errors import TransError, kind_and_words, shortage
from trans.line import Line
from trans.summary import Section
from trans.text import Segment, dateline_end, segments
from trans.translation import Translation

_log = logging.getLogger("trans")

VERSION = 2
"""Raise it when the line itself changes what is decoded or how briefs are put together."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An article cut into what the engines see."""

    article: Article
    headline: tuple[Segment, ...]
    decks: tuple[tuple[Segment, ...], ...]
    paragraphs: tuple[tuple[Segment, ...], ...]
    sections: tuple[Section, ...]

    def texts(self) -> Iterable[Segment]:
        """Every segment of the article itself, in reading order."""
        yield from self.headline
        for part in (*self.decks, *self.paragraphs):
            yield from part


@dataclass(frozen=True, slots=True)
class Begun:
    """A window in the engines' hands: its summaries are made, its sentences and the summaries' own under way."""

    plans: tuple[Plan, ...]
    line: Line
    summaries: Decodes
    articles: Decodes
    written: Decodes
    arabic: Mapping[Section, str]
    """Each section's summary."""
    cut: Mapping[str, tuple[Segment, ...]]
    """Each summary in sentences."""


def plan(article: Article, line: Line) -> Plan:
    """Cut an article into sentences within the translator's limit and sections within the summariser's."""
    settings = line.settings
    limit = min(settings.translation.max_sentence_tokens, line.translate.engine.tokenizer.limit)
    count = line.translate.count
    paragraphs = []
    dateline = article.metadata.dateline or ""
    for paragraph in article.paragraphs:
        opens = paragraph.kind == "text" and dateline_end(paragraph.text, dateline) > 0
        paragraphs.append(
            segments(
                paragraph.text, limit=limit, count=count, marker=paragraph.marker, dateline=dateline if opens else ""
            )
        )
        if opens:
            dateline = ""  # a later paragraph may begin with the same place as its subject
    return Plan(
        article=article,
        headline=segments(article.headline, limit=limit, count=count) if article.headline else (),
        decks=tuple(segments(deck, limit=limit, count=count) for deck in article.decks),
        paragraphs=tuple(paragraphs),
        # What is made of the translation is cut when that is there.
        sections=()
        if settings.summarize == "translation"
        else summary.sections(
            article,
            method=settings.summarization.method,
            limit=line.summary_tokens,
            count=line.count_summarised,
            min_words=settings.summarization.min_words,
        ),
    )


def warm(item: Plan, line: Line) -> None:
    """Load the models that an article will need, unless the memory knows what they would say. Raises ``ModelError``."""
    _load(_summaries([item], line), _articles([item], line))
    if line.settings.summarize == "translation":
        # What it will be asked is not known yet.
        line.summarize.engine.load()


def begin(plans: Sequence[Plan], line: Line, before: Begun | None = None) -> Begun:
    """Summarise a window of articles and start translating them; what the window ``before`` has is not decoded again.

    Returns when the summaries are made and all else is in the engines' hands. Raises ``ModelError`` when a model can't be
    loaded and ``Interrupted`` when the watcher wants to stop.
    """
    earlier = (before.articles, before.written) if before else ()
    summaries = _summaries(plans, line, (before.summaries,) if before else ())
    articles = _articles(plans, line, earlier)
    try:
        _load(summaries, articles)
        summaries.start()
        articles.start()
        made = summaries.wait()
    except BaseException:
        summaries.drop()
        articles.drop()
        raise

    def arabic(section: Section) -> str:
        if section.method == "text":
            return section.text
        text = made[section.text].best.text
        return " ".join(english.clean(text).split()) if section.method == "model" else text

    limit = min(line.settings.translation.max_sentence_tokens, line.translate.engine.tokenizer.limit)
    count = line.translate.count
    texts = {section: arabic(section) for item in plans for section in item.sections}
    cut = {text: segments(text, limit=limit, count=count) for text in texts.values()}
    sources = (part.source for parts in cut.values() for part in parts if not part.literal)
    written = Decodes(sources, line.translate, line.memory, (articles, *earlier), line.watcher)
    return Begun(tuple(plans), line, summaries, articles, written.start(), texts, cut)


def finish(begun: Begun) -> list[Brief]:
    """Wait for a window's translations and return its briefs, in order. Raises as ``begin``."""
    parts = {part.source: part for item in begun.plans for part in item.texts()}

    def check_early(source: str, translation: Translation) -> None:
        # The cores decode meanwhile; at the end nobody would.
        checks.prepare(_sentence(parts[source], {source: translation}), begun.line.rules)

    try:
        elsewhere = begun.line.checkers.processes
        translated = begun.articles.wait(None if elsewhere else check_early) | begun.written.wait()
        summarised = begun.summaries.wait()
    finally:
        begun.articles.drop()
        begun.written.drop()
    line = begun.line
    briefs = []
    for item in begun.plans:
        summaries = []
        for section in item.sections:
            text = begun.arabic[section]
            made = summarised.get(section.text) if section.method != "text" else None
            summaries.append(
                Summary(
                    arabic=text,
                    english=passage(begun.cut[text], translated),
                    covers=section.covers,
                    method=section.method,
                    decode=made,
                    draws_on=draws_on(text, [paragraph.text for paragraph in item.article.paragraphs]),
                )
            )
        briefs.append(
            Brief(
                article=item.article,
                headline=passage(item.headline, translated),
                decks=tuple(passage(deck, translated) for deck in item.decks),
                summaries=tuple(summaries),
                paragraphs=tuple(
                    replace(passage(parts, translated), kind=paragraph.kind)
                    for parts, paragraph in zip(item.paragraphs, item.article.paragraphs, strict=True)
                ),
                flags=(),
                provenance=line.provenance,
            )
        )
    if line.settings.summarize == "translation":
        briefs = translated_summaries.summarised(briefs, line)
    checked = line.checkers([with_provenance(brief, line) for brief in briefs])
    share = line.settings.repair.max_share
    try:
        mended = repair.repair(checked, line.rules, line.translate, line.memory, line.watcher, max_share=share)
    except (CancelledError, Interrupted, TransError):
        raise
    except Exception as error:
        if shortage(error):
            raise  # a brief depends on its article, not on what the machine lacks just now
        # The translations are there: nobody loses them for a better one.
        _log.warning("Sentences with errors could not be decoded again: %s", kind_and_words(error))
        mended = checked
    again = iter(line.checkers([brief for before, brief in zip(checked, mended, strict=True) if brief is not before]))
    return [brief if brief is before else next(again) for before, brief in zip(checked, mended, strict=True)]


def with_provenance(brief: Brief, line: Line) -> Brief:
    """Return ``brief`` with what it is made with today."""
    terms = line.rules.within(brief.article).glossary.hash
    return replace(brief, provenance=replace(line.provenance, glossary=terms))


def _summaries(plans: Sequence[Plan], line: Line, earlier: Sequence[Decodes] = ()) -> Decodes:
    texts = (section.text for item in plans for section in item.sections if section.method != "text")
    return Decodes(texts, line.summarize, line.memory, earlier, line.watcher)


def _articles(plans: Sequence[Plan], line: Line, earlier: Sequence[Decodes] = ()) -> Decodes:
    texts = (part.source for item in plans for part in item.texts() if not part.literal)
    return Decodes(texts, line.translate, line.memory, earlier, line.watcher)


def _load(*wanted: Decodes) -> None:
    """Load the engines that have something to do. Converting a model takes seconds, on one core: both at once."""
    with ThreadPoolExecutor(thread_name_prefix="load") as loaders:
        for loading in [loaders.submit(decodes.load) for decodes in wanted if decodes.missing]:
            loading.result()


def passage(parts: Sequence[Segment], translated: Mapping[str, Translation]) -> Passage:
    """Return the segments beside their English, as one text. ``translated`` holds every segment that is not literal."""
    return Passage(tuple(_sentence(part, translated) for part in parts))


def _sentence(part: Segment, translated: Mapping[str, Translation]) -> Sentence:
    if part.literal:
        return Sentence(part.source, part.sep, _as_it_is(part.source), literal=True)
    translation = translated[part.source]
    return Sentence(part.source, part.sep, english.clean(translation.best.text), translation, cut=part.cut)


def _as_it_is(source: str) -> str:
    """A number in Arabic-Indic digits is still for an English reader; everything else stays to the letter."""
    return for_model(source) if source and not any(character.isalpha() for character in source) else source
