"""Lists of other files, stream descriptions and references, dressed as recordings."""

import itertools
import struct
from collections.abc import Iterator

from tests.security.hostile import samples

NAMES = ("wav", "flac", "ogg", "opus", "mp3", "m4a", "mp4", "webm", "weba", "txt", "csv", "json")
BEGINNINGS = (
    b"", b"\xef\xbb\xbf", b" \r\n\t", b"\n" * 70_000, b"RIFF\x10\0\0\0WAVE", b"ID3\x04\0\0\0\0\0\0", b"#comment\n",
    b"OggS\0\2" + bytes(20) + b"\1\x08", b"fLaC\0\0\0\x22", b"\xff\xfb\x90\0", b"\x1aE\xdf\xa3",
)  # fmt: skip


def lists(other: str, port: int) -> dict[str, bytes]:
    """Each names the other file, or the listener."""
    web = f"http://127.0.0.1:{port}/a"
    told = {
        "ffconcat": f"ffconcat version 1.0\nfile '{other}'\n",
        "ffconcat unquoted": f"ffconcat version 1.0\nfile {other}\nduration 5\n",
        "ffconcat old": f"file '{other}'\n",
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
        "hls web": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{web}.ts\n#EXT-X-ENDLIST\n",
        "hls key": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{web}"\n#EXTINF:1,\n{other}\n',
        "hls file": f"#EXTM3U\n#EXTINF:10,\nfile://{other}\n",
        "hls concat": f"#EXTM3U\n#EXTINF:10,\nconcat:{other}|{other}\n",
        "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
        "dash": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>'
        f"<Representation><BaseURL>{web}.m4a</BaseURL></Representation></AdaptationSet></Period></MPD>",
        "pls": f"[playlist]\nFile1={web}\nNumberOfEntries=1\n",
        "asx": f'<asx version="3.0"><entry><ref href="{web}"/></entry></asx>',
        "smil": f'<smil><body><audio src="{web}"/></body></smil>',
        "rtsp": f"RTSPtext\nrtsp://127.0.0.1:{port}/a\n",
        "reference": f"[Reference]\nRef1={web}\n",
        "xspf": f'<playlist version="1"><trackList><track><location>{web}</location></track></trackList></playlist>',
    }  # fmt: skip
    return {name: text.encode() for name, text in told.items()}


def of(other: str, port: int) -> Iterator[tuple[str, bytes]]:
    """The name each comes by, and its bytes."""
    for (kind, body), beginning, name in itertools.product(lists(other, port).items(), BEGINNINGS, NAMES):
        yield f"{kind.replace(' ', '-')}.{name}", beginning + body
        if beginning == b"":
            yield f"{kind.replace(' ', '-')}-16.{name}", body.decode().encode("utf-16")
    for name in ("m4a", "mp4"):
        yield f"reference.{name}", mp4_with_a_reference(other)


def mp4_with_a_reference(other: str) -> bytes:
    """Whose sound is said to lie in another file, as QuickTime may."""
    alias = bytes(42) + struct.pack(">B63s", len(other), other.encode()) + bytes(44)
    alias += struct.pack(">HH", 2, len(other)) + other.encode() + bytes(len(other) % 2) + struct.pack(">hH", -1, 0)
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    table = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    return _replaced(samples.of("mp4")[0], (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"), table)


def _replaced(data: bytes, path: tuple[bytes, ...], new: bytes) -> bytes:
    """The first box of that path; those around it change their sizes."""
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == path[0]:
            body = new if len(path) == 1 else data[at : at + 8] + _replaced(data[at + 8 : at + size], path[1:], new)
            return data[:at] + struct.pack(">I", len(body)) + body[4:] + data[at + size :]
        at += size
    raise AssertionError(path)
