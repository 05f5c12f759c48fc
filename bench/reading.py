"""How quickly a dump of many articles is read, and that a large one takes no more memory than a small one.

    python bench/reading.py [--mb 10 1000] [--formats jsonl csv] [--folder DIR]

Writes JSON Lines and CSV of made-up articles of this project's own sentences into a temporary folder (below --folder, where the
default has no room), and reads each in a process of its own. Prints JSON: articles, seconds, MB a second, peak resident memory in
MB and what of it the process had before; and of the last size to the first, of memory and of seconds a MB.
"""

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PARAGRAPHS = (4, 12)  # of an article: from a brief item to a long report

TITLES = (
    "{body} يبحث خطة جديدة في {place}",
    "{place} تستعد لافتتاح {n} مشروعا",
    "تراجع الأسعار في {place} بنسبة {n} بالمئة",
)
SENTENCES = (
    "أعلن {body}، {day}، بدء العمل في مشروع جديد في {place} بكلفة {n} مليون دولار.",
    "وقال متحدث باسم {body} إن الأعمال تستمر {n} شهرا وتوفر فرص عمل لسكان {place} والقرى المجاورة.",
    "وأضاف أن \"المرحلة الثانية\" تبدأ في الربيع المقبل، بعد أن وافق عليها {body} في جلسته الأخيرة.",
    "وتعاني {place} منذ سنوات من نقص المياه، ويأمل السكان في حل قريب لهذه الأزمة الطويلة.",
    "وبحسب بيانات رسمية نشرت {day}، تراجع عدد المسجلين بنسبة {n} بالمئة مقارنة بالعام الماضي.",
    "وكان {body} قد أكد في وقت سابق أن القرار لا يشمل المؤسسات الصغيرة التي تشغل أقل من {n} عاملا.",
    "ونقلت صحيفة محلية عن مصدر مطلع قوله إن المحادثات في {place} أحرزت تقدما محدودا؛ ولم يذكر تفاصيل.",
)  # fmt: skip
BODIES = ("مجلس الوزراء", "البنك المركزي", "وزير المياه", "المجلس البلدي", "اتحاد الكرة", "هيئة الموانئ")
PLACES = ("مدينة الساحل", "العاصمة", "المنطقة الشمالية", "الوادي الجديد", "مرفأ السلام", "سهل الزيتون")
DAYS = ("الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس")
COLUMNS = ("id", "title", "body", "author", "published", "link")
WRITERS = ("سلمى الحداد", "كريم منصور", "عادل نجم", "هدى الراوي")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, nargs="+", default=[10, 1000])
    parser.add_argument("--formats", nargs="+", choices=("jsonl", "csv"), default=["jsonl", "csv"])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        json.dump(_measure(arguments.measure), sys.stdout)
        return
    report: dict[str, Any] = {}
    for kind in arguments.formats:
        runs = []
        for size_mb in arguments.mb:
            # One at a time: two files of a gigabyte are more than some temporary folders hold.
            with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
                path = Path(temporary) / f"dump.{kind}"
                _write(path, size_mb)
                runs.append(_process(path))
        first, last = runs[0], runs[-1]
        report[kind] = {
            "runs": runs,
            "peak_memory": round(last["peak_mb"] / first["peak_mb"], 3),
            "seconds_a_mb": round(first["mb_a_second"] / last["mb_a_second"], 3),
        }
    json.dump(report, sys.stdout, indent=1)
    print()


def _records() -> Iterator[tuple[str, ...]]:
    """Give records without end, the same ones each time; no two have the same text."""
    chance = random.Random(7)

    def filled(text: str) -> str:
        return text.format(
            body=chance.choice(BODIES),
            place=chance.choice(PLACES),
            day=chance.choice(DAYS),
            n=chance.randint(2, 99_999),
        )

    number = 0
    while True:
        number += 1
        body = "\n\n".join(
            " ".join(filled(sentence) for sentence in chance.sample(SENTENCES, chance.randint(1, 3)))
            for _ in range(chance.randint(*PARAGRAPHS))
        )
        yield (
            f"desk-{number:08}",
            filled(chance.choice(TITLES)),
            body,
            chance.choice(WRITERS),
            f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:05:00+03:00",
            f"https://desk.example.org/news/{number}",
        )


def _write(path: Path, size_mb: float) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        if path.suffix == ".csv":
            table.writerow(COLUMNS)
        for number, record in enumerate(_records()):
            # Asking for the position empties the buffer: not for each record.
            if number % 100 == 0 and file.tell() >= size_mb * 1e6:
                break
            if path.suffix == ".csv":
                table.writerow(record)
            else:
                file.write(json.dumps(dict(zip(COLUMNS, record, strict=True)), ensure_ascii=False) + "\n")


def _process(path: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", str(path)]
    figures: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return figures


def _measure(path: Path) -> dict[str, Any]:
    from trans.article import Article
    from trans.sources import Input, Reading, read

    before_mb = _peak_mb()
    size_mb = path.stat().st_size / 1e6
    articles = failures = 0
    start = time.perf_counter()
    for one in read(Input(path, path.name), Reading(max_bytes=5_000_000)):
        if isinstance(one, Article):
            articles += 1
        else:
            failures += 1
    seconds = time.perf_counter() - start
    return {
        "mb": round(size_mb, 1),
        "articles": articles,
        "failures": failures,
        "seconds": round(seconds, 2),
        "mb_a_second": round(size_mb / seconds, 2),
        "peak_mb": round(_peak_mb(), 1),
        "before_mb": round(before_mb, 1),
    }


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


if __name__ == "__main__":
    main()
