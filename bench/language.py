"""How well text that is not Modern Standard Arabic is told from it, by ``trans`` and by libraries where they are installed.

    python bench/language.py [--arabic FILE_OR_FOLDER ...] [--libraries FOLDER]

The project's own samples of other languages and of dialects (``tests/fixtures/language``; what is called heldout was written
before the words were chosen and never looked at for that), by sentence and by paragraph of three. False alarms: on the Arabic of
``training/corpus``, and on ``--arabic``: text files, a sentence a line or with blank lines between paragraphs. Prints Markdown.
``--libraries`` is where ``lingua`` or ``py3langid`` were installed, if not beside ``trans``.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.corpus import CORPUS, news_files

from trans.checks.identify import identify

SAMPLES = Path(__file__).parents[1] / "tests" / "fixtures" / "language"
OTHERS = ("persian", "persian-heldout", "urdu", "pashto", "sorani", "uyghur")
DIALECTS = ("egyptian", "levantine", "gulf", "maghrebi")
# The same text as other keyboards and careless writers give it.
VARIANTS: dict[str, Callable[[str], str]] = {
    "Persian keys": lambda text: text.translate(str.maketrans("يىك", "ییک")),
    "final ى": lambda text: re.sub(r"ي\b", "ى", text),
    "no hamza": lambda text: text.translate(str.maketrans("أإآة", "اااه")),
}
Test = Callable[[str], str]
"""Says ``standard``, ``dialect`` or ``other`` of a text."""


def ours(text: str) -> str:
    found = identify(text)
    return "standard" if found is None else "dialect" if found.arabic else "other"


def libraries() -> dict[str, Test]:
    """Return those that can be imported. None knows dialects."""
    found: dict[str, Test] = {}
    try:
        import lingua
    except ImportError:
        pass
    else:
        detector = lingua.LanguageDetectorBuilder.from_all_languages().build()
        found["lingua"] = lambda text: _said(detector.detect_language_of(text), lingua.Language.ARABIC)
    try:
        import py3langid
    except ImportError:
        pass
    else:
        found["py3langid"] = lambda text: _said(py3langid.classify(text)[0], "ar")
    return found


def _said(language: object, arabic: object) -> str:
    return "standard" if language in (arabic, None) else "other"


def samples(name: str) -> list[list[str]]:
    return [block.splitlines() for block in (SAMPLES / f"{name}.txt").read_text(encoding="utf-8").split("\n\n")]


def first_column(path: Path) -> list[str]:
    return [line.partition("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()]


def found(test: Test, texts: Sequence[str], kind: str) -> str:
    right = sum(test(text) == kind for text in texts)
    return f"{right} of {len(texts)}"


def rows(tests: dict[str, Test]) -> Iterable[tuple[str, ...]]:
    for name in OTHERS:
        blocks = samples(name)
        for keys, typed in (("", str), (", Arabic keys", lambda text: text.translate(str.maketrans("یک", "يك")))):
            sentences = [typed(line) for block in blocks for line in block]
            paragraphs = [typed(" ".join(block)) for block in blocks]
            yield (
                f"{name}{keys}",
                *(f"{found(t, sentences, 'other')}; {found(t, paragraphs, 'other')}" for t in tests.values()),
            )
    for half in ("finding", "heldout"):
        for name in DIALECTS:
            blocks = samples(f"{name}-{half}")
            sentences, paragraphs = [line for block in blocks for line in block], [" ".join(block) for block in blocks]
            cells = [f"{found(t, sentences, 'dialect')}; {found(t, paragraphs, 'dialect')}" for t in tests.values()]
            yield f"{name}, {half}", *cells


def alarms(tests: dict[str, Test], texts: Sequence[str]) -> Iterable[str]:
    for test in tests.values():
        said = [test(text) for text in texts]
        yield f"{said.count('other')} other, {said.count('dialect')} dialect"


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    for line in (head, ["---"] * len(head), *lines):
        print(f"| {' | '.join(line)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arabic", type=Path, nargs="*", default=[])
    parser.add_argument("--libraries", type=Path)
    arguments = parser.parse_args()
    if arguments.libraries:
        sys.path.insert(0, str(arguments.libraries))
    tests = {"trans": ours, **libraries()}
    print("Found, by sentence; by paragraph of three:\n")
    table(["text", *tests], rows(tests))
    print("\nFalse alarms:\n")
    standard = samples("standard")
    texts = {
        "hard cases: sentences": [line for block in standard for line in block],
        "hard cases: paragraphs": [" ".join(block) for block in standard],
        f"{CORPUS.name}: sentences": [arabic for path in news_files() for arabic in first_column(path)],
    }
    for path in arguments.arabic:
        files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
        whole = [file.read_text(encoding="utf-8") for file in files]
        texts[f"{path.name}: {'documents' if path.is_dir() else 'whole'}"] = whole
        parts = [part for text in whole for part in text.split("\n\n" if "\n\n" in text else "\n") if part.strip()]
        texts[f"{path.name}: paragraphs or lines"] = parts
    for name, arabic in list(texts.items()):
        texts |= {f"{name}, {variant}": list(map(typed, arabic)) for variant, typed in VARIANTS.items()}
    table(
        ["text", "count", *tests], ([name, str(len(arabic)), *alarms(tests, arabic)] for name, arabic in texts.items())
    )
    print("\nTime a sentence, of the first 500 of the corpus, each seen for the first time:\n")
    some = texts[f"{CORPUS.name}: sentences"][:500]
    table(["test", "microseconds"], ([name, f"{_micros(test, some):.0f}"] for name, test in tests.items()))


def _micros(test: Test, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        test(text)
    return (time.perf_counter() - started) / len(texts) * 1e6


if __name__ == "__main__":
    main()
