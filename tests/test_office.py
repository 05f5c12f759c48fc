"""One story that LibreOffice wrote as .odt, .docx and .rtf: each file gives the same article."""

from dataclasses import replace
from pathlib import Path

import pytest
from office import article, failure

from trans.article import Article

FOLDER = Path(__file__).parent / "fixtures/office"


def read(name: str) -> Article:
    return article((FOLDER / name).read_bytes(), name)


@pytest.mark.parametrize("name", ["harbour.odt", "harbour.docx", "harbour.rtf"])
def test_the_story(name: str) -> None:
    found = read(name)
    assert found.headline == "مرفأ الشمال يفتح رصيفا جديدا للحاويات"
    assert found.decks == ("طاقة الرصيف 450 ألف حاوية في العام",)
    assert found.metadata.byline == "كتب: سامر الحلبي"
    assert found.metadata.dateline == "مدينة الشمال (وكالات)"
    kinds = [(one.kind, one.marker) for one in found.paragraphs]
    assert kinds == [
        ("text", ""),
        ("text", ""),
        ("text", ""),
        ("heading", ""),
        ("text", ""),
        ("list", "1. "),
        ("list", "2. "),
        ("text", ""),
        ("table", ""),
        ("table", ""),
        ("table", ""),
        ("list", "• "),
        ("text", ""),
        ("text", ""),
        ("text", ""),
    ]
    lead, second = found.paragraphs[1].text, found.paragraphs[2].text
    assert "رصيفا جديدا للحاويات، بلغت كلفته 120 مليون دولار" in lead  # without what was deleted
    assert "North Harbour" in lead
    assert second.endswith("قبل ثلاث سنوات وانتهى في موعده.")  # with what was inserted
    assert found.paragraphs[9].text == "| 2024 | 310,500 |"
    assert [one.text for one in found.paragraphs[-3:]] == [
        "ويعمل في المرفأ نحو 2,300 موظف، بحسب البيان.",
        "المرفأ أنشئ عام 1934 وهو أقدم مرافئ الساحل.",
        "الأرقام من التقرير السنوي لإدارة المرفأ.",
    ]
    assert "راجع الاسم" not in found.text  # an annotation
    assert "صفحة الاقتصاد" not in found.text  # the page header


def test_all_three_are_one_article() -> None:
    odt, docx, rtf = (read(f"harbour.{kind}") for kind in ("odt", "docx", "rtf"))
    assert replace(docx, id=odt.id, source=odt.source) == odt
    assert replace(rtf, id=odt.id, source=odt.source) == odt


def test_an_old_word_file_says_how_to_mend_it() -> None:
    assert "old Word" in failure((FOLDER / "harbour.doc").read_bytes(), "harbour.docx").reason
