"""How fast a profile is on this machine: the whole pipeline over made-up articles, then the translator in other settings.

Needs no input and no network beyond the profile's models. Measures and returns; prints nothing.
"""

import hashlib
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import psutil

from trans.api import Translator
from trans.config import Profile
from trans.errors import TransError
from trans.run import Run
from trans.sources import Input

# An article of the size of a news agency's: a headline and so many sentences.
PARAGRAPHS = 6
_SENTENCES = 3

# Sentences for each row of the comparison at most: PyTorch is several times slower and is not to take many minutes.
_COMPARED = 300

# A number that stood in as many variants of its sentence gets a digit more, so that there are always new ones.
_TRIES = 20

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of the pipeline, from loaded models to the last brief on disk.

    ``source_tokens``, ``target_tokens`` and ``tokens_per_s`` (source, over the whole time) are the translator's, as is
    ``padding``: padded source pieces / source pieces. ``engine_share`` is the part of the workers' time in which they
    decoded; ``peak_mb`` the process' largest resident memory so far, models included; ``load_s`` holds the conversion of
    models that were never used before.
    """

    articles: int
    source_tokens: int
    target_tokens: int
    summary_source_tokens: int
    load_s: float
    seconds: float
    tokens_per_s: float
    s_per_article: float
    padding: float
    engine_share: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """A setting and how fast the translator alone is with it, in one run; ``ratio`` to the profile's own settings."""

    setting: str
    tokens_per_s: float
    ratio: float


def articles(count: int, paragraphs: int = PARAGRAPHS) -> Iterator[str]:
    """Yield ``count`` articles of this project's own sentences, no sentence twice: each has numbers of its own."""
    sentences = (resources.files("trans") / "bench_sentences.txt").read_text(encoding="utf-8").splitlines()
    size = 1 + paragraphs * _SENTENCES
    seen: set[str] = set()

    def fresh(index: int) -> str:
        tries = 0
        while (made := _varied(sentences[index % len(sentences)], index, tries)) in seen:
            tries += 1
        seen.add(made)
        return made

    for number in range(count):
        chosen = [fresh(number * size + k) for k in range(size)]
        headline, body = chosen[0].rstrip("."), chosen[1:]
        lines = [" ".join(body[start : start + _SENTENCES]) for start in range(0, len(body), _SENTENCES)]
        yield "\n\n".join([headline, *lines]) + "\n"


def _varied(sentence: str, seed: int, tries: int = 0) -> str:
    """Return the sentence with other digits, as many as before unless it was tried often."""
    digits = iter(str(int.from_bytes(hashlib.sha256(f"{seed} {tries}".encode()).digest())))
    more = tries // _TRIES
    return _DIGITS.sub(lambda match: "".join(next(digits) for _ in range(len(match[0]) + more)), sentence)


def measure(profile: Profile, count: int, paragraphs: int = PARAGRAPHS) -> Figures:
    """Brief ``count`` articles of ``paragraphs`` into a folder that is removed again.

    Raises ``TransError`` when not all can be made.
    """
    with tempfile.TemporaryDirectory() as folder, Translator(profile) as translator:
        inputs = []
        for number, text in enumerate(articles(count, paragraphs)):
            path = Path(folder) / f"{number:05}.txt"
            path.write_text(text, encoding="utf-8")
            inputs.append(Input(path, path.name))
        started = time.perf_counter()
        translator.load()
        loaded = time.perf_counter()
        report = Run(translator, Path(folder) / "out", ["md"])(inputs)
        seconds = time.perf_counter() - loaded
        translate, summarize = translator.stats
    if report.interrupted:
        raise KeyboardInterrupt
    for failure in report.failures:
        raise TransError(f"An article of the measurement failed: {failure.reason}", failure.hint)
    return Figures(
        articles=count,
        source_tokens=translate.source_tokens,
        target_tokens=translate.target_tokens,
        summary_source_tokens=summarize.source_tokens,
        load_s=loaded - started,
        seconds=seconds,
        tokens_per_s=translate.source_tokens / seconds,
        s_per_article=seconds / count,
        padding=translate.padded_source_tokens / max(1, translate.source_tokens),
        engine_share=(translate.seconds + summarize.seconds) / seconds,
        peak_mb=_peak_mb(),
    )


def compare(profile: Profile, count: int) -> Iterator[Row]:
    """Translate the sentences of ``count`` articles, or the first of them, in the profile's settings and then in others."""
    paragraphs = [line for text in articles(count) for line in text.splitlines() if line]
    texts = paragraphs[: _COMPARED // _SENTENCES]
    own = 0.0
    for setting, changed in _variants(profile):
        with Translator(changed) as translator:
            # Loads the translator, and only it, and does whatever a library does at its first text.
            translator.translate([texts[0]])
            stats, _ = translator.stats
            before, started = stats.source_tokens, time.perf_counter()
            translator.translate(texts)
            speed = (stats.source_tokens - before) / (time.perf_counter() - started)
        own = own or speed
        yield Row(setting, speed, speed / own if own else 1.0)


def _variants(profile: Profile) -> Iterator[tuple[str, Profile]]:
    yield "as configured", profile
    translation = profile.settings.translation
    if translation.shortlist:
        yield "without the shortlist", _with(profile, shortlist=False)
    if translation.decoding.beam_size > 1:
        greedy = translation.decoding.model_copy(update={"beam_size": 1})
        yield "beam 1", _with(profile, decoding=greedy)
    if translation.engine != "transformers":
        yield "PyTorch engine", _with(profile, engine="transformers")


def _with(profile: Profile, **changes: Any) -> Profile:
    translation = profile.settings.translation.model_copy(update=changes)
    return profile.model_copy(update={"settings": profile.settings.model_copy(update={"translation": translation})})


def _peak_mb() -> float:
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**20
    try:
        # Not ru_maxrss, in which on Linux a child begins with its parent's.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 2**10
    except (OSError, IndexError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
