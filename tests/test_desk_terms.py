"""The glossary that the desk adds to: read as a run reads it, never made wrong, never overwritten."""

import threading
from pathlib import Path

import pytest
from desks import Editor, app_of
from desks import editor as editor
from desks import made as made
from desks import out as out
from hypothesis import given, settings
from hypothesis import strategies as st

from trans.desk.asked import RefusedError
from trans.desk.terms import TermsFile
from trans.errors import TransError
from trans.glossary_file import load


def terms(path: Path) -> dict[str, str]:
    return {term.ar: term.en for term in load(path, starter=False).terms}


def file(folder: Path, content: str | None = None, name: str = "terms.csv") -> TermsFile:
    (folder / ".trans").mkdir(exist_ok=True)
    if content is not None:
        (folder / name).write_bytes(content.encode())
    return TermsFile.of(folder, folder / name)


def test_a_term_goes_to_the_folders_own_glossary(editor: Editor, out: Path) -> None:
    added = editor.does("term", source="قسد", new="SDF").get_json()
    assert added["done"]
    assert added["said"] == f"Added to {out}/.trans/glossary.csv"
    assert editor.does("term", source="قسد", new="SDF").get_json()["done"] is False
    assert editor.does("term", source="حميميم", new="Hmeimim, base").status_code == 200
    assert terms(out / ".trans" / "glossary.csv") == {"قسد": "SDF", "حميميم": "Hmeimim, base"}


def test_a_term_that_has_other_english_is_not_added_twice(editor: Editor, out: Path) -> None:
    editor.does("term", source="ناتو", new="NATO")
    for arabic in ("ناتو", "الناتو"):
        refused = editor.does("term", source=arabic, new="Nato pact")
        assert refused.status_code == 409
        assert "already, as 'NATO'" in refused.get_json()["message"]
    assert terms(out / ".trans" / "glossary.csv") == {"ناتو": "NATO"}


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("", "x"),
        ("قسد", ""),
        ("latin", "x"),
        ("قسد", "قسد"),
        ("قسد", "=1+1"),
        ("#قسد", "SDF"),
        ("قسد", "@x"),
        ("--", "x"),
    ],
)
def test_what_is_no_term_is_refused(arabic: str, english: str, editor: Editor, out: Path) -> None:
    assert editor.does("term", source=arabic, new=english).status_code == 409
    assert not (out / ".trans" / "glossary.csv").exists()


@pytest.mark.parametrize(
    "before",
    [
        "ar,en,variants,context,note\nقسد,SDF,,,\n",
        "ar,en\nقسد,SDF",
        "en;note;ar\nSDF;old;قسد\n",
        "\ufeffar\ten\r\nقسد\tSDF\r\n",
        "# ours\n\n",
        "",
        None,
    ],
)
def test_a_line_is_added_as_the_file_has_them(before: str | None, tmp_path: Path) -> None:
    kept = file(tmp_path, before)
    assert kept.add("حميميم", 'Hmeimim; "the" base, Syria')
    content = kept.path.read_bytes().decode()
    assert content.startswith(before or "")
    assert content.endswith("\n")
    assert "\n" not in content.replace("\r\n", "") or "\r\n" not in content
    assert terms(kept.path)["حميميم"] == 'Hmeimim; "the" base, Syria'
    assert len(terms(kept.path)) == (2 if "قسد" in (before or "") else 1)


@settings(max_examples=30)  # each writes to disk
@given(st.text("قسدحميم ", min_size=1, max_size=20), st.text(min_size=1, max_size=30))
def test_the_file_can_always_be_read_again(arabic: str, english: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        kept = file(Path(folder))
        kept.add("دمشق", "Damascus")
        try:
            kept.add(" ".join(arabic.split()), " ".join(english.split()))
        except RefusedError:
            assert terms(kept.path) == {"دمشق": "Damascus"}
        assert terms(kept.path)["دمشق"] == "Damascus"


def test_a_wrong_glossary_is_told_and_left_alone(tmp_path: Path) -> None:
    kept = file(tmp_path, "ar,en\nقسد,SDF\nقسد,other\n")
    with pytest.raises(TransError, match="1 problem"):
        kept.add("حميميم", "Hmeimim")
    assert kept.path.read_text(encoding="utf-8").count("\n") == 3


def test_a_yaml_glossary_stays_and_the_editor_is_told(out: Path) -> None:
    given = out.parent / "terms.yaml"
    given.write_text("- {ar: قسد, en: SDF}\n", encoding="utf-8")
    editor = Editor(*app_of(out, glossary=given))
    told = editor.does("term", source="حميميم", new="Hmeimim").get_json()
    assert f"{given} is YAML" in told["note"]
    assert terms(out / ".trans" / "glossary.csv") == {"حميميم": "Hmeimim"}
    assert given.read_text(encoding="utf-8").count("\n") == 1


def test_a_link_in_the_folder_is_not_written_through(editor: Editor, out: Path) -> None:
    victim = out.parent / "victim.csv"
    victim.write_text("ar,en\n", encoding="utf-8")
    (out / ".trans" / "glossary.csv").symlink_to(victim)
    assert editor.does("term", source="قسد", new="SDF").status_code == 503
    assert victim.read_text(encoding="utf-8") == "ar,en\n"


def test_terms_added_at_once_are_all_there(tmp_path: Path) -> None:
    kept = file(tmp_path)
    arabic = ["قسد", "حميميم", "دمشق", "حلب", "حمص", "إدلب"]
    threads = [threading.Thread(target=kept.add, args=(one, f"Term {n}")) for n, one in enumerate(arabic)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(terms(kept.path)) == set(arabic)
