"""The CTranslate2 copy: made once, verified, rebuilt when damaged, never used when wrong."""

import json
import logging
import multiprocessing
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny

from trans.engines.ctranslate2 import CTranslate2Engine
from trans.engines.pieces import load_pieces
from trans.errors import ExitCode, ModelError
from trans.models import build_engine, cache_folder, convert, copies, verify, weights_sha256
from trans.models.cache import read_json
from trans.translation import Decoding

DECODING = Decoding(max_tokens=6)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))


def make(folder: Path, quantization: str = "int8") -> Path:
    return copies.converted(folder, load_pieces(folder), weights_sha256(folder), quantization)


@pytest.fixture(scope="module")
def kept(tiny_marian: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny Marian in float32, made once for the tests that only need one to be there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRANS_CACHE", str(tmp_path_factory.mktemp("kept")))
        return make(tiny_marian, "float32")


@pytest.fixture
def there(kept: Path) -> Path:
    """That copy in this test's own cache."""
    return Path(shutil.copytree(kept, copies.copies_folder() / kept.name))


def test_made_once_and_verified(
    tiny_marian: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.INFO, "trans"):
        folder = make(tiny_marian)
    assert [record.message for record in caplog.records] == [f"Converting {tiny_marian.name} for CTranslate2 (once)"]
    verdict = read_json(folder / "verified.json")
    assert verdict["verdict"] == "equal"
    assert verdict["compared_with"]["torch"]["equal"] == verdict["compared_with"]["torch"]["compared"] == 12
    assert "int8" in folder.name
    monkeypatch.setattr(convert, "build", lambda *_: pytest.fail("converted twice"))
    assert make(tiny_marian) == folder
    # Nothing but the copy and its lock is left behind.
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, f"{folder.name}.lock"}


@pytest.mark.parametrize("damage", ["no model", "short model", "no verdict", "bad verdict", "failed verdict"])
def test_a_damaged_copy_is_made_again(tiny_marian: Path, there: Path, damage: str) -> None:
    folder = there
    model, verdict = folder / "model.bin", folder / "verified.json"
    whole = model.read_bytes()
    if damage == "no model":
        model.unlink()
    elif damage == "short model":
        model.write_bytes(whole[:100])
    elif damage == "no verdict":
        verdict.unlink()
    elif damage == "bad verdict":
        verdict.write_text("{")
    else:
        verdict.write_text(verdict.read_text().replace("equal", "different"))
    assert make(tiny_marian, "float32") == folder
    assert model.read_bytes() == whole


