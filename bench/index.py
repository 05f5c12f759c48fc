"""How quickly a large output folder is indexed, and how quickly its page answers a keystroke.

    python bench/index.py [--briefs 2000] [--paragraphs 18] [--rounds 5] [--chromium /usr/bin/chromium]

Makes a folder of distinct briefs from this project's own sentences, about as large as those of real articles, and measures
whole commands, medians of rounds: ``cold`` without what an earlier index kept, ``warm`` with it. With --chromium: the
milliseconds from a keystroke's event to the list drawn anew, and from opening the page to its list. With --paragraphs 1 the
briefs are small: 100,000 of them take 0.6 GB. Prints JSON.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trans import checks
from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Brief, Hashes, Passage, Provenance, Sentence, Summary
from trans.render import json as json_brief

PARAGRAPHS = 18  # gives briefs of about 60 kB, as articles of 1,000 words do
VOCABULARY = 5_000  # words beside those of the sentences
QUERIES = ("water", "minister haftar", "الوزاره", "تحليه مياه", "kyiv 17", "nothing of that kind")

SENTENCES = (
    ("أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة {n} مليون دولار.",
     "The Ministry of Water today announced a new plan to desalinate seawater at a cost of {n} million dollars."),
    ("وقال الوزير في {place} إن العمل يبدأ في الربيع.", "The minister said in {city} that work would begin in the spring."),
    ("وأضاف {person} أن المشروع يخدم {n} مدينة في سوريا والعراق.", "{name} added that it serves {n} cities in Syria and Iraq."),
    ("وتعاني المنطقة من شح الأمطار منذ سنوات، ويأمل السكان في حل قريب لهذه الأزمة الطويلة.",
     "The region has been suffering from a lack of rain for years, and residents hope for an early solution to this crisis."),
)  # fmt: skip
PLACES = (("كييف", "Kyiv"), ("كييف", "Kiev"), ("موسكو", "Moscow"), ("القاهرة", "Cairo"), ("طرابلس", "Tripoli"))
PEOPLE = (
    ("حفتر", "Haftar"),
    ("حفتر", "Hiftar"),
    ("أوفيتشكين", "Ovechkin"),
    ("أوفيتشكين", "Oveschkin"),
    ("بوتين", "Putin"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--briefs", type=int, default=2000)
    parser.add_argument("--paragraphs", type=int, default=PARAGRAPHS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chromium", type=Path)
    parser.add_argument("--keep", type=Path, help="Use this folder, and make it where it isn't there.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = arguments.keep or Path(temporary)
        if not (out / "0" / "0.json").exists():
            make(out, arguments.briefs, arguments.paragraphs)
        report = _indexed(out, arguments.rounds)
        if arguments.chromium:
            report["browser"] = _in_browser(out / "index.html", arguments.chromium)
    json.dump(report, sys.stdout, indent=1)
    print()


def make(out: Path, number_of_briefs: int, paragraphs: int) -> None:
    """Write so many briefs, all different, a hundred a folder."""
    patterns = [_pattern(brief) for brief in _briefs(20, paragraphs)]
    for number in range(number_of_briefs):
        path = out / f"{number // 100}" / f"{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}"
        text = patterns[number % len(patterns)].replace("@ID@", f"{number // 100}/{number}.txt").replace("@DAY@", day)
        first, *others = text.split("@W@")
        chance = random.Random(number)
        text = first + "".join(f"ر{chance.randrange(VOCABULARY)}{other}" for other in others)
        path.write_text(text.replace("@NUMBER@", f"{number}"), encoding="utf-8")


def _pattern(brief: Brief) -> str:
    document = json_brief.document(brief)
    document["id"] = "@ID@"
    for part in (document["headline"], document["summaries"][0]):
        part["ar"] += " رقم @NUMBER@"
        part["en"] += ", number @NUMBER@"
    # Every third word is chosen by the brief's number, or they would all be copies of one story.
    for paragraph in document["paragraphs"]:
        words = paragraph["ar"].split(" ")
        paragraph["ar"] = " ".join("@W@" if at % 3 == 1 else word for at, word in enumerate(words))
    document["source"]["metadata"]["published"] = "@DAY@T06:00:00+03:00"
    return json.dumps(document, ensure_ascii=False, indent=1)


def _briefs(count: int, paragraphs: int) -> Iterator[Brief]:
    chance = random.Random(7)
    for number in range(count):
        passages = tuple(Passage(tuple(_sentence(chance, number) for _ in SENTENCES)) for _ in range(paragraphs))
        first = passages[0].sentences[0]
        article = Article(
            f"{number}", Source(f"{number}", f"{number:064x}", "utf-8", 9_000), first.source, (),
            tuple(Paragraph(passage.source) for passage in passages), Metadata(),
        )  # fmt: skip
        summary = Summary(passages[0].source, passages[0], tuple(range(1, min(3, paragraphs) + 1)), "model")
        made = Provenance("0", "bench", False, {}, {}, Hashes("", "", ""))
        yield checks.check(Brief(article, Passage((first,)), (), (summary,), passages, (), made))


def _sentence(chance: random.Random, number: int) -> Sentence:
    arabic, english = chance.choice(SENTENCES)
    (place, city), (person, name) = chance.choice(PLACES), chance.choice(PEOPLE)
    count = chance.randint(3, 90)
    # One sentence in forty has another number than its Arabic.
    told = count + 1 if chance.random() < 1 / 40 else count
    source = arabic.format(n=count, place=place, person=f"{person} {number}")
    return Sentence(source, " ", english.format(n=told, city=city, name=f"{name} {number}"))


def _indexed(out: Path, rounds: int) -> dict[str, Any]:
    kept = out / ".trans" / "index.jsonl"
    kept.parent.mkdir(exist_ok=True)
    cold, warm, cold_cpu, warm_cpu, peaks = list[float](), list[float](), list[float](), list[float](), list[int]()
    for _ in range(rounds):
        kept.unlink(missing_ok=True)
        for times, processor in ((cold, cold_cpu), (warm, warm_cpu)):
            seconds, cpu, peak = _command(out)
            times.append(seconds)
            processor.append(cpu)
            peaks.append(peak)
    files = [path.stat().st_size for path in out.rglob("*.json")]
    parts = [path.stat().st_size for path in out.glob("index/*.html")]
    return {
        "briefs": len(files),
        "mean_brief_kb": round(sum(files) / len(files) / 1e3, 1),
        "page_mb": round((out / "index.html").stat().st_size / 1e6, 2),
        "parts": len(parts),
        "largest_part_mb": round(max(parts, default=0) / 1e6, 2),
        "kept_mb": round(kept.stat().st_size / 1e6, 2),
        "peak_mb": round(max(peaks) / 1e3),
        "cold_s": round(statistics.median(cold), 2),
        "warm_s": round(statistics.median(warm), 2),
        "cold_cpu_s": round(statistics.median(cold_cpu), 2),
        "warm_cpu_s": round(statistics.median(warm_cpu), 2),
        "cold_s_all": [round(seconds, 2) for seconds in cold],
    }


def _command(out: Path) -> tuple[float, float, int]:
    """Return the seconds that the command took, those of the processor, and the kB of memory that it had at most."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "trans", "index", str(out)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"trans index ended with status {status}")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss


# From the input event to the list in the document and laid out; the time to the screen is a frame more.
_KEYSTROKE = """(text) => {
  const field = document.getElementById("text");
  field.value = text;
  const started = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
  return performance.now() - started;
}"""


def _in_browser(path: Path, chromium: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.resolve().as_uri())
        page.wait_for_selector("#briefs > li")
        loaded = page.evaluate("performance.now()")
        times = [page.evaluate(_KEYSTROKE, query[:end]) for query in QUERIES for end in range(1, len(query) + 1)]
        browser.close()
    return {
        "keystrokes": len(times),
        "median_ms": round(statistics.median(times), 1),
        "max_ms": round(max(times), 1),
        "first_ms": round(times[0], 1),
        "list_drawn_ms": round(loaded),
    }


if __name__ == "__main__":
    main()
