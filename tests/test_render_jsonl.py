"""JSON Lines: a brief is one line, and files put together are a dump."""

import json

import pytest
from briefs import flagged_brief, hostile_brief
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trans.brief import Brief
from trans.render import RENDERERS
from trans.render import json as json_brief


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evil=st.text(max_size=40) | st.text(st.sampled_from("\n\r\v\f\x1c\x85\u2028\u2029a"), max_size=20))
def test_a_brief_is_one_line_by_any_reading_and_says_what_the_record_says(evil: str, brief: Brief) -> None:
    hostile = hostile_brief(brief, evil)
    line = RENDERERS["jsonl"](hostile)
    assert len(line.decode().splitlines()) == 1
    assert line.endswith(b"\n")
    record = json.loads(json_brief.render(hostile))
    del record["digest"]  # of the other file's bytes
    assert json.loads(line) == record
    assert json_brief.render(json_brief.read(line)) == json_brief.render(hostile)


def test_files_one_after_another_are_a_dump(brief: Brief) -> None:
    dump = RENDERERS["jsonl"](brief) + RENDERERS["jsonl"](hostile_brief(brief, "x"))
    assert [json.loads(line)["schema"] for line in dump.splitlines()] == ["trans.brief/1"] * 2
