"""The recipe of the embedded models: what it learns from, what it holds out, and the scores they must not fall below."""

import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from training import align, augment, floors, publish
from training.corpus import Pair, by_sentence, joined, news_files
from training.evaluate import (
    EMBEDDED,
    FAST,
    SUMMARIZER,
    TRANSLATOR,
    evaluate_summarizer,
    evaluate_translator,
    summary_sets,
    translation_sets,
)
from training.loop import Batches
from training.names import names
from training.optimizer import Muon, orthogonal
from training.prepare import read_corpus, summary_pairs, translation_pairs
from training.scores import Result, Score, summary_scores, translation_scores
from training.summarizer import copied_from

ROOT = Path(__file__).parents[1]
_ARABIC = re.compile(r"[\u0621-\u064a]")


def test_the_embedded_models_reach_their_floors() -> None:
    found = evaluate_translator(EMBEDDED, {name: pairs for name, pairs in translation_sets().items() if FAST in name})
    found |= evaluate_summarizer(EMBEDDED, {name: pairs for name, pairs in summary_sets().items() if FAST in name})
    pinned = floors.load()
    assert all(pinned[name]["scores"] for name in found)
    assert floors.missed(pinned, found) == []


def test_the_cards_tell_the_models_own_size() -> None:
    for model, layers in ((TRANSLATOR, "encoder_layers"), (SUMMARIZER, "num_layers")):
        card = (EMBEDDED / model / "README.md").read_text(encoding="utf-8")
        config = json.loads((EMBEDDED / model / "config.json").read_text(encoding="utf-8"))
        assert f"d_model {config['d_model']}, {config[layers]} encoder" in card
        assert f"{(EMBEDDED / model / 'model.safetensors').stat().st_size / 1e6:.1f} MB" in card
        assert "{" not in card


def test_the_whole_recipe_runs_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    environment = {**os.environ, "TRAINING_RUNS": str(tmp_path)}

    def training(*arguments: str) -> str:
        command = [sys.executable, "-m", *arguments]
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False
        )
        assert run.returncode == 0, run.stderr[-3000:]
        return run.stdout

    printed = training("training", "--smoke")
    assert "bleu" in printed
    assert "rougeL" in printed
    for model in (TRANSLATOR, SUMMARIZER):
        assert (tmp_path / "exported" / model / "model.safetensors").stat().st_size > 1_000_000
    for curve in ("translator.png", "summarizer.png"):
        assert (tmp_path / curve).read_bytes().startswith(b"\x89PNG")
    training("training.summarizer", "--steps", "3")
    state = json.loads((tmp_path / "summarizer" / "checkpoint-3" / "trainer_state.json").read_text(encoding="utf-8"))
    assert [row["step"] for row in state["log_history"] if "eval_loss" in row] == [1, 2, 3]


def test_a_smoke_run_never_touches_the_real_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from training import __main__ as recipe
    from training import place

    monkeypatch.setattr(recipe, "RUNS", place.DEFAULT_RUNS)  # as without TRAINING_RUNS
    monkeypatch.setattr("training.prepare.prepare", lambda *_, **__: pytest.fail("it began"))
    monkeypatch.setattr(sys, "argv", ["training", "--smoke"])
    with pytest.raises(SystemExit) as ended:
        recipe.main()
    assert ended.value.code == 2
    assert "TRAINING_RUNS" in capsys.readouterr().err


def test_the_models_are_small_enough_to_ship() -> None:
    assert (EMBEDDED / "tiny-marian-ar-en" / "model.safetensors").stat().st_size <= 20_000_000
    assert (EMBEDDED / "tiny-mt5-ar" / "model.safetensors").stat().st_size <= 10_000_000


def _result(texts: str = "t", **scores: float) -> Result:
    return Result(texts, tuple(Score(name, value, "", 100) for name, value in scores.items()))


def test_a_floor_is_never_lowered_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "FILE", tmp_path / "floors.json")
    assert floors.risen(floors.load(), {"news": _result(bleu=20.6)})
    floors.pin({"news": _result(bleu=20.6, chrf=50.1), "other": _result(bleu=3.0)}, lower=False)
    pinned = floors.load()
    assert pinned["news"]["scores"] == {"bleu": 20, "chrf": 49}
    for found, message in (
        (_result(bleu=19.9, chrf=55.5), r"news: bleu 19\.9 is below its floor 20"),
        (_result("u", bleu=30.0, chrf=55.5), "news: its texts have changed"),
    ):
        with pytest.raises(SystemExit, match=message):
            floors.pin({"news": found}, lower=False)
        assert floors.load() == pinned
    floors.pin({"news": _result(bleu=19.9, chrf=55.5)}, lower=True)
    assert floors.load() == {"news": {"texts": "t", "scores": {"bleu": 19, "chrf": 55}}, "other": pinned["other"]}


def test_only_a_whole_percent_is_a_rise(tmp_path: Path) -> None:
    before = floors.of({"news": _result(bleu=20.6)})
    assert not floors.risen(before, {"news": _result(bleu=21.4), "tatoeba": _result(bleu=30.0)})
    assert floors.risen(before, {"news": _result(bleu=21.6)})


