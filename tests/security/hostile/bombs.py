"""Small files that want much: pixels, pages, hours, depth, entries. All made here, none above what may be uploaded."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from PIL import Image
from pydicom import Dataset, Sequence
from pydicom.encaps import encapsulate
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from radiology.inference.dicom_files import dataset_of, dicom_file, written
from tests.security.hostile.mutants import PNG_MARK, _png_piece
from tests.security.hostile.samples import grey, picture, zipped
from tests.unit.documents import made as documents
from tests.unit.speech import made as sounds

Bomb = Callable[[], bytes]
MB = 1_000_000


def packed_zeros(count: int, *, level: int = 9, wbits: int = zlib.MAX_WBITS, filling: bytes = b"\0") -> bytes:
    packer = zlib.compressobj(level, wbits=wbits)
    block = filling * (MB // len(filling))
    told = [packer.compress(block) for _ in range(count // MB)]
    return b"".join([*told, packer.flush()])


# --- pictures ---------------------------------------------------------------------------------------------------------


def png_of(
    columns: int, rows: int, *, bits: int = 8, colour: int = 0, pixels: bytes | None = None, more: bytes = b""
) -> bytes:
    head = struct.pack(">IIBBBBB", columns, rows, bits, colour, 0, 0, 0)
    body = packed_zeros(MB) if pixels is None else pixels
    return PNG_MARK + _png_piece(b"IHDR", head) + more + _png_piece(b"IDAT", body) + _png_piece(b"IEND", b"")


def png_of_a_billion_pixels() -> bytes:
    return png_of(32_000, 32_000, bits=1, pixels=packed_zeros(128 * MB))


def png_of_more_than_there_are() -> bytes:
    return png_of(2**31 - 1, 2**31 - 1)


def png_of_deep_colours() -> bytes:
    """Few enough pixels, eight bytes each."""
    return png_of(5_400, 5_400, bits=16, colour=6, pixels=packed_zeros(234 * MB))


def png_with_a_large_text() -> bytes:
    return png_of(40, 40, more=_png_piece(b"zTXt", b"Comment\0\0" + packed_zeros(200 * MB, filling=b"a")))


def png_with_a_large_profile() -> bytes:
    return png_of(40, 40, more=_png_piece(b"iCCP", b"icc\0\0" + packed_zeros(200 * MB)))


def png_with_many_texts() -> bytes:
    text = _png_piece(b"zTXt", b"Comment\0\0" + packed_zeros(MB, filling=b"a"))
    return png_of(40, 40, more=text * 2_000)


def jpeg_resized(columns: int, rows: int) -> bytes:
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", rows, columns)
    return bytes(data)


def jpeg_of_four_billion_pixels() -> bytes:
    return jpeg_resized(65_500, 65_500)


def jpeg_of_many_scans() -> bytes:
    """A progressive picture whose last scan comes a few thousand times: each goes over every pixel."""
    large = documents.stored(Image.new("L", (5_000, 5_000), 100), "JPEG", progressive=True)
    start = large.rindex(b"\xff\xda")
    return large[:-2] + large[start:-2] * 1_000 + large[-2:]


def webp_of_many_pixels() -> bytes:
    return documents.stored(Image.new("RGB", (16_383, 3_000)), "WEBP", lossless=True, method=0)


def tiff_of_many_pixels() -> bytes:
    return documents.stored(Image.new("1", (30_000, 30_000)), "TIFF", compression="group4")


def tiff_of(*entries: tuple[int, int, int, int], following: int = 0, data: bytes = b"") -> bytes:
    """One directory: tag, type, count, value."""
    told = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + told + struct.pack("<I", following) + data


def tiff_that_goes_round() -> bytes:
    size = ((256, 4, 1, 40), (257, 4, 1, 40), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8))
    return tiff_of(*size, following=8)


def tiff_of_many_pages() -> bytes:
    """Directories that overlap: a page for every two bytes."""
    size = ((256, 4, 1, 20_000), (257, 4, 1, 1_500), (258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0), (273, 4, 1, 8),
            (279, 4, 1, 8))  # fmt: skip
    step = 2 + 12 * len(size) + 4
    pages = []
    for number in range(20_000):
        told = struct.pack("<H", len(size)) + b"".join(struct.pack("<HHII", *entry) for entry in size)
        pages.append(told + struct.pack("<I", 8 + step * (number + 1) if number < 19_999 else 0))
    return b"II*\0" + struct.pack("<I", 8) + b"".join(pages)


def tiff_with_many_strips() -> bytes:
    many = 2**31 - 1
    return tiff_of((256, 4, 1, 40), (257, 4, 1, 40), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
                   (273, 4, many, 100), (278, 4, 1, 1), (279, 4, many, 100), data=bytes(1000))  # fmt: skip


def tiff_deflated() -> bytes:
    strip = packed_zeros(300 * MB)
    return tiff_of((256, 4, 1, 6_000), (257, 4, 1, 6_600), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1),
                   (273, 4, 1, 8 + 2 + 9 * 12 + 4), (277, 3, 1, 16), (278, 4, 1, 6_600), (279, 4, 1, len(strip)),
                   data=strip)  # fmt: skip


# --- DICOM ------------------------------------------------------------------------------------------------------------


def dicom_deflated() -> bytes:
    plain = written(dataset_of(grey()), DeflatedExplicitVRLittleEndian)
    from radiology.inference.opening.inflating import _meta

    return plain[: _meta(plain)[0]] + packed_zeros(300 * MB, wbits=-zlib.MAX_WBITS)


def dicom_of_many_pixels() -> bytes:
    return dicom_file(grey(), more={"Rows": 65_535, "Columns": 65_535})


def dicom_of_many_frames() -> bytes:
    return dicom_file(grey(), more={"NumberOfFrames": 2**31 - 1, "Rows": 5_000, "Columns": 5_000})


def dicom_nested() -> bytes:
    """Sequences within sequences, of unknown length: the reader goes down, and down."""
    deep = b"".join(struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF)
                    + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) for _ in range(60_000))  # fmt: skip
    return _before_the_pixels(deep)


def _before_the_pixels(more: bytes) -> bytes:
    data = dicom_file(grey())
    at = data.index(struct.pack("<HH", 0x0028, 0x0002))
    return data[:at] + more + data[at:]


def dicom_with_many_numbers() -> bytes:
    return dicom_file(grey(), more={"WindowCenter": ["1"] * 30_000, "WindowWidth": ["1"] * 30_000})


def dicom_with_many_items() -> bytes:
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    body = item * 1_500_000
    return _before_the_pixels(struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, len(body)) + body)


def dicom_with_many_elements() -> bytes:
    return _before_the_pixels(struct.pack("<HH2sH", 0x0011, 0x1001, b"LO", 0) * 3_000_000)


def _packed_dicom(codestream: bytes, syntax: str, rows: int = 40, columns: int = 48) -> bytes:
    made = dataset_of(grey(), more={"Rows": rows, "Columns": columns})
    made.PixelData = encapsulate([codestream])
    made["PixelData"].is_undefined_length = True
    return written(made, syntax)


def dicom_around_a_large_jpeg() -> bytes:
    return _packed_dicom(jpeg_resized(65_500, 65_500), JPEGBaseline8Bit)


def dicom_around_a_large_jpeg_2000() -> bytes:
    """Its own header says another size than the file's."""
    data = bytearray(documents.stored(Image.fromarray(grey()), "JPEG2000", no_jp2=True))
    at = data.index(b"\xff\x51") + 6
    data[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    data[at + 16 : at + 24] = struct.pack(">II", 60_000, 60_000)
    return _packed_dicom(bytes(data), JPEG2000Lossless)


def dicom_run_lengths() -> bytes:
    """Two bytes become 128, a million times."""
    body = b"\x81\0" * 3 * MB
    return _packed_dicom(struct.pack("<16I", 1, 64, *[0] * 14) + body, RLELossless, 5_000, 5_000)


def dicom_with_a_large_table() -> bytes:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [0, 0, 16])
    item.add_new("LUTData", "OW", bytes(20 * MB))
    return dicom_file(grey(), more={"VOILUTSequence": Sequence([item] * 2)})


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf_of(*things: bytes) -> bytes:
    """Objects from 1 on; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, thing in enumerate(things, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, thing)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(things) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(things) + 1, at)


CATALOGUE, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 200 200]>>"


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(data), more, data)


def pdf_page(content: bytes, *others: bytes, resources: bytes = b"") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<%b>>>>" % resources
    return pdf_of(CATALOGUE, PAGES, page, content, *others)


def pdf_content_deflated() -> bytes:
    return pdf_page(stream(packed_zeros(300 * MB, filling=b"q Q "), b"/Filter/FlateDecode"))


def pdf_deflated_many_times() -> bytes:
    data = packed_zeros(300 * MB, filling=b"q Q ")
    for _ in range(4):
        data = zlib.compress(data)
    return pdf_page(stream(data, b"/Filter[" + b"/FlateDecode" * 5 + b"]"))


def pdf_of_a_large_picture() -> bytes:
    picture = stream(packed_zeros(200 * MB), b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
                     b"/ColorSpace/DeviceRGB/Filter/FlateDecode")  # fmt: skip
    return pdf_page(stream(b"200 0 0 200 0 0 cm /P Do"), picture, resources=b"/XObject<</P 5 0 R>>")


def pdf_of_many_pages() -> bytes:
    kids = b"".join(b"%d 0 R " % (number + 3) for number in range(100_000))
    pages = b"<</Type/Pages/Count 100000/Kids[%b]/MediaBox[0 0 9 9]>>" % kids
    return pdf_of(CATALOGUE, pages, *[b"<</Type/Page/Parent 2 0 R>>"] * 100_000)


def pdf_whose_pages_go_round() -> bytes:
    return pdf_of(CATALOGUE, b"<</Type/Pages/Count 999999/Kids[2 0 R 2 0 R]>>")


def pdf_of_forms_within_forms() -> bytes:
    """Each draws the next ten times: ten levels are ten thousand million."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    forms = [stream(b"/N Do " * 10, form + b"/Resources<</XObject<</N %d 0 R>>>>" % (6 + at)) for at in range(10)]
    last = stream(b"0 0 1 1 re f", form)
    return pdf_page(stream(b"/N Do"), *forms, last, resources=b"/XObject<</N 5 0 R>>")


