"""Texts through one engine: what the memory knows, what another window is at, and only then the engine.

A text is its own key: no chunk ids, no back-references. Knows no article.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Self

from trans.engines.base import Engine
from trans.memory import Memory
from trans.translation import Decoding, Translation

# Decodes kept back before they go to the memory together: a commit costs about a millisecond, a lost decode some more.
_REMEMBER_EVERY = 32

Progress = Callable[[int, int, int], None]
"""Called with (texts taken on, texts finished, target tokens finished) since the last call."""


class Interrupted(Exception):  # noqa: N818  (no error: somebody asked for it)
    """The run was asked to stop; finished decodes are in the memory."""


@dataclass(frozen=True, slots=True)
class Task:
    """One engine and how to use it: ``name`` is ``translate`` or ``summarize``; ``model_input`` makes its input of a text."""

    name: str
    engine: Engine
    decoding: Decoding
    model_input: Callable[[str], str]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the pieces that the engine reads of each text."""
        return self.engine.tokenizer.count([self.model_input(text) for text in texts])


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told of the work, and who may stop it."""

    progress: Progress = lambda taken_on, texts, tokens: None  # noqa: ARG005
    stopping: Callable[[], bool] = lambda: False


class Decodes:
    """The decodes of some texts. ``start`` hands to the engine what ``missing`` lists, ``wait`` returns all when they are done.

    What one of ``earlier`` knows or is at is taken from there; those must be waited for first. So what the engine gets
    does not depend on how far the work before has come. The memory is asked at once; that needs no weights.
    """

    def __init__(
        self,
        texts: Iterable[str],
        task: Task,
        memory: Memory,
        earlier: Sequence["Decodes"] = (),
        watcher: Watcher = Watcher(),
    ) -> None:
        self._task = task
        self._memory = memory
        self._watcher = watcher
        self._earlier = tuple(earlier)
        self._inputs = {text: task.model_input(text) for text in texts}
        # Each once: texts may give the same input.
        self._wanted = dict.fromkeys(self._inputs.values())
        self._known: dict[str, Translation] = {}
        if self._wanted:
            self._known |= memory.get(task.name, task.engine.fingerprint, task.decoding, list(self._wanted))
        self.missing = [
            text for text in self._wanted if text not in self._known and not any(text in other for other in earlier)
        ]
        self._results: Iterator[tuple[int, Translation]] = iter(())

    def __contains__(self, model_input: str) -> bool:
        return model_input in self._wanted

    def load(self) -> None:
        """Load the engine's weights. Raises ``ModelError``."""
        self._task.engine.load()

    def drop(self) -> None:
        """Give up what is not done, and let go of the work before: every window would hold the one before it."""
        self._results = iter(())
        self._earlier = ()

    def start(self) -> Self:
        """Hand what is missing to the engine; returns at once but for the loading of weights. Raises ``ModelError``."""
        self._watcher.progress(len(self._wanted), len(self._known), 0)
        if self.missing:
            self._results = self._task.engine.submit(self.missing, self._task.decoding)
        return self

    def wait(self, each: Callable[[str, Translation], None] | None = None) -> dict[str, Translation]:
        """Return the decode of each text, by the text as given. Finished decodes are remembered as they come.

        ``each`` is told of those that the engine makes meanwhile, as they come.

        Raises ``Interrupted`` where the watcher wants to stop, and whatever broke in the engine.
        """
        if each:
            texts = {model_input: text for text, model_input in self._inputs.items()}
            self._take(self.missing, lambda model_input, result: each(texts[model_input], result))
        else:
            self._take(self.missing)
        lent = {
            text: other._known[text]
            for other in self._earlier
            for text in self._wanted.keys() & other._known.keys()
            if text not in self._known
        }
        self._known |= lent
        self._watcher.progress(0, len(lent), 0)
        # Nothing, unless what was waited for broke: then each does its own.
        lost = [text for text in self._wanted if text not in self._known]
        if lost:
            self._results = self._task.engine.submit(lost, self._task.decoding)
            self._take(lost)
        self.drop()
        return {text: self._known[model_input] for text, model_input in self._inputs.items()}

    def _take(self, texts: Sequence[str], each: Callable[[str, Translation], None] | None = None) -> None:
        fresh: dict[str, Translation] = {}
        try:
            for position, result in self._results:
                fresh[texts[position]] = result
                self._watcher.progress(0, 1, result.best.tokens)
                if each:
                    each(texts[position], result)
                if len(fresh) == _REMEMBER_EVERY:
                    self._remember(fresh)
                if self._watcher.stopping():
                    # What is done, or in work already, still comes.
                    self._task.engine.cancel()
        except CancelledError:
            raise Interrupted from None
        finally:
            self._results = iter(())
            self._remember(fresh)

    def _remember(self, fresh: dict[str, Translation]) -> None:
        self._memory.put(self._task.name, self._task.engine.fingerprint, self._task.decoding, fresh)
        self._known.update(fresh)
        fresh.clear()
