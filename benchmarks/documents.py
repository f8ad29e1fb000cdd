"""`python -m benchmarks.documents NOTES.jsonl[.gz]... [--copies 500] [--scans 40]`: the text of documents, measured.

Rows of NOTES have a `text` or `transcription` in English. Printed are, each with n and its 95 % interval: the language
told of the notes, of their beginnings and of the translations that come with the packages installed here; copies of
notes that were changed in twelve ways and put among the others, and which notes are called copies unprovoked; the
words that come back from scans drawn from the notes; and what each way in costs.
"""

import argparse
import gzip
import io
import json
import random
import re
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import django
import numpy as np
import polib
import rest_framework
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.pdfgen import canvas

from benchmarks.doubt.report import percent, share
from clinic.inference import child
from clinic.inference.documents import open_bounded
from clinic.inference.documents.languages import ENGLISH, OTHER, SPANISH, UNKNOWN, language_of
from clinic.inference.near_duplicates import Relation, Shelf, Signature, compare, signature
from clinic.words import folded

PLACEHOLDER = re.compile(r"%\(\w+\)\w|%\w|\{\w*\}")
PIECE = 4
Change = Callable[[str, random.Random, list[str]], str]


def notes(paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as rows:
            told = (json.loads(row) for row in rows)
            found += [row.get("text") or row["transcription"] for row in told]
    return list(dict.fromkeys(found))


# --- language ---------------------------------------------------------------------------------------------------------


def tell_languages(texts: list[str]) -> None:
    spanish, others = _translations()
    for length in (100_000, 300, 100):
        told = [language_of(text[:length]) for text in texts]
        size = "whole notes" if length > 1_000 else f"their first {length} characters"
        wrong = told.count(OTHER) + told.count(SPANISH)
        print(f"{size}: English {percent(share([one == ENGLISH for one in told]), 'notes')}, "
              f"too little to tell {told.count(UNKNOWN)}, another {wrong}")  # fmt: skip
    told = [language_of(text) for text in spanish]
    print(f"Spanish: Spanish {percent(share([one == SPANISH for one in told]), 'texts')}, "
          f"too little to tell {told.count(UNKNOWN)}")  # fmt: skip
    told = [language_of(text) for text in others]
    print(f"other languages: not called English or Spanish "
          f"{percent(share([one not in (ENGLISH, SPANISH) for one in told]), 'texts')}, "
          f"called another {percent(share([one == OTHER for one in told]), 'texts')}")  # fmt: skip


def _translations() -> tuple[list[str], list[str]]:
    """Six sentences each, of Spanish and of all other languages that the packages speak."""
    spanish: list[str] = []
    others: list[str] = []
    for language, sentences in _sentences().items():
        texts = [" ".join(sentences[start : start + 6]) for start in range(0, len(sentences) - 5, 6)]
        (spanish if language.startswith("es") else others).extend(texts)
    return spanish, others


def _sentences() -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for package in (django, rest_framework):
        for file in sorted(Path(package.__path__[0]).rglob("locale/*/LC_MESSAGES/django.mo")):
            language = file.parts[-3]
            for entry in polib.mofile(str(file)):
                text = PLACEHOLDER.sub("", entry.msgstr)
                if len(text.split()) >= 4 and entry.msgid != entry.msgstr and not language.startswith("en"):
                    found[language][text] = None
    return {language: list(texts) for language, texts in found.items()}


# --- copies -----------------------------------------------------------------------------------------------------------


def _words_swapped(part: float) -> Change:
    def change(text: str, draw: random.Random, all_words: list[str]) -> str:
        return " ".join(draw.choice(all_words) if draw.random() < part else word for word in text.split())

    return change


def _cut(part: float) -> Change:
    def change(text: str, draw: random.Random, _all_words: list[str]) -> str:
        words = text.split()
        kept = int(len(words) * part)
        start = draw.randrange(len(words) - kept + 1)
        return " ".join(words[start : start + kept])

    return change


def _added(part: float) -> Change:
    def change(text: str, draw: random.Random, all_words: list[str]) -> str:
        more = int(len(text.split()) * part)
        start = draw.randrange(len(all_words) - more)
        return f"{text} {' '.join(all_words[start : start + more])}"

    return change


def _numbers(text: str, draw: random.Random, _all_words: list[str]) -> str:
    return "".join(draw.choice("0123456789") if letter.isdigit() else letter for letter in text)


def _shuffled(text: str, draw: random.Random, _all_words: list[str]) -> str:
    sentences = text.split(".")
    draw.shuffle(sentences)
    return ".".join(sentences)


CHANGES: dict[str, Change] = {
    "another layout": lambda text, _draw, _words: text.upper().replace(" ", "\n"),
    "other numbers": _numbers,
    "sentences in another order": _shuffled,
    "5 % of the words changed": _words_swapped(0.05),
    "10 % of the words changed": _words_swapped(0.1),
    "20 % of the words changed": _words_swapped(0.2),
    "70 % of it": _cut(0.7),
    "half of it": _cut(0.5),
    "a third of it": _cut(0.33),
    "half as much added": _added(0.5),
    "as much added": _added(1.0),
    "twice as much added": _added(2.0),
}


def tell_copies(texts: list[str], count: int) -> None:
    signatures = [signature(text) for text in texts]
    shelf = Shelf((str(number), kept) for number, kept in enumerate(signatures))
    draw, all_words = random.Random(3), " ".join(texts).split()
    long_enough = [number for number, text in enumerate(texts) if len(text.split()) >= 60]
    chosen = draw.sample(long_enough, min(count, len(long_enough)))
    for name, change in CHANGES.items():
        found = [shelf.look(signature(change(texts[number], draw, all_words))) is not None for number in chosen]
        print(f"copies found, {name}: {percent(share(found), 'copies')}")
    _tell_alarms(texts, signatures)


def _tell_alarms(texts: list[str], signatures: list[Signature]) -> None:
    """Notes of a collection do share text: each alarm is held against the pieces themselves."""
    pairs = len(texts) * (len(texts) - 1) // 2
    alarms = list(_alarms(signatures))
    shares = [_truly_shared(texts[one], texts[other]) for one, other in alarms]
    false = percent(share([truly < 0.4 for truly in shares]), "alarms")
    print(f"pairs of notes called copies: {len(alarms)} of {pairs:,}; less than 40 % of the shorter shared by {false}")


def _alarms(signatures: list[Signature]) -> Iterator[tuple[int, int]]:
    firsts = np.stack([kept.firsts for kept in signatures])
    for one in range(len(signatures)):
        near = np.flatnonzero((firsts[one + 1 :] == firsts[one]).mean(axis=1) >= 0.1) + one + 1
        for other in near.tolist():
            if compare(signatures[one], signatures[other]).relation != Relation.DIFFERENT:
                yield one, other


def _truly_shared(one: str, other: str) -> float:
    pieces = [_pieces(text) for text in (one, other)]
    return len(pieces[0] & pieces[1]) / max(min(map(len, pieces)), 1)


def _pieces(text: str) -> set[tuple[str, ...]]:
    words = folded(text).split()
    return set(zip(*(words[start:] for start in range(min(PIECE, len(words)))), strict=False))


# --- scans and costs --------------------------------------------------------------------------------------------------


def sheet(text: str, number: int) -> tuple[Image.Image, str]:
    """Up to thirty lines on A4 at 150 dots per inch, a little askew, soft and grainy as scans are."""
    page, font = Image.new("L", (1240, 1754), 250), ImageFont.load_default(22)
    pen, lines, words = ImageDraw.Draw(page), [""], text.split()
    for word in words:
        if len(f"{lines[-1]} {word}") > 85:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    for row, line in enumerate(lines[:30]):
        pen.text((100, 120 + row * 48), line, fill=30, font=font)
    dice = np.random.default_rng(number)
    askew = page.rotate(float(dice.uniform(-1, 1)), fillcolor=250).filter(ImageFilter.GaussianBlur(0.6))
    grey = np.asarray(askew) + dice.normal(0, 8, (1754, 1240))
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8)), " ".join(lines[:30])