def test_a_copy_that_changed_by_one_bit_is_made_again(
    tiny_marian: Path, there: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = there
    model, verdict = folder / "model.bin", folder / "verified.json"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert make(tiny_marian, "float32") == folder
    assert model.read_bytes() == whole
    assert f"The CTranslate2 copy of {tiny_marian.name} is not as it was made (model.bin)" in caplog.messages
    # One from before there were hashes is taken as it is.
    said = read_json(verdict)
    del said["sha256"]
    verdict.write_text(json.dumps(said))
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert make(tiny_marian, "float32") == folder
    assert model.read_bytes() != whole


@pytest.mark.parametrize("said", [{"bytes": {"a\0b": 1}, "verdict": "equal"}, {"bytes": {}}, {"bytes": []}, {}])
def test_a_verdict_of_another_form_is_no_copy(tmp_path: Path, said: dict[str, Any]) -> None:
    (tmp_path / "verified.json").write_text(json.dumps(said))
    assert not copies.is_whole(tmp_path)


def test_what_a_dead_process_left_is_cleared(tiny_marian: Path) -> None:
    key = copies.conversion_key(weights_sha256(tiny_marian), "float32", copies.shortlist_key(load_pieces(tiny_marian)))
    leftover = cache_folder() / "ctranslate2" / f".{key}.abcdef"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("")
    make(tiny_marian, "float32")
    assert not leftover.exists()


def test_two_processes_build_one_copy(tiny_marian: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    log = tmp_path / "log"
    workers = [context.Process(target=convert_in_process, args=(tiny_marian, log)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    assert log.read_text().count("Converting") == 1


def convert_in_process(folder: Path, log: Path) -> None:
    logging.basicConfig(filename=log, level=logging.INFO)
    make(folder, "float32")


def test_the_key_names_all_that_changes_the_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {copies.conversion_key("a" * 64, "int8", "none"), copies.conversion_key("a" * 64, "float32", "none")}
    keys.add(copies.conversion_key("b" * 64, "int8", "none"))
    keys.add(copies.conversion_key("a" * 64, "int8", "0123abcd"))
    monkeypatch.setattr(copies, "CONVERTER_VERSION", 10**6)
    keys.add(copies.conversion_key("a" * 64, "int8", "none"))
    assert len(keys) == 5


def test_a_wrong_copy_is_refused(tiny_mt5: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap itself: CTranslate2's loader believes that mT5 is tied, and scales the logits."""
    monkeypatch.setattr(convert, "getattr", lambda *_: True, raising=False)
    with pytest.raises(ModelError, match="is not the same model: at beam 1 it scores") as caught:
        make(tiny_mt5)
    assert caught.value.exit_code is ExitCode.MODEL
    assert "--engine transformers" in caught.value.hint
    folder = cache_folder() / "ctranslate2"
    assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == []


def test_a_wrong_number_format_is_refused(tiny_marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = CTranslate2Engine.score

    def wrong(self: CTranslate2Engine, *given: Any) -> list[float]:
        return [score - (5.0 if self.quantization == "int8" else 0.0) for score in right(self, *given)]

    monkeypatch.setattr(CTranslate2Engine, "score", wrong)
    with pytest.raises(ModelError, match=r"in int8 its scores differ by 5\.\d+ on average"):
        make(tiny_marian)


def test_scores_that_are_no_numbers_are_refused(tiny_marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CTranslate2Engine, "score", lambda _self, texts, _targets: [float("nan")] * len(texts))
    with pytest.raises(ModelError, match="differ by nan"):
        make(tiny_marian)


@pytest.mark.parametrize("tied", [False, True])
def test_mt5_is_converted_right_tied_or_not(tmp_path: Path, tied: bool) -> None:
    folder = tiny.make_mt5(tmp_path / "mt5", tied=tied)
    verdict = read_json(make(folder, "float32") / "verified.json")
    assert verdict["compared_with"]["torch"]["equal"] == 12


def test_a_model_that_never_ends_or_ends_at_once_can_be_verified(tmp_path: Path) -> None:
    for bias in (-50.0, 50.0):
        make(tiny.make_marian(tmp_path / f"bias{bias}", eos_bias=bias))


def test_the_engine_converts_at_its_first_use(tiny_marian: Path) -> None:
    made = build_engine(tiny_marian, engine="auto", device="cpu", quantization="float32", batch_tokens=100)
    assert not (cache_folder() / "ctranslate2").exists()
    assert len(list(made.submit(tiny.ARABIC[:2], DECODING))) == 2
    shutil.rmtree(cache_folder() / "ctranslate2")
    assert len(list(made.submit(tiny.ARABIC[:2], replace(DECODING, beam_size=1)))) == 2
    made.close()


def test_a_cache_that_cannot_be_written(tiny_marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "a file"))
    with pytest.raises(ModelError, match="can't be written") as caught:
        make(tiny_marian)
    assert "TRANS_CACHE" in caught.value.hint


def test_a_model_that_ctranslate2_lacks_is_an_error_of_the_model(tiny_marian: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"mish can't be converted for CTranslate2: KeyError") as caught:
        make(_with_unknown_activation(tiny_marian, tmp_path))
    assert "--engine transformers" in caught.value.hint


def _with_unknown_activation(checkpoint: Path, parent: Path) -> Path:
    folder = shutil.copytree(checkpoint, parent / "mish")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "activation_function": "mish"}))
    return folder


def test_a_verification_that_breaks_is_an_error_of_the_model(
    tiny_marian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise AttributeError("no such part")

    monkeypatch.setattr(convert, "compare", broken)
    with pytest.raises(ModelError, match="can't be converted"):
        make(tiny_marian)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a run that has not loaded transformers: another process converts."""
    monkeypatch.delitem(sys.modules, "transformers")


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("kind", ["tiny_marian", "tiny_mt5"])
def test_another_process_makes_the_same_copy(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(kind)
    monkeypatch.delitem(sys.modules, "transformers", raising=False)
    (tmp_path / "torch.py").write_text("raise SystemExit('not for import')")
    monkeypatch.chdir(tmp_path)
    made = make(folder)
    assert "transformers" not in sys.modules
    assert {path.name for path in made.parent.iterdir()} == {made.name, f"{made.name}.lock"}
    again = tmp_path / "here"
    verdict = convert.build(folder, load_pieces(folder), "int8", again)
    assert read_json(made / "verified.json").items() >= verdict.items()
    for path in again.iterdir():
        assert path.read_bytes() == (made / path.name).read_bytes()


@pytest.mark.usefixtures("apart")
def test_what_another_process_says_is_said(tiny_marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"mish can't be converted for CTranslate2: KeyError") as caught:
        make(_with_unknown_activation(tiny_marian, tmp_path))
    assert "--engine transformers" in caught.value.hint
    interpreter = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(ModelError, match="the process that does it can't be started"):
        make(tiny_marian)
    interpreter.write_text("#!/bin/sh\necho Illegal instruction\nexit 132\n")
    interpreter.chmod(0o755)
    with pytest.raises(ModelError, match="the process that does it ended with 132: Illegal instruction"):
        make(tiny_marian)


@pytest.mark.usefixtures("apart")
def test_a_full_disk_is_said_to_be_one(tiny_marian: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A file of more bytes can't be written, here and in the processes started from here; Python gets an error for it.
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    try:
        with pytest.raises(ModelError, match=r"can't be written to .*File too large") as caught:
            make(tiny_marian)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Free some space" in caught.value.hint


def test_the_process_ends_with_the_one_that_waits() -> None:
    """One after the other is stopped: the second is a child of this test, not of the first, and so ends by itself."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as first:
        code = f"import trans.models.convert as c; print('looking', flush=True); c._end_with({first.pid})"
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == b"looking\n"
            assert second.poll() is None
            first.communicate(b"\n")
            assert second.wait(60) == 1


def test_the_samples_are_within_any_model() -> None:
    assert len(set(verify.SAMPLES)) == len(verify.SAMPLES) >= 6
