"""The straight line from articles to briefs: cut, summarise, translate, rebuild, check.

Works on a window of articles at a time, so that the engines get full batches and a text that stands in many articles is
decoded once. A text is its own key: no chunk ids, no back-references. Knows no file and no printing.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from trans import checks, english, summary
from trans.arabic import for_model
from trans.article import Article
from trans.brief import Brief, Passage, Provenance, Sentence, Summary
from trans.config import ProfileSettings
from trans.engines.base import Engine, Tokenizer
from trans.memory import Memory
from trans.summary import Section
from trans.text import Segment, dateline_end, segments
from trans.translation import Decoding, Translation

VERSION = 1
"""Raise it when the line itself changes what is decoded or how briefs are put together."""

# Decodes kept back before they go to the memory together: a commit costs about a millisecond, a lost decode some more.
_REMEMBER_EVERY = 32

Progress = Callable[[int, int, int], None]
"""Called with (texts taken on, texts finished, target tokens finished) since the last call."""


class Interrupted(Exception):  # noqa: N818  (no error: somebody asked for it)
    """The run was asked to stop; finished decodes are in the memory."""


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
class Task:
    """One engine and how to use it: ``name`` is ``translate`` or ``summarize``; ``model_input`` makes its input of a text."""

    name: str
    engine: Engine
    decoding: Decoding
    model_input: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """The two tasks, the settings and the memory: all that a window needs beside its articles."""

    settings: ProfileSettings
    translate: Task
    summarize: Task
    memory: Memory
    provenance: Provenance
    progress: Progress = lambda taken_on, texts, tokens: None  # noqa: ARG005
    stopping: Callable[[], bool] = lambda: False


def plan(article: Article, line: Line) -> Plan:
    """Cut an article into sentences within the translator's limit and sections within the summariser's."""
    settings = line.settings
    limit = min(settings.translation.max_sentence_tokens, line.translate.engine.tokenizer.limit)
    count = _counter(line.translate)
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
        sections=summary.sections(
            article,
            method=settings.summarization.method,
            limit=min(settings.summarization.max_source_tokens, line.summarize.engine.tokenizer.limit),
            count=_counter(line.summarize),
            min_words=settings.summarization.min_words,
        ),
    )


def make_briefs(plans: Sequence[Plan], line: Line) -> list[Brief]:
    """Summarise and translate a window of articles; one brief each, in order.

    Raises ``ModelError`` when a model can't be loaded and ``Interrupted`` when ``line.stopping`` says so.
    """
    to_summarise = [section.text for item in plans for section in item.sections if section.method != "text"]
    summaries_asked = ask(to_summarise, line.summarize, line)
    articles_asked = ask(
        (part.source for item in plans for part in item.texts() if not part.literal), line.translate, line
    )
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="load") as loader:
        # Loading, and at first converting, takes seconds, on one core: the other model's need not wait for them. Torch models
        # are loaded one by one: transformers changes torch's default number format meanwhile.
        beside = articles_asked.missing and summaries_asked.missing and line.translate.engine.name != "transformers"
        loading = loader.submit(line.translate.engine.load) if beside else None
        summarised = answer(summaries_asked, line.summarize, line)
        if loading:
            loading.result()

    def arabic(section: Section) -> str:
        if section.method == "text":
            return section.text
        written = summarised[section.text].best.text
        return " ".join(english.clean(written).split()) if section.method == "model" else written

    limit = min(line.settings.translation.max_sentence_tokens, line.translate.engine.tokenizer.limit)
    count = _counter(line.translate)
    summary_texts = {
        text: segments(text, limit=limit, count=count) for item in plans for text in map(arabic, item.sections)
    }
    summary_sources = (part.source for parts in summary_texts.values() for part in parts if not part.literal)
    translated = answer(articles_asked | ask(summary_sources, line.translate, line), line.translate, line)

    briefs = []
    for item in plans:
        summaries = []
        for section in item.sections:
            text = arabic(section)
            made = summarised.get(section.text) if section.method != "text" else None
            english_text = passage(summary_texts[text], translated)
            summaries.append(Summary(text, english_text, section.covers, section.method, made))
        briefs.append(
            checks.check(
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
        )
    return briefs


@dataclass(frozen=True, slots=True)
class Asked:
    """Texts to decode: the model input of each text, and what the memory knows of the inputs."""

    inputs: dict[str, str]
    known: dict[str, Translation]

    @property
    def missing(self) -> list[str]:
        """The model inputs that an engine must decode, each once: texts may give the same."""
        return [text for text in dict.fromkeys(self.inputs.values()) if text not in self.known]

    def __or__(self, other: "Asked") -> "Asked":
        return Asked(self.inputs | other.inputs, self.known | other.known)


def decode(texts: Iterable[str], task: Task, line: Line) -> dict[str, Translation]:
    """Return the decode of each of ``texts``, from the memory or else from the engine, by the text as given."""
    return answer(ask(texts, task, line), task, line)


def ask(texts: Iterable[str], task: Task, line: Line) -> Asked:
    """Look ``texts`` up in the memory; needs no weights."""
    inputs = {text: task.model_input(text) for text in texts}
    wanted = list(dict.fromkeys(inputs.values()))
    return Asked(inputs, line.memory.get(task.name, task.engine.fingerprint, task.decoding, wanted) if wanted else {})


def answer(asked: Asked, task: Task, line: Line) -> dict[str, Translation]:
    """Return the decode of each text, by the text as given. Finished decodes are remembered as they come."""
    known, missing = dict(asked.known), asked.missing
    line.progress(len(known) + len(missing), len(known), 0)
    fresh: dict[str, Translation] = {}
    try:
        for position, result in task.engine.submit(missing, task.decoding) if missing else ():
            fresh[missing[position]] = result
            line.progress(0, 1, result.best.tokens)
            if len(fresh) == _REMEMBER_EVERY:
                _remember(fresh, known, task, line.memory)
            if line.stopping():
                raise Interrupted
    finally:
        _remember(fresh, known, task, line.memory)
    return {text: known[model_input] for text, model_input in asked.inputs.items()}


def _remember(fresh: dict[str, Translation], known: dict[str, Translation], task: Task, memory: Memory) -> None:
    memory.put(task.name, task.engine.fingerprint, task.decoding, fresh)
    known.update(fresh)
    fresh.clear()


def passage(parts: Sequence[Segment], translated: dict[str, Translation]) -> Passage:
    """Return the segments beside their English, as one text. ``translated`` holds every segment that is not literal."""
    return Passage(tuple(_sentence(part, translated) for part in parts))


def _sentence(part: Segment, translated: dict[str, Translation]) -> Sentence:
    if part.literal:
        return Sentence(part.source, part.sep, _as_it_is(part.source), literal=True)
    translation = translated[part.source]
    return Sentence(part.source, part.sep, english.clean(translation.best.text), translation, cut=part.cut)


def _as_it_is(source: str) -> str:
    """A number in Arabic-Indic digits is still for an English reader; everything else stays to the letter."""
    return for_model(source) if source and not any(character.isalpha() for character in source) else source


def _counter(task: Task) -> Callable[[Sequence[str]], list[int]]:
    tokenizer: Tokenizer = task.engine.tokenizer

    def count(texts: Sequence[str]) -> list[int]:
        return tokenizer.count([task.model_input(text) for text in texts])

    return count
