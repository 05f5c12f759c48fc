"""Scores, intervals and comparisons are sacrebleu's own figures; what ours has beside them holds too."""

import random
from statistics import NormalDist

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

from trans.brief import Flag
from trans.evaluation import metrics
from trans.evaluation.evaluate import Evaluation, Output, evaluate, most_different
from trans.evaluation.rates import rates
from trans.evaluation.record import record
from trans.evaluation.resampling import Difference, compared, resampled, scored
from trans.evaluation.told import verdict

THEIRS = {"BLEU": BLEU, "chrF": CHRF, "TER": TER}
# As sacrebleu calls them.
CALLED = {"BLEU": "BLEU", "chrF": "chrF2", "TER": "TER"}

WORDS = (
    "the minister said on Monday that water prices rise in three cities, because the new plan for dams needs more money."
).split()


def sentences(count: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(4, 16))) for _ in range(count)]


def spoilt(texts: list[str], share: float, seed: int) -> list[str]:
    """The same with some words replaced and some lost."""
    draw = random.Random(seed)
    return [
        " ".join(
            draw.choice(WORDS) if draw.random() < share else word for word in text.split() if draw.random() > share / 3
        )
        for text in texts
    ]


REFERENCES = sentences(80, 1)
GOOD, BAD = spoilt(REFERENCES, 0.2, 2), spoilt(REFERENCES, 0.5, 3)


@pytest.mark.parametrize("others", [[], [spoilt(REFERENCES, 0.1, 4)]], ids=["one reference", "two references"])
@pytest.mark.parametrize("name", metrics.NAMES)
def test_scores_intervals_and_signatures_are_sacrebleus(name: str, others: list[list[str]]) -> None:
    references = [REFERENCES, *others]
    (measure,) = metrics.measures(GOOD, references, [name], resamples=200)
    ours = scored(measure, resampled([measure], 200)[0])
    metric = THEIRS[name]()
    theirs = metric.corpus_score(GOOD, references, n_bootstrap=200)
    assert ours.value == pytest.approx(theirs.score)
    assert (ours.high - ours.low) / 2 == pytest.approx(theirs._ci, rel=1e-4)
    assert ours.low < ours.value < ours.high
    assert ours.signature == str(metric.get_signature())


def test_comparisons_are_a_paired_bootstrap_on_sacrebleus_samples() -> None:
    near = spoilt(REFERENCES, 0.22, 5)
    for second in (BAD, near):
        measured = [metrics.measures(texts, [REFERENCES], resamples=200) for texts in (GOOD, second)]
        samples = resampled([measure for measures in measured for measure in measures], 200)
        theirs = PairedTest(
            [("first", GOOD), ("second", second)],
            {name: kind() for name, kind in THEIRS.items()},
            [REFERENCES],
            test_type="bs",
            n_samples=200,
        )()[1]
        for position, name in enumerate(metrics.NAMES):
            ours = compared(
                measured[0][position],
                measured[1][position],
                (samples[position], samples[position + len(metrics.NAMES)]),
            )
            first, other = theirs[CALLED[name]]
            assert not isinstance(first, str)
            assert not isinstance(other, str)
            assert ours.value == pytest.approx(other.score - first.score)
            assert other.p_value is not None
            assert ours.p > other.p_value - 1.5 / 201, "sacrebleu asks one side only"


@pytest.mark.parametrize("off", [0.5, 1.0, 1.96, 3.0])
def test_p_is_two_sided_and_agrees_with_the_interval(off: float) -> None:
    (measure,) = metrics.measures(GOOD, [REFERENCES], ["BLEU"], resamples=1)
    (worse,) = metrics.measures(BAD, [REFERENCES], ["BLEU"], resamples=1)
    value = worse.whole() - measure.whole()
    noise = numpy.random.default_rng(1).normal(value, abs(value) / off, 20_000)
    difference = compared(measure, worse, (numpy.zeros(20_000), noise))
    assert difference.p == pytest.approx(2 * (1 - NormalDist().cdf(off)), abs=0.01)
    if abs(off - 1.96) > 0.1:
        assert difference.significant == (difference.low > 0 or difference.high < 0)


@pytest.mark.parametrize("text", ["", "Dams need more money.", "وصل الوزير."])
def test_a_lines_score_is_sacrebleus_of_that_sentence(text: str) -> None:
    (measure,) = metrics.measures([text, "x"], [["Dams need money.", "x"]], ["chrF"])
    assert measure.lines()[0] == pytest.approx(CHRF().sentence_score(text, ["Dams need money."]).score)


