"""What a source says of an article's use stands first among its flags."""

from dataclasses import replace

import pytest
from briefs import flagged_brief

from trans.brief import Brief
from trans.checks import check
from trans.render.status import faults


def of_status(brief: Brief, status: str | None) -> Brief:
    article = brief.article
    return check(replace(brief, article=replace(article, metadata=replace(article.metadata, status=status))))


@pytest.mark.parametrize(
    ("status", "severity"),
    [
        ("canceled", "error"),
        ("withheld", "error"),
        ("usable, embargoed until 2026-12-30T00:00:00+03:00", "error"),
        ("draft", "warning"),
        ("usable, not the whole item", "warning"),
    ],
)
def test_an_article_that_is_not_free_says_so_first(status: str, severity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    brief = of_status(flagged_brief(monkeypatch), status)
    first = faults(brief)[0]
    assert (first.check, first.severity) == ("standing", severity)


@pytest.mark.parametrize("status", [None, "usable", "publish", "Final", "منشور"])
def test_any_other_status_is_none_of_our_business(status: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [flag for flag in of_status(flagged_brief(monkeypatch), status).flags if flag.check == "standing"]
