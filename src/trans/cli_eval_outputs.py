"""What ``trans eval`` scores: files of finished text, or what profiles make of the sources. Part of the command line.

Knows nothing of scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from trans.bitext import STDIN, called, refuse_unequal
from trans.errors import TransError
from trans.locations import Location, is_remote, location

if TYPE_CHECKING:
    from rich.console import Console

    from trans.config import Config, Profile
    from trans.evaluation.evaluate import Output
    from trans.settings import EngineName

# Lines that are translated together: enough for full batches of like lengths, few enough that the progress bar moves.
_LINES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to score: a ``file`` of text, or for None what the profile ``name`` translates."""

    name: str
    file: Location | None


def wanted(
    config: "Config", hypothesis: Location | None, profile: str | None, compare: tuple[str, str] | None
) -> list[Wanted]:
    """Return what the options mean: one file, one profile, or two of either. Raises ``TransError`` where they contradict."""
    if hypothesis is not None and compare is not None:
        raise TransError(
            "Both --hypothesis and --compare are given",
            "Give --hypothesis for one text that is translated already, --compare for two.",
        )
    if hypothesis is not None:
        return [_of_file(hypothesis)]
    if compare is None:
        return [Wanted(profile or config.default_profile, None)]
    first, second = (_either(config, name) for name in compare)
    if first == second:
        raise TransError(f"--compare has '{compare[0]}' twice", "Give two profiles or two files that differ.")
    if first.name == second.name:  # files of one name in two folders, or a profile and a file
        return [Wanted(given, item.file) for given, item in zip(compare, (first, second), strict=True)]
    return [first, second]


def refuse_usage(
    outputs: Sequence[Wanted],
    source: Location | None,
    references: Sequence[Location],
    *,
    summaries: bool,
    save: Path | None,
) -> None:
    """Raise ``TransError`` for options that don't go together, before anything is read."""
    translates = any(item.file is None for item in outputs)
    if summaries and (translates or source is not None):
        raise TransError(
            "--summaries scores text that is there already, beside references alone",
            "Give --hypothesis FILE or --compare FILE FILE, and no --source; docs/evaluation.md tells how to get them.",
        )
    if translates and source is None:
        raise TransError("There is nothing to score", "Give --source FILE to translate, or --hypothesis FILE.")
    if save is not None and (not translates or len(outputs) > 1):
        raise TransError("--save keeps what one profile translates", "Leave it away, or give --profile and --source.")
    places = [place for place in (source, *references, *(item.file for item in outputs)) if place is not None]
    if places.count(STDIN) > 1:
        raise TransError("'-' (standard input) is given twice", "Give it for one of the files.")
    local = {place.resolve() for place in places if not is_remote(place)}
    if save is not None and save.resolve() in local:
        raise TransError(f"--save would write over {save}, which is read", "Give another name.")


def refuse_empty(files: Mapping[Location, Sequence[str]]) -> None:
    """Raise ``TransError`` for files without a line and for files of different lengths."""
    refuse_unequal(*files.items())
    for place, lines in files.items():
        if not lines:
            raise TransError(f"{called(place)} has no lines", "Give a text a line.")


def translate(
    profile: "Profile",
    sources: Sequence[str],
    *,
    device: Literal["auto", "cpu", "cuda"],
    engine: "EngineName",
    memory: str | None,
    console: "Console",
) -> "Output":
    """Return what the profile's translator makes of each line; progress goes to ``console`` where it is a terminal.

    Its summariser need not be on this machine. Raises ``ModelError``.
    """
    from trans.api import Translator
    from trans.evaluation.evaluate import Output

    with Translator(_without_summariser(profile), device=device, engine=engine, memory=memory) as translator:
        texts: list[str] = []
        for lines in _watched(profile.name, sources, console):
            texts += (" ".join(text.split("\n")) for text in translator.translate(lines))
        return Output(profile.name, texts, _about(translator.provenance.translation))


def _of_file(place: Location) -> Wanted:
    return Wanted("standard input" if place == STDIN else place.name, place)


def _either(config: "Config", name: str) -> Wanted:
    if name in config.profiles:
        return Wanted(name, None)
    place = location(name)
    if place == STDIN or is_remote(place) or place.exists():
        return _of_file(place)
    raise TransError(f"There is no profile and no file '{name}'", f"The profiles are: {', '.join(config.profiles)}.")


def _watched(name: str, sources: Sequence[str], console: "Console") -> Iterator[Sequence[str]]:
    """Yield the lines in portions, and show how far they are."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task(name, total=len(sources))
        for start in range(0, len(sources), _LINES_AT_ONCE):
            lines = sources[start : start + _LINES_AT_ONCE]
            yield lines
            progress.advance(task, len(lines))


def _without_summariser(profile: "Profile") -> "Profile":
    from trans.settings import SummarizationSettings

    none = SummarizationSettings(method="extractive")
    settings = profile.settings.model_copy(update={"summarization": none})
    return profile.model_copy(update={"settings": settings})


def _about(translation: Mapping[str, object]) -> dict[str, str]:
    """The part of a brief's provenance that a score depends on."""
    settings = translation["settings"]
    beam = settings["decoding"]["beam_size"] if isinstance(settings, dict) else None
    found = {name: translation[name] for name in ("model", "revision", "fingerprint", "engine", "quantization")}
    return {name: str(value) for name, value in {**found, "beam": beam}.items() if value is not None}
