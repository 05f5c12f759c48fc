"""How well libraries give back the text of Arabic PDFs: their words, the words' order, and their numbers.

    python bench/pdf.py [--makers chromium libreoffice] [--libraries FOLDER] [--folder DIR]

Four articles of ``inputs`` and one text mixed with Latin, numbers and vowel marks, in four fonts, one of them in two columns too;
made into PDFs by Chromium and LibreOffice in a temporary folder (below --folder), and read by pypdfium2, pypdf, pdfplumber,
PyMuPDF and pdftotext. Prints JSON: PDFs by maker; by reader and maker the mean shares of words right and in order, and of numbers
right, and the worst text's; what is ``absent``, and the fonts that are. Vowel marks, tatweel and signs of direction don't count.
``--libraries`` is where the libraries were installed, if not beside ``trans``.
"""

import argparse
import importlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from statistics import mean

from trans.article import Article
from trans.sources import Input, Reading, read

INPUTS = Path(__file__).parents[1] / "inputs"
ARTICLES = (
    "region/water-talks.txt",
    "economy/trade-figures.txt",
    "sports/marathon-cp1256.txt",
    "science/mangrove-restoration.txt",
)
MIXED = (
    "لا خلاف على الأرقام: نمو بنسبة 3.7% في قطاع iPhone والتقنية",
    "قال رئيس شركة Gulf Data Center LLC أمس إن الإيرادات بلغت 1,250 مليون دولار (نحو 940 مليون يورو) في الربع الثاني "
    "من عام 2026، بزيادة 12.5٪ عن العام الماضي.",
    "وأضاف في بيان عبر البريد press@example.org أن الخدمة +971-4-555-0100 تعمل من الساعة 9:30 إلى 17:45، وأن نسخة "
    "COVID-19 من التطبيق v2.1 ستتوقف في 31/12/2026.",
    "وكان اللاعبون قد لاحظوا أن الإصلاحات الأخيرة لا تشمل الملاعب الآسيوية، ولم تُعلَن الأسباب حتى الآن. وقال الله تعالى "
    "في كتابه: ﴿وَقُلِ اعْمَلُوا﴾.",
    "مُحَمَّدٌ رَسُولٌ وَالْعِلْمُ نُورٌ: نَصٌّ مُشَكَّلٌ بِالْكَامِلِ لِاخْتِبَارِ الْحَرَكَاتِ وَالشَّدَّةِ وَالتَّنْوِينِ.",
    "وبلغ عدد الزوار ٣٥٠٠ زائر في اليوم الأول، و٤٫٢ ألف في اليوم الثاني، وفق إحصاءات «المكتب» الرسمية.",
)
# A font, and in how many columns.
LAYOUTS = (
    ("Noto Naskh Arabic", 1),
    ("Noto Naskh Arabic", 2),
    ("Amiri", 1),
    ("DejaVu Sans", 1),
    ("Noto Kufi Arabic", 1),
)

_DIRECTION = re.compile("[\u202a-\u202e]")
_UNSEEN = re.compile("[\u0000\u0002\u00ad\u0640\u200b-\u200f\u2066-\u2069\ufeff\ufffe]")
_VOWELS = re.compile("[\u064b-\u0652\u0670]")
_WORD = re.compile(r"[^\W\d_]+|\d(?:[\d.,:/\-٫٬]*\d)?")

_HTML = """<html dir=rtl lang=ar><meta charset=utf-8><style>body {{font: 12pt "{font}"}} p {{text-align: justify}}
div {{column-count: {columns}; column-gap: 2em}}</style><body><h1>{title}</h1><div>{body}</div></body></html>"""
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_ODT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{_NAMES}:office:1.0" xmlns:style="{_NAMES}:style:1.0" xmlns:text="{_NAMES}:text:1.0"
 xmlns:fo="{_NAMES}:xsl-fo-compatible:1.0" xmlns:svg="{_NAMES}:svg-compatible:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'{{font}}'"/></office:font-face-decls>
<office:automatic-styles><style:style style:name="P" style:family="paragraph">
<style:paragraph-properties fo:text-align="start" style:writing-mode="rl-tb" fo:margin-bottom="0.3cm"/>
<style:text-properties style:font-name="F" style:font-name-complex="F" fo:font-size="12pt" style:font-size-complex="12pt"
 style:language-complex="ar" style:country-complex="SA"/></style:style>
