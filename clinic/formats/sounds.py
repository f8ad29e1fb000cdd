"""Sound containers by their own structure. Only those whose decoder opens no other file."""

from clinic.formats.sample import Sample

OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
MP4_SOUND = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash", b"mp4a"}
MP3_BIT_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2 and 2.5
)
MP3_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
ID3_HEADER_BYTES = 10
ENOUGH_BYTES = 3000  # two frames of the longest kind


def wav(sample: Sample) -> str | None:
    return "wav" if sample.head[:4] == b"RIFF" and sample.head[8:12] == b"WAVE" else None


def flac(sample: Sample) -> str | None:
    """The first block after the mark is the stream's description: type 0, 34 bytes."""
    is_flac = sample.head[:4] == b"fLaC" and sample.head[4:5] in (b"\0", b"\x80") and sample.head[5:8] == b"\0\0\x22"
    return "flac" if is_flac else None


def ogg(sample: Sample) -> str | None:
    """The first packet tells the codec; video in the same container is not taken."""
    if sample.head[:5] != b"OggS\0" or len(sample.head) < 28:
        return None
    packet = sample.head[27 + sample.head[26] :]
    return "ogg" if packet.startswith(OGG_SOUND) else None


def mp4(sample: Sample) -> str | None:
    """Not QuickTime, which may point to other files, and not the pictures that use the same boxes."""
    return "mp4" if sample.head[4:8] == b"ftyp" and sample.head[8:12] in MP4_SOUND else None


def webm(sample: Sample) -> str | None:
    is_webm = sample.head[:4] == b"\x1aE\xdf\xa3" and b"\x42\x82\x84webm" in sample.head[:64]
    return "webm" if is_webm else None


def mp3(sample: Sample) -> str | None:
    """Decoders skip a leading ID3 tag before they look: what follows it must be sound, wherever it begins."""
    sound = sample.head[_after_tag(sample.head) :]
    begins_here = sample.is_complete or len(sound) >= ENOUGH_BYTES or not sample.head.startswith(b"ID3")
    if begins_here:
        return "mp3" if _starts_with_frames(sound.lstrip(b"\0")) else None
    return "mp3" if sample.tail is None or _holds_frames(sample.tail) else None


def _after_tag(head: bytes) -> int:
    if head[:3] != b"ID3" or len(head) < ID3_HEADER_BYTES:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    footer = ID3_HEADER_BYTES if head[5] & 0x10 else 0
    return ID3_HEADER_BYTES + size + footer


def _frame_bytes(data: bytes, at: int) -> int:
    """The length of the layer III frame that begins here; 0 if none does."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate_index, sample_index = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate_index in (0, 15) or sample_index == 3:
        return 0
    is_first = version == 3
    bits = MP3_BIT_RATES[0 if is_first else 1][rate_index] * 1000
    return (144 if is_first else 72) * bits // MP3_SAMPLE_RATES[version][sample_index] + (head[2] >> 1 & 1)


def _starts_with_frames(data: bytes) -> bool:
    """Two frames in a row: two bytes of chance are not sound."""
    length = _frame_bytes(data, 0)
    return bool(length and _frame_bytes(data, length))


def _holds_frames(tail: bytes) -> bool:
    at = tail.find(b"\xff")
    while at >= 0:
        first = _frame_bytes(tail, at)
        second = first and _frame_bytes(tail, at + first)
        if second and _frame_bytes(tail, at + first + second):
            return True
        at = tail.find(b"\xff", at + 1)
    return False
