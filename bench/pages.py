"""What is lost of a story in a web page of random make, and what comes in beside it; by ``trans`` and by trafilatura alone.

    python bench/pages.py [--pages 300] [--seed 23 31 47] [--stories 250] [--show 5]

Around the first --stories of ``training/corpus/articles.jsonl`` it writes pages as news sites make them: other containers, short
lines, headings, lists, tables, quotations and adverts inside the story; menus, teasers, comments and footers around it. Prints
JSON, by seed and of all: pages; paragraphs, with list items, rows and headings; how many of these trafilatura alone lacks
(``trafilatura_lacks``), and how many ``trans`` does (``lacks``), which leaves out those of pages that it refused; ``foreign``
paragraphs, that the story does not have; ``wrong_headlines``; pages ``refused``. --show prints the first pages that went wrong,
to standard error. The same seeds give the same pages.
"""

import argparse
import io
import json
import logging
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from trafilatura import extract

from trans.article import Failure
from trans.sources.page_facts import letters_of
from trans.sources.reading import Reading
from trans.sources.web import read_page

STORIES = Path(__file__).parents[1] / "training" / "corpus" / "articles.jsonl"
FIGURES = ("pages", "paragraphs", "trafilatura_lacks", "lacks", "foreign", "wrong_headlines", "refused")
OTHERS = 12  # stories that a page has links to

SHORT = ("وأضاف:", "ولم يعلق.", "ماذا بعد؟", "«هذا حقنا»، قال.")
HEADING = "ردود فعل متباينة"
ITEMS = ("فتح الطريق الشرقي", "صرف التعويضات قبل نهاية العام", "تشكيل لجنة متابعة")
ROWS = ("المدينة العدد النسبة", "الأولى 120 30%", "الثانية 280 70%")  # a cell a word
QUOTE = "سنواصل العمل حتى يعود آخر نازح إلى بيته"
DECK = "تفاصيل جديدة تتكشف والسلطات تعد بتحقيق عاجل"
CAPTION = "صورة من الموقع يوم أمس"
SECTIONS = ("الرئيسية", "سياسة", "اقتصاد", "رياضة", "ثقافة")

