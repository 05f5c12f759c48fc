"""``trans models pack`` and ``unpack``: models to a machine without a network, in one file. Part of the command line.

Model modules are imported inside the commands, so that ``--help`` answers at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import AllOption, ConfigOption, NamesArgument, chosen_profiles
from trans.errors import TransError

if TYPE_CHECKING:
    from trans.config import Config, Profile
    from trans.models.bundle import Progress
    from trans.models.lock import LockedModel


def models_pack(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The bundle, as models.tar.zst.")],
    profiles: NamesArgument = None,
    everything: AllOption = False,
    converted: Annotated[
        bool, typer.Option("--converted/--no-converted", help="With the CTranslate2 copies that are on this machine.")
    ] = True,
    config: ConfigOption = None,
) -> None:
    """Put models into one file, for machines without a network; fetches nothing. Prints its SHA-256 as sha256sum does."""
    from trans.console import error_console
    from trans.models.pack import contents_of, pack

    chosen = chosen_profiles(config, profiles, everything=everything)
    entries = [(about, profile.base, profile.lock) for profile in chosen for about in _models(profile)]
    contents = contents_of(entries, converted=converted)
    manifest = contents.manifest
    if not manifest.models:
        names_text = ", ".join(profile.name for profile in chosen)
        raise TransError(
            f"There is nothing to pack for {names_text}: all models come with the package",
            "Name another profile, or give --all; 'trans models list' shows what each needs.",
        )
    with _shown("packing") as progress:
        packed = pack(contents, output, progress)
    console = error_console()
    for model in manifest.models:
        size_mb = sum(file.bytes for file in model.files.values()) / 1e6
        commit = f"at {model.commit[:12]}" if model.commit else "a folder"
        console.print(f"{model.model} {commit}, {size_mb:,.1f} MB, {model.licence}", markup=False)
    console.print(
        f"{len(manifest.converted)} CTranslate2 copies; {manifest.total_bytes / 1e6:,.1f} MB in all, "
        f"{packed.size_bytes / 1e6:,.1f} MB packed",
        markup=False,
    )
    typer.echo(f"{packed.sha256}  {output}")


def models_unpack(
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="What 'trans models pack' made.")],
    config: ConfigOption = None,
) -> None:
    """Install the models of a bundle; needs no network. Nothing is installed unless all of it is whole."""
    from trans.config import find_config, load_config
    from trans.models.unpack import unpack

    path = find_config(config)
    loaded = load_config(path)
    with _shown("unpacking") as progress:
        done = unpack(bundle, *_lock_and_folders(loaded, path), progress)
    for model, folder in done.models:
        typer.echo(f"{model.model} {model.revision}: {folder}")
    if done.copies:
        typer.echo(f"{done.copies} CTranslate2 copies")
    if done.passed_over:
        typer.echo(
            f"{done.passed_over} CTranslate2 copies of other versions passed over: the first run makes its own, once"
        )
    typer.echo(_who_can_run(loaded, path))


def _models(profile: "Profile") -> "Iterator[LockedModel]":
    """Yield what the settings say of a profile's models; their files are not looked at."""
    from trans.models.lock import LockedModel

    for settings in profile.settings.models:
        yield LockedModel(settings.model, settings.revision, None, settings.licence, settings.commercial_use, {}, {})


def _lock_and_folders(config: "Config", path: Path | None) -> tuple[Path, dict[str, Path]]:
    """Return where models are locked, and the place of each model that is named as a folder."""
    from trans.config import choose_profile

    profiles = [choose_profile(config, name, path) for name in config.profiles]
    models = [(model.model, profile.base) for profile in profiles for model in _models(profile)]
    return profiles[0].lock, {model: base / model for model, base in models if model.startswith("./")}


def _who_can_run(config: "Config", path: Path | None) -> str:
    from trans.doctor import profile_states

    ready = [state.profile for state in profile_states(config, path) if state.ready]
    where = path or "the packaged models.yaml"
    named = ", ".join(ready) or "none; 'trans doctor' says why"
    return f"Profiles of {where} that can run now: {named}"


@contextmanager
def _shown(what: str) -> "Iterator[Progress]":
    """A bar on a terminal, nothing elsewhere."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from trans.console import error_console

    console = error_console()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