<style:style style:name="S" style:family="section">
<style:section-properties style:writing-mode="rl-tb" text:dont-balance-text-columns="false">
<style:columns fo:column-count="{{columns}}" fo:column-gap="1cm"/></style:section-properties></style:style>
</office:automatic-styles><office:body><office:text><text:p text:style-name="P">{{title}}</text:p>
<text:section text:style-name="S" text:name="s">{{body}}</text:section></office:text></office:body></office:document>"""
_PARAGRAPH = '<text:p text:style-name="P">{}</text:p>'


def texts() -> dict[str, list[str]]:
    """Return the paragraphs of each text, headline first."""
    found = {"mixed": list(MIXED)}
    for name in ARTICLES:
        (article,) = read(Input(INPUTS / name, name), Reading(max_bytes=5_000_000))
        if not isinstance(article, Article):
            raise SystemExit(f"{name} {article.reason}")
        paragraphs = (paragraph.marker + paragraph.text for paragraph in article.paragraphs)
        found[Path(name).stem] = [article.headline, *article.decks, *paragraphs]
    return found


def by_chromium(folder: Path, sources: dict[str, tuple[list[str], str, int]]) -> None:
    program = shutil.which("chromium") or "google-chrome"
    for stem, (paragraphs, font, columns) in sources.items():
        page = folder / f"{stem}.html"
        title, *rest = map(escape, paragraphs)
        body = "".join(f"<p>{text}</p>" for text in rest)
        page.write_text(_HTML.format(font=font, columns=columns, title=title, body=body), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        _quietly(
            [
                program,
                *options,
                f"--user-data-dir={folder / 'profile'}",
                f"--print-to-pdf={folder / stem}.pdf",
                page.as_uri(),
            ]
        )


def by_libreoffice(folder: Path, sources: dict[str, tuple[list[str], str, int]]) -> None:
    pages = []
    for stem, (paragraphs, font, columns) in sources.items():
        title, *rest = map(escape, paragraphs)
        body = "".join(map(_PARAGRAPH.format, rest))
        pages.append(folder / f"{stem}.fodt")
        pages[-1].write_text(_ODT.format(font=font, columns=columns, title=title, body=body), encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    _quietly(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, pages)])


def _quietly(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=300)


MAKERS = {
    "chromium": (("chromium", "google-chrome"), by_chromium),
    "libreoffice": (("soffice",), by_libreoffice),
}


def pypdfium2(path: Path) -> str:
    with importlib.import_module("pypdfium2").PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def pypdf(path: Path) -> str:
    return "\n".join(page.extract_text() for page in importlib.import_module("pypdf").PdfReader(path).pages)


def pdfplumber(path: Path) -> str:
    with importlib.import_module("pdfplumber").open(path) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def pymupdf(path: Path) -> str:
    with importlib.import_module("pymupdf").open(path) as document:
        return "\n".join(page.get_text() for page in document)


def pdftotext(path: Path) -> str:
    command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode()


READERS: dict[str, Callable[[Path], str]] = {
    reader.__name__: reader for reader in (pypdfium2, pypdf, pdfplumber, pymupdf, pdftotext)
}


def is_here(reader: str) -> bool:
    if reader == "pdftotext":
        return shutil.which(reader) is not None
    try:
        importlib.import_module(reader)
    except ImportError:
        return False
    return True


def words(text: str) -> list[str]:
    plain = _UNSEEN.sub("", _DIRECTION.sub(" ", unicodedata.normalize("NFKC", text)))
    return _WORD.findall(_VOWELS.sub("", plain))


def judge(truth: list[str], got: list[str]) -> tuple[float, float]:
    """Return the share of words right and in order, and that of numbers right."""
    blocks = SequenceMatcher(None, truth, got, autojunk=False).get_matching_blocks()
    numbers = Counter(word for word in truth if word[0].isdigit())
    right = (numbers & Counter(got)).total()
    return sum(block.size for block in blocks) / len(truth), right / numbers.total()


def measure(folder: Path, maker: str, readers: list[str], report: dict[str, dict[str, dict[str, float]]]) -> int:
    """Add the shares of each reader to ``report``; return how many PDFs were made."""
    sources = {
        f"{name}-{number}": (paragraphs, font, columns)
        for name, paragraphs in texts().items()
        for number, (font, columns) in enumerate(LAYOUTS)
    }
    MAKERS[maker][1](folder, sources)
    for reader in readers:
        shares = [
            judge(words("\n".join(paragraphs)), words(READERS[reader](folder / f"{stem}.pdf")))
            for stem, (paragraphs, _, _) in sources.items()
        ]
        in_order, numbers = zip(*shares, strict=True)
        report[reader][maker] = {
            "words": round(mean(in_order), 2),
            "numbers": round(mean(numbers), 2),
            "worst_words": round(min(in_order), 2),
        }
    return len(sources)


def fonts_absent() -> list[str]:
    """Return the fonts that are not installed: their PDFs were made with others."""
    program = shutil.which("fc-list")
    if program is None:
        return []
    listed = subprocess.run([program, ":", "family"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return sorted({font for font, _ in LAYOUTS if font not in listed})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--makers", nargs="+", choices=MAKERS, default=list(MAKERS))
    parser.add_argument("--libraries", type=Path)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.libraries:
        sys.path.insert(0, str(arguments.libraries))
    makers = [maker for maker in arguments.makers if any(map(shutil.which, MAKERS[maker][0]))]
    readers = list(filter(is_here, READERS))
    report: dict[str, dict[str, dict[str, float]]] = {reader: {} for reader in readers}
    made = {}
    for maker in makers:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
            made[maker] = measure(Path(temporary), maker, readers, report)
    absent = [*(set(arguments.makers) - set(makers)), *(set(READERS) - set(readers)), *fonts_absent()]
    json.dump({"pdfs": made, "shares": report, "absent": sorted(absent)}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
