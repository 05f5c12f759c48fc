"""What a worker needs to know to build the translator that the run decides with. Plain data that is sent to it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trans import checks
from trans.api import Translator
from trans.brief import Brief
from trans.config import Profile
from trans.models.lock import Locks
from trans.rules import load_rules
from trans.settings import EngineName


@dataclass(frozen=True, slots=True)
class Recipe:
    """The arguments of a ``Translator``. Paths are those of the machine that it is built on."""

    profile: Profile
    device: Literal["auto", "cpu", "cuda"] = "auto"
    engine: EngineName = "auto"
    memory: Path | str | None = "off"
    download: bool = True
    glossary_file: Path | None = None
    more_glossaries: tuple[Path, ...] = ()
    locks: Locks | None = None
    """What the run's own machine says the models are: a worker has no models.lock of its own, or an older one."""

    def translator(self, device: Literal["cpu", "cuda"]) -> Translator:
        """Build one for a worker on ``device``, which keeps to the processors that the profile gives a worker.

        Raises as ``Translator``.
        """
        run = self.profile.run
        if device == "cpu":
            # Each on a core of its own: threads in one batch wait for one another.
            threads = {"inter_threads": run.inter_threads or run.cluster.cpus, "intra_threads": run.intra_threads or 1}
            run = run.model_copy(update=threads)
        return Translator(
            self.profile.model_copy(update={"run": run}),
            device=device,
            engine=self.engine,
            memory=self.memory,
            download=self.download,
            glossary_file=self.glossary_file,
            more_glossaries=self.more_glossaries,
            check_processes="auto",
            locks=self.locks,
        )

    def check(self, brief: Brief) -> Brief:
        """Return a brief of this run with its flags made anew, for one that editors wrote in: there are few."""
        return checks.check(brief, load_rules(self.profile, self.glossary_file, *self.more_glossaries))
