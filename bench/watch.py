"""How soon an article that is dropped into a hot folder stands on the index page.

    python bench/watch.py [--rounds 10] [--briefs 0] [--profile tiny]

Starts ``trans watch`` and drops articles into its folder, first written in place, then renamed into place, each when the one
before is on the page. Prints JSON, medians: seconds from the file's closing to its name in index.html, the seconds that its
translation takes by itself in another process, and what is between them. ``--briefs`` are in the output folder before.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index import PARAGRAPHS, make  # bench/index.py

from trans.api import Translator

# About 1,000 characters: a short news item.
SENTENCES = (
    "أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة {n} مليون دولار.",
    "وقال الوزير إن العمل يبدأ في الربيع، وأضاف أن المشروع يخدم {n} مدينة في شمال البلاد.",
    "وتعاني المنطقة من شح الأمطار منذ سنوات، ويأمل السكان في حل قريب لهذه الأزمة الطويلة.",
)
POLL_S = 0.005
# Between the writing of a file's last byte and its renaming; times of files are good to some milliseconds.
TRANSFER_S = 0.02
TIMEOUT_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--briefs", type=int, default=0)
    parser.add_argument("--profile", default="tiny")
    arguments = parser.parse_args()
    articles = [article(number) for number in range(arguments.rounds)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make(folder / "out", arguments.briefs, PARAGRAPHS)
        placed, renamed = _dropped(folder, articles, arguments.profile)
    alone = _alone(articles, arguments.profile)
    own = statistics.median(alone)
    report = {
        "briefs_before": arguments.briefs,
        "profile": arguments.profile,
        "written_in_place_s": round(statistics.median(placed), 3),
        "renamed_into_place_s": round(statistics.median(renamed), 3),
        "slowest_s": round(max(placed + renamed), 3),
        "translation_alone_s": round(own, 3),
        "beside_translation_s": round(statistics.median(placed) - own, 3),
        "all_s": [round(seconds, 3) for seconds in (*placed, *renamed)],
    }
    json.dump(report, sys.stdout, indent=1)
    print()


def article(number: int) -> str:
    """An article with numbers of its own, so that none of its sentences was decoded before."""
    parts = [sentence.format(n=100 * number + count) for count in range(4) for sentence in SENTENCES]
    return "\n\n".join([f"الوزارة تعلن خطة جديدة للمياه رقم {number}", *parts]) + "\n"


def _dropped(folder: Path, articles: list[str], profile: str) -> tuple[list[float], list[float]]:
    """Return the seconds to the page of the articles written in place, and of those renamed into place."""
    inbox, out = folder / "inbox", folder / "out"
    inbox.mkdir()
    command = [sys.executable, "-m", "trans", "watch", inbox, "--out", out, "--profile", profile, "--memory", "off"]
    times: tuple[list[float], list[float]] = ([], [])
    with subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True) as process:
        next(line for line in process.stderr or () if "Watching" in line)
        # The first article finds nothing warm: no index was made yet.
        for number, text in enumerate([article(10_000), *articles, *map(_again, articles)]):
            name = f"article-{number}.txt"
            if renamed := number > len(articles):
                (inbox / f".{name}").write_text(text, encoding="utf-8")
                time.sleep(TRANSFER_S)
                os.rename(inbox / f".{name}", inbox / name)  # noqa: PTH104
            else:
                (inbox / name).write_text(text, encoding="utf-8")
            seconds = _until_listed(out / "index.html", name)
            if number:
                times[renamed].append(seconds)
        process.terminate()
        process.communicate()
    return times


def _again(text: str) -> str:
    return text.replace("مليون", "ألف")


def _until_listed(index: Path, name: str) -> float:
    started = time.perf_counter()
    seen = -1
    while time.perf_counter() - started < TIMEOUT_S:
        if index.exists() and (changed := index.stat().st_mtime_ns) != seen:
            seen = changed
            if name in index.read_text(encoding="utf-8"):
                return time.perf_counter() - started
        time.sleep(POLL_S)
    raise SystemExit(f"{name} is not on the page after {TIMEOUT_S:.0f} s")


def _alone(articles: list[str], profile: str) -> list[float]:
    times = []
    with Translator(profile) as translator:
        translator.load()
        translator.brief(article(10_000))
        for text in articles:
            started = time.perf_counter()
            translator.brief(text)
            times.append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    main()
