"""Documents of nobody, made for the tests: PDF, DOCX, scans, and what is wrong with some of them."""

import io
import struct
import zipfile
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

NOTE = "The patient was seen in the clinic with chest pain. She has no fever."
WIDTH, HEIGHT = 595, 842
TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def pdf(*pages: Iterable[str], password: str | None = None, rotated: int = 0) -> bytes:
    lock = StandardEncryption(password, ownerPassword="owner") if password is not None else None
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT), encrypt=lock)
    for lines in pages:
        for number, line in enumerate(lines):
            drawn.drawString(72, HEIGHT - 72 - 20 * number, line)
        if rotated:
            drawn.setPageSize((HEIGHT, WIDTH))  # the library turns it round once more
            drawn.setPageRotation(rotated)
        drawn.showPage()
    drawn.save()
    return out.getvalue()


def scanned_pdf(*scans: Image.Image, stamp: str = "") -> bytes:
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT))
    for scan in scans:
        drawn.drawImage(ImageReader(scan), 0, 0, WIDTH, HEIGHT)
        drawn.drawString(20, 20, stamp)
        drawn.showPage()
    drawn.save()
    return out.getvalue()


def scan(*lines: str) -> Image.Image:
    sheet = Image.new("L", (620, 877), 250)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(22)
    for number, line in enumerate(lines):
        pen.text((60, 80 + 40 * number), line, fill=20, font=font)
    return sheet


def stored(picture: Image.Image, format: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **more)
    return out.getvalue()


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx(body: str = paragraph(NOTE), **parts: str | bytes) -> bytes:
    """`parts` are further ones by their name under word/, without ending."""
    document = f'<?xml version="1.0"?><w:document {SPACE} {MORE}><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": document, **{f"word/{name}.xml": part for name, part in parts.items()}})


def part(kind: str, body: str) -> str:
    return f'<?xml version="1.0"?><w:{kind} {SPACE}>{body}</w:{kind}>'


def packed(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", "<Relationships/>")
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def bomb_docx(bytes_inside: int = 60_000_000) -> bytes:
    filling = b"a" * 1_000_000
    head = f"<w:document {SPACE}><w:body><w:p><w:r><w:t>".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        with package.open("word/document.xml", "w") as inside:
            inside.write(head)
            for _ in range(bytes_inside // len(filling)):
                inside.write(filling)
    return out.getvalue()


def many_paged_pdf(count: int) -> bytes:
    """Written by hand: a library takes seconds for two thousand pages."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(count))
    things = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {count}/Kids[{kids}]/MediaBox[0 0 200 200]>>"]
    things += ["<</Type/Page/Parent 2 0 R>>"] * count
    out, places = b"%PDF-1.4\n", []
    for number, thing in enumerate(things, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{thing}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(things) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(things) + 1}/Root 1 0 R>>\n"
    return out + tail.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def tiff_without_pages() -> bytes:
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 0) + bytes(40)
