"""``trans bench``: its articles, and figures that follow from what the engines did."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import FakeModels

from trans import bench
from trans.config import choose_profile, load_config
from trans.sources import article_from_text
from trans.text import segments


def test_no_sentence_stands_twice() -> None:
    texts = list(bench.articles(300))
    parsed = [article_from_text(text) for text in texts]
    count = lambda words: [len(word) for word in words]  # noqa: E731
    found = [
        part.source
        for item in parsed
        for text in (item.headline, *(paragraph.text for paragraph in item.paragraphs))
        for part in segments(text, limit=10_000, count=count)
    ]
    assert len(found) == len(set(found)) >= 300 * (1 + 6 * 3)
    assert texts == list(bench.articles(300))


def test_numbers_keep_their_length() -> None:
    sentence = "ارتفع العدد من 12 إلى 4500 في عام 2024."
    varied = bench._varied(sentence, 7)
    assert varied != sentence
    assert re.sub(r"\d", "0", varied) == re.sub(r"\d", "0", sentence)


def test_every_article_is_briefed_and_every_variant_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    models = FakeModels().install(monkeypatch)
    profile = choose_profile(load_config(None), "news", None)
    figures = bench.measure(profile, 3)
    asked = [text for call in models.translator.calls for text in call]
    assert figures.articles == 3
    assert len(set(asked)) >= 3 * (1 + 6 * 3)
    assert figures.peak_mb > 1
    assert figures.summary_source_tokens == 0, "the fake counts nothing"
    rows = list(bench.compare(profile, 3))
    assert [row.setting for row in rows] == ["as configured", "without the shortlist", "beam 1", "PyTorch engine"]
    assert rows[0].ratio == 1.0


def test_the_command_prints_json(tmp_path: Path) -> None:
    trans = Path(sys.executable).with_name("trans")
    done = subprocess.run(
        [trans, "bench", "--profile", "tiny", "--articles", "1", "--json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    report = json.loads(done.stdout)
    assert report["profile"] == "tiny"
    assert report["padding"] >= 1.0
    assert 0.0 < report["engine_share"] <= 1.0
    assert report["tokens_per_s"] > 0
    assert len(report["compared"]) == 4
    assert list(tmp_path.iterdir()) == []