PUBLISHED = "2026-02-01T10:00:00+03:00"
METAS = (
    "",
    f'<div class="meta"><span class=author>أحمد سالم</span> <time datetime="{PUBLISHED}">1 فبراير 2026</time></div>',
    "<span class=date>الأحد 1 شباط 2026 - 10:00</span>",
)
IMAGES = (
    "",
    f"<figure><img src=a.jpg><figcaption>{CAPTION}</figcaption></figure>",
    '<div class="image"><img src=a.jpg></div>',
)
SHARES = ("", '<div class="share"><a href=#>فيسبوك</a><a href=#>تويتر</a><span>شارك</span></div>')
MENUS = ("<nav><ul>{}</ul></nav>", "<div class=menu>{}</div>", "<div id=top-links>{}</div>")
COMMENTS = (
    "",
    "",
    '<div id="comments"><h3>التعليقات</h3><div class="comment">'
    "<p>خبر مهم جدا شكرا لكم على المتابعة المستمرة لهذا الملف.</p></div></div>",
)
FOOTERS = (
    "<footer><p>جميع الحقوق محفوظة © 2026 صحيفة المثال اليومية</p></footer>",
    "<div class=footer>جميع الحقوق محفوظة © 2026 صحيفة المثال اليومية</div>",
)
BODY_CLASSES = (
    "article-body", "entry-content", "post-content", "story", "css-1abc", "content", "td-post-content", "text", "details",
    "NewsBody", "field-item even",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A story of the corpus."""

    headline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a story: ``text``, ``heading``, ``list``, ``table`` or ``quote``. A row is a line, its cells words."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What a page has to say. ``length`` counts the paragraphs that it was told in; ``others`` are what it has links to."""

    headline: str
    blocks: tuple[Block, ...]
    length: int
    others: tuple[Told, ...]

    @property
    def lines(self) -> list[str]:
        return [line for block in self.blocks for line in block.lines]


def read_stories(count: int) -> list[Told]:
    records = map(json.loads, STORIES.read_text(encoding="utf-8").splitlines()[:count])
    return [Told(record["headline_ar"], tuple(record["paragraphs_ar"])) for record in records]


def make_story(chance: random.Random, stories: Sequence[Told]) -> Story:
    told, *others = (stories[chance.randrange(len(stories))] for _ in range(1 + OTHERS))
    paragraphs = told.paragraphs
    if chance.random() < 0.25:
        paragraphs = paragraphs[: chance.randint(1, 3)]
    blocks = [Block("text", (text,)) for text in paragraphs]

    def insert(kind: str, *lines: str) -> None:
        blocks.insert(chance.randint(1, len(blocks)), Block(kind, lines))

    for text in chance.sample(SHORT, chance.randint(0, 2)):
        insert("text", text)
    for likely, kind, lines in (
        (0.3, "heading", (HEADING,)),
        (0.25, "list", ITEMS),
        (0.2, "table", ROWS),
        (0.25, "quote", (QUOTE,)),
    ):
        if chance.random() < likely:
            insert(kind, *lines)
    return Story(told.headline, tuple(blocks), len(paragraphs), tuple(others))


def make_page(chance: random.Random, story: Story) -> str:
    # The order of these draws makes the page: what a seed gives changes with it.
    tag = chance.choice(("p", "p", "p", "div", "br"))
    content = _content(chance, story, tag)
    deck = chance.choice(("", "", DECK))
    body = _body(chance, story, tag, content)
    article = _article(chance, story.headline, deck, body)
    sections = "".join(f"<li><a href=/{number}>{name}</a></li>" for number, name in enumerate(SECTIONS))
    menu = chance.choice(MENUS).format(sections)
    related = chance.choice(_related(story.others))
    comments, footer = chance.choice(COMMENTS), chance.choice(FOOTERS)
    stated = {"@type": "NewsArticle", "headline": story.headline, "datePublished": PUBLISHED}
    linked = chance.choice(
        ("", f"<script type='application/ld+json'>{json.dumps(stated, ensure_ascii=False)}</script>")
    )
    kind = chance.choice(("", '<meta property="og:type" content="article">'))
    title = f"<title>{escape(story.headline)} - صحيفة المثال</title>"
    head = f"<head><meta charset=utf-8>{title}{kind}{linked}</head>"
    return f"<!DOCTYPE html><html lang=ar>{head}<body>{menu}{article}{related}{comments}{footer}</body></html>"


def _content(chance: random.Random, story: Story, tag: str) -> str:
    content = ""
    for number, block in enumerate(story.blocks):
        content += MARKUP[block.kind](chance, tag, block.lines)
        if tag != "br" and chance.random() < 0.2 and number < len(story.blocks) - 1:
            content += _advert(chance, story.others)
    return content


def _text(chance: random.Random, tag: str, lines: Sequence[str]) -> str:
    text = escape(lines[0])
    if chance.random() < 0.15 and " " in text:
        words = text.split(" ")
        at = chance.randrange(len(words))
        words[at] = f'<a href="/x">{words[at]}</a>'
        text = " ".join(words)
    if chance.random() < 0.1:
        text = f"<strong>{text}</strong>"
    if chance.random() < 0.1:
        text = f"<span style='font-size:18px'>{text}</span>"
    return f"{text}<br><br>" if tag == "br" else f"<{tag}>{text}</{tag}>"


def _heading(chance: random.Random, tag: str, lines: Sequence[str]) -> str:
    if tag == "br":
        return f"<b>{lines[0]}</b><br><br>"
    return f"<h3>{lines[0]}</{chance.choice(('h3', 'h3', 'h3', 'h2'))}>"  # some close what they have not opened


def _list(chance: random.Random, tag: str, lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _table(chance: random.Random, tag: str, lines: Sequence[str]) -> str:
    rows = ("".join(f"<td>{cell}</td>" for cell in line.split()) for line in lines)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _quote(chance: random.Random, tag: str, lines: Sequence[str]) -> str:
    return f"<blockquote>{chance.choice(('<p>{}</p>', '{}')).format(lines[0])}</blockquote>"


MARKUP: dict[str, Callable[[random.Random, str, Sequence[str]], str]] = {
    "text": _text,
    "heading": _heading,
    "list": _list,
    "table": _table,
    "quote": _quote,
}


def _advert(chance: random.Random, others: Sequence[Told]) -> str:
    read_too = others[chance.randrange(len(others))].headline
    first, second = others[1].headline, others[2].headline
    return chance.choice(
        (
            '<div class="ad-container"><span>إعلان</span></div>',
            '<div id="div-gpt-ad-123"></div>',
            f'<p>اقرأ أيضا: <a href="/o">{read_too}</a></p>',
            '<div class="related-box"><h4>مواضيع ذات صلة</h4>'
            f"<ul><li><a href=/1>{first}</a></li><li><a href=/2>{second}</a></li></ul></div>",
            "",
        )
    )


def _body(chance: random.Random, story: Story, tag: str, content: str) -> str:
    name = chance.choice(BODY_CLASSES)
    if chance.random() < 0.2 and tag == "p" and story.length > 2:  # the first paragraph stands apart, as a lead
        lead = f'<div class="{chance.choice(("lead", "intro", "x1"))}"><p>{escape(story.lines[0])}</p></div>'
        return f'{lead}<div class="{name}">{content.partition("</p>")[2]}</div>'
    return f'<div class="{name}">{content}</div>'


def _article(chance: random.Random, headline: str, deck: str, body: str) -> str:
    title = _element(chance.choice(("h1", "h1", "h1", "h2", "div class=title")), escape(headline))
    if deck:
        title += _element(chance.choice(("h2", "p class=subtitle", "div class=excerpt")), deck)
    meta, image, share = chance.choice(METAS), chance.choice(IMAGES), chance.choice(SHARES)
    inner = f"{title}{meta}{image}{share}{body}{share}"
    around = chance.choice(("article", "div class=post", "main", "section", "td"))
    if around != "td":
        return _element(around, inner)
    menu = "<td width=200><a href=/1>الرئيسية</a><br><a href=/2>سياسة</a></td>"
    return f"<table width=100%><tr>{menu}<td>{inner}</td></tr></table>"


def _element(start: str, inner: str) -> str:
    return f"<{start}>{inner}</{start.split()[0]}>"


def _related(others: Sequence[Told]) -> tuple[str, ...]:
    cards = "".join(
        f'<div class="card"><h3><a href=/{number}>{escape(other.headline)}</a></h3>'
        f"<p>{escape(other.paragraphs[0])}</p></div>"
        for number, other in enumerate(others[:4])
    )
    links = "".join(f"<li><a href=/x>{escape(other.headline)}</a></li>" for other in others)
    return (
        "",
        f'<div class="related"><h3>أخبار ذات صلة</h3>{cards}</div>',
        f"<aside class=sidebar><h3>الأكثر قراءة</h3><ul>{links}</ul></aside>",
        f"<section class=more>{cards}</section>",
    )


def judge(story: Story, page: str) -> tuple[Counter[str], list[str]]:
    """Return the figures of a page, and in words what went wrong. Texts are compared by letters and digits."""
    alone = letters_of(extract(page, include_comments=False) or "")
    figures = Counter(pages=1, paragraphs=len(story.lines))
    figures["trafilatura_lacks"] = sum(letters_of(line) not in alone for line in story.lines)
    (article,) = read_page(io.BytesIO(page.encode()), "page.html", Reading(max_bytes=10**8))
    if isinstance(article, Failure):
        figures["refused"] = 1
        return figures, [f"refused: {article.reason}"]
    text = letters_of("".join(paragraph.text for paragraph in article.paragraphs))
    decks = letters_of(" ".join(article.decks))
    lacks = [line for line in story.lines if letters_of(line) not in text and letters_of(line) not in decks]
    whole = letters_of("".join(story.lines))
    read = [paragraph.text for paragraph in article.paragraphs]
    foreign = [part for part in read if letters_of(part) not in whole and part != CAPTION]
    wrong = letters_of(article.headline) != letters_of(story.headline)
    figures |= Counter(lacks=len(lacks), foreign=len(foreign), wrong_headlines=int(wrong))
    words = [f"lacks {line}" for line in lacks] + [f"foreign {part}" for part in foreign]
    return figures, [*words, f"headline {article.headline}"] if wrong else words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--seed", type=int, nargs="+", default=[23, 31, 47])
    parser.add_argument("--stories", type=int, default=250)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    stories = read_stories(arguments.stories)
    report: dict[str, Counter[str]] = {}
    shown = 0
    for seed in arguments.seed:
        report[str(seed)] = total = Counter(dict.fromkeys(FIGURES, 0))
        for number in range(arguments.pages):
            chance = random.Random(seed * 100_000 + number)
            story = make_story(chance, stories)
            figures, words = judge(story, make_page(chance, story))
            total.update(figures)
            if words and shown < arguments.show:
                shown += 1
                print(seed, number, *words, sep="\n  ", file=sys.stderr)
    everything = {name: sum(total[name] for total in report.values()) for name in FIGURES}
    json.dump({**report, "all": everything}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
