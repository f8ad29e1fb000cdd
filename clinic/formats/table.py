"""What is taken: each format with its kind, its names, and how large it may be. Everything not in here is refused."""

from dataclasses import dataclass
from enum import StrEnum

MB = 1_000_000  # as pages and people count it


class Kind(StrEnum):
    IMAGE = "image"
    FILM = "film"
    DOCUMENT = "document"
    AUDIO = "audio"
    DATA = "data"
    ARCHIVE = "archive"


CAP_BYTES = {
    Kind.IMAGE: 10 * MB,
    Kind.FILM: 50 * MB,
    Kind.DOCUMENT: 50 * MB,
    Kind.AUDIO: 50 * MB,
    Kind.DATA: 50 * MB,
    Kind.ARCHIVE: 500 * MB,
}
LARGEST_BYTES = max(CAP_BYTES.values())


@dataclass(frozen=True, slots=True)
class Format:
    """`types` and `extensions` are what a file of this format may call itself; the first of each is how we call it."""

    name: str
    kind: Kind
    types: tuple[str, ...]
    extensions: tuple[str, ...]
    is_text: bool = False

    @property
    def mime(self) -> str:
        return self.types[0]

    @property
    def cap_bytes(self) -> int:
        return CAP_BYTES[self.kind]


def _row(name: str, kind: Kind, types: str, extensions: str, *, is_text: bool = False) -> tuple[str, Format]:
    return name, Format(name, kind, tuple(types.split()), tuple(extensions.split()), is_text)


DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FORMATS = dict(
    [
        _row("jpeg", Kind.IMAGE, "image/jpeg image/jpg image/pjpeg", "jpg jpeg jpe jfif"),
        _row("png", Kind.IMAGE, "image/png image/x-png", "png"),
        _row("webp", Kind.IMAGE, "image/webp", "webp"),
        _row("dicom", Kind.FILM, "application/dicom image/dicom image/x-dicom", "dcm dicom dic"),
        _row("pdf", Kind.DOCUMENT, "application/pdf application/x-pdf", "pdf"),
        _row("docx", Kind.DOCUMENT, f"{DOCX_TYPE} application/zip application/x-zip-compressed", "docx"),
        _row("tiff", Kind.DOCUMENT, "image/tiff image/tiff-fx image/x-tiff", "tif tiff"),
        _row("text", Kind.DOCUMENT, "text/plain", "txt text md log csv tsv", is_text=True),
        _row("wav", Kind.AUDIO, "audio/wav audio/x-wav audio/wave audio/vnd.wave", "wav wave"),
        _row("flac", Kind.AUDIO, "audio/flac audio/x-flac", "flac"),
        _row("ogg", Kind.AUDIO, "audio/ogg audio/opus application/ogg video/ogg", "ogg oga opus spx"),
        _row("mp3", Kind.AUDIO, "audio/mpeg audio/mp3 audio/x-mp3 audio/mpeg3 audio/x-mpeg-3", "mp3"),
        _row("mp4", Kind.AUDIO, "audio/mp4 audio/m4a audio/x-m4a video/mp4", "m4a mp4 m4b"),
        _row("webm", Kind.AUDIO, "audio/webm video/webm", "webm weba"),
        _row("zip", Kind.ARCHIVE, "application/zip application/x-zip-compressed application/x-zip", "zip"),
        _row("csv", Kind.DATA, "text/csv text/tab-separated-values application/csv application/vnd.ms-excel",
             "csv tsv", is_text=True),
        _row("json", Kind.DATA, "application/json application/ld+json application/fhir+json application/jsonl "
             "application/x-ndjson application/x-jsonlines", "json jsonl ndjson", is_text=True),
        _row("jsonl", Kind.DATA, "application/jsonl application/x-ndjson application/x-jsonlines application/json",
             "jsonl ndjson json", is_text=True),
    ]
)  # fmt: skip

NO_CLAIM_TYPES = {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-download",
    "application/unknown",
}

OTHER_EXTENSIONS = """
    exe dll com scr msi bat cmd ps1 sh js mjs vbs jar apk elf py php pl rb wasm class
    html htm xhtml svg xml css mhtml url lnk swf hta
    gif bmp heic heif avif ico psd jp2
    doc docm dotm xls xlsx xlsm ppt pptx pptm odt ods odp rtf epub ps eps tex pages
    aac amr wma aiff mid m3u m3u8 pls asx mpd sdp ffconcat mov avi mkv mpg mpeg wmv flv 3gp
    gz tgz tar bz2 xz 7z rar zst iso dmg cab
    nii mha nrrd pkl pickle pt pth npy npz onnx safetensors h5 parquet sqlite db yaml yml toml ini
""".split()  # noqa: SIM905 - a table people read
KNOWN_EXTENSIONS = frozenset(OTHER_EXTENSIONS).union(*(f.extensions for f in FORMATS.values()))
