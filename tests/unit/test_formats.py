import io
import json
import random
import struct
import time
import wave
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clinic import formats
from clinic.formats import CAP_BYTES, FORMATS, HEAD_BYTES, Kind, Reason, Recogniser, Refused, recognise

MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz
DICOM_META = b"\x02\x00\x02\x00UI\x1a\x001.2.840.10008.5.1.4.1.1.1\0"
DICOMDIR_META = b"\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
WINDOWS_PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((40, 30), 50).convert("RGB").save(out, kind)
    return out.getvalue()


def zipped(*names: str, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "content " * 50)
        archive.comment = comment
    return out.getvalue()


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes(bytes(3200))
    return out.getvalue()


def ogg(packet: bytes) -> bytes:
    return b"OggS\0\x02" + bytes(20) + b"\x01" + bytes([len(packet)]) + packet + bytes(100)


def mp4(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0isommp42" + bytes(200)


def dicom(meta: bytes = DICOM_META, preamble: bytes = b"") -> bytes:
    return preamble.ljust(128, b"\0") + b"DICM" + meta + bytes(300)


def tagged(body: bytes, tag_bytes: int = 500) -> bytes:
    size = bytes(tag_bytes >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + size + bytes(tag_bytes) + body


WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm" + bytes(100)
JPEG, PNG, WEBP, PDF = picture("JPEG"), picture("PNG"), picture("WEBP"), b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
BIG_ENDIAN_TIFF = b"MM\0*\0\0\0\x08" + bytes(200)
DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
LATE_DOCX = zipped("_rels/.rels", "docProps/app.xml", "word/document.xml", "[Content_Types].xml")

GOOD = [
    ("jpeg", JPEG, "film.jpg", "image/jpeg"),
    ("jpeg", JPEG, "FILM.JPEG", "image/pjpeg"),
    ("png", PNG, "film.png", "image/png"),
    ("webp", WEBP, "photo.webp", "image/webp"),
    ("dicom", dicom(), "IM000001", "application/octet-stream"),
    ("dicom", dicom(), "1.2.840.113619.2.5", ""),
    ("dicom", dicom(preamble=b"II*\0"), "slide.dcm", "application/dicom"),
    ("tiff", picture("TIFF"), "scan.tif", "image/tiff"),
    ("tiff", BIG_ENDIAN_TIFF, "FAX.TIFF", ""),
    ("pdf", PDF, "letter.pdf", "application/pdf"),
    ("docx", DOCX, "letter.docx", formats.table.DOCX_TYPE),
    ("docx", LATE_DOCX, "letter.docx", ""),
    ("text", b"Patient well.\nNo pain, no fever.\n", "note.txt", "text/plain; charset=utf-8"),
    ("text", "Dolor torácico, mañana\n".encode(), "nota.txt", "text/plain"),
    ("text", "Dolor torácico, mañana y más cosas\n".encode("latin-1"), "nota.txt", "text/plain"),
    ("text", "Dolor torácico, mañana\n".encode("utf-16"), "nota.txt", "text/plain"),
    ("text", "Dolor torácico, mañana\n".encode("utf-16-be").join([b"\xfe\xff", b""]), "nota.txt", ""),
    ("text", b"MZ is doing well today", "note.txt", "text/plain"),
    ("text", b"\xef\xbb\xbfwith a mark", "note.md", "text/markdown"),
    ("wav", wav(), "voice.wav", "audio/x-wav"),
    ("flac", b"fLaC\0\0\0\x22" + bytes(200), "voice.flac", "audio/flac"),
    ("ogg", ogg(b"OpusHead\x01\x01"), "voice.opus", "audio/ogg; codecs=opus"),
    ("ogg", ogg(b"\x01vorbis"), "voice.ogg", "audio/ogg"),
    ("mp3", MP3_FRAME * 5, "voice.mp3", "audio/mpeg"),
    ("mp3", tagged(MP3_FRAME * 5), "voice.mp3", "audio/mp3"),
    ("mp3", tagged(MP3_FRAME * 200, 200_000), "voice.mp3", "audio/mpeg"),
    ("mp4", mp4(b"M4A "), "voice.m4a", "audio/x-m4a"),
    ("mp4", mp4(b"iso5"), "voice.mp4", "audio/mp4"),
    ("webm", WEBM, "r.webm", "audio/webm;codecs=opus"),
    ("zip", zipped("a.png", "b/c.dcm"), "films.zip", "application/x-zip-compressed"),
    ("zip", zipped("xl/film.png", comment=b"a comment"), "films.zip", ""),
    ("csv", b"age,sex\n40,f\n50,m\n", "table.csv", "application/vnd.ms-excel"),
    ("text", b"age,sex\n40,f\n50,m\n", "table.txt", "text/plain"),
    ("json", b'{"resourceType": "Bundle", "text": "<div>x</div>"}', "bundle.json", "application/fhir+json"),
    ("json", b"[1, 2]", "list.json", "application/json"),
    ("jsonl", b'{"a": 1}\n{"a": 2}\n', "rows.jsonl", ""),
    ("json", b'{"a": 1}\n', "rows.jsonl", "application/x-ndjson"),
]  # fmt: skip

BAD = [
    (Reason.EMPTY_FILE, b"", "note.txt"),
    (Reason.EXECUTABLE, ELF, "film.jpg"),
    (Reason.EXECUTABLE, WINDOWS_PROGRAM, "film.dcm"),
    (Reason.EXECUTABLE, b"#!/bin/sh\nrm -rf /\n", "note.txt"),
    (Reason.EXECUTABLE, b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(50), "x.bin"),
    (Reason.EXECUTABLE, dicom(preamble=WINDOWS_PROGRAM[:128]), "film.dcm"),
    (Reason.EXECUTABLE, dicom(preamble=ELF[:128]), "film.dcm"),
    (Reason.POLYGLOT, dicom(preamble=b"PK\x03\x04"), "film.dcm"),
    (Reason.POLYGLOT, dicom(preamble=HTML), "film.dcm"),
    (Reason.DICOMDIR, dicom(DICOMDIR_META), "DICOMDIR"),
    (Reason.DICOMDIR, dicom(DICOMDIR_META), "film.dcm"),
    (Reason.DICOMDIR, dicom(), "dicomdir"),
    (Reason.MARKUP, HTML, "note.txt"),
    (Reason.MARKUP, b"\xef\xbb\xbf \n\t" + HTML, "note.txt"),
    (Reason.MARKUP, SVG, "photo.png"),
    (Reason.MARKUP, b"<!-- a comment --><p>hello", "note.txt"),
    (Reason.MARKUP, b"Dear colleague,\n<script>alert(1)</script>", "note.txt"),
    (Reason.PLAYLIST, b"ffconcat version 1.0\nfile 'secret.wav'\n", "voice.ogg"),
    (Reason.PLAYLIST, b"\n  FFCONCAT version 1.0\nfile secret.wav\n", "note.txt"),
    (Reason.PLAYLIST, b"file 'secret.wav'\n", "voice.mp3"),
    (Reason.PLAYLIST, b"#EXTM3U\n#EXT-X-TARGETDURATION:10\nhttp://10.0.0.1/a.ts\n", "voice.mp3"),
    (Reason.PLAYLIST, b"[playlist]\nFile1=http://10.0.0.1/\n", "voice.wav"),
    (Reason.PLAYLIST, b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n", "voice.wav"),
    (Reason.MARKUP, b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>', "voice.mp4"),
    (Reason.UNKNOWN_TYPE, tagged(b"ffconcat version 1.0\nfile 'secret.wav'\n"), "voice.mp3"),
    (Reason.UNKNOWN_TYPE, tagged(b"ffconcat version 1.0\nfile 'secret.wav'\n", 200_000), "voice.mp3"),
    (Reason.UNKNOWN_TYPE, mp4(b"qt  "), "clip.mov"),
    (Reason.UNKNOWN_TYPE, mp4(b"heic"), "photo.heic"),
    (Reason.UNKNOWN_TYPE, ogg(b"\x80theora"), "clip.ogg"),
    (Reason.UNKNOWN_TYPE, b"\x1aE\xdf\xa3\x9fB\x82\x88matroska" + bytes(50), "clip.mkv"),
    (Reason.UNKNOWN_TYPE, b"GIF89a" + bytes(50), "anim.gif"),
    (Reason.UNKNOWN_TYPE, b"Rar!\x1a\x07" + bytes(50), "a.rar"),
    (Reason.UNKNOWN_TYPE, b"\x80\x04\x95" + bytes(50), "model.pkl"),
    (Reason.UNKNOWN_TYPE, zipped("[Content_Types].xml", "xl/workbook.xml"), "t.xlsx"),
    (Reason.UNKNOWN_TYPE, zipped("META-INF/MANIFEST.MF", "A.class"), "a.zip"),
    (Reason.UNKNOWN_TYPE, b"text with a \0 in it", "note.txt"),
    (Reason.UNKNOWN_TYPE, bytes(random.Random(5).randbytes(5000)), "x"),
    (Reason.EXTENSION_LIES, b"\xff\xfb two bytes of chance", "voice.mp3"),
    (Reason.EXTENSION_LIES, b"junk" + PDF, "late.pdf"),
    (Reason.MACROS, zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "letter.docx"),
    (Reason.CUT_OFF, DOCX[:-10], "letter.docx"),
    (Reason.CUT_OFF, PNG[:-10], "film.png"),
    (Reason.POLYGLOT, PNG + b"the part that was cropped away", "film.png"),
    (Reason.POLYGLOT, JPEG + zipped("evil.js"), "film.jpg"),
    (Reason.POLYGLOT, PDF + zipped("evil.js", comment=b"hello"), "letter.pdf"),
    (Reason.POLYGLOT, wav() + zipped("evil.js"), "voice.wav"),
    (Reason.EXTENSION_LIES, JPEG, "film.png"),
    (Reason.EXTENSION_LIES, PNG, "film.dcm"),
    (Reason.EXTENSION_LIES, b"just text", "film.jpg"),
    (Reason.EXTENSION_LIES, JPEG, "film.jpg.exe"),
    (Reason.EXTENSION_LIES, JPEG, "film.exe. ."),
    (Reason.EXTENSION_LIES, JPEG, "film\u202egpj.exe"),
    (Reason.EXTENSION_LIES, b"not json at all", "rows.json"),
]


def whole(content: bytes, name: str = "", declared_type: str = "", step: int = 10_000) -> formats.Format:
    recogniser = Recogniser(name=name, declared_type=declared_type)
    for start in range(0, len(content), step):
        recogniser.feed(content[start : start + step])
    return recogniser.finish()


@pytest.mark.parametrize(("expected", "content", "name", "declared_type"), GOOD)
def test_good_file_when_arriving_in_any_pieces_is_recognised(expected, content, name, declared_type):
    for step in (1_000_000, 777) + ((1,) if len(content) < 2000 else ()):
        assert whole(content, name, declared_type, step).name == expected


@pytest.mark.parametrize(("expected", "content", "name", "declared_type"), GOOD)
def test_good_file_when_only_its_head_is_known_is_recognised(expected, content, name, declared_type):
    assert recognise(content[:4096], name=name, declared_type=declared_type).name == expected


@pytest.mark.parametrize(("expected", "content", "name", "declared_type"), GOOD)
def test_good_file_when_it_claims_nothing_keeps_its_kind(expected, content, name, declared_type):
    assert whole(content).kind in {FORMATS[expected].kind, Kind.DOCUMENT if FORMATS[expected].is_text else None}


@pytest.mark.parametrize(("reason", "content", "name"), BAD)
def test_bad_file_when_offered_is_refused_with_its_reason(reason, content, name):
    with pytest.raises(Refused) as refusal:
        whole(content, name)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(("expected", "content", "name", "declared_type"), GOOD)
def test_content_type_when_of_another_format_is_a_lie(expected, content, name, declared_type):
    found = FORMATS[expected]
    others = {t for f in FORMATS.values() for t in f.types if t not in found.types} | {"text/html", "image/gif", "x/y"}

    for other in others:
        if found.is_text and other.startswith("text/"):
            continue
        with pytest.raises(Refused) as refusal:
            whole(content, name, other)
        assert (refusal.value.reason, refusal.value.code) == (Reason.CONTENT_TYPE_LIES, "type_mismatch")


@pytest.mark.parametrize("reason", list(Reason))
def test_refusal_when_raised_has_a_stable_code(reason):
    assert Refused(reason).code in {"empty_file", "too_large", "cut_off", "type_mismatch", "type_not_allowed"}


@pytest.mark.parametrize("kind", list(Kind))
def test_cap_when_listed_holds_for_every_kind(kind):
    assert 0 < CAP_BYTES[kind] <= formats.LARGEST_BYTES
    assert any(f.kind == kind for f in FORMATS.values())


def test_picture_when_larger_than_its_cap_is_refused_while_it_arrives():
    recogniser = Recogniser(name="film.jpg")
    fed = 0

    with pytest.raises(Refused) as refusal:
        for _ in range(1000):
            recogniser.feed(JPEG.ljust(HEAD_BYTES, b"\0"))
            fed += HEAD_BYTES

    assert refusal.value.reason == Reason.TOO_LARGE
    assert fed <= CAP_BYTES[Kind.IMAGE]


def test_wrong_type_when_arriving_is_refused_at_the_first_head():
    recogniser = Recogniser(name="film.jpg")

    with pytest.raises(Refused):
        for _ in range(3):
            recogniser.feed(PNG.ljust(HEAD_BYTES, b"\0"))


def test_text_when_binary_follows_its_head_is_refused():
    recogniser = Recogniser(name="note.txt")
    recogniser.feed(b"calm words " * 10_000)

    with pytest.raises(Refused):
        recogniser.feed(b"\0")


def test_large_json_when_its_head_looks_like_it_is_json():
    assert whole(json.dumps({"a": ["x" * 100] * 5000}).encode(), "rows.json").name == "json"
    assert whole(b'{"a": 1}\n' * 50_000, "rows.jsonl").name == "jsonl"


@pytest.mark.parametrize("content", [b"[" * 60_000, b'{"a":' * 20_000, b"9" * 60_000, b"[" + b"9" * 50_000 + b"]"])
def test_json_when_hostile_is_judged_without_falling_over(content):
    try:
        whole(content)
    except Refused as refusal:
        assert refusal.reason in Reason


@given(st.binary(max_size=600))
def test_any_bytes_when_offered_are_recognised_or_refused(content):
    try:
        assert whole(content) in FORMATS.values()
    except Refused as refusal:
        assert refusal.reason in Reason


@pytest.mark.parametrize("seed", range(20))
def test_good_files_when_mutated_are_recognised_or_refused(seed):
    draw = random.Random(seed)

    for _, content, name, declared_type in GOOD:
        mutant = bytearray(content)
        for _ in range(draw.randrange(1, 8)):
            mutant[draw.randrange(min(len(mutant), 200))] = draw.randrange(256)
        try:
            assert whole(bytes(mutant), name, declared_type) in FORMATS.values()
        except Refused as refusal:
            assert refusal.reason in Reason


@pytest.mark.parametrize(
    "content",
    [b"v=0\n" + b"a=" * 30_000, b"<" * 60_000, b"[ \n" * 20_000, b"\xff\xfb\x90" * 22_000, b"PK\x03\x04" * 16_000,
     b"PK\x01\x02" * 16_000, b'{ "' * 20_000, b"file " * 12_000, b"1.2.840.10008.1.3.10" * 3000,
     tagged(b"\xff" * 65_000, 1)],
)  # fmt: skip
def test_content_when_made_to_be_slow_is_judged_at_once(content):
    started = time.process_time()

    with suppress(Refused):
        whole(content)

    assert time.process_time() - started < 1


def test_zip_names_when_their_lengths_lie_do_no_harm():
    entry = b"PK\x03\x04" + bytes(22) + struct.pack("<HH", 65535, 65535)

    with pytest.raises(Refused):
        whole(entry * 100, "a.zip")


# --- announced, and begun -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "megabytes"),
    [("image", 10), ("film", 50), ("document", 50), ("audio", 50), ("data", 50), ("archive", 500)],
)
def test_cap_when_said_in_megabytes_is_decimal(kind, megabytes):
    assert CAP_BYTES[Kind(kind)] == megabytes * 1_000_000


@pytest.mark.parametrize(
    ("name", "declared_type", "size", "code"),
    [
        ("voice.wav", "audio/wav", 49_900_000, ""),
        ("voice.wav", "audio/wav", 50_100_000, "too_large"),
        ("voice.wav", "", 50_100_000, "too_large"),
        ("voice", "audio/wav", 50_100_000, "too_large"),
        ("film.jpg", "image/jpeg", 10_000_001, "too_large"),
        ("study.zip", "application/zip", 499_900_000, ""),
        ("unknown", "", 499_900_000, ""),
        ("voice.wav", "audio/wav; codecs=1", None, ""),
        ("film.gif", "", 5, "type_not_allowed"),
        ("film", "image/gif", 5, "type_not_allowed"),
        ("tool.exe", "application/octet-stream", 5, "type_not_allowed"),
        ("voice.wav", "image/png", 5, "type_mismatch"),
    ],
)
def test_file_when_announced_is_judged_by_its_name_type_and_size(name, declared_type, size, code):
    try:
        formats.demand_announced(name=name, declared_type=declared_type, size=size)
    except Refused as refused:
        assert refused.code == code
    else:
        assert not code


@pytest.mark.parametrize("size", [3_000_000, None])
def test_program_when_it_calls_itself_sound_is_refused_at_its_first_bytes(size):
    for head in (b"MZ" * 1_000_000, b"MZ\0\0" + bytes(60), b"\x7fELF"):
        with pytest.raises(Refused) as refused:
            formats.judge_beginning(head, name="voice.wav", declared_type="audio/wav", size=size)
        assert refused.value.code in {"type_not_allowed", "type_mismatch"}


@pytest.mark.parametrize(("expected", "content", "name", "declared_type"), GOOD)
def test_good_file_when_any_part_of_it_has_come_is_not_refused(expected, content, name, declared_type):
    for size in (len(content), len(content) + 1, None):
        for share in (1, 2, 3, 7):
            formats.judge_beginning(content[: len(content) // share], name=name, declared_type=declared_type, size=size)
