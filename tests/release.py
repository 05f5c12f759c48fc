"""What a release leaves on a disk, small and the same each time: ``python tests/release.py tests/fixtures/release-0.2``.

Run once for each release, from its own tag; later versions must read what it writes (test_upgrade.py). The models are the tests'
fakes: their decodes stay hits when the embedded models are trained anew. Clocks, processes and paths are taken out.
"""

import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import FakeEngine, FakeModels, fake_english
from texts import HEADLINE, LEAD, SECOND, THIRD, article, english, long_article

from trans.api import Translator
from trans.index_file import Indexer
from trans.manifest import Manifest
from trans.models import locate
from trans.models.lock import LockedFile, LockedModel, files_of, write_lock
from trans.render import FORMATS
from trans.run import Run
from trans.sources import discover

# A Saturday in the release's year. Nothing must depend on it.
WRITTEN = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
WRITTEN_NS = int(WRITTEN.timestamp()) * 10**9

OWNER = "4711/1790000000.00/desk"
PLACE = "/srv/news/inputs"


def decoded(text: str) -> str:
    """English for every sentence, good or not."""
    found = english(text)
    return fake_english(text) if found.startswith("Paragraph number  ") else found


def models() -> FakeModels:
    return FakeModels(FakeEngine(decoded))


def write_inputs(folder: Path) -> None:
    """Articles of our own: single files, one that can't be read, and a file of many."""
    records = [{"id": f"{number}", "title": f"{HEADLINE} {number}", "body": f"{LEAD}\n\n{SECOND}"} for number in (1, 2)]
    texts = {
        "long.txt": long_article(4),
        "sub/short.txt": article(LEAD, SECOND),
        "dump.jsonl": "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records) + "{no json\n",
        "killed.txt": article(SECOND, THIRD, headline="العمل يبدأ في الربيع"),
        "removed.txt": article(THIRD, headline="أزمة المياه في المنطقة"),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02\x03" * 100)
    settle(folder)


def settle(folder: Path) -> None:
    """Give all files of a folder one time: a checkout has another."""
    for path in folder.rglob("*"):
        os.utime(path, ns=(WRITTEN_NS, WRITTEN_NS))


def make(release: Path, work: Path) -> None:
    """Write the fixture into the folder ``release``; ``work`` is an empty folder."""
    inputs, out, memory = work / "inputs", release / "briefs", release / "memory.sqlite"
    write_inputs(inputs)
    others = [path.name for path in inputs.iterdir() if path.is_file()]
    with fake_models():
        with Translator("news", memory=memory) as translator:

            def run(formats: tuple[str, ...]) -> None:
                Run(translator, out, formats)(discover([inputs], out).inputs)

            run(("md", "html"))
            for name in others:
                (inputs / name).rename(work / name)
            run(FORMATS)
            for name in others:
                (work / name).rename(inputs / name)
        manifest = Manifest(out)
        killed = manifest.get("killed.txt")
        assert killed
        for brief in (*out.glob("killed.*"), *out.glob("removed.*")):
            brief.unlink()
        manifest.append([replace(killed, status="attempt", outputs={}, attempts=1)])
        manifest.forget(["removed.txt"])
    (out / ".trans" / "prepared").unlink(missing_ok=True)
    settle(out)
    indexer = Indexer(out, ["skipped 'inputs/old.doc': save it as .docx to have it read"])
    indexer.write(indexer.read(WRITTEN))
    indexer.keep()
    hide(out / ".trans" / "manifest.jsonl", work)
    (out / ".trans" / "status.json").unlink(missing_ok=True)
    for lock in (*out.rglob("*.lock"), *release.glob("*.lock")):
        lock.unlink()
    with closing(sqlite3.connect(memory)) as db, db:
        db.execute("UPDATE decodes SET used = ?", (WRITTEN_NS // 10**9,))
    with closing(sqlite3.connect(memory)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for companion in release.glob("memory.sqlite-*"):
        companion.unlink()
    lock_models(release / "models.lock")


def hide(manifest: Path, work: Path) -> None:
    """Take this machine out of a manifest: paths, times, processes."""
    lines = []
    for line in manifest.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["path"]:
            record["path"] = record["path"].replace(str(work.resolve() / "inputs"), PLACE)
            assert record["path"].startswith(PLACE), record["path"]
        if record["mtime_ns"] > 0:
            record["mtime_ns"] = WRITTEN_NS
        record["owner"] = OWNER if record["owner"] else ""
        lines.append(json.dumps(record, ensure_ascii=False))
    manifest.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def lock_models(path: Path) -> None:
    """A model of the package, and one that is as from the hub."""
    embedded = locate("embedded:tiny-marian-ar-en", "main", Path(), download=False)
    hub = {
        name: LockedFile(f"{number}" * 64, 1_000 + number) for number, name in enumerate(("config.json", "vocab.json"))
    }
    write_lock(
        path,
        [
            LockedModel(
                "embedded:tiny-marian-ar-en", "main", None, "Apache-2.0", "yes", files_of(embedded), {"int8": "equal"}
            ),
            LockedModel("desk/opus", "main", "c0ffee" * 6 + "c0de", "CC BY-NC-SA 4.0", "no", hub, {}),
        ],
    )


@contextmanager
def fake_models() -> Iterator[FakeModels]:
    with pytest.MonkeyPatch.context() as patch:
        yield models().install(patch)


def told(release: Path) -> list[str]:
    """What in a fixture is of a machine or of a clock: nothing, it should be."""
    wrong = []
    for path in sorted(release.rglob("*")):
        if path.is_file():
            content = path.read_bytes().decode("utf-8", "replace")
            wrong += [
                f"{path.name}: {found}" for found in re.findall(r"/(?:tmp|home|root|work|private)/[\w./-]+", content)
            ]
    return wrong


def main(name: str, temporary: Callable[[], Path]) -> None:
    release = Path(name).absolute()
    release.mkdir(parents=True)
    os.environ["TRANS_CACHE"] = str(temporary())
    make(release, temporary())
    assert not told(release), told(release)
    size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
    print(f"{release}: {size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    import tempfile

    main(sys.argv[1], lambda: Path(tempfile.mkdtemp()))
