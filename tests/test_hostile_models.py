"""Hostile models: no code of a checkpoint is run, by no way; what it claims of itself is not believed, and the exit code is 3."""

import dataclasses
import io
import json
import os
import pickle
import re
import resource
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
from sampling import sample

from trans.engines.claims import cannot_fill, parameters, problem_of
from trans.engines.pieced import PiecesEngine
from trans.engines.pieces import PIECES, load_pieces
from trans.errors import ExitCode, ModelError, TransError
from trans.models import build_engine, copies, describe, weights_sha256
from trans.translation import Decoding


@pytest.fixture
def copied(tiny_marian: Path, tmp_path: Path) -> Path:
    """Return a checkpoint that a test may spoil."""
    return Path(shutil.copytree(tiny_marian, tmp_path / "copied"))


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Return a file that must not be there in the end: code of a model would make it."""
    return tmp_path / "canary"


def loaded(folder: Path, engine: str = "transformers") -> PiecesEngine:
    made = build_engine(folder, engine=engine, device="cpu", quantization="float32", batch_tokens=512)  # type: ignore[arg-type]
    assert isinstance(made, PiecesEngine)
    made.load()
    return made


def refused(folder: Path) -> str:
    """Return what is said of a checkpoint that is used in no way: looked at, loaded, or converted."""
    said = ""
    ways: tuple[Callable[[], object], ...] = (
        lambda: list(loaded(folder).submit(["قال"], Decoding(max_tokens=4))),
        lambda: copies.converted(folder, load_pieces(folder), weights_sha256(folder), "float32"),
    )
    for way in ways:
        with pytest.raises(ModelError) as caught:
            way()
        assert caught.value.exit_code is ExitCode.MODEL
        assert "\n" not in caught.value.message + caught.value.hint
        said = caught.value.message
    return said


# Pickles.


class Calls:
    """What a pickle calls when it is read."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


PAYLOADS: dict[str, Callable[[Path], object]] = {
    "a function of this library": lambda canary: Calls(Path.touch, canary),
    "a command": lambda canary: Calls(os.system, f"touch '{canary}'"),
    "exec": lambda canary: Calls(exec, f"open({str(canary)!r}, 'w')"),
    "eval": lambda canary: Calls(eval, f"open({str(canary)!r}, 'w')"),
    "open": lambda canary: Calls(open, str(canary), "w"),
    "import": lambda canary: Calls(__import__, "antigravity"),
    "a weight that is one": lambda canary: {"model.shared.weight": Calls(os.system, f"touch '{canary}'")},
    "deep inside": lambda canary: {"a": [{"b": (Calls(os.system, f"touch '{canary}'"),)}]},
    "a pickle in a pickle": lambda canary: Calls(pickle.loads, pickle.dumps(Calls(Path.touch, canary))),
}
LAYOUTS = ("plain", "zip", "old torch")


def pickled(payload: object, layout: str) -> bytes:
    """Return a file as ``torch.save`` would write it, now or before torch 1.6, or a plain pickle."""
    data = pickle.dumps(payload, protocol=2)
    if layout == "plain":
        return data
    out = io.BytesIO()
    if layout == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("archive/data.pkl", data)
            archive.writestr("archive/version", b"3\n")
            archive.writestr("archive/byteorder", b"little")
        return out.getvalue()
    magic, protocol, system = 0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}
    for part in (magic, protocol, system):
        out.write(pickle.dumps(part, protocol=2))
    out.write(data + pickle.dumps([], protocol=2))
    return out.getvalue()


@pytest.mark.parametrize(("name", "layout"), sample([(n, k) for n in PAYLOADS for k in LAYOUTS], 3))
def test_no_code_of_a_pickle_is_run(name: str, layout: str, copied: Path, canary: Path) -> None:
    (copied / "model.safetensors").unlink()
    (copied / "pytorch_model.bin").write_bytes(pickled(PAYLOADS[name](canary), layout))
    assert "pytorch_model.bin" in refused(copied)
    assert not canary.exists()
    assert "antigravity" not in sys.modules


