"""Finding checkpoints, telling broken ones, hashing, devices, and engines built from settings."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import tiny

from trans import doctor
from trans.engines.pieced import PiecesEngine
from trans.errors import ExitCode, ModelError, TransError
from trans.models import (
    build_engine,
    cache_folder,
    checkpoint,
    describe,
    device,
    locate,
    resolve_device,
    weights_sha256,
)
from trans.translation import Decoding


def build(folder: Path, **changes: Any) -> PiecesEngine:
    settings = {"engine": "auto", "device": "cpu", "quantization": "int8", "batch_tokens": 512, **changes}
    made = build_engine(folder, **settings)
    assert isinstance(made, PiecesEngine)
    return made


@pytest.fixture
def copied(tiny_marian: Path, tmp_path: Path) -> Path:
    """Return a checkpoint that a test may spoil."""
    folder = tmp_path / "copied"
    folder.mkdir()
    for path in tiny_marian.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_importing_loads_no_model_library() -> None:
    code = (
        "import sys, trans.models, trans.engines.ctranslate2, trans.engines.transformers, trans.engines.extractive\n"
        "print([name for name in ('torch', 'transformers', 'ctranslate2', 'huggingface_hub') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# locate


def test_a_folder_relative_to_the_configuration(tiny_marian: Path) -> None:
    assert locate(f"./{tiny_marian.name}", "main", tiny_marian.parent) == tiny_marian.parent / tiny_marian.name
    assert locate(str(tiny_marian), "main", Path("/nowhere")) == tiny_marian


@pytest.mark.parametrize("name", ["./missing", "/missing/too", "~/surely/missing"])
def test_a_missing_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no folder") as caught:
        locate(name, "main", tmp_path)
    assert caught.value.exit_code is ExitCode.MODEL


@pytest.mark.parametrize("name", ["~nosuchuser/m", "./" + "m" * 300])
def test_a_folder_that_cannot_be_looked_for(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be found") as caught:
        locate(name, "main", tmp_path)
    assert "models.yaml" in caught.value.hint


def test_an_unknown_embedded_model_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no embedded model 'nothing'") as caught:
        locate("embedded:nothing", "main", tmp_path)
    assert caught.value.hint.startswith("Choose one of: ")


@pytest.mark.parametrize("name", ["a/b/c", "no spaces/here", "double..dot", "-x/y-"])
def test_what_is_no_hub_id(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither a folder nor a hub id"):
        locate(name, "main", tmp_path)


def test_a_hub_model_offline(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="someone/some-model is not on this machine and can't be fetched") as caught:
        locate("someone/some-model", "main", tmp_path)
    assert "HF_HUB_OFFLINE" in caught.value.message
    assert "\n" not in caught.value.message + caught.value.hint
    for way_out in ("Connect", "folder", "--profile tiny"):
        assert way_out in caught.value.hint


def test_a_hub_model_when_downloading_is_off(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not on this machine"):
        locate("someone/some-model", "main", tmp_path, download=False)


@pytest.mark.parametrize("answers", [False, True], ids=["nobody listens", "nobody answers"])
def test_an_unreachable_hub_fails_soon(tmp_path: Path, answers: bool) -> None:
    """In a process of its own: huggingface_hub reads its environment once, at import."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if answers:
            server.listen()
        environment = {
            **os.environ,
            "HF_ENDPOINT": f"http://127.0.0.1:{server.getsockname()[1]}",
            "HF_HUB_OFFLINE": "0",
            "HF_HOME": str(tmp_path),
        }
        code = (
            "from pathlib import Path; from trans.models import locate; from trans.errors import ModelError\n"
            "import time; began = time.monotonic()\n"
            "try: locate('someone/some-model', 'main', Path('.'))\n"
            "except ModelError as error: print(round(time.monotonic() - began), error.message)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
    seconds, _, message = done.stdout.partition(" ")
    assert "can't be fetched (no connection to the hub" in message
    assert message.count("\n") == 1
    assert int(seconds) < 20


def hub_snapshot(folder: Path, names: set[str]) -> None:
    """Lay ``folder``'s files out as huggingface_hub does in its cache."""
    from huggingface_hub import constants

    cache = Path(constants.HF_HUB_CACHE) / "models--tiny--cached"
    commit = "0" * 40
    (cache / "refs").mkdir(parents=True, exist_ok=True)
    (cache / "refs" / "main").write_text(commit)
    for path in folder.iterdir():
        if path.name in names:
            target = cache / "snapshots" / commit / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def test_a_model_in_the_hub_cache_needs_no_network(
    tiny_marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    hub_snapshot(tiny_marian, {"config.json", "source.spm", "vocab.json"})
    # An interrupted download is not taken for a model.
    with pytest.raises(ModelError, match=r"can't be fetched .*holds no weights"):
        locate("tiny/cached", "main", tmp_path)
    hub_snapshot(tiny_marian, {path.name for path in tiny_marian.iterdir()})
    folder = locate("tiny/cached", "main", tmp_path)
    assert describe(folder).model_type == "marian"
    assert weights_sha256(folder) == weights_sha256(tiny_marian)


# describe


def test_describe(tiny_marian: Path, tiny_mt5: Path) -> None:
    info = describe(tiny_marian)
    assert (info.model_type, info.weights.name) == ("marian", "model.safetensors")
    assert [path.name for path in info.tokenizer_files] == ["source.spm", "target.spm", "vocab.json"]
    assert info.size_bytes > info.weights.stat().st_size
    assert [path.name for path in describe(tiny_mt5).tokenizer_files] == ["spiece.model"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("config.json", None, "there is no config.json"),
        ("config.json", b"{", "config.json can't be read"),
        ("config.json", b"[]", "model_type None is not supported"),
        ("config.json", b'{"model_type": "bert"}', "model_type 'bert' is not supported"),
        ("model.safetensors", None, "holds no weights"),
        ("model.safetensors", b"", "is broken"),
        ("model.safetensors", b"not safetensors at all", "is broken"),
        ("target.spm", None, "lacks target.spm"),
    ],
)
def test_a_folder_that_is_no_checkpoint(copied: Path, name: str, content: bytes | None, said: str) -> None:
    (copied / name).unlink()
    if content is not None:
        (copied / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        describe(copied)
    assert said in caught.value.message
    assert "\n" not in caught.value.message + caught.value.hint


def test_weights_that_are_cut_short(copied: Path) -> None:
    weights = copied / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"model\.safetensors is cut short"):
        describe(copied)


# weights_sha256


def test_the_fingerprint_changes_with_each_part(copied: Path) -> None:
    seen = {weights_sha256(copied)}
    for name in ("model.safetensors", "vocab.json", "config.json", "source.spm"):
        with (copied / name).open("ab") as file:
            file.write(b" ")
        seen.add(weights_sha256(copied))
    assert len(seen) == 5
    assert all(len(digest) == 64 for digest in seen)


def test_the_hash_is_remembered_and_survives_a_broken_store(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    store = cache_folder() / "hashes.json"
    first = weights_sha256(copied)
    data = json.loads(store.read_text())
    key = str(copied / "vocab.json")
    data[key][-1] = "remembered"
    store.write_text(json.dumps(data))
    assert weights_sha256(copied) == first  # this process knows it already
    monkeypatch.setattr(checkpoint, "_hashed", {})
    assert weights_sha256(copied) != first
    for broken in ("{", "[]", "[" * 100_000, json.dumps({key: "nonsense"}), json.dumps({key: []})):
        monkeypatch.setattr(checkpoint, "_hashed", {})
        store.write_text(broken)
        assert weights_sha256(copied) == first
    # What is kept of files that can't be looked for is no trouble.
    monkeypatch.setattr(checkpoint, "_hashed", {})
    store.write_text(json.dumps({"/" + "x" * 300: [], "/nul\0": []}))
    assert weights_sha256(copied) == first
    # A touched file is read again.
    monkeypatch.setattr(checkpoint, "_hashed", {})
    data[key][-1] = "remembered"
    store.write_text(json.dumps(data))
    os.utime(copied / "vocab.json", ns=(1, 1))
    assert weights_sha256(copied) == first


def test_the_hash_needs_no_writable_cache(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "a file" / "cache"))
    first = weights_sha256(copied)
    assert len(first) == 64
    # Nor are files that have not changed read twice in one process.
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("read again"))
    assert weights_sha256(copied) == first


