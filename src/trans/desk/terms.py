"""The glossary that the desk adds to: a line at the end of a CSV file, on disk when it is told to be.

The file is read as a run reads it before anything is written, and what would be wrong then is not. Knows no brief and no server.
"""

import contextlib
import csv
import io
import os
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from filelock import FileLock

from trans.desk.asked import RefusedError
from trans.desk.security import Refusal
from trans.errors import TransError
from trans.glossary import Term, key_of, without_article
from trans.glossary_file import COLUMNS, terms_of
from trans.store import STATE_FOLDER, cannot_write

GLOSSARY = "glossary.csv"
"""In the output folder's own folder, where ``trans run`` finds it."""

# A line is written in milliseconds; whoever waits longer has lost the other process.
_LOCK_S = 30.0

# What a spreadsheet takes for a formula, and a glossary file for a comment: no term begins so.
_NO_TERM = ("=", "+", "-", "@", "#")


@dataclass(frozen=True, slots=True)
class TermsFile:
    """The CSV file that terms are added to; ``note`` says why it is another one than the user named, empty where it isn't."""

    path: Path
    lock: Path
    note: str = ""

    @classmethod
    def of(cls, out: Path, given: Path | None) -> "TermsFile":
        """Return the file ``given`` with --glossary; where that is none, or no CSV, the one of the output folder."""
        own, lock = out / STATE_FOLDER / GLOSSARY, out / STATE_FOLDER / f"{GLOSSARY}.lock"
        if given is None:
            return cls(own, lock)
        if given.suffix.lower() in (".yaml", ".yml"):
            return cls(own, lock, f"{given} is YAML, and only CSV can be added to: new terms go to {own}.")
        return cls(given, lock)

    def add(self, arabic: str, english: str) -> bool:
        """Add a term; return whether it is new. When this returns it is on disk.

        Raises ``RefusedError`` where the term is there with other English or is none, ``TransError`` for a file that is
        wrong, ``OSError``.
        """
        for text in (arabic, english):
            if text.startswith(_NO_TERM):
                raise RefusedError(_refusal(f"No term begins with '{text[0]}'.", "Leave it out."))
        if not arabic or not english:
            raise RefusedError(_refusal("A term is missing.", "Write the Arabic and the English."))
        with FileLock(self.lock, timeout=_LOCK_S):
            before = self._read()
            there = _same(terms_of(before, str(self.path)), arabic)
            if there is not None:
                if there.en == english:
                    return False
                said = f"{there.ar} is in the glossary already, as '{there.en}'."
                raise RefusedError(_refusal(said, f"Change the line in {self.path}."))
            added = _added(before, arabic, english)
            try:
                terms_of(before + added, str(self.path))
            except TransError as error:
                said = error.message.rpartition("\n")[2].strip()
                raise RefusedError(_refusal(f"This is no term: {said}", "Write the Arabic and its English.")) from error
            self._append(added)
        return True

    def _read(self) -> str:
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            raise TransError(f"The glossary {self.path} can't be read: it is not UTF-8", "Save it as UTF-8.") from error

    def _append(self, text: str) -> None:
        is_own = self.lock.parent == self.path.parent
        # Whoever may write into the output folder could have lines written at the end of any file.
        no_link = getattr(os, "O_NOFOLLOW", 0) if is_own else 0
        is_new = not self.path.exists()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | no_link, 0o666)
        except OSError as error:
            raise cannot_write(self.path, error) from error
        try:
            # One write of a line: of a process that is killed all of it is in the file, or nothing.
            os.write(handle, text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            with contextlib.suppress(OSError):  # not every system opens a folder
                folder = os.open(self.path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)


def _same(terms: dict[str, Term], arabic: str) -> Term | None:
    """Return the term that is meant, with its article or without."""
    wanted = without_article(key_of(arabic))
    return next((term for key, term in terms.items() if without_article(key) == wanted), None)


def _added(before: str, arabic: str, english: str) -> str:
    """Return the text that adds a term at a file's end, in the columns and with the separators that it has; with a heading where
    it has none."""
    lines = [line for line in before.splitlines() if line.strip() and line[0] != "#"]
    stream = io.StringIO()
    if lines:
        delimiter = max(",;\t", key=lines[0].count)
        columns = [name.strip().lower() for name in next(csv.reader([lines[0]], delimiter=delimiter))]
    else:
        delimiter, columns = ",", list(COLUMNS)
    end = "\r\n" if "\r\n" in before else "\n"
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end)
    if not lines:
        writer.writerow(COLUMNS)
    cells = {"ar": arabic, "en": english}
    writer.writerow([cells.get(name, "") for name in columns])
    return ("" if not before or before.endswith(("\n", "\r")) else end) + stream.getvalue()


def _refusal(message: str, hint: str) -> Refusal:
    return Refusal(HTTPStatus.CONFLICT, message, hint)
