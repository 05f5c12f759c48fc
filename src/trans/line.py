"""What a window of articles needs beside them: the two tasks, the settings, the memory; and how much a section may hold.

Plain data and counts; what is done with it, the pipeline knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trans.brief import Provenance
from trans.checkers import Checkers
from trans.checks import Rules
from trans.decodes import Task, Watcher
from trans.errors import TransError
from trans.memory import Memory
from trans.settings import ProfileSettings


@dataclass(frozen=True, slots=True)
class Line:
    """The two tasks, the settings and the memory: all that a window needs beside its articles."""

    settings: ProfileSettings
    translate: Task
    summarize: Task
    memory: Memory
    provenance: Provenance
    checkers: Checkers = field(default_factory=lambda: Checkers(Rules()))
    watcher: Watcher = field(default_factory=Watcher)

    def __post_init__(self) -> None:
        """Raise ``TransError`` where the summariser's instruction leaves its sections less than half of their room."""
        own, limit = self._instruction_tokens, self._summary_limit
        if 2 * own > limit:
            raise TransError(
                f"The summariser's instruction has {own} pieces, more than half of the {limit} that a text and it may have "
                "together",
                "Shorten 'instruction' in models.yaml, or raise 'max_source_tokens' as far as the model goes.",
            )

    @property
    def rules(self) -> Rules:
        return self.checkers.rules

    @property
    def summary_tokens(self) -> int:
        """The most pieces of a section to summarise, as ``count_summarised`` counts them."""
        return self._summary_limit - self._told_once

    def count_summarised(self, texts: Sequence[str]) -> list[int]:
        """Return the pieces of each text as a part of a section, which may have further parts."""
        once = self._told_once
        return [pieces - once for pieces in self.summarize.count(texts)]

    @property
    def _summary_limit(self) -> int:
        return min(self.settings.summarization.max_source_tokens, self.summarize.engine.tokenizer.limit)

    @property
    def _instruction_tokens(self) -> int:
        if not (instruction := self.settings.summarization.instruction):
            return 0
        own, bare = self.summarize.engine.tokenizer.count([instruction, ""])
        return own - bare

    @property
    def _told_once(self) -> int:
        # No piece goes over a space. Without one, the instruction's last piece and the text's first may be others together than
        # each alone: then it is counted with every part, which is too much and never too little.
        return self._instruction_tokens if self.settings.summarization.instruction[-1:].isspace() else 0
