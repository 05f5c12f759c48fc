"""Files that ask for far more time or memory than an article has: read within bounds, or refused by name."""

from pathlib import Path
from typing import Any

import pytest
from bombs import Taken, taken
from hostile import BOMBS, DOCTYPES, SECRET, STORY, xml_files
from sampling import sample, whole

from trans.article import Article, Failure
from trans.config import load_config
from trans.errors import ExitCode, TransError
from trans.glossary_file import load
from trans.settings import RunSettings
from trans.sources import Input, read

# Of the peak: what Python and the libraries take, a file of 4 MB, its text, and the tree of a page, which is the largest.
MOST_MB = 900

READ = sample(sorted(BOMBS), 6)
# These hold an article: the rest of a run is tried on them too, at a tenth of the size. The others are the readers' business.
BRIEFED = [
    "line.txt",
    "words.txt",
    "latin.txt",
    "digits.txt",
    "marks.txt",
    "accents.txt",
    "line.md",
    "links.md",
    "line.jsonl",
    "surrogates.jsonl",
]


@pytest.fixture(scope="module")
def reading() -> dict[str, Taken]:
    return taken("read", *READ)


@pytest.mark.parametrize("name", READ)
def test_reading_is_bounded(name: str, reading: dict[str, Taken]) -> None:
    inside(reading[name])


def inside(one: Taken) -> None:
    assert not one.ended, f"it was ended by signal {one.ended} after {one.cpu_s} s"
    assert not [reason for reason in one.reasons if reason.startswith("raised ")], one.reasons
    assert one.articles or one.reasons
    assert all(len(reason) < 300 and "\n" not in reason for reason in one.reasons)
    assert one.peak_mb < MOST_MB


if whole():

    @pytest.fixture(scope="module")
    def briefing() -> dict[str, Taken]:
        return taken("brief", *BRIEFED)

    @pytest.mark.parametrize("name", BRIEFED)
    def test_a_run_over_it_is_bounded(name: str, briefing: dict[str, Taken]) -> None:
        inside(briefing[name])


# Entities.


@pytest.mark.parametrize("kind", DOCTYPES)
def test_no_entity_is_followed(kind: str, tmp_path: Path) -> None:
    doctype, use = DOCTYPES[kind]
    (tmp_path / "outside.txt").write_text(f"<!ENTITY a '{SECRET}'> {SECRET}", encoding="utf-8")
    doctype = doctype.replace("FILE", (tmp_path / "outside.txt").as_uri())
    for name, data in xml_files(doctype, use).items():
        (tmp_path / name).write_bytes(data)
        found = list(read(Input(tmp_path / name, name), RunSettings().reading))
        for one in found:
            said = repr(one)
            assert SECRET not in said, name
            assert len(said) < 100_000, name
            assert isinstance(one, Failure) or STORY in said, name
        office = name.endswith(("docx", "odt"))
        assert not office or isinstance(found[0], Failure), name


def test_the_files_without_a_document_type_are_read(tmp_path: Path) -> None:
    for name, data in xml_files("", "").items():
        (tmp_path / name).write_bytes(data)
        (one,) = read(Input(tmp_path / name, name), RunSettings().reading)
        assert isinstance(one, Article), (name, one)


# Settings and glossaries.

_LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))
YAML: dict[str, str] = {
    "billion laughs": _LAUGHS,
    "merges": "a0: &a0 {x: 1}\n"
    + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20)),
    "itself": "a: &a [*a]\n",
    "deep": "a: " + "[" * 60_000,
    "deep keys": "? " * 60_000,
    "deep lists": "- " * 60_000,
    "deep mappings": "".join(f"{' ' * n}a:\n" for n in range(650)),
    "code": "a: !!python/object/apply:os.system ['touch canary']\n",
    "code by name": "a: !!python/name:os.system\n",
    "digits": "a: " + "9" * 200_000 + "\n",
    "base 60": "a: " + "1:" * 50_000 + "1\n",
    "a date": "a: 9999999-99-99\n",
    "binary": "a: !!binary " + "A" * 200_001 + "\n",
    "anchors": "".join(f"a{n}: &a{n} x\n" for n in range(12_000)),
    "quotes": '"' * 200_000,
    "colons": ": " * 100_000,
    "nul": "a: \x00\n",
    "tags": "!" * 200_000,
    "comments": "#\n" * 100_000,
    "documents": "---\n" * 50_000,
}


@pytest.mark.parametrize(
    ("name", "read_it"),
    sample(
        [(name, read_it) for name in YAML for read_it in (load_config, load) if (name, read_it) != ("comments", load)],
        14,
    ),
)
def test_yaml_is_refused_in_two_lines(name: str, read_it: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "models.yaml"
    path.write_text(YAML[name], encoding="utf-8")
    with pytest.raises(TransError) as caught:
        read_it(path)
    assert caught.value.exit_code is ExitCode.USAGE
    assert len(caught.value.message) < 5_000
    assert not (tmp_path / "canary").exists()
