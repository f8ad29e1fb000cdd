"""Programs, and the first bytes that other well-known files have."""

PROGRAM_MAGICS = (
    b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"\0asm", b"dex\n", b"!<arch>\n", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip

OTHER_MAGICS = (
    (b"GIF8", "gif"), (b"BM", "bmp"), (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office"), (b"{\\rtf", "rtf"), (b"%!PS", "postscript"),
    (b"\x00\x00\x01\x00", "icon"), (b"SQLite format 3\0", "sqlite"), (b"\x93NUMPY", "numpy"), (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"), (b"#!AMR", "amr"), (b"FORM", "aiff"), (b"0&\xb2u\x8ef\xcf\x11", "asf"),
)  # fmt: skip


def is_program(head: bytes) -> bool:
    """ "MZ" alone may be a person's initials: a Windows program has zeros within its first 64 bytes."""
    return head.startswith(PROGRAM_MAGICS) or (head.startswith(b"MZ") and b"\0" in head[:64])


def other_name(head: bytes) -> str:
    return next((name for magic, name in OTHER_MAGICS if head.startswith(magic)), "")
