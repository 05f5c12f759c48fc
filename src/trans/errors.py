"""The one error type that reaches a user: what is wrong, what to do, and the exit code it means.

Anything else that escapes is a bug and shows its traceback.
"""

import errno
import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

OUR_FAULT = "This is a fault of trans: please report it with the article."

# What an error's words may hold of an article: what they quote, and letters that no library's own English has.
_QUOTED = re.compile(r"""(?<!\w)(["'`])(?:(?!\1).)+\1(?!\w)|[^\x00-\x7f]+""", re.DOTALL)

# What the machine may lack, by the numbers of the system's errors: what is wrong, and what to do.
_MEMORY = (
    "There is not enough memory",
    "Free some, or raise the limit (ulimit -v, the container's), and run again: finished briefs are kept.",
)
_THREADS = (
    "No more threads or processes can be started",
    "Raise the limits on processes and memory (ulimit -u, ulimit -v), or set run.inter_threads: 1 in models.yaml.",
)
_FILES = ("Too many files are open", "Raise the limit, with 'ulimit -n 1024' for one, and run again.")
_DISK = ("The disk is full", "Free some space and run again: finished briefs are kept.")
_LACKING = {
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: _THREADS,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOSPC: _DISK,
    errno.EDQUOT: _DISK,
    errno.EROFS: ("The disk can only be read", "Choose folders that you may write to, and run again."),
    errno.EIO: ("A disk or a network drive fails", "Look at it, and run again: finished briefs are kept."),
    errno.EBADF: ("Standard input or output is closed", "Leave it open, or lead it to a file or /dev/null."),
}
# The same in the words of the linker, of torch, CTranslate2, OpenBLAS, Rust and Python.
_SAID = (
    (r"can(?:no|')t allocate memory|bad_alloc|failed to allocate memory|failed to map segment|os error 12\b", _MEMORY),
    (r"can't start new thread|resource temporarily unavailable|os error 11\b", _THREADS),
    (r"too many open files|os error 24\b", _FILES),
    (r"no space left on device|os error 28\b", _DISK),
)


class ExitCode(IntEnum):
    """The process' exit codes; scripts depend on them."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    MODEL = 3
    FLAGGED = 4
    INTERRUPTED = 130


class TransError(Exception):
    """A problem that the user can mend.

    ``message`` says what is wrong in one line, ``hint`` what to do in one line; ``exit_code`` is the process' exit code.
    """

    def __init__(self, message: str, hint: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it be sent to another process: exceptions are made again of their first argument alone otherwise."""
        return _again, (type(self), self.message, self.hint, self.exit_code)


def of_problems(beginning: str, problems: Sequence[str], hint: str, *, most: int) -> TransError:
    """Return the error that lists what is wrong in a file, a problem a line. ``beginning`` is as 'The glossary terms.csv has';
    more than ``most`` in one message help nobody: they are of one kind.
    """
    count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
    return TransError("\n  ".join([f"{beginning} {count}:", *problems[:most]]), hint)


class ModelError(TransError):
    """A model is missing or broken (exit code 3)."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint, ExitCode.MODEL)


def shortage(error: BaseException) -> TransError | None:
    """Return what to tell of an error that says what the machine lacks: memory, threads, files, a disk. None for any other.

    Exit code 1, as for a full disk: what was finished is kept, and the same command goes on.
    """
    found = None
    if isinstance(error, MemoryError):
        found = _MEMORY
    elif isinstance(error, OSError) and error.errno is not None:
        found = _LACKING.get(error.errno)
    elif isinstance(error, OSError | RuntimeError | ImportError | SystemError):
        found = next((told for said, told in _SAID if re.search(said, str(error), re.IGNORECASE)), None)
    return TransError(*found, ExitCode.SOME_FAILED) if found else None


def kind_and_words(error: BaseException) -> str:
    """Return what an unexpected error is and says, without what it quotes: logs and reports hold no article's text."""
    words = " ".join(_QUOTED.sub("…", str(error)).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


class UnexpectedError(Exception):
    """Stands for another error in a log: its kind and its words, without what they quote."""


def unquoted(error: BaseException) -> UnexpectedError:
    """Return what a log shows instead of ``error``, with the same traceback and causes."""
    shown = UnexpectedError(kind_and_words(error)).with_traceback(error.__traceback__)
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    shown.__cause__ = unquoted(before) if before is not None else None
    return shown


def _again(kind: type[TransError], message: str, hint: str, exit_code: ExitCode) -> TransError:
    error = kind.__new__(kind)
    TransError.__init__(error, message, hint, exit_code)
    return error