def test_shares_of_few_things_have_no_floor() -> None:
    few = Result("t", (Score("numbers", 90.0, "", 49), Score("bleu", 20.0, "", 50)))
    assert floors.of({"news": few})["news"]["scores"] == {"bleu": 19}


def test_publish_refuses_what_is_no_better(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded, exported = tmp_path / "embedded", tmp_path / "exported"
    for folder, text in ((embedded, "old"), (exported, "new")):
        shutil.copytree(EMBEDDED / SUMMARIZER, folder / SUMMARIZER)
        (folder / SUMMARIZER / "spiece.model").write_text(text)
    (tmp_path / "checkpoint-1200").mkdir()
    monkeypatch.setattr(publish, "EMBEDDED", embedded)
    monkeypatch.setattr(publish, "EXPORTED", exported)
    monkeypatch.setattr(publish, "checkpoints", lambda run: [tmp_path / "checkpoint-1200"])
    monkeypatch.setattr(floors, "FILE", tmp_path / "floors.json")
    monkeypatch.setattr(sys, "argv", ["publish", "summarizer"])
    found = {"articles": _result(rougeL=30.0)}
    monkeypatch.setattr(publish, "evaluate_summarizer", lambda models, sets: found)
    publish.main()
    assert (embedded / SUMMARIZER / "spiece.model").read_text() == "new"
    card = (embedded / SUMMARIZER / "README.md").read_text(encoding="utf-8")
    assert "| articles | rougeL | 30.0 |" in card
    assert "1,200 steps" in card
    (exported / SUMMARIZER / "spiece.model").write_text("newer")
    with pytest.raises(SystemExit, match="no score rose"):
        publish.main()
    found["articles"] = _result(rougeL=20.0, rouge1=50.0)
    with pytest.raises(SystemExit, match=r"rougeL 20\.0 is below its floor 29"):
        publish.main()
    assert (embedded / SUMMARIZER / "spiece.model").read_text() == "new"


def test_muon_learns_and_resumes_exactly() -> None:
    def network() -> torch.nn.Module:
        torch.manual_seed(0)
        return torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4))

    inputs = torch.randn(64, 8, generator=torch.Generator().manual_seed(1))
    wanted = inputs[:, :4].argmax(1)

    def steps(model: torch.nn.Module, optimizer: Muon, count: int) -> float:
        for _ in range(count):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(inputs), wanted)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        return float(loss.detach())

    model = network()
    optimizer = Muon(model.named_parameters(), 0.02, 0.0)
    first = steps(model, optimizer, 1)
    saved = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    last = steps(model, optimizer, 60)
    assert last < first / 2
    again = network()
    again.load_state_dict(saved[0])
    resumed = Muon(again.named_parameters(), 0.02, 0.0)
    resumed.load_state_dict(saved[1])
    assert steps(again, resumed, 60) == last
    other = torch.optim.AdamW(network().parameters())
    with pytest.raises(ValueError, match="another optimizer"):
        resumed.load_state_dict(other.state_dict())


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4)])
def test_muon_s_updates_turn_and_do_not_stretch(shape: tuple[int, int]) -> None:
    matrix = torch.randn(*shape, generator=torch.Generator().manual_seed(2))
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert values.min() > 0.3
    assert values.max() < 1.3


def test_what_a_step_learns_does_not_depend_on_how_many_follow() -> None:
    lengths = [random.Random(7).randint(1, 40) for _ in range(200)]
    every = [1, 2] * 100

    def batches(steps: int) -> list[list[int]]:
        made = Batches(lambda item, indices: {"i": torch.tensor(indices)}, lengths, every, 200, steps)
        return [made[i]["i"].tolist() for i in range(len(made))]

    short, long = batches(10), batches(80)
    assert long[:10] == short
    assert all(max(lengths[i] for i in batch) * len(batch) <= 200 for batch in long)
    seen = Counter(i for batch in long for i in batch)
    assert seen[0] >= 2 * seen[1] - 1


def test_word_translations_are_found() -> None:
    table = align.lexicon([[1, 2, 0], [1, 3, 0], [2, 3, 0]], [[1, 2], [1, 3], [2, 3]], rows=4, columns=4)
    assert [int(table[word].argmax()) for word in (1, 2, 3)] == [1, 2, 3]
    where = align.posterior(table, [1, 2, 0], [1, 2])
    assert where.argmax(1).tolist() == [0, 1]
    assert where.sum(1) == pytest.approx([1, 1])


def test_held_out_text_is_in_no_training_example() -> None:
    corpus = read_corpus(None)
    hidden = corpus.hidden
    assert len(corpus.dev) > 500
    assert len(corpus.dev_articles) > 20
    train = translation_pairs(corpus)
    assert not hidden & {pair.arabic for pair in train}
    # Nor inside a longer one: long texts only, as a short headline may well occur by chance.
    everything = "\n".join(pair.arabic for pair in (*train, *summary_pairs(corpus)))
    assert [text for text in hidden if len(text) > 60 and text in everything] == []


