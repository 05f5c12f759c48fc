"""The recipe of the embedded models: what it learns from, what it holds out, and the scores they must not fall below."""

import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training import augment, floors
from training.corpus import CORPUS, Pair, by_sentence, joined, news_files
from training.evaluate import EMBEDDED, FAST, score_summarizer, score_translator, summary_sets, translation_sets
from training.names import names
from training.prepare import read_corpus, summary_pairs, translation_pairs
from training.scores import Score, summary_scores, translation_scores
from training.summarizer import copied_from

ROOT = Path(__file__).parents[1]
_ARABIC = re.compile(r"[\u0621-\u064a]")


def test_the_embedded_models_reach_their_floors() -> None:
    found = {}
    for name, pairs in translation_sets().items():
        if name.endswith(FAST):
            found[name] = score_translator(EMBEDDED, pairs)[0]
    for name, pairs in summary_sets().items():
        if name.endswith(FAST):
            found[name] = score_summarizer(EMBEDDED, pairs)[0]
    pinned = floors.load()
    for name, scores in found.items():
        assert set(pinned[name]) == {score.name for score in scores}
    assert floors.missed(pinned, found) == []


def test_the_whole_recipe_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training", "--smoke"]
    environment = {**os.environ, "TRAINING_RUNS": str(tmp_path), "OMP_NUM_THREADS": "2"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    for model in ("tiny-marian-ar-en", "tiny-mt5-ar"):
        assert (tmp_path / "exported" / model / "model.safetensors").stat().st_size > 1_000_000
    for curve in ("translator.png", "summarizer.png"):
        assert (tmp_path / curve).read_bytes().startswith(b"\x89PNG")
    assert "bleu" in run.stdout
    assert "rougeL" in run.stdout
    # Started again, it has nothing left to do: the last checkpoint is where it goes on.
    again = subprocess.run(
        [sys.executable, "-c", "from training.place import checkpoints; print(checkpoints('translator')[-1].name)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == "checkpoint-2"


def test_the_models_are_small_enough_to_ship() -> None:
    assert (EMBEDDED / "tiny-marian-ar-en" / "model.safetensors").stat().st_size <= 20_000_000
    assert (EMBEDDED / "tiny-mt5-ar" / "model.safetensors").stat().st_size <= 10_000_000


def test_a_floor_is_never_lowered_silently() -> None:
    before = {"news": {"bleu": 20, "chrf": 50}}
    worse = {"news": [Score("bleu", 19.9, ""), Score("chrf", 55.5, "")]}
    with pytest.raises(ValueError, match=r"news: bleu 19.9 is below its floor 20"):
        floors.raised(before, worse, lower=False)
    assert floors.raised(before, worse, lower=True) == {"news": {"bleu": 19, "chrf": 55}}
    better = {"news": [Score("bleu", 21.7, ""), Score("chrf", 55.5, "")], "other": [Score("bleu", 3.2, "")]}
    assert floors.raised(before, better, lower=False) == {"news": {"bleu": 21, "chrf": 55}, "other": {"bleu": 3}}


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
    assert max(Counter((name.kind, name.english) for name in table).values()) == 1
    assert (CORPUS / "names.tsv").exists()


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
