"""Both neural engines on tiny random checkpoints: the same outputs, whatever the batch, and nothing lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
import tiny

from trans.engines.ctranslate2 import CTranslate2Engine
from trans.engines.pieced import PiecesEngine
from trans.engines.pieces import load_pieces
from trans.engines.placement import Placement, on_gpus
from trans.errors import ModelError, TransError
from trans.models import build_engine
from trans.translation import Decoding, Translation

SHORT = Decoding(max_tokens=24)
TEXTS = [*tiny.ARABIC[:9], "", "قال.", "كلمة 日本 ☃"]


@pytest.fixture(scope="module", params=["marian", "mt5"])
def checkpoint(request: pytest.FixtureRequest, tiny_marian: Path, tiny_mt5: Path) -> Path:
    return tiny_marian if request.param == "marian" else tiny_mt5


def engine(
    folder: Path,
    name: Any = "ctranslate2",
    quantization: str = "float32",
    batch_tokens: int = 400,
    shortlist: bool = True,
) -> PiecesEngine:
    made = build_engine(
        folder, engine=name, device="cpu", quantization=quantization, batch_tokens=batch_tokens, shortlist=shortlist
    )
    assert isinstance(made, PiecesEngine)
    return made


@pytest.fixture(scope="module")
def torch_engine(checkpoint: Path) -> Iterator[PiecesEngine]:
    made = engine(checkpoint, "transformers")
    yield made
    made.close()


@pytest.fixture(scope="module")
def fast_engine(checkpoint: Path) -> Iterator[PiecesEngine]:
    made = engine(checkpoint)
    yield made
    made.close()


def run(made: PiecesEngine, texts: list[str], decoding: Decoding) -> list[Translation]:
    results = dict(made.submit(texts, decoding))
    assert sorted(results) == list(range(len(texts)))
    return [results[index] for index in range(len(texts))]


@pytest.mark.parametrize(
    "decoding",
    [
        replace(SHORT, beam_size=1),
        SHORT,
        replace(SHORT, hypotheses=4, length_penalty=0.6),
        replace(SHORT, beam_size=6, max_tokens=9, hypotheses=2),
        replace(SHORT, no_repeat_ngram_size=2, length_penalty=0.6),
        replace(SHORT, repetition_penalty=1.3),
    ],
    ids=lambda decoding: f"beam{decoding.beam_size}-lp{decoding.length_penalty}-n{decoding.no_repeat_ngram_size}",
)
def test_both_engines_give_the_same(torch_engine: PiecesEngine, fast_engine: PiecesEngine, decoding: Decoding) -> None:
    for want, got in zip(run(torch_engine, TEXTS, decoding), run(fast_engine, TEXTS, decoding), strict=True):
        assert [(h.text, h.tokens, h.finished) for h in got.hypotheses] == [
            (h.text, h.tokens, h.finished) for h in want.hypotheses
        ]
        assert [h.score for h in got.hypotheses] == pytest.approx([h.score for h in want.hypotheses], abs=0.0015)
        assert got.unknown == want.unknown
        assert got.decoding == decoding


def test_a_prefix_begins_every_output(torch_engine: PiecesEngine, fast_engine: PiecesEngine) -> None:
    prefix = torch_engine.pieces.decode([torch_engine.pieces.vocabulary[60]])
    greedy = replace(SHORT, beam_size=1, prefix=prefix)
    assert run(fast_engine, TEXTS[:9], greedy) == run(torch_engine, TEXTS[:9], greedy)
    for made in (torch_engine, fast_engine):
        for result in run(made, TEXTS[:4], replace(greedy, beam_size=4)):
            assert result.best.text.startswith(prefix)


def test_a_prefix_that_the_model_cannot_write_is_refused(fast_engine: PiecesEngine) -> None:
    with pytest.raises(ValueError, match="prefix"):
        fast_engine.submit(["قال"], replace(SHORT, prefix="日本"))


@pytest.mark.parametrize("quantization", ["int8", "float32"])
def test_batches_are_invisible(checkpoint: Path, quantization: str) -> None:
    whole = run(engine(checkpoint, quantization=quantization, batch_tokens=10_000), TEXTS, SHORT)
    single = run(engine(checkpoint, quantization=quantization, batch_tokens=1), TEXTS, SHORT)
    backwards = run(engine(checkpoint, quantization=quantization, batch_tokens=90), TEXTS[::-1], SHORT)[::-1]
    if quantization == "int8":
        assert whole == single == backwards
    else:
        assert texts(whole) == texts(single) == texts(backwards)


def test_batches_are_invisible_in_torch(torch_engine: PiecesEngine) -> None:
    assert texts(run(torch_engine, TEXTS[:5], SHORT)) == texts(run(torch_engine, TEXTS, SHORT)[:5])


def texts(results: list[Translation]) -> list[tuple[str, int]]:
    return [(result.best.text, result.best.tokens) for result in results]


def test_an_output_cut_at_the_limit_is_unfinished(torch_engine: PiecesEngine, fast_engine: PiecesEngine) -> None:
    # Long repeats are banned, so that at least some outputs end by themselves.
    decoding = replace(SHORT, no_repeat_ngram_size=2)
    for made in (torch_engine, fast_engine):
        long, cut = run(made, tiny.ARABIC, decoding), run(made, tiny.ARABIC, replace(decoding, max_tokens=2))
        assert any(result.best.finished for result in long)
        assert any(not result.best.finished for result in cut)
        for result in [*long, *cut]:
            assert result.best.tokens <= result.decoding.max_tokens
            assert result.best.finished or result.best.tokens == result.decoding.max_tokens


def test_an_empty_text_gives_an_empty_finished_output(fast_engine: PiecesEngine) -> None:
    (result,) = run(fast_engine, [""], SHORT)
    assert (result.best.text, result.best.finished, result.unknown) == ("", True, "")


def test_no_texts_no_results(fast_engine: PiecesEngine) -> None:
    assert list(fast_engine.submit([], SHORT)) == []


def test_unknown_characters_are_named_once_in_order(checkpoint: Path) -> None:
    pieces = load_pieces(checkpoint)
    assert pieces.unknown(tiny.ARABIC[0]) == ""
    assert pieces.unknown("قال ☃ الرئيس 日本日 اليوم ☃") == "☃日本"
    # sentencepiece's normaliser makes plain digits of these
    assert pieces.unknown("في １２ المئة") == ""


@pytest.mark.parametrize("shortlist", [True, False])
def test_special_pieces_are_never_written(tmp_path: Path, shortlist: bool) -> None:
    folder = tiny.make_mt5(tmp_path)
    pieces = load_pieces(folder, restricted=False)
    tiny.prefer(folder, pieces.banned)
    for name in ("transformers", "ctranslate2"):
        for result in run(engine(folder, name, shortlist=shortlist), TEXTS, replace(SHORT, hypotheses=4)):
            for hypothesis in result.hypotheses:
                assert "<" not in hypothesis.text
                assert "⁇" not in hypothesis.text
    assert len(pieces.banned) == 2 + 4


@pytest.mark.parametrize("name", ["transformers", "ctranslate2"])
@pytest.mark.parametrize("kind", ["marian", "mt5"])
def test_a_shortlist_keeps_other_languages_out(tmp_path: Path, kind: str, name: str) -> None:
    """The model is made to want a piece that its target language has not; both engines must find the next best."""
    wanted = "ا" if kind == "marian" else "日"
    folder = tiny.make_marian(tmp_path) if kind == "marian" else tiny.make_mt5(tmp_path, also=["日 日 日"])
    tiny.prefer(folder, [load_pieces(folder).ids[wanted]])
    free = run(engine(folder, name, shortlist=False), TEXTS[:6], SHORT)
    listed = run(engine(folder, name), TEXTS[:6], SHORT)
    assert all(wanted in result.best.text for result in free)
    assert not any(wanted in result.best.text for result in listed)
    assert any(result.best.text for result in listed)


def test_both_engines_agree_without_a_shortlist_too(checkpoint: Path) -> None:
    want = run(engine(checkpoint, "transformers", shortlist=False), TEXTS, SHORT)
    got = run(engine(checkpoint, shortlist=False), TEXTS, SHORT)
    assert texts(got) == texts(want)


def test_a_shortlist_is_part_of_the_fingerprint(checkpoint: Path) -> None:
    for name in ("transformers", "ctranslate2"):
        assert engine(checkpoint, name).fingerprint != engine(checkpoint, name, shortlist=False).fingerprint


def test_a_text_over_the_limit_is_refused_not_cut(tmp_path: Path) -> None:
    folder = tiny.make_marian(tmp_path / "short", positions=16)
    made = engine(folder, "transformers")
    assert made.tokenizer.limit == 16
    with pytest.raises(ValueError, match="longer than the model's 16"):
        made.submit([" ".join(tiny.ARABIC)], replace(SHORT, max_tokens=8))
    with pytest.raises(TransError, match="positions"):
        made.submit(["قال"], SHORT)


def test_a_text_of_exactly_the_limit_is_taken(tmp_path: Path) -> None:
    folder = tiny.make_marian(tmp_path / "short", positions=40)
    pieces = load_pieces(folder)
    text = "ا ب " * 40
    while pieces.count([text])[0] > pieces.limit:
        text = text[:-1]
    assert pieces.count([text]) == [pieces.limit]
    decoding = replace(SHORT, max_tokens=40)
    for name in ("transformers", "ctranslate2"):
        (result,) = run(engine(folder, name), [text], decoding)
        assert result.best.tokens <= 40


def test_counting_loads_no_weights(checkpoint: Path) -> None:
    made = engine(checkpoint)
    assert made.tokenizer.count(["", tiny.ARABIC[0]])[0] == 1
    assert made._model is None


def test_more_hypotheses_than_beams_are_refused(fast_engine: PiecesEngine) -> None:
    with pytest.raises(ValueError, match="beams"):
        fast_engine.submit(["قال"], replace(SHORT, beam_size=1, hypotheses=2))


def test_close_frees_and_submit_loads_again(torch_engine: PiecesEngine, fast_engine: PiecesEngine) -> None:
    for made in (torch_engine, fast_engine):
        before = run(made, TEXTS[:3], SHORT)
        made.close()
        made.close()
        assert run(made, TEXTS[:3], SHORT) == before


def test_stats_grow(checkpoint: Path) -> None:
    made = engine(checkpoint)
    run(made, TEXTS, SHORT)
    decoded = [text for text in TEXTS if text]
    assert made.stats.texts == len(decoded)
    assert made.stats.source_tokens == sum(made.tokenizer.count(decoded))
    assert made.stats.padded_source_tokens >= made.stats.source_tokens
    assert made.stats.target_tokens > 0
    assert made.stats.seconds > 0


@pytest.mark.parametrize("name", ["transformers", "ctranslate2"])
def test_an_error_inside_reaches_the_consumer(tiny_marian: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a broken matrix")

    made = engine(tiny_marian, name)
    monkeypatch.setattr(made, "_decode_batch", broken)
    results = made.submit(["قال الوزير"], SHORT)
    with pytest.raises(RuntimeError, match="a broken matrix"):
        list(results)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("transformers", "CUDA out of memory. Tried to allocate 2 GiB"),
        ("ctranslate2", "CUDA failed with error out of memory"),
        ("ctranslate2", "cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED"),
    ],
)
def test_a_batch_that_does_not_fit_is_halved_and_later_ones_are_made_to_fit(
    tiny_marian: Path, name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The GPU's refusal is made up; everything else is as it would be."""
    made = engine(tiny_marian, name, batch_tokens=10_000)
    whole: Any = made._decode_batch
    sizes: list[int] = []

    def small(model: Any, sources: list[list[str]], *rest: Any) -> Any:
        sizes.append(len(sources))
        if len(sources) > 3:
            raise RuntimeError(said)
        return whole(model, sources, *rest)

    before = texts(run(made, TEXTS, SHORT))
    monkeypatch.setattr(made, "_decode_batch", small)
    assert texts(run(made, TEXTS, SHORT)) == before
    assert max(sizes) > 3
    sizes.clear()
    assert texts(run(made, TEXTS, SHORT)) == before
    assert max(sizes) <= 3, "it remembers what did not fit"


