"""One good file after the other, of every format that is taken: small, so that a changed byte changes something."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from PIL import Image
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from radiology.inference.dicom_files import compressed, dataset_of, dicom_file, written
from tests.unit.documents import made as documents
from tests.unit.speech import made as sounds

LETTER = "The patient was seen in the clinic with chest pain since Monday. She has no fever and no cough.\n"


def grey(rows: int = 40, columns: int = 48, top: int = 255) -> np.ndarray:
    shades = np.linspace(0, top, rows * columns).reshape(rows, columns)
    return shades.astype(np.uint8 if top < 256 else np.uint16)


def picture(format: str, mode: str = "L", **more: object) -> bytes:
    return documents.stored(Image.fromarray(grey()).convert(mode), format, **more)


def zipped(files: Mapping[str, bytes]) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return told.getvalue()


def _jpegs() -> list[bytes]:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "seen on Monday"
    return [picture("JPEG"), picture("JPEG", "RGB", progressive=True, exif=exif), picture("JPEG", "CMYK")]


def _pngs() -> list[bytes]:
    deep = documents.stored(Image.fromarray(grey(top=4095)), "PNG")
    return [picture("PNG"), picture("PNG", "P", transparency=3), picture("PNG", "RGBA"), deep]


def _webps() -> list[bytes]:
    frames = [Image.fromarray(grey()).convert("RGB"), Image.new("RGB", (48, 40), "red")]
    moving = documents.stored(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    return [picture("WEBP", "RGB"), picture("WEBP", "RGBA", lossless=True), moving]


def _tiffs() -> list[bytes]:
    two = documents.stored(Image.fromarray(grey()), "TIFF", save_all=True, append_images=[Image.new("L", (30, 30))])
    colours = [picture("TIFF", "RGB", compression=packed) for packed in ("tiff_lzw", "jpeg")]
    return [
        picture("TIFF", "1", compression="group4"),
        *colours,
        picture("TIFF", compression="tiff_adobe_deflate"),
        two,
    ]


def _dicoms() -> list[bytes]:
    more = {"WindowCenter": "1000", "WindowWidth": "500", "PatientName": "Alder^Ana", "PatientAge": "041Y",
            "PixelSpacing": ["0.2", "0.2"], "StudyDate": "20260102"}  # fmt: skip
    plain = dicom_file(grey())
    deep = dicom_file(grey(top=4095), bits=12, photometric="MONOCHROME1", more=more)
    colours = np.stack([grey()] * 3, axis=2)
    deflated = written(dataset_of(grey(), more=more), DeflatedExplicitVRLittleEndian)
    packed = [compressed(plain, syntax) for syntax in (RLELossless, JPEG2000Lossless)]
    jpeg = dataset_of(grey(), more=more)
    from pydicom.encaps import encapsulate

    jpeg.PixelData = encapsulate([picture("JPEG")])
    jpeg["PixelData"].is_undefined_length = True
    return [plain, deep, dicom_file(colours, photometric="RGB"), deflated, *packed, written(jpeg, JPEGBaseline8Bit)]


def _pdfs() -> list[bytes]:
    scan = documents.scan("Chest pain since Monday.").resize((155, 219))
    return [documents.pdf([LETTER], ["Second page."]), documents.pdf([LETTER], password=""),
            documents.scanned_pdf(scan, stamp="7"), documents.pdf([LETTER], rotated=90)]  # fmt: skip


def _docxs() -> list[bytes]:
    rows = "".join(f"<w:tr><w:tc>{documents.paragraph('a')}</w:tc></w:tr>" for _ in range(3))
    return [documents.docx(footnotes=documents.part("footnotes", documents.paragraph("A note."))),
            documents.docx(documents.paragraph(LETTER) + f"<w:tbl>{rows}</w:tbl>")]  # fmt: skip


def _texts() -> list[bytes]:
    return [
        LETTER.encode(),
        LETTER.encode("utf-16"),
        ("Señora de 70 años. " * 5).encode("cp1252"),
        b"\xef\xbb\xbf" + LETTER.encode(),
    ]


def _zips() -> list[bytes]:
    film, line = picture("PNG"), json.dumps({"id": 1, "text": LETTER}).encode()
    return [zipped({"a/film.png": film, "note.txt": LETTER.encode(), "rows.jsonl": line}),
            zipped({"one.dcm": dicom_file(grey()), "inner.zip": zipped({"film.png": film})})]  # fmt: skip


def _csvs() -> list[bytes]:
    table = "id,age,note\n" + "".join(f'{number},{40 + number},"fever, ""high"""\n' for number in range(20))
    return [table.encode(), table.replace(",", "\t").encode(), table.encode("utf-16")]


def _jsons() -> list[bytes]:
    bundle = {"resourceType": "Bundle", "total": 3, "entry": [{"id": "a", "value": 1.5e3, "text": "año \\ \u2028"}]}
    row = {"id": 1, "text": LETTER}
    patient = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1961-04-02"}
    fever = {"resourceType": "Condition", "recordedDate": "2026-01-05", "code": {"text": "fever"}}
    record = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}, {"resource": fever}]}
    return [
        json.dumps(record).encode(),
        json.dumps(bundle).encode(),
        json.dumps(row).encode(),
        json.dumps([1, [2, [3, {"deep": [True, None]}]]]).encode(),
    ]


def _rows() -> list[bytes]:
    lines = [{"id": number, "text": LETTER} for number in range(5)]
    return ["".join(json.dumps(line) + "\n" for line in lines).encode()]


def _sounds(kind: str) -> Callable[[], list[bytes]]:
    def made() -> list[bytes]:
        return [sounds.stored(sounds.tone(0.4), kind), sounds.stored(sounds.noise(0.3), kind, rate=16_000)]

    return made


_MAKERS: dict[str, Callable[[], list[bytes]]] = {
    "jpeg": _jpegs, "png": _pngs, "webp": _webps, "tiff": _tiffs, "dicom": _dicoms, "pdf": _pdfs, "docx": _docxs,
    "text": _texts, "zip": _zips, "csv": _csvs, "json": _jsons, "jsonl": _rows, "wav": _sounds("wav"),
    "flac": _sounds("flac"), "ogg": _sounds("ogg"), "mp3": _sounds("mp3"), "mp4": _sounds("m4a"),
    "webm": _sounds("webm"),
}  # fmt: skip
FORMATS = tuple(_MAKERS)


@cache
def of(format: str) -> tuple[bytes, ...]:
    return tuple(_MAKERS[format]())