def test_no_home_folder(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANS_CACHE", "~nosuchuser/cache")
    with pytest.raises(TransError, match="no cache folder") as caught:
        cache_folder()
    assert "TRANS_CACHE or XDG_CACHE_HOME" in caught.value.hint
    assert len(weights_sha256(copied)) == 64
    facts = dict(doctor.examine(None).facts)
    assert "no cache folder" in facts["cache"]


def test_knowing_the_fingerprint_again_takes_milliseconds(tiny_marian: Path) -> None:
    weights_sha256(tiny_marian)
    began = time.process_time()
    weights_sha256(tiny_marian)
    assert time.process_time() - began < 0.1


# device


@pytest.fixture
def no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    for name in ("_DRIVER", "_WSL", "_DEV"):
        monkeypatch.setattr(device, name, tmp_path / "none")


@pytest.mark.usefixtures("no_gpu")
def test_devices_without_a_gpu() -> None:
    assert resolve_device("auto") == "cpu"
    assert resolve_device("cpu") == "cpu"
    with pytest.raises(TransError, match="no NVIDIA driver") as caught:
        resolve_device("cuda")
    assert "--device cpu" in caught.value.hint


@pytest.mark.usefixtures("no_gpu")
def test_devices_with_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ctranslate2

    monkeypatch.setattr(device, "_DRIVER", tmp_path)
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    assert resolve_device("auto") == resolve_device("cuda") == "cuda"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert resolve_device("auto") == "cpu"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    assert resolve_device("auto") == "cpu"


# build_engine


def test_fingerprints_tell_what_changes_the_output(tiny_marian: Path, tiny_mt5: Path) -> None:
    made = [
        build(tiny_marian),
        build(tiny_marian, quantization="float32"),
        build(tiny_marian, quantization="float32", engine="transformers"),
        build(tiny_marian, quantization="bfloat16", engine="transformers"),
        build(tiny_marian, quantization="float16", device="cuda"),
        build(tiny_mt5),
    ]
    assert len({engine.fingerprint for engine in made}) == len(made)
    assert build(tiny_marian, engine="ctranslate2", batch_tokens=7).fingerprint == build(tiny_marian).fingerprint
    assert weights_sha256(tiny_marian) in made[0].fingerprint


def test_transformers_takes_the_format_nearest_to_int8(tiny_marian: Path) -> None:
    assert build(tiny_marian, engine="transformers").quantization == "float32"
    assert (
        build(tiny_marian, engine="transformers", device="cuda", quantization="int8_float16").quantization == "float16"
    )


@pytest.mark.parametrize(
    ("engine", "device", "quantization", "valid"),
    [
        ("auto", "cpu", "bfloat16", "int8, float32"),
        ("transformers", "cpu", "float16", "float32, bfloat16"),
        ("transformers", "cuda", "int8", "float16, bfloat16, float32"),
    ],
)
def test_a_format_that_the_engine_lacks(
    tiny_marian: Path, engine: str, device: str, quantization: str, valid: str
) -> None:
    with pytest.raises(TransError, match=quantization) as caught:
        build(tiny_marian, engine=engine, device=device, quantization=quantization)
    assert valid in caught.value.hint
    assert caught.value.exit_code is ExitCode.USAGE


def test_mt5_in_float16_is_refused(tiny_mt5: Path) -> None:
    with pytest.raises(TransError, match="float16"):
        build(tiny_mt5, device="cuda", quantization="float16")


def test_bfloat16_runs(tiny_marian: Path) -> None:
    made = build(tiny_marian, engine="transformers", quantization="bfloat16")
    assert str(made.model.dtype) == "torch.bfloat16"  # type: ignore[attr-defined]
    assert len(list(made.submit(tiny.ARABIC[:2], Decoding(max_tokens=5)))) == 2


def test_a_float16_checkpoint_runs_in_float32(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = {name: weight.half() for name, weight in load_file(copied / "model.safetensors").items()}
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps({**config, "dtype": "float16"}))
    made = build(copied, engine="transformers")
    assert str(made.model.dtype) == "torch.float32"  # type: ignore[attr-defined]


def test_a_pickled_checkpoint_gives_the_same(tiny_marian: Path, tmp_path: Path) -> None:
    pickled = tiny.make_marian(tmp_path / "pickled", pickled=True)
    decoding = Decoding(max_tokens=8)
    made = [
        dict(build(folder, engine="transformers").submit(tiny.ARABIC[:3], decoding))
        for folder in (tiny_marian, pickled)
    ]
    assert made[0] == made[1]


def test_a_pickle_with_code_in_it_is_not_run(copied: Path, tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "was run",))

    (copied / "model.safetensors").unlink()
    (copied / "pytorch_model.bin").write_bytes(pickle.dumps({"weight": Evil()}, protocol=2))
    with pytest.raises(ModelError, match=r"pytorch_model\.bin can't be loaded"):
        build(copied, engine="transformers").load()
    assert not (tmp_path / "was run").exists()