def test_the_same_texts_give_the_same_figures() -> None:
    assert record(evaluate([Output("a", GOOD)], [REFERENCES])) == record(evaluate([Output("a", GOOD)], [REFERENCES]))


def differences(first: list[str], second: list[str]) -> tuple[Evaluation, dict[str, Difference]]:
    found = evaluate([Output("old", first), Output("new", second)], [REFERENCES])
    return found, {difference.name: difference for difference in found.differences}


def test_a_clear_difference_is_significant_and_says_who_is_better() -> None:
    found, by_name = differences(BAD, GOOD)
    assert list(by_name) == ["BLEU", "chrF", "TER"]
    assert by_name["BLEU"].value > 0 > by_name["TER"].value
    for difference in by_name.values():
        assert difference.significant
        assert difference.better == 1
        assert difference.low <= difference.value <= difference.high
        assert verdict(difference, found) == "new is better, significant at 0.05"
    turned, by_name = differences(GOOD, BAD)
    assert {verdict(difference, turned) for difference in by_name.values()} == {"old is better, significant at 0.05"}


def test_a_system_against_itself_is_no_difference() -> None:
    # sacrebleu's own test calls this significant: no resample is beyond a difference of nothing.
    found, by_name = differences(GOOD, GOOD)
    for difference in by_name.values():
        assert (difference.value, difference.p, difference.better, difference.significant) == (0, 1, None, False)
        assert verdict(difference, found) == "no difference"


def test_one_other_word_is_not_significant() -> None:
    found, by_name = differences(GOOD, [f"{GOOD[0]} indeed", *GOOD[1:]])
    assert {verdict(one, found) for one in by_name.values()} == {"not significant at 0.05: chance alone may do this"}


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=4))
def test_any_text_has_a_score(pairs: list[tuple[str, str]]) -> None:
    hypotheses, references = ([pair[side] for pair in pairs] for side in (0, 1))
    for measure in metrics.measures(hypotheses, [references]):
        assert len(measure.lines()) == len(pairs)
        scores = [measure.whole(), *resampled([measure], 5)[0]]
        assert all(numpy.isfinite(scores))
        assert min(scores) >= 0
        assert measure.falls or max(scores) <= 100 + 1e-9


def test_ter_can_be_left_out() -> None:
    found = evaluate([Output("a", GOOD), Output("b", BAD)], [REFERENCES], ter=False)
    assert [score.name for score in found.systems[1].scores] == ["BLEU", "chrF"]
    assert [difference.name for difference in found.differences] == ["BLEU", "chrF"]


def test_a_perfect_translation() -> None:
    found = evaluate([Output("same", REFERENCES)], [REFERENCES])
    assert [round(score.value, 6) for score in found.systems[0].scores] == [100, 100, 0]


def flag(check: str, severity: str) -> Flag:
    return Flag(check, severity, "wrong")  # type: ignore[arg-type]


def test_rates_count_lines_and_flags() -> None:
    error, warning, info = flag("numbers", "error"), flag("names", "warning"), flag("quotes", "info")
    found = rates([(), (error, warning), (error, error), (warning, info), (info,)])
    assert found.lines == 5
    assert found.flagged == {"error": 2, "warning": 1, "info": 1}
    assert list(found.flags) == ["numbers", "names", "quotes"]
    assert found.flags["numbers"] == {"error": 3, "warning": 0, "info": 0}
    assert found.per_100(3) == 60


def test_lines_are_checked_only_with_sources() -> None:
    def check(source: str, text: str) -> list[Flag]:
        return [flag("numbers", "error")] if source == "2" else []

    found = evaluate([Output("a", ["x", "y"])], [["x", "y"]], sources=["1", "2"], check=check)
    assert found.systems[0].rates
    assert found.systems[0].rates.flagged["error"] == 1
    assert evaluate([Output("a", ["x"])], [["x"]], check=check).systems[0].rates is None


def test_the_lines_to_look_at() -> None:
    references = ["dams need money", "prices rise", "the plan"]
    one = evaluate([Output("a", ["dams need money", "no", "the plans"])], [references])
    assert most_different(one, 2) == [1, 2]
    two = evaluate([Output("a", references), Output("b", ["dams need", "prices rise", "-"])], [references])
    assert most_different(two, 5) == [2, 0]
