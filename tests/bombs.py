"""Reads, and briefs with a fake model, files that ask for too much: each in a process of its own, with little memory and time.

As a program: ``python tests/bombs.py read|brief NAME...`` prints a line of JSON for each name of ``hostile.BOMBS``.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

CPU_S = 40
"""Processor seconds that a file may take: what takes more is ended. On the machine where they were measured none took half."""

MEMORY_MB = 1_500
"""Address space, of which Python and the libraries that read take some 300."""


@dataclass(frozen=True)
class Taken:
    """``articles`` and the ``reasons`` of failures; ``ended`` by the signal of that number, 0 for what came to its end."""

    name: str
    articles: int
    reasons: list[str]
    ended: int
    cpu_s: float
    peak_mb: float


def taken(work: str, *names: str) -> dict[str, Taken]:
    """Do ``work`` with the files called ``names``, in other processes."""
    done = subprocess.run(
        [sys.executable, __file__, work, *names], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    found = [Taken(**json.loads(line)) for line in done.stdout.splitlines()]
    return {one.name: one for one in found}


def main() -> None:
    import hostile

    work, *names = sys.argv[1:]
    _import(work)
    if work == "brief":
        hostile.LARGE //= 10
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(hostile.BOMBS[name]())
            told = Path(folder, "told.json")
            child = os.fork()
            if not child:
                _limited(work, path, told)
            _, status, used = os.wait4(child, 0)
            said = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {"articles": 0, "reasons": []}
            cpu_s = round(used.ru_utime + used.ru_stime, 2)
            ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            print(json.dumps(asdict(Taken(name, **said, ended=ended, cpu_s=cpu_s, peak_mb=used.ru_maxrss / 1024))))  # noqa: T201
            sys.stdout.flush()


def _import(work: str) -> None:
    """Before the limits, once for all."""
    import lxml.html
    import trafilatura

    from trans import sources

    del lxml, trafilatura, sources
    if work == "brief":
        from trans.api import Translator

        del Translator


def _limited(work: str, path: Path, told: Path) -> None:
    """Read the file, tell, and end this process."""
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * 2**20, MEMORY_MB * 2**20))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        said = _read(path) if work == "read" else _brief(path)
        told.write_text(json.dumps(said), encoding="utf-8")
        code = 0
    except BaseException as error:  # noqa: BLE001  (all of them are told)
        said = {"articles": 0, "reasons": [f"raised {type(error).__name__}: {str(error)[:200]}"]}
        told.write_text(json.dumps(said), encoding="utf-8")
    finally:
        os._exit(code)


def _read(path: Path) -> dict[str, object]:
    from trans.article import Failure
    from trans.settings import RunSettings
    from trans.sources import Input, read

    articles, reasons = 0, []
    for one in read(Input(path, path.name), RunSettings().reading):
        if isinstance(one, Failure):
            reasons.append(one.reason)
        else:
            articles += 1
    return {"articles": articles, "reasons": reasons[:3]}


def _brief(path: Path) -> dict[str, object]:
    """All of a run but the models, with every format written."""
    import pytest
    from fakes import FakeModels

    from trans.api import Translator
    from trans.outcome import Event, Outcome
    from trans.render import FORMATS
    from trans.run import Run
    from trans.sources import discover

    outcomes: list[Outcome] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            outcomes.append(event)

    with pytest.MonkeyPatch.context() as patch:
        FakeModels().install(patch)
        out = path.parent / "out"
        with Translator("news", memory="off") as translator:
            Run(translator, out, FORMATS, on_event=on_event)(discover([path], out).inputs)
    return {
        "articles": sum(one.status == "written" for one in outcomes),
        "reasons": [one.reason for one in outcomes if one.status == "failed"][:3],
    }


if __name__ == "__main__":
    main()
