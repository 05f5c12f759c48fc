"""``trans models pull`` and ``verify``: models to this machine, and whether they are what was locked. Part of the command line.

Model modules are imported inside the commands, so that ``--help`` answers at once.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import AllOption, ConfigOption, NamesArgument, chosen_profiles
from trans.errors import ModelError

if TYPE_CHECKING:
    from trans.config import Profile
    from trans.models.lock import LockedModel
    from trans.models.pull import Pulled
    from trans.models.wanted import Wanted, WantedCopy
    from trans.settings import ModelSettings

UpdateOption = Annotated[
    bool, typer.Option("--update", help="Lock what the hub has now, not the commits that are locked.")
]


def models_pull(
    profiles: NamesArgument = None,
    everything: AllOption = False,
    update: UpdateOption = False,
    config: ConfigOption = None,
) -> None:
    """Fetch models, convert and verify them, and lock their files in models.lock beside models.yaml.

    A model that is locked is fetched at its locked commit, one that is not as the hub has it now. What is here already is not
    fetched again, what is damaged is, and what was broken off goes on.
    """
    from trans.console import error_console, show_log
    from trans.models.lock import read_lock, updating, write_lock
    from trans.models.pull import pull
    from trans.usage import check_usage, is_allowed

    show_log(error_console(), quiet=False, verbose=False)
    chosen = chosen_profiles(config, profiles, everything=everything)
    lock = chosen[0].lock
    if everything and chosen[0].usage == "commercial":
        for profile in chosen:
            if not is_allowed(profile.settings):
                typer.echo(f"{profile.name}: passed over, not for commercial use")
        chosen = [profile for profile in chosen if is_allowed(profile.settings)]
    for profile in chosen:
        check_usage(profile.name, profile.settings, profile.usage, profile.allowed)
    for wanted in _wanted(chosen):
        before = read_lock(lock).get(wanted.key)
        pulled = pull(wanted, before, update=update)
        # Read again: fetching takes minutes, and another pull may have written meanwhile.
        with updating(lock):
            write_lock(lock, {**read_lock(lock), wanted.key: pulled.locked}.values())
        typer.echo(_told(wanted, pulled, before))
    typer.echo(f"Locked in {lock}")


def models_verify(
    profiles: Annotated[
        list[str] | None, typer.Argument(metavar="[PROFILE]...", help="Whose models [default: all that are here].")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Read every file of models again, compare with models.lock, and compare their converted copies with PyTorch.

    Exit codes: 0 all are right; 3 one is not, or is not here.
    """
    from trans.models.lock import read_lock
    from trans.models.recheck import recheck

    chosen = chosen_profiles(config, profiles, everything=not profiles)
    locks = read_lock(chosen[0].lock)
    wrong: dict[str, str] = {}
    for wanted in _wanted(chosen):
        locked = locks.get(wanted.key)
        if not profiles and not locked and not _is_here(wanted):
            continue
        checked = recheck(wanted, locked)
        said = "NOT RIGHT: " + "; ".join(checked.problems) if checked.problems else "right"
        typer.echo("; ".join((f"{wanted.model}: {said}", f"compared with {checked.against}", *checked.copies)))
        if checked.problems:
            wrong[wanted.model] = checked.hint
    if wrong:
        raise ModelError(f"Not right: {', '.join(wrong)}", next(iter(wrong.values())))


def _wanted(profiles: "Iterable[Profile]") -> "list[Wanted]":
    from trans.models import resolve_device
    from trans.models.wanted import Wanted, merged

    device = resolve_device("auto")
    return merged(
        Wanted(
            model=settings.model,
            revision=settings.revision,
            base=profile.base,
            licence=settings.licence,
            commercial=settings.commercial_use,
            profiles=(profile.name,),
            copies=() if settings.engine == "transformers" else (_copy(settings, settings.quantization.on(device)),),
        )
        for profile in profiles
        for settings in profile.settings.models
    )


def _copy(settings: "ModelSettings", quantization: str) -> "WantedCopy":
    from trans.engines.pieces import load_pieces
    from trans.models.wanted import WantedCopy

    return WantedCopy(
        quantization,
        (settings.shortlist,),
        lambda folder: load_pieces(folder, restricted=settings.shortlist, languages=settings.languages),
    )


def _is_here(wanted: "Wanted") -> bool:
    from trans.models import locate

    try:
        locate(wanted.model, wanted.revision, wanted.base, download=False)
    except ModelError as error:
        return "not on this machine" not in error.message
    return True


def _told(wanted: "Wanted", pulled: "Pulled", before: "LockedModel | None") -> str:
    locked = pulled.locked
    parts = [f"{wanted.model}: {_whence(pulled, before)}"]
    if before and before.commit is None and before.files != locked.files:
        parts.append("its files have changed since they were locked")
    parts.append(f"{wanted.licence}, commercial use: {wanted.commercial}")
    parts += [
        f"{quantization} copy {'equal to' if verdict == 'equal' else f'({verdict}) of'} PyTorch's"
        for quantization, verdict in sorted(locked.conversions.items())
    ]
    return "; ".join(parts)


def _whence(pulled: "Pulled", before: "LockedModel | None") -> str:
    from trans.models.lock import SHORT

    if pulled.locked.commit is None:
        return "comes with trans" if pulled.locked.model.startswith("embedded:") else f"in {pulled.folder}"
    at = pulled.locked.commit[:SHORT]
    if before and before.commit and before.commit != pulled.locked.commit:
        at = f"moved from {before.commit[:SHORT]} to {at}"
    else:
        at = f"commit {at}"
    if not pulled.asked and not (before and before.commit):
        return f"here already, {at}, the hub was not asked (HF_HUB_OFFLINE is set)"
    return f"fetched {pulled.bytes / 1e6:,.1f} MB, {at}" if pulled.bytes else f"here already, {at}"
