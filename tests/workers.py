"""Workers of a cluster that die, are killed, or lack their models: they stand in for ``BriefMaker``."""

import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from trans.api import Translator
from trans.article import Article, Failure
from trans.brief import Brief
from trans.cluster_stages import BriefMaker, Made, Read, Reader, Writer
from trans.decodes import Watcher
from trans.errors import ModelError
from trans.jobs import Offer
from trans.outcome import Outcome
from trans.pipeline import Begun, Plan
from trans.record import Record

POISON = "سم"
"""A worker that gets an article with this word in its headline dies of it."""


class Mortal(BriefMaker, ABC):
    """Calls ``meet`` with articles that are in work."""

    def build(self) -> Translator:
        translator = super().build()
        begin = translator.begin

        def met(plans: Sequence[Plan], before: Begun | None = None, watcher: Watcher | None = None) -> Begun:
            self.meet(plans)
            return begin(plans, before, watcher)

        translator.begin = met  # type: ignore[method-assign]
        return translator

    @abstractmethod
    def meet(self, plans: Sequence[Plan]) -> None: ...


class Poisonable(Mortal):
    """Dies at the word ``POISON``."""

    def meet(self, plans: Sequence[Plan]) -> None:
        if any(POISON in plan.article.headline for plan in plans):
            os._exit(1)


class Killed(Mortal):
    """Is killed with its second window in work, and so is each that comes in its place, until two were."""

    killed: Path
    windows = 0

    def __call__(self, read: Read) -> Made:
        self.killed = Path(str(read.found[0][0].offer.path)).parents[1] / "killed"
        self.windows += 1
        return super().__call__(read)

    def meet(self, plans: Sequence[Plan]) -> None:
        self.killed.mkdir(exist_ok=True)
        if self.windows == 2 and len(list(self.killed.iterdir())) < 2:
            (self.killed / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)


class DeadlyReader(Reader):
    """Dies of a file with the word ``POISON`` in it."""

    def found(self, offer: Offer) -> Iterator[Article | Failure]:
        if POISON.encode() in offer.path.read_bytes():
            os._exit(1)
        return super().found(offer)


class DeadlyWriter(Writer):
    """Dies of writing the brief of an article with the word ``POISON`` in its headline."""

    def __call__(self, made: Made) -> Made:
        publish = self._writer.publish

        def die(briefs: Sequence[tuple[Brief, Record]], status: str, reason: str = "") -> list[Outcome]:
            if any(POISON in brief.article.headline for brief, _ in briefs):
                os._exit(1)
            return publish(briefs, status, reason)

        self._writer.publish = die  # type: ignore[method-assign]
        return super().__call__(made)


class Broken(BriefMaker):
    """Has a fault that is no article's."""

    def build(self) -> Translator:
        raise ZeroDivisionError("it breaks")


class Unbuildable(BriefMaker):
    """Breaks before it is there."""

    def __init__(self, *arguments: object) -> None:
        raise ImportError("No module named 'trans'")


class WithoutLedger(BriefMaker):
    """Kills the ledger, as a machine that is switched off does, before it makes anything."""

    def build(self) -> Translator:
        import ray

        ray.kill(self._ledger.actor)  # type: ignore[attr-defined]
        return super().build()


class Bare(BriefMaker):
    """Has no models."""

    def build(self) -> Translator:
        raise ModelError("The model x is not on this machine", "Fetch it with 'trans models pull'.")