def test_the_payloads_would_run_where_pickles_are_believed(canary: Path) -> None:
    pickle.loads(pickled(PAYLOADS["a command"](canary), "plain"))  # noqa: S301
    assert canary.exists()


def test_safetensors_are_read_where_both_are_there(copied: Path, canary: Path) -> None:
    (copied / "pytorch_model.bin").write_bytes(pickled(PAYLOADS["a command"](canary), "zip"))
    assert list(loaded(copied).submit(["قال"], Decoding(max_tokens=4)))
    assert not canary.exists()


def test_a_good_pickle_loads(tmp_path: Path) -> None:
    folder = tiny.make_marian(tmp_path / "pickled", pickled=True)
    assert list(loaded(folder).submit(["قال"], Decoding(max_tokens=4)))


def test_a_pickle_that_unpacks_to_more_than_it_is(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    with zipfile.ZipFile(copied / "pytorch_model.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, protocol=2))
        archive.writestr("archive/data/0", bytes(50_000_000))
    assert "compressed" in refused(copied)


# Code beside the weights.

_CODE = "import pathlib\npathlib.Path({canary!r}).touch()\nclass Evil: pass\n"

CONFIGS: dict[str, dict[str, Any]] = {
    "auto_map": {
        "auto_map": dict.fromkeys(("AutoConfig", "AutoModelForSeq2SeqLM", "AutoModel", "AutoTokenizer"), "evil.Evil")
    },
    "elsewhere": {"auto_map": {"AutoModelForSeq2SeqLM": "owner/name--evil.Evil"}},
    "trust": {"trust_remote_code": True, "auto_map": {"AutoModelForSeq2SeqLM": "evil.Evil"}},
    "architectures": {"architectures": ["evil.Evil", "../evil"]},
    "custom_generate": {"custom_generate": "evil"},
    "_name_or_path": {"_name_or_path": "../../evil", "_commit_hash": "../../x"},
}


@pytest.mark.parametrize("name", sample(list(CONFIGS), 1))
def test_code_beside_a_checkpoint_is_not_run(name: str, copied: Path, canary: Path) -> None:
    spoil(copied / "config.json", CONFIGS[name])
    for path in (
        "evil.py",
        "generate.py",
        "custom_generate/generate.py",
        "modeling_marian.py",
        "setup.py",
        "conftest.py",
    ):
        (copied / path).parent.mkdir(exist_ok=True)
        (copied / path).write_text(_CODE.format(canary=str(canary)), encoding="utf-8")
    spoil(copied / "tokenizer_config.json", {
        "tokenizer_class": "evil.Evil",
        "auto_map": {"AutoTokenizer": ["evil.Evil", None]},
        "chat_template": "{{ cycler.__init__.__globals__.os.system('touch " + str(canary) + "') }}",
    })  # fmt: skip
    (copied / "chat_template.jinja").write_text("{{ 1 / 0 }}", encoding="utf-8")
    assert list(loaded(copied).submit(["قال"], Decoding(max_tokens=4)))
    copies.converted(copied, load_pieces(copied), weights_sha256(copied), "float32")
    assert not canary.exists()


def test_a_new_kind_of_model_with_its_own_code_is_refused(copied: Path, canary: Path) -> None:
    spoil(copied / "config.json", {"model_type": "evil", "auto_map": {"AutoModelForSeq2SeqLM": "evil.Evil"}})
    (copied / "evil.py").write_text(_CODE.format(canary=str(canary)), encoding="utf-8")
    assert "'evil' is not supported" in refused(copied)
    assert not canary.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"attn_implementation": "kernels-community/flash-attn"},
        {"_attn_implementation": "evil/kernel"},
        {"transformers_weights": "../../other.safetensors"},
        {"quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True}},
        {"attribute_map": {"d_model": "other"}, "other": 10**9},
        {"per_layer_config": [{"num_labels": 10**9}]},
    ],
)
def test_settings_that_lead_elsewhere_are_refused(change: dict[str, Any], copied: Path) -> None:
    spoil(copied / "config.json", change)
    assert "is not supported" in refused(copied)