def pdf_nested() -> bytes:
    return pdf_of(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 9 9]>>",
                  b"<</Type/Page/Parent 2 0 R/A " + b"[" * MB + b"]" * MB + b">>")  # fmt: skip


def pdf_with_much_text() -> bytes:
    words = b"BT /F 1 Tf " + b"(word word word word) Tj " * 400_000 + b"ET"
    return pdf_page(stream(zlib.compress(words), b"/Filter/FlateDecode"),
                    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", resources=b"/Font<</F 5 0 R>>")  # fmt: skip


def pdf_of_a_huge_page() -> bytes:
    return pdf_page(stream(b"0 0 1 1 re f")).replace(b"[0 0 200 200]", b"[0 0 1e9 1e9]")


# --- archives ---------------------------------------------------------------------------------------------------------


def docx_of_zeros() -> bytes:
    return documents.bomb_docx(200 * MB)


def docx_deep() -> bytes:
    return documents.docx("<w:p>" * MB + "</w:p>" * MB)


def docx_with_entities() -> bytes:
    """The billion laughs."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    kind = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "laugh">{lines}]>'
    document = f"{kind}<w:document {documents.SPACE}>&l11;</w:document>"
    return documents.packed({"word/document.xml": document})


def docx_of_many_parts() -> bytes:
    return documents.packed(
        {**dict.fromkeys((f"word/media/{n}.png" for n in range(30_000)), "x"), "word/document.xml": "x"}
    )


def zip_of_zeros() -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("film.png", "w") as inside:
        for _ in range(300):
            inside.write(bytes(MB))
    return told.getvalue()


def zip_within_zip() -> bytes:
    inner = zip_of_zeros()
    for level in range(6):
        inner = zipped({f"{level}-{n}.zip": inner for n in range(4)})
    return inner


def zip_of_many() -> bytes:
    return zipped(dict.fromkeys((f"{n}.png" for n in range(60_000)), b""))


def zip_that_overlaps() -> bytes:
    """A thousand names for the same packed bytes."""
    kernel = packed_zeros(100 * MB, wbits=-zlib.MAX_WBITS)
    total = zlib.crc32(bytes(MB) * 100)
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.png", b"")
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, total, len(kernel), 100 * MB, 8, 0) + b"film.png"
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, total, len(kernel), 100 * MB, 8, 0, 0, 0,
                        0, 0, 0)  # fmt: skip
    listed = b"".join(entry + b"film.png" for _ in range(1_000))
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1_000, 1_000, len(listed), len(local) + len(kernel), 0)
    return local + kernel + listed + end


# --- sound ------------------------------------------------------------------------------------------------------------


@cache
def _silence(kind: str, hours: float) -> bytes:
    """Much of it from little: the encoder is fed a minute at a time."""
    import av

    container_name, codec, layout = sounds.CONTAINERS[kind]
    whole = io.BytesIO()
    with av.open(whole, "w", format=container_name) as container:
        rate = 48_000 if codec == "libopus" else 8_000
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        size = stream.frame_size or 4096
        resampler = av.AudioResampler(format=layout, layout="mono", rate=rate, frame_size=size)
        minute = av.AudioFrame.from_ndarray(np.zeros((1, 60 * rate), np.int16), format="s16", layout="mono")
        minute.sample_rate = rate
        for number in range(round(60 * hours)):
            minute.pts = number * 60 * rate
            for piece in resampler.resample(minute):
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return whole.getvalue()


def flac_of_silence() -> bytes:
    return _silence("flac", 6)


def opus_of_silence() -> bytes:
    return _silence("ogg", 4.2)


def wav_of_hours() -> bytes:
    """Eight bits, six thousand samples a second: the longest that fits into an upload."""
    size = 49 * MB
    form = struct.pack("<IHHIIHH", 16, 7, 1, 6_000, 6_000, 1, 8)
    return (
        b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + form + b"data" + struct.pack("<I", size) + b"\xff" * size
    )


def mp4_with_endless_times() -> bytes:
    data = bytearray(sounds.stored(sounds.tone(0.4), "m4a"))
    for name in (b"stts", b"stsz", b"stsc", b"stco"):
        at = data.index(name) + 8
        data[at : at + 4] = b"\xff\xff\xff\x0f"
    return bytes(data)


def mp3_behind_a_large_tag() -> bytes:
    body = sounds.stored(sounds.silence(1.0), "mp3")
    size = 40 * MB
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + length + bytes(size) + body


def ogg_of_many_streams() -> bytes:
    data = sounds.stored(sounds.silence(0.4), "ogg")
    head = data[: data.index(b"OggS", 4)]
    return head * 50_000 + data


def webm_nested() -> bytes:
    data = sounds.stored(sounds.silence(0.4), "webm")
    return data[:40] + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" * 200_000 + data[40:]


# --- texts ------------------------------------------------------------------------------------------------------------


def json_deep() -> bytes:
    return b"[" * 20 * MB


def json_deep_objects() -> bytes:
    return b'{"a":' * 2 * MB + b"1" + b"}" * 2 * MB


def rows_with_a_long_line() -> bytes:
    return json.dumps({"id": 1, "text": "a"}).encode() + b'\n{"id": 2, "text": "' + b"a" * 40 * MB + b'"}\n'


def rows_of_a_long_number() -> bytes:
    return b'{"id": ' + b"9" * 6 * MB + b', "text": "a"}\n' + b'{"id": 1, "text": "a"}\n'


def rows_of_nothing() -> bytes:
    """Two bytes a line, twenty million lines."""
    return b'{"a": 1}\n{"a": 2}\n' + b"1\n" * 20 * MB


def csv_of_one_field() -> bytes:
    return b'id,note\n1,"' + b"word " * 9 * MB + b'"\n'


def csv_of_commas() -> bytes:
    return b"a\n" + b"," * 45 * MB


def text_of_breaks() -> bytes:
    return b"word\n" * 9 * MB


PICTURES: tuple[Bomb, ...] = (
    png_of_a_billion_pixels, png_of_more_than_there_are, png_of_deep_colours, png_with_a_large_text,
    png_with_a_large_profile, png_with_many_texts, jpeg_of_four_billion_pixels, jpeg_of_many_scans,
    webp_of_many_pixels, tiff_of_many_pixels, tiff_that_goes_round, tiff_of_many_pages, tiff_with_many_strips,
    tiff_deflated,
)  # fmt: skip
FILMS: tuple[Bomb, ...] = (
    dicom_deflated, dicom_of_many_pixels, dicom_of_many_frames, dicom_nested, dicom_with_many_numbers,
    dicom_with_many_items, dicom_with_many_elements, dicom_around_a_large_jpeg, dicom_around_a_large_jpeg_2000,
    dicom_run_lengths,
    dicom_with_a_large_table,
)  # fmt: skip
DOCUMENTS: tuple[Bomb, ...] = (
    pdf_content_deflated, pdf_deflated_many_times, pdf_of_a_large_picture, pdf_of_many_pages,
    pdf_whose_pages_go_round, pdf_of_forms_within_forms, pdf_nested, pdf_with_much_text, pdf_of_a_huge_page,
    docx_of_zeros, docx_deep, docx_with_entities, docx_of_many_parts,
)  # fmt: skip
ARCHIVES: tuple[Bomb, ...] = (zip_of_zeros, zip_within_zip, zip_of_many, zip_that_overlaps)
SOUNDS: tuple[Bomb, ...] = (
    flac_of_silence, opus_of_silence, wav_of_hours, mp4_with_endless_times, mp3_behind_a_large_tag,
    ogg_of_many_streams, webm_nested,
)  # fmt: skip
TEXTS: tuple[Bomb, ...] = (
    json_deep, json_deep_objects, rows_with_a_long_line, rows_of_a_long_number, rows_of_nothing, csv_of_one_field,
    csv_of_commas, text_of_breaks,
)  # fmt: skip
ALL = PICTURES + FILMS + DOCUMENTS + ARCHIVES + SOUNDS + TEXTS