def test_the_corpus_is_well_formed() -> None:
    for path in news_files():
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        assert all(len(row) == 2 and all(row) for row in rows), path.name
        assert [row for row in rows if not _ARABIC.search(row[0]) or _ARABIC.search(row[1])] == [], path.name
        twice = [text for text, count in Counter(row[0] for row in rows).items() if count > 1]
        assert twice == [], path.name


def test_names_are_one_word_and_known_once() -> None:
    table = names()
    assert len(table) > 1000
    assert all(" " not in name.arabic and " " not in name.english for name in table)
    for spelling in ((name.kind, name.english) for name in table), ((name.kind, name.arabic) for name in table):
        assert max(Counter(spelling).values()) == 1


def test_a_name_is_swapped_on_both_sides() -> None:
    pair = (
        "أعلن وزير الخارجية في بغداد أن الاتفاق مع فرنسا جاهز.",
        "The foreign minister in Baghdad announced that the deal with France is ready.",
    )
    seen = set()
    for seed in range(20):
        arabic, english = augment.swap_names(*pair, random.Random(seed))
        [city] = re.findall(r"in ([A-Z][A-Za-z'-]+) announced", english)
        [country] = re.findall(r"with ([A-Z][A-Za-z'-]+) is ready", english)
        table = {(name.kind, name.english): name.arabic for name in names()}
        assert f"في {table['city', city]} أن" in arabic
        assert f"مع {table['country', country]} جاهز" in arabic
        seen.add((city, country))
    assert len(seen) > 10


_SENTENCES = st.lists(
    st.one_of(st.integers(0, 2000).map(str), st.sampled_from(["قتل", "جريح", "في", "killed", ",", "."])), max_size=12
).map(" ".join)


@given(arabic=_SENTENCES, english=_SENTENCES, seed=st.integers(0, 99))
def test_swapped_numbers_stay_the_same_on_both_sides(arabic: str, english: str, seed: int) -> None:
    new_arabic, new_english = augment.swap_numbers(arabic, english, random.Random(seed))
    assert re.sub(r"\d", "0", new_arabic) == re.sub(r"\d", "0", arabic)
    assert re.sub(r"\d", "0", new_english) == re.sub(r"\d", "0", english)
    before, after = english.split(), new_english.split()
    for old, new in zip(arabic.split(), new_arabic.split(), strict=True):
        if old != new:
            assert arabic.split().count(old) == before.count(old) == 1
            assert after[before.index(old)] == new


def test_a_swapped_number_keeps_its_commas() -> None:
    arabic, english = augment.swap_numbers("نحو 2700 موظف", "Some 2,700 employees", random.Random(3))
    [digits] = re.findall(r"\d{4}", arabic)
    assert digits != "2700"
    assert english == f"Some {digits[0]},{digits[1:]} employees"


def test_parts_of_longer_names_are_left_alone() -> None:
    pair = ("أعلنت جنوب السودان ذلك في بغداد.", "South Sudan announced it in Baghdad.")
    english = {augment.swap_names(*pair, random.Random(seed))[1] for seed in range(20)}
    assert all("South Sudan" in text for text in english)
    possessive = ("قال رئيس وزراء العراق ذلك.", "Iraq's prime minister said so.")
    assert len({augment.swap_names(*possessive, random.Random(seed))[1] for seed in range(20)}) > 5


def test_paragraphs_are_cut_where_both_sides_agree() -> None:
    pair = Pair("article", "قال الوزير ذلك. وأضاف غيره.", "The minister said so. He added more.")
    assert [row.english for row in by_sentence(pair)] == ["The minister said so.", "He added more."]
    uneven = Pair("article", "قال الوزير ذلك وأضاف غيره.", "The minister said so. He added more.")
    assert by_sentence(uneven) == [uneven]
    short = [Pair("news", "أ.", "One here."), Pair("news", "ب.", "Two here."), Pair("news", "ج", "Three " * 20)]
    assert [(row.arabic, row.english) for row in joined(short)] == [("أ. ب.", "One here. Two here.")]


@given(
    source=st.lists(st.integers(0, 9), min_size=1, max_size=20),
    target=st.lists(st.integers(0, 9), min_size=1, max_size=12),
)
def test_copies_point_at_the_same_piece(source: list[int], target: list[int]) -> None:
    places = copied_from(source, target)
    assert len(places) == len(target)
    for n, place in enumerate(places):
        if place >= 0:
            assert source[place] == target[n]
            assert n == 0 or source[place - 1] == target[n - 1]


def test_number_accuracy_counts_what_source_and_reference_share() -> None:
    scores = translation_scores(
        ["قتل 12 في 2024 و5", "لا رقم"], ["12 died in 2024, five hurt", "no number"], ["21 died in 2024", "7"]
    )
    [numbers] = [score for score in scores if score.name == "numbers"]
    assert numbers.value == 50


def test_summary_scores_know_arabic() -> None:
    scores = {
        score.name: score.value for score in summary_scores(["قتل عشرة في بغداد يوم 12"], ["قتل عشرة"], ["قتل عشرة 13"])
    }
    assert scores["rouge1"] == pytest.approx(80)
    assert scores["words found"] == pytest.approx(200 / 3)
    assert scores["numbers found"] == 0