def spoil(path: Path, change: dict[str, Any]) -> None:
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**before, **change}), encoding="utf-8")


# Claims.

SIZES = ("vocab_size", "decoder_vocab_size", "d_model", "encoder_ffn_dim", "decoder_layers", "max_position_embeddings")
ABSURD = (10**12, 10**6 + 1, -1, 2**63, 1.5, "many", [1], {"a": 1}, True, 10**4_000)


@pytest.mark.parametrize(("name", "value"), sample([(name, value) for name in SIZES for value in ABSURD], 3))
def test_absurd_sizes_are_refused_before_anything_is_made_of_them(name: str, value: object, copied: Path) -> None:
    spoil(copied / "config.json", {name: value})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert f"'{name}'" in refused(copied)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "kB"


def test_a_name_for_each_of_a_milliard_labels_is_not_made(copied: Path) -> None:
    spoil(copied / "config.json", {"num_labels": 10**9})
    assert "'num_labels'" in refused(copied)


# Of the settings that are numbers: identifiers of pieces, shares from 0 to 1, and one that only says how a sum is split.
_NO_SIZE = re.compile(r".*_token_id|.*dropout.*|.*layerdrop|chunk_size_feed_forward|(id2label|label2id)")


@pytest.mark.parametrize("family", sorted(PIECES))
def test_each_size_of_a_family_has_a_limit_by_each_of_its_names(family: str) -> None:
    from transformers import CONFIG_MAPPING

    made = CONFIG_MAPPING[family]
    names = {field.name for field in dataclasses.fields(made) if "int" in str(field.type)}
    sizes = {name for name in names | set(made.attribute_map) | {"num_labels"} if not _NO_SIZE.fullmatch(name)}
    assert len(sizes) > 10
    assert [name for name in sorted(sizes) if not problem_of({name: 10**9})] == []


@pytest.mark.parametrize(
    "change",
    [
        {"d_model": 16_384, "encoder_ffn_dim": 262_144},
        {"hidden_size": 16_384, "encoder_ffn_dim": 262_144},
        {"num_hidden_layers": 256, "hidden_size": 4_096},
        {"encoder_layers": 256, "d_model": 4_096},
        {"vocab_size": 1_000_000, "d_model": 1_024},
        {"max_position_embeddings": 65_536, "d_model": 1_024},
    ],
)
def test_a_model_that_its_weights_cannot_fill_is_refused(change: dict[str, int], copied: Path) -> None:
    spoil(copied / "config.json", change)
    assert "claims a far larger model" in refused(copied)