@pytest.mark.parametrize("change", [{"activation_function": "nosuch"}, {"encoder_attention_heads": 0}])
def test_a_configuration_that_torch_cannot_follow(copied: Path, change: dict[str, Any]) -> None:
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps({**config, **change}))
    made = build(copied, engine="transformers")
    with pytest.raises(ModelError, match="can't be loaded"):
        made.load()


def test_weights_that_lack_a_part_are_not_filled_with_noise(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(copied / "model.safetensors")
    del weights["model.encoder.layers.0.fc1.weight"]
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"model\.encoder\.layers\.0\.fc1\.weight"):
        build(copied, engine="transformers").load()


@pytest.mark.parametrize("name", ["source.spm", "vocab.json"])
def test_a_broken_tokenizer_names_its_file(copied: Path, name: str) -> None:
    (copied / name).write_bytes(b"broken")
    with pytest.raises(ModelError, match=name):
        build(copied).tokenizer.count(["قال"])


def test_generation_settings_of_the_checkpoint_are_ignored(tiny_marian: Path, copied: Path) -> None:
    (copied / "generation_config.json").write_text(
        json.dumps(
            {"num_beams": 7, "max_length": 3, "forced_eos_token_id": 0, "no_repeat_ngram_size": 1, "min_length": 9}
        )
    )
    decoding = Decoding(max_tokens=10)
    made = [
        dict(build(folder, engine="transformers").submit(tiny.ARABIC[:4], decoding)) for folder in (tiny_marian, copied)
    ]
    assert made[0] == made[1]
