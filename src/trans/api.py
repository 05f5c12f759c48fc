"""The door for library users and the command line alike: a profile's models behind ``translate``, ``brief`` and ``make``.

Models are found at once, so that a missing one is said before any work; their weights load on first use.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from trans import (
    arabic,
    candidates,
    checks,
    pipeline,
    text,
)
from trans.article import Article
from trans.brief import Brief, Provenance
from trans.checkers import Checkers, processes_beside
from trans.config import Profile, choose_profile, find_config, load_config
from trans.decodes import Decodes, Task, Watcher
from trans.engines.base import Engine, Stats
from trans.engines.cores import usable_cores
from trans.errors import TransError
from trans.line import Line
from trans.memory import Memory, NoMemory, SqliteMemory, default_path
from trans.models import build_engine, build_extractive, locate, resolve_device
from trans.models.lock import Locks, read_lock, require, wanted_revision, warn_left_out
from trans.pipeline import Begun, Plan
from trans.provenance import provenance_of
from trans.rules import load_rules
from trans.settings import EngineName, ModelSettings, ProfileSettings
from trans.sources import article_from_text
from trans.usage import check_usage


class Translator:
    """A profile's translator and summariser.

        with Translator("tiny") as translator:
            english = translator.translate(["أعلنت الوزارة اليوم خطة جديدة."])
            brief = translator.brief(text)

    ``profile`` is a name in models.yaml or a ``Profile``; ``device`` is ``auto``, ``cpu`` or ``cuda``; ``engine`` overrides the
    profile's; ``memory`` is where finished decodes are kept: ``off``, a path, or None for the user's cache folder; a
    model that is not on this machine is fetched unless ``download`` is false; ``glossary_file`` has terms that go over
    the profile's, and ``more_glossaries`` over those; ``check_processes`` is in how many processes briefs are checked beside
    this one (``auto``: some where the models are on a GPU; a script then needs the guard ``if __name__ == "__main__"``);
    ``locks`` are the locked models where another machine's count instead of the profile's lock. Raises ``TransError`` for wrong
    settings and for a profile whose licences are not for the usage that is stated, ``ModelError`` for a model that is missing,
    broken or not what it is locked as.
    """

    def __init__(
        self,
        profile: str | Profile | None = None,
        *,
        config: Path | None = None,
        device: Literal["auto", "cpu", "cuda"] = "auto",
        engine: EngineName = "auto",
        memory: Path | str | None = "off",
        download: bool = True,
        glossary_file: Path | None = None,
        more_glossaries: Sequence[Path] = (),
        check_processes: int | Literal["auto"] = 0,
        locks: Locks | None = None,
    ) -> None:
        if not isinstance(profile, Profile):
            path = find_config(config)
            profile = choose_profile(load_config(path), profile, path)
        self.profile = profile
        self._download = download
        check_usage(profile.name, profile.settings, profile.usage, profile.allowed)
        self.locks = read_lock(profile.lock) if locks is None else locks
        rules = load_rules(profile, glossary_file, *more_glossaries)
        self.device = resolve_device(device)
        settings = profile.settings
        translator = self._engine(settings.translation, engine)
        extractive = settings.summarization.method == "extractive"
        summariser = build_extractive() if extractive else self._engine(settings.summarization, engine)
        self._line = Line(
            settings=settings,
            translate=_task("translate", translator, settings.translation),
            summarize=Task("summarize", summariser, settings.summarization.decoding.decoding(), str)
            if extractive
            else _summarize(summariser, settings),
            memory=open_memory(memory, profile),
            provenance=provenance_of(profile, rules, translator, summariser),
            checkers=Checkers(
                rules,
                processes_beside(self.device, usable_cores()) if check_processes == "auto" else check_processes,
            ),
        )

    @property
    def provenance(self) -> Provenance:
        return self._line.provenance

    @property
    def stats(self) -> tuple[Stats, Stats]:
        """What the translator and the summariser have done so far."""
        return self._line.translate.engine.stats, self._line.summarize.engine.stats

    def translate(self, texts: Sequence[str]) -> list[str]:
        """Return the English of each Arabic text, in order. Texts are cut into sentences as articles are."""
        if isinstance(texts, str):  # a sequence of letters, too
            raise TypeError("translate takes a list of texts, not one text")
        translation = self.profile.settings.translation
        task = self._line.translate
        limit = min(translation.max_sentence_tokens, task.engine.tokenizer.limit)

        def count(parts: Sequence[str]) -> list[int]:
            return task.engine.tokenizer.count([task.model_input(part) for part in parts])

        cut = [text.segments(item, limit=limit, count=count) for item in texts]
        wanted = [segment.source for segments in cut for segment in segments if not segment.literal]
        decoded = Decodes(wanted, task, self._line.memory).start().wait()
        return [pipeline.passage(segments, decoded).target for segments in cut]

    def brief(self, article: Article | str) -> Brief:
        """Return the brief of one article, or of a text read as a plain text file is."""
        item = article_from_text(article) if isinstance(article, str) else article
        return self.make([self.plan(item)])[0]

    def plan(self, article: Article) -> Plan:
        """Cut an article into what the engines see; needs no weights."""
        return pipeline.plan(article, self._line)

    def make(self, plans: Sequence[Plan]) -> list[Brief]:
        """Return the briefs of a window of planned articles, in order."""
        return self.finish(self.begin(plans))

    def warm(self, plan: Plan) -> None:
        """Load the models that an article will need, unless the memory knows what they would say. Raises ``ModelError``."""
        pipeline.warm(plan, self._line)

    def begin(self, plans: Sequence[Plan], before: Begun | None = None, watcher: Watcher | None = None) -> Begun:
        """Give a window of planned articles to the models; returns when its summaries are made.

        The window ``before`` may still be in work, and has to be finished first.
        """
        line = replace(self._line, watcher=watcher) if watcher else self._line
        return pipeline.begin(plans, line, before)

    def finish(self, begun: Begun) -> list[Brief]:
        """Return the briefs of a window that was begun, in order."""
        return pipeline.finish(begun)

    def recheck(self, brief: Brief) -> Brief:
        """Return a finished brief with today's checks and provenance; needs no weights."""
        return checks.check(pipeline.with_provenance(brief, self._line), self._line.rules)

    def is_outdated(self, brief: Brief) -> bool:
        """Say whether today's checks and glossary could have sentences of a finished brief decoded again, or left as they were.

        Then only making it anew gives what a first run would.
        """
        if not self.profile.settings.repair.max_share:
            return False
        today = self.recheck(brief)
        return today.provenance.glossary != brief.provenance.glossary or any(
            sentence.repair or any(map(candidates.calls_for_repair, sentence.flags))
            for state in (brief, today)
            for _, _, passage in state.parts()
            for sentence in passage.sentences
        )

    def count(self, texts: Iterable[str]) -> int:
        """Return the source pieces that the translator would read of ``texts``; needs no weights."""
        task = self._line.translate
        return sum(task.engine.tokenizer.count([task.model_input(item) for item in texts]))

    def load(self) -> None:
        """Load both models now, which the first text does otherwise. Raises ``ModelError``."""
        self._line.translate.engine.load()
        self._line.summarize.engine.load()

    def close(self) -> None:
        """Free the weights, end the processes and let go of the memory."""
        self._line.translate.engine.close()
        self._line.summarize.engine.close()
        self._line.checkers.close()
        self._line.memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _engine(self, settings: ModelSettings, engine: EngineName) -> Engine:
        revision = wanted_revision(self.locks, settings.model, settings.revision)
        folder = locate(settings.model, revision, self.profile.base, download=self._download)
        require(folder, self.locks, settings.model, settings.revision, self.profile.lock)
        warn_left_out(self.locks, settings.model, settings.revision, self.profile.lock)
        return build_engine(
            folder,
            engine=settings.engine if engine == "auto" else engine,
            device=self.device,
            quantization=settings.quantization.on(self.device),
            batch_tokens=settings.batch_tokens,
            shortlist=settings.shortlist,
            languages=settings.languages,
            inter_threads=self.profile.run.inter_threads,
            intra_threads=self.profile.run.intra_threads,
        )


def open_memory(where: Path | str | None, profile: Profile) -> Memory:
    """Return the memory at ``where``; None means the user's cache folder."""
    if where == "off":
        return NoMemory()
    path = Path(where) if where else default_path()
    if where and path.is_dir():
        raise TransError(f"The memory {path} is a folder", "Give a file with --memory PATH, or --memory off.")
    return SqliteMemory(path, profile.memory.max_mb * 1_000_000)


def _task(name: str, engine: Engine, settings: ModelSettings) -> Task:
    def model_input(item: str) -> str:
        return arabic.for_model(item, strip_diacritics=settings.strip_diacritics)

    return Task(name, engine, settings.decoding.decoding(), model_input)


def _summarize(engine: Engine, settings: ProfileSettings) -> Task:
    about = settings.summarization
    task = _task("summarize", engine, about)
    if settings.summarize == "translation":
        return replace(task, model_input=lambda item: about.instruction + item)
    return replace(task, model_input=lambda item: about.instruction + task.model_input(item))
