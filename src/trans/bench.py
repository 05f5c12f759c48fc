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
from typing import Any, Literal

import psutil

from trans.api import Translator
from trans.config import EngineName, Profile
from trans.run import Run
from trans.sources import Input

# An article of the size of a news agency's: a headline and so many sentences.
_PARAGRAPHS = 6
_SENTENCES = 3

# Sentences for each row of the comparison: enough for full batches, and PyTorch takes a minute or two for them.
_COMPARED = 48

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of the pipeline, from loaded models to the last brief on disk.

    ``padding`` is padded source pieces / source pieces of the translator; ``engine_share`` the part of the time in which an
    engine was at work; ``peak_mb`` the process' largest resident memory so far, models included.
    """

    articles: int
    source_tokens: int
    target_tokens: int
    load_s: float
    seconds: float
    tokens_per_s: float
    s_per_article: float
    padding: float
    engine_share: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """A setting and how fast the translator alone is with it; ``ratio`` to the profile's own settings."""

    setting: str
    tokens_per_s: float
    ratio: float


def articles(count: int) -> Iterator[str]:
    """Yield ``count`` articles of this project's own sentences, no sentence twice: each has numbers of its own."""
    sentences = (resources.files("trans") / "bench_sentences.txt").read_text(encoding="utf-8").splitlines()
    size = 1 + _PARAGRAPHS * _SENTENCES
    for number in range(count):
        chosen = [_varied(sentences[(number * size + k) % len(sentences)], number * size + k) for k in range(size)]
        headline, body = chosen[0].rstrip("."), chosen[1:]
        paragraphs = [" ".join(body[start : start + _SENTENCES]) for start in range(0, len(body), _SENTENCES)]
        yield "\n\n".join([headline, *paragraphs]) + "\n"


def _varied(sentence: str, seed: int) -> str:
    """Return the sentence with other digits, as many as before."""
    digits = iter(str(int.from_bytes(hashlib.sha256(f"{seed}".encode()).digest())))
    return _DIGITS.sub(lambda match: "".join(next(digits) for _ in match[0]), sentence)


def measure(
    profile: Profile, count: int, *, device: Literal["auto", "cpu", "cuda"] = "auto", engine: EngineName = "auto"
) -> Figures:
    """Brief ``count`` articles into a folder that is removed again. Raises ``ModelError`` when a model is missing."""
    with tempfile.TemporaryDirectory() as folder, Translator(profile, device=device, engine=engine) as translator:
        inputs = []
        for number, text in enumerate(articles(count)):
            path = Path(folder) / f"{number:05}.txt"
            path.write_text(text, encoding="utf-8")
            inputs.append(Input(path, path.name))
        started = time.perf_counter()
        translator.load()
        loaded = time.perf_counter()
        Run(translator, Path(folder) / "out", ["md"])(inputs)
        seconds = time.perf_counter() - loaded
        translate, summarize = translator.stats
    return Figures(
        articles=count,
        source_tokens=translate.source_tokens + summarize.source_tokens,
        target_tokens=translate.target_tokens + summarize.target_tokens,
        load_s=loaded - started,
        seconds=seconds,
        tokens_per_s=translate.source_tokens / seconds,
        s_per_article=seconds / count,
        padding=translate.padded_source_tokens / max(1, translate.source_tokens),
        engine_share=(translate.seconds + summarize.seconds) / seconds,
        peak_mb=_peak_mb(),
    )


def compare(
    profile: Profile, *, device: Literal["auto", "cpu", "cuda"] = "auto", engine: EngineName = "auto"
) -> list[Row]:
    """Translate the same few sentences with the profile's settings, then with each of some others."""
    texts = [
        sentence for text in articles(-(-_COMPARED // (_PARAGRAPHS * _SENTENCES))) for sentence in text.splitlines()
    ]
    rows: list[Row] = []
    for setting, changed, library in _variants(profile, engine):
        with Translator(changed, device=device, engine=library) as translator:
            translator.load()
            started = time.perf_counter()
            translator.translate(texts)
            speed = translator.count(texts) / (time.perf_counter() - started)
        rows.append(Row(setting, speed, speed / rows[0].tokens_per_s if rows else 1.0))
    return rows


def _variants(profile: Profile, engine: EngineName) -> Iterator[tuple[str, Profile, EngineName]]:
    yield "as configured", profile, engine
    translation = profile.settings.translation
    if translation.shortlist:
        yield "without the shortlist", _with(profile, shortlist=False), engine
    if translation.decoding.beam_size > 1:
        greedy = translation.decoding.model_copy(update={"beam_size": 1})
        yield "beam 1", _with(profile, decoding=greedy), engine
    if "transformers" not in (engine, translation.engine):
        yield "transformers", profile, "transformers"


def _with(profile: Profile, **changes: Any) -> Profile:
    translation = profile.settings.translation.model_copy(update=changes)
    return profile.model_copy(update={"settings": profile.settings.model_copy(update={"translation": translation})})


def _peak_mb() -> float:
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