LEFT_OVER = "parallel_for failed: cudaErrorInvalidDevice: invalid device ordinal"


def test_the_error_that_a_too_large_batch_leaves_behind_costs_nothing(
    tiny_marian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As CTranslate2 does on a GPU: whatever it decodes next fails once."""

    def decoded(leaves: bool) -> tuple[list[tuple[str, int]], list[int]]:
        made = engine(tiny_marian, "ctranslate2", batch_tokens=10_000)
        whole: Any = made._decode_batch
        sizes: list[int] = []
        left: list[str] = []

        def small(model: Any, sources: list[list[str]], *rest: Any) -> Any:
            if left:
                raise RuntimeError(left.pop())
            sizes.append(len(sources))
            if len(sources) > 3:
                left.extend([LEFT_OVER] * leaves)
                raise RuntimeError("CUDA failed with error out of memory")
            return whole(model, sources, *rest)

        monkeypatch.setattr(made, "_decode_batch", small)
        return texts(run(made, TEXTS, SHORT)), sizes

    assert decoded(True) == decoded(False)


def test_such_an_error_that_nothing_left_behind_is_one(tiny_marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(LEFT_OVER)

    made = engine(tiny_marian, "ctranslate2")
    monkeypatch.setattr(made, "_decode_batch", broken)
    with pytest.raises(RuntimeError, match="parallel_for failed"):
        run(made, TEXTS, SHORT)


def test_one_text_that_does_not_fit_is_an_error(tiny_marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

    made = engine(tiny_marian)
    monkeypatch.setattr(made, "_decode_batch", full)
    with pytest.raises(RuntimeError, match="out of memory"):
        run(made, TEXTS, SHORT)


def test_a_gpus_batches_are_sized_by_its_free_memory(tiny_marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def free(gpus: tuple[int, ...]) -> int:
        asked.append(gpus)
        return 64 * 2**20

    monkeypatch.setattr("trans.engines.gpu.free_bytes", free)
    pieces = load_pieces(tiny_marian)
    made = CTranslate2Engine(lambda: tiny_marian, pieces, on_gpus(2), quantization="float16")
    few = made._budget([20], SHORT)
    one = CTranslate2Engine(lambda: tiny_marian, pieces, on_gpus(1), quantization="float16")
    assert one._budget([20], SHORT) == few, "each GPU has its own memory"
    asked.pop()
    assert made._budget([20], replace(SHORT, beam_size=1)) > few
    assert asked == [(0, 1)], "once: what an allocator keeps is not free, and still there"
    assert len(made._plan([20] * 200, SHORT)) >= made.placement.slots, "every GPU has something to do"
    told = CTranslate2Engine(lambda: tiny_marian, pieces, on_gpus(2), quantization="float16", batch_tokens=77)
    assert told._budget([20], SHORT) == 77


@pytest.mark.parametrize("name", ["transformers", "ctranslate2"])
def test_results_that_nobody_takes_stop_the_work(tiny_marian: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = engine(tiny_marian, name, batch_tokens=1)
    started: list[object] = []
    decode: Any = made._decode_batch
    monkeypatch.setattr(made, "_decode_batch", lambda *given: started.append(given) or decode(*given))  # type: ignore[func-returns-value]
    results = made.submit(tiny.ARABIC, SHORT)
    next(results)
    del results
    made.close()
    assert 0 < len(started) < len(tiny.ARABIC)


def test_what_fills_a_matrix_up_is_counted_and_thrown_away(tiny_marian: Path) -> None:
    made = engine(tiny_marian, quantization="int8")
    text = next(text for text in tiny.ARABIC if made.tokenizer.count([text])[0] % 4)
    assert len(run(made, [text], SHORT)) == 1
    filled = -(-made.tokenizer.count([text])[0] // 4) * 4
    assert made.stats.padded_source_tokens == 2 * filled
    assert made.stats.texts == 1


def test_the_shape_of_matrices_is_part_of_the_fingerprint_in_int8_only(
    tiny_marian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [engine(tiny_marian, quantization=name).fingerprint for name in ("int8", "float32")]
    monkeypatch.setattr("trans.engines.ctranslate2.SHAPES", "other")
    after = [engine(tiny_marian, quantization=name).fingerprint for name in ("int8", "float32")]
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_two_engines_together_decode_as_many_batches_at_once_as_one(
    tiny_marian: Path, tiny_mt5: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock()
    active, most = 0, 0
    engines = []
    for folder in (tiny_marian, tiny_mt5):
        made = build_engine(
            folder, engine="auto", device="cpu", quantization="int8", batch_tokens=1, inter_threads=2, intra_threads=1
        )
        assert isinstance(made, PiecesEngine)
        whole: Any = made._decode_batch

        def counted(*given: Any, whole: Any = whole) -> Any:
            nonlocal active, most
            with lock:
                active += 1
                most = max(most, active)
            try:
                return whole(*given)
            finally:
                with lock:
                    active -= 1

        monkeypatch.setattr(made, "_decode_batch", counted)
        engines.append(made)
    results = [made.submit(tiny.ARABIC, SHORT) for made in engines]
    assert [len(list(found)) for found in results] == [len(tiny.ARABIC)] * 2
    assert 1 <= most <= 2


def test_a_broken_converted_folder_is_a_model_error(tmp_path: Path, tiny_marian: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"nonsense")
    made = CTranslate2Engine(lambda: tmp_path, load_pieces(tiny_marian), Placement(), quantization="float32")
    with pytest.raises(ModelError, match="can't load"):
        made.submit(["قال"], SHORT)
