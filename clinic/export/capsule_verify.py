#!/usr/bin/env python3
"""Is this capsule what was signed? Needs Python 3.9 or later and nothing else, and asks no network:

    python -I verify.py                       the folder in which this file lies
    python -I verify.py CAPSULE.zip           a capsule that nobody has unpacked: every byte of it counts
    python -I verify.py CAPSULE.zip --key HEX the public key, as the clinic told you on another way

Ends with 0 where all holds, with 1 where something does not (it is named), with 2 where there is no capsule.

Who can write a whole capsule can also sign it with a key of her own. That the key is the clinic's, only the clinic can
tell you: compare the key that is printed, or give it with --key.
"""

from __future__ import annotations  # Python 3.9 reads it too

import argparse
import hashlib
import json
import os
import re
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Optional

FORMAT = "rounds-capsule-1"
MANIFEST, SIGNATURE, UNSIGNED = "manifest.json", "signature.txt", ("manifest.json", "signature.txt")
COSIGNATURE = b"rounds/1\0report-cosignature\0"
CAPSULE, REPORT = b"rounds/1\0case-capsule\0", b"rounds/1\0report\0"  # what a signature is made for, before its message
COMPLIANCE_FORMAT, COMPLIANCE = "rounds-compliance-1", b"rounds/1\0compliance-pack\0"
SIGNED_AS = {FORMAT: CAPSULE, COMPLIANCE_FORMAT: COMPLIANCE}
PIECE = 1 << 20
LARGEST_MANIFEST = 64 << 20


# --- Ed25519 (RFC 8032), the checking half ----------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
Point = tuple[int, int, int, int]
Manifest = dict[str, Any]
Digest = Optional[tuple[int, str]]  # noqa: UP045 - Python 3.9 knows no other form
D: int = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # of minus one