def tell_scans(texts: list[str], count: int) -> None:
    found_words, seconds, letters = [], [], []
    for number, text in enumerate(random.Random(5).sample(texts, count)):
        drawn, said = sheet(text, number)
        stored = io.BytesIO()
        drawn.save(stored, "JPEG", quality=70)
        began = time.perf_counter()
        read = open_bounded(stored.getvalue())
        seconds.append(time.perf_counter() - began)
        known = set(folded(read.text).split())
        found_words += [word in known for word in folded(said).split()]
        squeezed = re.sub(r"\W", "", read.text)
        letters.append(abs(len(squeezed) - len(re.sub(r"\W", "", said))) / max(len(squeezed), 1))
    print(f"words that come back from scans: {percent(share(found_words), f'words of {count} pages')}")
    print(
        f"    letters too many or too few: median {median(letters):.2%}; a page takes {median(seconds):.1f} s (median)"
    )


def tell_costs(texts: list[str]) -> None:
    chosen = random.Random(6).sample(texts, 100)
    ways = {"text": lambda text: text.encode(), "DOCX": _docx, "PDF": _pdf}
    for name, way in ways.items():
        files = [way(text) for text in chosen]
        seconds = [_timed(file) for file in files]
        print(f"{name}: median {1000 * median(seconds):.1f} ms, p95 {1000 * sorted(seconds)[95]:.1f} ms (n=100 files)")
    began = time.process_time()
    for text in chosen:
        signature(text)
    print(f"signature: {10 * (time.process_time() - began):.2f} ms (mean, n=100 notes)")


def _timed(file: bytes) -> float:
    began = time.perf_counter()
    open_bounded(file)
    return time.perf_counter() - began


def _pdf(text: str) -> bytes:
    out = io.BytesIO()
    drawn = canvas.Canvas(out)
    for start in range(0, len(text), 3_600):
        for row in range(40):
            drawn.drawString(40, 800 - row * 18, text[start + row * 90 : start + (row + 1) * 90])
        drawn.showPage()
    drawn.save()
    return out.getvalue()


def _docx(text: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in escaped.split("."))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", nargs="+", type=Path)
    parser.add_argument("--copies", type=int, default=500)
    parser.add_argument("--scans", type=int, default=40)
    asked = parser.parse_args()
    texts = notes(asked.notes)
    try:
        tell_languages(texts)
        tell_copies(texts, asked.copies)
        long_enough = [text for text in texts if len(text) > 500]
        tell_costs(long_enough)
        tell_scans(long_enough, asked.scans)
    finally:
        child.close()


if __name__ == "__main__":
    main()
