"""The one error type that reaches a user: what is wrong, what to do, and the exit code it means.

Anything else that escapes is a bug and shows its traceback.
"""

from enum import IntEnum
from typing import Any


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


class ModelError(TransError):
    """A model is missing or broken (exit code 3)."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint, ExitCode.MODEL)


def _again(kind: type[TransError], message: str, hint: str, exit_code: ExitCode) -> TransError:
    error = kind.__new__(kind)
    TransError.__init__(error, message, hint, exit_code)
    return error