def _add(a: Point, b: Point) -> Point:
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def _x_of(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _raw(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Strict: one message and key have one valid form of a signature each, so no byte of it can be changed."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    point, s = _point(public_key), int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    x, y, z, t = point
    return _raw(_add(_times(s, BASE), _times(h, (P - x, y, z, P - t)))) == signature[:32]


# --- the archive: nothing in it is packed or left to chance, so each byte of it is known beforehand -------------------


def stamp_of(at: str) -> tuple[int, int]:
    """The two numbers in which a ZIP says when, of a time written as 2026-01-31T12:34:56."""
    year, month, day, hour, minute, second = (int(part) for part in re.split("[-T:]", at[:19]))
    return hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day


def _told(name: bytes, size: int, crc: int, stamp: tuple[int, int]) -> tuple[int, ...]:
    return 20, 0x800, 0, *stamp, crc, size, size, len(name), 0


def local_header(path: str, size: int, crc: int, stamp: tuple[int, int]) -> bytes:
    name = path.encode()
    return struct.pack("<4s5H3I2H", b"PK\3\4", *_told(name, size, crc, stamp)) + name


def directory_entry(path: str, size: int, crc: int, stamp: tuple[int, int], offset: int) -> bytes:
    name = path.encode()
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", 0x314, *_told(name, size, crc, stamp), 0, 0, 0, 0o644 << 16,
                       offset) + name  # fmt: skip


def end_of_directory(entries: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, entries, entries, size, offset, 0)


# --- what is compared -------------------------------------------------------------------------------------------------


class Wrong(Exception):
    """Names the first thing without which nothing else can be looked at."""


class NoCapsule(Exception):
    """There is nothing here that could be a capsule."""


class Folder:
    """A capsule that somebody has unpacked."""

    def __init__(self, where: Path) -> None:
        self.where = where
        if not (where / MANIFEST).is_file():
            raise NoCapsule(f"there is no {MANIFEST} in {where}")

    def first(self) -> tuple[bytes, bytes]:
        return self._whole(MANIFEST), self._whole(SIGNATURE)

    def _whole(self, path: str) -> bytes:
        try:
            with (self.where / path).open("rb") as file:
                return file.read(LARGEST_MANIFEST)
        except OSError:
            raise Wrong(f"{path}: it is missing") from None

    def files(self, manifest: Manifest) -> Iterator[tuple[str, Manifest | None, Digest]]:
        """Each with its digest; and what is not told of in the manifest, with none."""
        for told in manifest["files"]:
            yield told["path"], told, self._digest(told["path"])
        known = {told["path"] for told in manifest["files"]}.union(UNSIGNED)
        for folder, _, names in os.walk(self.where):
            for name in names:
                path = (Path(folder) / name).relative_to(self.where).as_posix()
                if path not in known:
                    yield path, None, None

    def _digest(self, path: str) -> Digest:
        whole = self.where / path
        try:
            if whole.is_symlink():
                return None
            with whole.open("rb") as file:
                return _digest_of(iter(lambda: file.read(PIECE), b""))
        except OSError:
            return None

    def rest(self) -> list[str]:
        return []

    def read(self, path: str) -> bytes:
        return self._whole(path)


class Archive:
    """A capsule as it came: a ZIP, read once from its first byte to its last."""

    def __init__(self, where: Path) -> None:
        self.file = where.open("rb")  # for as long as this program runs
        self.kept: dict[str, bytes] = {}
        self.begun: list[tuple[str, bytes, int, int]] = []  # the first two: with the header as it was found
        self.entries: list[tuple[str, int, int, int]] = []
        self.offset = 0
        self.wrong: list[str] = []

    def first(self) -> tuple[bytes, bytes]:
        manifest = self._entry(MANIFEST)
        return manifest, self._entry(SIGNATURE)

    def _entry(self, path: str) -> bytes:
        """Its size stands in its own header, which is compared with what it must be once the manifest is known."""
        header = self.file.read(30 + len(path))
        if len(header) < 30 + len(path) or header[:4] != b"PK\3\4" or header[30:] != path.encode():
            raise NoCapsule(f"{path} does not stand where it must") if path == MANIFEST else Wrong(f"{path}: not there")
        size: int = struct.unpack("<I", header[18:22])[0]
        if size > LARGEST_MANIFEST:
            raise Wrong(f"{path}: its length is wrong")
        data = self.file.read(size)
        self.begun.append((path, header, len(data), zlib.crc32(data)))
        return data

    def files(self, manifest: Manifest) -> Iterator[tuple[str, Manifest | None, Digest]]:
        self.stamp = stamp_of(manifest["made_at"])
        self._check_first()
        wanted = {told["content"] for told in manifest["reports"]}
        for told in manifest["files"]:
            yield told["path"], told, self._digest(told, keep=told["path"] in wanted)
        self._check_end()

    def _check_first(self) -> None:
        for path, header, size, crc in self.begun:
            if header != local_header(path, size, crc, self.stamp):
                self.wrong.append(f"{path}: what the archive says of it is not what was written")
            self.entries.append((path, size, crc, self.offset))
            self.offset += len(header) + size

    def _digest(self, told: Manifest, keep: bool) -> Digest:
        path, size, crc = told["path"], told["size"], told["crc32"]
        expected = local_header(path, size, crc, self.stamp)
        if self.file.read(len(expected)) != expected:
            self.wrong.append(f"{path}: what the archive says of it is not what was written")
        self.entries.append((path, size, crc, self.offset))
        self.offset += len(expected) + size
        return _digest_of(self._pieces(size, path if keep else ""))

    def _pieces(self, left: int, keep: str) -> Iterator[bytes]:
        kept = []
        while left > 0:
            piece = self.file.read(min(PIECE, left))
            if not piece:
                break
            left -= len(piece)
            if keep:
                kept.append(piece)
            yield piece
        if keep:
            self.kept[keep] = b"".join(kept)

    def _check_end(self) -> None:
        directory = [directory_entry(path, size, crc, self.stamp, at) for path, size, crc, at in self.entries]
        for (path, *_), expected in zip(self.entries, directory):  # noqa: B905 - Python 3.9 has no strict
            if self.file.read(len(expected)) != expected:
                self.wrong.append(f"{path}: the list at the end of the archive does not name it as it was written")
        end = end_of_directory(len(directory), sum(map(len, directory)), self.offset)
        if self.file.read(len(end) + 1) != end:
            self.wrong.append("the end of the archive is not what was written")

    def rest(self) -> list[str]:
        return self.wrong

    def read(self, path: str) -> bytes:
        return self.kept.get(path, b"")


def _digest_of(pieces: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def verify(capsule: Folder | Archive, key: str | None = None) -> tuple[list[str], Manifest]:
    """What does not hold, in words; and the manifest."""
    raw, signature = capsule.first()
    manifest = _manifest_of(raw)
    public = manifest["signed_with"]["public_key"]
    if signature != _signature_text(signature) or not signature_holds(
        bytes.fromhex(public), SIGNED_AS[manifest["format"]] + raw, bytes.fromhex(signature.decode())
    ):
        raise Wrong(f"{MANIFEST}, {SIGNATURE}: the signature does not hold, so nothing here can be believed")
    wrong = []
    if key is not None and key.lower() != public:
        wrong.append(f"{MANIFEST}: it is signed with another key than the one you gave")
    for path, told, found in capsule.files(manifest):
        if told is None:
            wrong.append(f"{path}: it is no part of what was signed")
        elif found is None:
            wrong.append(f"{path}: it is missing")
        elif found != (told["size"], told["sha256"]):
            wrong.append(f"{path}: its bytes are not those that were signed")
    wrong += capsule.rest()
    wrong += [line for told in manifest["reports"] for line in _report(capsule, told)]
    return wrong, manifest


def _manifest_of(raw: bytes) -> Manifest:
    try:
        manifest: Manifest = json.loads(raw)
        known = manifest["format"] in SIGNED_AS
        bytes.fromhex(manifest["signed_with"]["public_key"])
        stamp_of(manifest["made_at"])
        names = [told["path"] for told in manifest["files"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Wrong(f"{MANIFEST}: it cannot be read") from None
    if not known or not all(map(_is_inside, names)):
        raise Wrong(f"{MANIFEST}: it is of no form that is known here")
    return manifest


def _is_inside(path: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", path)) and ".." not in path and "//" not in path


def _signature_text(raw: bytes) -> bytes:
    """As it must be written, to the letter: else one signature had many forms."""
    try:
        text = raw.decode("ascii")
        return (bytes.fromhex(text.strip()).hex() + "\n").encode()
    except ValueError:
        return b""


def _report(capsule: Folder | Archive, told: Manifest) -> Iterator[str]:
    """The version that a person signed has a seal of its own, older than this capsule."""
    digest = hashlib.sha256(capsule.read(told["content"])).digest()
    if digest.hex() != told["content_sha256"]:
        yield f"{told['content']}: it is not the content that was signed as version {told['version']}"
    elif not signature_holds(bytes.fromhex(told["public_key"]), REPORT + digest, bytes.fromhex(told["seal"])):
        yield f"{told['content']}: the seal on version {told['version']} does not hold"
    for one in told.get("cosigned", ()):
        said = {"content_sha256": digest.hex(), "signed_at": one["signed_at"], "signed_by": one["signed_by"]}
        under = COSIGNATURE + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        if not signature_holds(bytes.fromhex(one["public_key"]), under, bytes.fromhex(one["seal"])):
            yield f"{told['content']}: the seal of {one['name']} on version {told['version']} does not hold"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Is this capsule what was signed?")
    parser.add_argument("capsule", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", help="the clinic's public key, 64 hexadecimal digits")
    asked = parser.parse_args(arguments)
    try:
        capsule = Folder(asked.capsule) if asked.capsule.is_dir() else Archive(asked.capsule)
        wrong, manifest = verify(capsule, asked.key)
    except (OSError, NoCapsule) as why:
        print(f"NO CAPSULE  {why}")
        return 2
    except Wrong as why:
        print(f"WRONG  {why}")
        return 1
    for line in wrong:
        print(f"WRONG  {line}")
    if wrong:
        return 1
    _say(manifest, asked.key)
    return 0


def _say(manifest: Manifest, key: str | None) -> None:
    signed = manifest["signed_with"]
    print(f"HOLDS  {manifest['case']} of {manifest['site']}, made {manifest['made_at']} by {manifest['made_by']}")
    print(f"       {len(manifest['files'])} files, every byte as it was signed; it is {manifest['standing']}")
    for one in manifest["left_out"]:
        print(f"       left out: {one['what']} {one['id']}, {one['why']}")
    print(f"       key {signed['key_id']}: {signed['public_key']}")
    print("       It is the key you gave." if key else "       Compare it with the key the clinic tells you.")


if __name__ == "__main__":
    sys.exit(main())