# Published sizes, with the bytes of their weights (float16 or float32, the smaller that is published).
PUBLISHED: dict[str, tuple[dict[str, int], int]] = {
    "opus-mt-ar-en": (
        {"vocab_size": 62_834, "d_model": 512, "encoder_layers": 6, "decoder_layers": 6, "encoder_ffn_dim": 2_048,
         "decoder_ffn_dim": 2_048, "max_position_embeddings": 512}, 153_000_000,
    ),
    "mT5-base": (
        {"vocab_size": 250_112, "d_model": 768, "d_kv": 64, "d_ff": 2_048, "num_layers": 12, "num_heads": 12}, 1_160_000_000,
    ),
    "nllb-200-distilled-600M": (
        {"vocab_size": 256_206, "d_model": 1_024, "encoder_layers": 12, "decoder_layers": 12, "encoder_ffn_dim": 4_096,
         "decoder_ffn_dim": 4_096, "max_position_embeddings": 1_024}, 1_230_000_000,
    ),
    "madlad400-3b": (
        {"vocab_size": 256_000, "d_model": 1_024, "d_kv": 128, "d_ff": 8_192, "num_layers": 32, "num_heads": 16}, 5_900_000_000,
    ),
    "t5-11b": (
        {"vocab_size": 32_128, "d_model": 1_024, "d_kv": 128, "d_ff": 65_536, "num_layers": 24, "num_heads": 128}, 22_600_000_000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_sizes_are_believed(name: str) -> None:
    config, size = PUBLISHED[name]
    assert problem_of(config) == ""
    assert not cannot_fill(config, size)
    assert 0.3 < parameters(config) / (size / 2) < 1.7


@pytest.mark.parametrize("kind", ["marian", "mt5"])
def test_the_demo_models_are_believed(kind: str) -> None:
    root = Path(copies.__file__).parent / "embedded"
    folders = [path.parent for path in root.glob("*/config.json")]
    assert any(describe(folder).model_type == kind for folder in folders)


GENERATION: tuple[dict[str, Any], ...] = (
    {"max_length": 10**12},
    {"num_beams": 10**9},
    {"bad_words_ids": [[10**9]]},
    {"forced_bos_token_id": 10**9},
    {"min_length": 10**9},
    {"custom_generate": "evil"},
    {"num_return_sequences": 10**6},
    {"a": [[[[]]]]},
)


@pytest.mark.parametrize("change", sample(GENERATION, 4))
def test_a_checkpoints_own_generation_settings_change_nothing(
    change: dict[str, Any], copied: Path, tiny_marian: Path
) -> None:
    decoding = Decoding(max_tokens=4, beam_size=2)
    spoil(copied / "generation_config.json", change)
    try:
        made = loaded(copied)
    except ModelError:
        return
    assert list(made.submit(["قال"], decoding)) == list(loaded(tiny_marian).submit(["قال"], decoding))


# Broken files, each in two lines.

_DEEP = b"[" * 100_000 + b"]" * 100_000
GARBAGE: dict[str, tuple[bytes, ...]] = {
    "config.json": (b"", b"null", b"[]", b"\xff\xfe", b'{"model_type": []}', b'{"a":' * 100_000, b" " * 2_000_000),
    "vocab.json": (b"", b"null", b"[]", b'{"a": "b"}', b'{"a": [1]}', _DEEP, b'{"a": 1e999}', b'{"</s>": 0}'),
    "source.spm": (b"", b"garbage", b"\x0a\xff\xff\xff\xff\xff\xff\xff\x7f", bytes(100_000)),
    "target.spm": (b"", b"garbage", b"\x0a\xff\xff\xff\xff\xff\xff\xff\x7f", bytes(100_000)),
    "model.safetensors": (
        b"", b"\xff" * 8, (2**40).to_bytes(8, "little") + b"{}", (2).to_bytes(8, "little") + b"[]",
        len(_DEEP).to_bytes(8, "little") + _DEEP, (20).to_bytes(8, "little") + b'{"a":{"data_offsets"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "number"), sample([(name, number) for name, many in GARBAGE.items() for number in range(len(many))], 3)
)
def test_a_broken_file_is_named(name: str, number: int, copied: Path) -> None:
    (copied / name).write_bytes(GARBAGE[name][number])
    assert name.rpartition(".")[0] in refused(copied) or "config.json" in refused(copied)


@pytest.mark.parametrize("family", sorted(PIECES))
@pytest.mark.parametrize(
    "garbage", [b"", b"null", b"[]", _DEEP, b'{"added_tokens": [[]]}', b'{"additional_special_tokens": 1}']
)
def test_hostile_lists_of_pieces_raise_nothing_else(family: str, garbage: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": family}), encoding="utf-8")
    for name in ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.json", "vocab.json",
                 "merges.txt", "spiece.model", "sentencepiece.bpe.model", "source.spm", "target.spm"):  # fmt: skip
        (tmp_path / name).write_bytes(garbage)
    with pytest.raises(TransError) as caught:
        load_pieces(tmp_path).count(["قال"])
    assert "\n" not in caught.value.message
