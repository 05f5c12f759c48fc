"""Times as newsrooms write them: every form, no invented zone, and nothing that raises."""

from datetime import date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trans.sources.times import iso_time

OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31, 23, 59, 59), timezones=OFFSETS).map(
    lambda moment: moment.replace(microsecond=0)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T14:05:00+03:00", "2026-03-01T14:05:00+03:00"),
        ("2026-03-01T14:05:00Z", "2026-03-01T14:05:00+00:00"),
        ("2026-03-01T14:05:00.123456Z", "2026-03-01T14:05:00+00:00"),
        ("2026-03-01 14:05:00+03:00", "2026-03-01T14:05:00+03:00"),
        ("2026-03-01 14:05 UTC", "2026-03-01T14:05:00+00:00"),
        ("2026-03-01T14:05:00,5 −05", "2026-03-01T14:05:00-05:00"),
        ("20260301T140500Z", "2026-03-01T14:05:00+00:00"),
        ("20260301T140500+0300", "2026-03-01T14:05:00+03:00"),
        ("2026/03/01 14:05:00 +0330", "2026-03-01T14:05:00+03:30"),
        ("Sun, 01 Mar 2026 14:05:00 GMT", "2026-03-01T14:05:00+00:00"),
        ("1 Mar 26 14:05 +0300", "2026-03-01T14:05:00+03:00"),
        ("Sunday, 01-Mar-26 14:05:00 UT", "2026-03-01T14:05:00+00:00"),
        ("Sun, 1 March 2026 14:05:00 +0300 (Arabia Standard Time)", "2026-03-01T14:05:00+03:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("1772373900", "2026-03-01T14:05:00+00:00"),
        ("1772373900123", "2026-03-01T14:05:00+00:00"),
        ("  2026-03-01\u200f\n", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("٢٠٢٦-٠٣-٠١", "2026-03-01"),
    ],
)
def test_forms_of_newsrooms(text: str, expected: str) -> None:
    assert iso_time(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T14:05:00",
        "2026-03-01 14:05",
        "20260301140500",
        "Sun, 01 Mar 2026 14:05:00",
        "Sun, 01 Mar 2026 14:05:00 -0000",  # RFC 2822: nothing is known of the zone
        "2026-03-01T14:05:00-00:00",  # RFC 3339 says the same
        "Sun, 01 Mar 2026 14:05:00 AST",  # Arabia or the Atlantic
        "2026-03-01T14:05:00+23:00",  # nowhere
    ],
)
def test_without_a_known_offset_the_date_is_all_that_is_known(text: str) -> None:
    assert iso_time(text) == "2026-03-01"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "أمس",
        "2026",
        "2026-03",
        "2026-02-30",
        "2026-13-01",
        "2026-03-01T25:00Z",
        "2026-03-01T14:05:61Z",
        "0001-01-01T00:00:00Z",  # what systems write for 'never'
        "1899-12-31",
        "2201-01-01",
        "01/03/2026",  # the first of March, or the third of January
        "2026030114",  # no second since 1970
        "1 Mai 2026",
        "2026-03-01 2026-03-02",
        "9" * 10_000,
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert iso_time(text) is None


@given(MOMENTS)
def test_a_moment_is_the_same_in_every_form(moment: datetime) -> None:
    basic = f"{moment.year:04}{moment:%m%dT%H%M%S%z}"
    forms = [moment.isoformat(), moment.isoformat(" "), basic, format_datetime(moment)]
    assert {iso_time(form) for form in forms} == {moment.isoformat()}


@given(MOMENTS)
def test_a_result_reads_as_itself_and_has_its_date_in_front(moment: datetime) -> None:
    result = iso_time(moment.isoformat())
    assert result is not None
    assert iso_time(result) == result
    assert iso_time(result[:10]) == result[:10] == moment.date().isoformat()


@given(st.one_of(st.text(), st.text(alphabet="0123456789-:+TZ /., JanMarGMT٣\u200f", max_size=40)))
@example("²026-03-01")
@example("00000000")
def test_any_text_gives_a_date_or_a_moment_or_nothing(text: str) -> None:
    result = iso_time(text)
    if result is not None and len(result) > 10:
        assert datetime.fromisoformat(result).utcoffset() is not None
    elif result is not None:
        assert 1900 <= date.fromisoformat(result).year <= 2200
