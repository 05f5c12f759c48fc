"""Every family of models through both engines, on tiny random checkpoints: the same outputs, in the language they are told."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import tiny

from trans import Translator
from trans.engines.languages import Languages
from trans.engines.pieced import PiecesEngine
from trans.engines.pieces import load_pieces
from trans.errors import ExitCode, ModelError, TransError
from trans.models import build_engine, cache_folder, weights_sha256
from trans.translation import Decoding, Translation

SHORT = Decoding(max_tokens=24)
NONE = Languages()
ARABIC = [*tiny.ARABIC[:7], "", "قال.", "كلمة 日本 ☃"]
ENGLISH = [*tiny.ENGLISH[:7], "", "He said.", "word 日本 ☃"]

NLLB_CODES = ["ary_Arab", "arb_Arab", "eng_Latn", "fra_Latn"]
M2M_CODES = ["ar", "en", "fr", "no"]
MBART_CODES = ["ar_AR", "en_XX", "fr_XX"]


@dataclass(frozen=True)
class Family:
    make: Callable[[Path], Path]
    languages: Languages = NONE
    texts: tuple[str, ...] = tuple(ARABIC)


FAMILIES = {
    "marian-many": Family(lambda folder: tiny.make_marian(folder, codes=("ita", "spa")), Languages(target="ita")),
    "t5": Family(lambda folder: tiny.make_t5(folder, tied=True), texts=tuple(ENGLISH)),
    "t5-gated": Family(tiny.make_t5),
    "madlad": Family(lambda folder: tiny.make_t5(folder, codes=("ar", "en", "zh_Hant")), Languages(target="en")),
    "nllb": Family(lambda folder: tiny.make_fairseq(folder, "nllb", NLLB_CODES), Languages("arb_Arab", "eng_Latn")),
    "m2m": Family(lambda folder: tiny.make_fairseq(folder, "m2m", M2M_CODES), Languages("ar", "en")),
    "mbart50": Family(lambda folder: tiny.make_fairseq(folder, "mbart50", MBART_CODES), Languages("ar_AR", "en_XX")),
    "barthez": Family(lambda folder: tiny.make_fairseq(folder, "barthez", [])),
    "bart": Family(tiny.make_bart, texts=tuple(ENGLISH)),
}
TOLD = [name for name, family in FAMILIES.items() if family.languages.target]


@dataclass(frozen=True)
class Made:
    name: str
    folder: Path
    languages: Languages
    texts: list[str]


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    family = FAMILIES[request.param]
    folder = family.make(tmp_path_factory.mktemp("families") / request.param)
    return Made(request.param, folder, family.languages, list(family.texts))


EVERY = pytest.mark.parametrize("made", FAMILIES, indirect=True, scope="module")
# One that is told and one that is not, of each way to cut: the rest of the path is the same, and each copy takes a second.
SOME = pytest.mark.parametrize("made", ["madlad", "nllb", "bart"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def both(made: Made) -> Iterator[tuple[PiecesEngine, PiecesEngine]]:
    engines = engine(made, "transformers"), engine(made)
    yield engines
    for one in engines:
        one.close()


def engine(
    made: Made, name: Any = "ctranslate2", quantization: str = "float32", *, shortlist: bool = True, batch: int = 400
) -> PiecesEngine:
    built = build_engine(
        made.folder,
        engine=name,
        device="cpu",
        quantization=quantization,
        batch_tokens=batch,
        shortlist=shortlist,
        languages=made.languages,
    )
    assert isinstance(built, PiecesEngine)
    return built


def run(made: PiecesEngine, texts: list[str], decoding: Decoding) -> list[Translation]:
    results = dict(made.submit(texts, decoding))
    return [results[index] for index in range(len(texts))]


def assert_same(want: list[Translation], got: list[Translation]) -> None:
    for one, other in zip(want, got, strict=True):
        assert [(h.text, h.tokens, h.finished) for h in other.hypotheses] == [
            (h.text, h.tokens, h.finished) for h in one.hypotheses
        ]
        assert [h.score for h in other.hypotheses] == pytest.approx([h.score for h in one.hypotheses], abs=0.0015)
        assert other.unknown == one.unknown


@EVERY
def test_both_engines_give_the_same(made: Made, both: tuple[PiecesEngine, PiecesEngine]) -> None:
    decodings = [
        replace(SHORT, beam_size=1),
        SHORT,
        replace(SHORT, hypotheses=4, length_penalty=0.6),
        replace(SHORT, beam_size=6, max_tokens=9, hypotheses=2),
        replace(SHORT, no_repeat_ngram_size=2, length_penalty=2.0),
        replace(SHORT, repetition_penalty=1.3),
    ]
    best = set()
    for decoding in decodings:
        want, got = (run(one, made.texts, decoding) for one in both)
        assert_same(want, got)
        best |= {result.best.text for result in got}
    assert len(best) > 8, "the texts make a difference"


@SOME
def test_and_without_a_shortlist(made: Made) -> None:
    want, got = (
        run(engine(made, name, shortlist=False), made.texts, SHORT) for name in ("transformers", "ctranslate2")
    )
    assert_same(want, got)


@EVERY
def test_a_length_limit_counts_what_is_written(made: Made, both: tuple[PiecesEngine, PiecesEngine]) -> None:
    for one in both:
        cut = run(one, made.texts, replace(SHORT, max_tokens=2))
        assert any(not result.best.finished for result in cut)
        for result in cut:
            assert result.best.tokens <= 2
            assert result.best.finished or result.best.tokens == 2


@SOME
def test_batches_are_invisible_in_int8(made: Made) -> None:
    whole, single = (run(engine(made, quantization="int8", batch=size), made.texts, SHORT) for size in (10_000, 1))
    assert whole == single


@EVERY
def test_a_prefix_begins_every_output(made: Made, both: tuple[PiecesEngine, PiecesEngine]) -> None:
    pieces = both[0].pieces
    word = next(piece for piece in pieces.allowed[40:] if pieces.decode([piece]).isalpha())
    prefix = pieces.decode([word])
    greedy = replace(SHORT, beam_size=1, prefix=prefix)
    filled = [text for text in made.texts if text]
    assert_same(*(run(one, filled, greedy) for one in both))
    for one in both:
        assert all(result.best.text.startswith(prefix) for result in run(one, filled, replace(greedy, beam_size=4)))


@EVERY
def test_an_empty_text_gives_an_empty_output(made: Made, both: tuple[PiecesEngine, PiecesEngine]) -> None:
    for one in both:
        (result,) = run(one, [""], SHORT)
        assert (result.best.text, result.best.finished, result.unknown) == ("", True, "")
        assert one.tokenizer.count([""]) == [one.pieces.overhead]


@pytest.mark.parametrize(
    ("name", "shortlist"), [*((name, True) for name in FAMILIES if name != "t5"), ("madlad", False), ("nllb", False)]
)
def test_codes_and_special_pieces_are_never_written(name: str, shortlist: bool, tmp_path: Path) -> None:
    """The model is made to want them above all."""
    family = FAMILIES[name]
    made = Made(name, family.make(tmp_path / name), family.languages, list(family.texts[:4]))
    pieces = load_pieces(made.folder, restricted=False, languages=made.languages)
    tiny.prefer(made.folder, pieces.banned)
    spoken = {*pieces.target_codes.values(), *pieces.source_codes.values(), "<s>", "<mask>"} & pieces.ids.keys()
    assert {pieces.ids[piece] for piece in spoken} <= {*pieces.banned}
    for one in ("transformers", "ctranslate2"):
        for result in run(engine(made, one, shortlist=shortlist), made.texts, replace(SHORT, hypotheses=4)):
            for hypothesis in result.hypotheses:
                assert not any(piece in hypothesis.text for piece in spoken)
                assert "⁇" not in hypothesis.text


def test_characters_that_a_family_lacks_are_named(tmp_path: Path) -> None:
    nllb = load_pieces(tiny.make_fairseq(tmp_path / "nllb", "nllb", NLLB_CODES))
    assert nllb.unknown("قال ☃ الرئيس 日本日") == "☃日本"
    bart = load_pieces(tiny.make_bart(tmp_path / "bart"))
    assert bart.unknown("said ☃ 日本 قال") == ""
    text = "Said:  ☃ 日本 </s> قال\tx"
    assert bart.decode(bart.encode([text])[0][1:]) == text, "bytes, to the letter"


# which language


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("marian-many", [">>ita<<"], []),
        ("madlad", ["<2en>"], []),
        ("nllb", ["arb_Arab"], ["eng_Latn"]),
        ("m2m", ["__ar__"], ["__en__"]),
        ("mbart50", ["ar_AR"], ["en_XX"]),
        ("barthez", ["<s>"], ["<s>"]),
        ("bart", ["<s>"], ["<s>"]),
        ("t5", [], []),
    ],
)
def test_what_is_told_stands_first(name: str, source: list[str], target: list[str], tmp_path: Path) -> None:
    family = FAMILIES[name]
    pieces = load_pieces(family.make(tmp_path), languages=family.languages)
    (encoded,) = pieces.encode([family.texts[0]])
    assert (encoded[: len(source)], encoded[-1]) == (source, "</s>")
    assert len(encoded) > len(source) + 5
    assert pieces.forced == target


def test_a_piece_is_taken_for_its_code(tmp_path: Path) -> None:
    folder = tiny.make_fairseq(tmp_path, "m2m", M2M_CODES)
    assert load_pieces(folder, languages=Languages("__ar__", "__en__")).forced == ["__en__"]


@pytest.mark.parametrize(
    ("name", "languages", "message", "hint"),
    [
        ("nllb", Languages("arb_Arab", "en"), "no target language 'en'", "'target_language' .* one of: eng_Latn, "),
        ("nllb", Languages("ar", "eng_Latn"), "no source language 'ar'", "one of: ar[by]_Arab, ar[by]_Arab, "),
        ("nllb", Languages(target="eng_Latn"), "must be told the source language", "one of: ar[by]_Arab, "),
        ("m2m", Languages("ar"), "must be told the target language", "'target_language' .*: en, "),
        ("m2m", Languages("ar", "english"), "no target language 'english'", ": en, "),
        ("mbart50", Languages("ar_AR", "en"), "no target language 'en'", ": en_XX, "),
        ("madlad", Languages(), "must be told the target language", ": en, "),
        ("madlad", Languages("ar", "en"), "takes no source_language", "Take 'source_language' out"),
        ("marian-many", Languages(), "must be told the target language", ": ita, spa"),
        ("marian-many", Languages(target="it"), "no target language 'it'", ": ita, spa"),
        ("bart", Languages(target="en"), "takes no target_language", "Take 'target_language' out"),
        ("t5", Languages(target="en"), "takes no target_language", "Take"),
    ],
)
def test_a_wrong_language_is_said_before_any_work(
    name: str, languages: Languages, message: str, hint: str, tmp_path: Path
) -> None:
    family = FAMILIES[name]
    made = Made(name, family.make(tmp_path / name), languages, [])
    with pytest.raises(TransError, match=message) as caught:
        engine(made)
    assert caught.value.exit_code is ExitCode.USAGE
    assert re.search(hint, caught.value.hint), caught.value.hint


def test_of_many_codes_the_likely_ones_are_named(tmp_path: Path) -> None:
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    folder = tiny.make_fairseq(tmp_path / "m2m", "m2m", FAIRSEQ_LANGUAGE_CODES["m2m100"])
    with pytest.raises(TransError) as caught:
        engine(Made("m2m", folder, Languages("ar", "eng"), []))
    assert "one of: en, " in caught.value.hint
    assert "and 88 more" in caught.value.hint
    assert len(caught.value.hint) < 150


def test_padding_is_the_piece_that_config_names(tmp_path: Path) -> None:
    family = FAMILIES["madlad"]
    folder = family.make(tmp_path)
    pieces = load_pieces(folder, languages=family.languages)
    assert "<pad>" not in pieces.ids
    assert pieces.vocabulary[:3] == ["<unk>", "<s>", "</s>"]
    assert (pieces.pad, pieces.vocabulary[pieces.start_id]) == ("<s>", "<unk>")
    (encoded,) = pieces.encode([tiny.ENGLISH[0]])
    assert pieces.decode([*encoded[1:], "<s>", "<s>"]) == tiny.ENGLISH[0]
    config = json.loads((folder / "config.json").read_text())
    for index in (2, len(pieces.vocabulary), -1):
        (folder / "config.json").write_text(json.dumps({**config, "pad_token_id": index}))
        with pytest.raises(ModelError, match=f"config.json: nothing can be padded with piece {index}"):
            engine(Made("madlad", folder, family.languages, []))
    del config["pad_token_id"]
    (folder / "config.json").write_text(json.dumps(config))
    assert load_pieces(folder, languages=family.languages).pad == "<unk>", "transformers' default is 0"


def test_a_model_of_one_target_language_need_not_be_told(tmp_path: Path) -> None:
    folder = tiny.make_marian(tmp_path / "one", codes=("eng",))
    assert load_pieces(folder).encode(["قال"])[0][0] != ">>eng<<"
    assert load_pieces(folder, languages=Languages(target="eng")).encode(["قال"])[0][0] == ">>eng<<"


@pytest.mark.parametrize("name", TOLD)
def test_the_languages_are_part_of_the_fingerprint_but_not_of_the_copy(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    family = FAMILIES[name]
    made = Made(name, family.make(tmp_path / name), family.languages, list(family.texts[:3]))
    other = next(code for code in load_pieces(made.folder).target_codes if code != family.languages.target)
    engines = [engine(made), engine(replace(made, languages=replace(family.languages, target=other)))]
    assert engines[0].fingerprint != engines[1].fingerprint
    first, second = (run(one, made.texts, SHORT) for one in engines)
    assert first != second
    assert len([path for path in (cache_folder() / "ctranslate2").iterdir() if path.is_dir()]) == 1


def test_another_process_that_converts_is_told_the_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    family = FAMILIES["nllb"]
    made = Made("nllb", family.make(tmp_path / "nllb"), family.languages, list(family.texts[:3]))
    monkeypatch.delitem(sys.modules, "transformers")
    assert all(result.best.tokens for result in run(engine(made), made.texts, SHORT))
    assert "transformers" not in sys.modules


def test_where_codes_are_listed_is_part_of_the_checkpoint(tmp_path: Path) -> None:
    folder = tiny.make_fairseq(tmp_path / "m2m", "m2m", M2M_CODES)
    before = weights_sha256(folder)
    listed = folder / "special_tokens_map.json"
    listed.write_text(json.dumps({"additional_special_tokens": ["__en__", "__ar__", "__fr__", "__no__"]}))
    assert weights_sha256(folder) != before
    listed.unlink()
    with pytest.raises(ModelError, match="lists no language codes") as caught:
        engine(Made("m2m", folder, Languages("ar", "en"), []))
    assert "special_tokens_map.json" in caught.value.hint


def test_codes_with_numbers_go_before_codes_in_a_list(tmp_path: Path) -> None:
    folder = tiny.make_fairseq(tmp_path / "m2m", "m2m", M2M_CODES)
    size = len(json.loads((folder / "vocab.json").read_text()))
    added = [{"id": size + place, "content": f"__{code}__"} for place, code in enumerate(reversed(M2M_CODES))]
    (folder / "tokenizer.json").write_text(json.dumps({"added_tokens": added}))
    pieces = load_pieces(folder)
    assert [pieces.ids[f"__{code}__"] - size for code in M2M_CODES] == [3, 2, 1, 0]
    added[0]["id"] = 5
    (folder / "tokenizer.json").write_text(json.dumps({"added_tokens": added}))
    with pytest.raises(ModelError, match="which is another's"):
        _ = load_pieces(folder).vocabulary


def test_the_first_mbart_is_refused(tmp_path: Path) -> None:
    folder = tiny.make_fairseq(tmp_path / "mbart", "mbart50", MBART_CODES)
    config = json.loads((folder / "config.json").read_text())
    start = load_pieces(folder).ids["en_XX"]
    (folder / "config.json").write_text(json.dumps({**config, "decoder_start_token_id": start}))
    with pytest.raises(ModelError, match="first kind"):
        engine(Made("mbart", folder, Languages("ar_AR", "en_XX"), []))


def test_a_text_of_more_tokens_than_positions(tmp_path: Path) -> None:
    folder = tiny.make_fairseq(tmp_path / "nllb", "nllb", NLLB_CODES, positions=30)
    made = Made("nllb", folder, FAMILIES["nllb"].languages, [])
    for name in ("transformers", "ctranslate2"):
        one = engine(made, name)
        with pytest.raises(TransError, match="max_tokens 30 is more than the 29 positions"):
            one.submit(["قال"], replace(SHORT, max_tokens=30))
        (result,) = run(one, ["قال"], replace(SHORT, max_tokens=29))
        assert result.best.tokens <= 29


# transformers' own tokenizers


def ids(folder: Path, texts: list[str], languages: Languages = NONE) -> list[list[int]]:
    pieces = load_pieces(folder, languages=languages)
    return [[pieces.ids[piece] for piece in source] for source in pieces.encode(texts)]


def test_pieces_are_those_of_transformers(tmp_path: Path) -> None:
    import transformers
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    texts = [*tiny.ARABIC, *tiny.ENGLISH, "كلمة 日本 ☃", "two  spaces"]
    m2m = tiny.make_fairseq(tmp_path / "m2m", "m2m", FAIRSEQ_LANGUAGE_CODES["m2m100"])
    reference: Any = transformers.M2M100Tokenizer(
        str(m2m / "vocab.json"), str(m2m / "sentencepiece.bpe.model"), src_lang="ar", tgt_lang="en"
    )
    assert ids(m2m, texts, Languages("ar", "en")) == reference(texts).input_ids
    assert load_pieces(m2m).ids["__en__"] == reference.get_lang_id("en")

    bart = tiny.make_bart(tmp_path / "bart")
    reference = transformers.BartTokenizer(str(bart / "vocab.json"), str(bart / "merges.txt"))
    assert ids(bart, texts) == reference(texts).input_ids
    whole = tiny.make_bart(tmp_path / "whole", whole=True)
    assert ids(whole, texts) == reference(texts).input_ids


def test_nllbs_pieces_are_those_of_transformers(tmp_path: Path) -> None:
    import transformers
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    nllb = tiny.make_fairseq(tmp_path / "nllb", "nllb", FAIRSEQ_LANGUAGE_CODES)
    reference: Any = transformers.NllbTokenizer.from_pretrained(str(nllb), src_lang="arb_Arab", tgt_lang="eng_Latn")
    texts = [*tiny.ARABIC, *tiny.ENGLISH]
    assert ids(nllb, texts, Languages("arb_Arab", "eng_Latn")) == reference(texts).input_ids


# in a profile


def write_profile(tmp_path: Path, translation: str) -> Path:
    path = tmp_path / "models.yaml"
    path.write_text(
        "default_profile: other\nprofiles:\n  other:\n    translation:\n"
        f"      model: ./nllb\n      quantization: {{cpu: float32}}\n      max_sentence_tokens: 100\n{translation}"
        "      decoding: {max_tokens: 20}\n    summarization: {method: extractive}\n    repair: {max_share: 0}\n"
    )
    return path


def test_a_profile_names_the_languages_and_a_brief_says_them(tmp_path: Path) -> None:
    tiny.make_fairseq(tmp_path / "nllb", "nllb", NLLB_CODES)
    with pytest.raises(TransError, match="nllb must be told the source language"):
        Translator(config=write_profile(tmp_path, ""), device="cpu")
    told = "      source_language: arb_Arab\n      target_language: eng_Latn\n"
    with Translator(config=write_profile(tmp_path, told), device="cpu") as translator:
        brief = translator.brief("عنوان\n\n" + tiny.ARABIC[0])
    assert brief.paragraphs[0].target
    settings = brief.provenance.translation["settings"]
    assert (settings["source_language"], settings["target_language"]) == ("arb_Arab", "eng_Latn")
    assert ":arb_Arab>eng_Latn" in brief.provenance.translation["fingerprint"]
