"""The manifest of an engine names every file by its SHA-256; the digest of the manifest therefore names the engine."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic.engines.unfit import Fault, Unfit

FORMAT = 1
MANIFEST, SIGNATURE, CARD, GOLDEN = "manifest.json", "manifest.sig", "card.json", "golden.json"
LARGEST_MANIFEST = 256 * 1024
LARGEST_CARD = 256 * 1024
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.IGNORECASE)
SHA256 = re.compile(r"[0-9a-f]{64}")
# What can hold code that runs when it is opened is not opened, whoever signed it: only these, and by their content.
WEIGHTS, TEXT, WORDS = ".safetensors", ".json", ".md"  # numbers, JSON, and what a language model is told
LARGEST_HEADER = 10_000_000
LARGEST_TEXT = 100_000_000
LARGEST_WORDS = 1_000_000
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """As it lies on disk: `raw` is what is hashed and signed."""

    raw: bytes
    told: dict[str, Any]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def files(self) -> Mapping[str, dict[str, Any]]:
        files: dict[str, dict[str, Any]] = self.told["files"]
        return files

    @property
    def capability(self) -> str:
        return str(self.told["capability"])

    @property
    def name(self) -> str:
        return str(self.told["name"])

    @property
    def version(self) -> str:
        return str(self.told["version"])

    @property
    def is_remote(self) -> bool:
        return bool(self.told.get("is_remote", False))


def read(folder: Path) -> Manifest:
    return parse(_small(folder / MANIFEST, LARGEST_MANIFEST, Fault.NO_MANIFEST))


def parse(raw: bytes) -> Manifest:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unfit(Fault.MANIFEST_UNREADABLE) from None
    if not _is_well_formed(told):
        raise Unfit(Fault.MANIFEST_UNREADABLE)
    for name in told["files"]:
        if Path(name).suffix not in (WEIGHTS, TEXT, WORDS):
            raise Unfit(Fault.RUNS_CODE, name)
    return Manifest(raw, told)


def _is_well_formed(told: Any) -> bool:
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        return False
    words = all(isinstance(told.get(key), str) and told[key] for key in ("capability", "name", "version", "backend"))
    lengths = (("capability", 60), ("name", 80), ("version", 40))
    files = told.get("files")
    return (
        words
        and all(len(told[key]) <= most for key, most in lengths)
        and isinstance(told.get("is_remote", False), bool)
        and isinstance(files, dict)
        and CARD in files
        and all(_is_file(name, facts) for name, facts in files.items())
    )


def _is_file(name: str, facts: Any) -> bool:
    """A plain name: nothing outside the folder is ever meant."""
    return (
        FILE_NAME.fullmatch(name) is not None
        and name not in (MANIFEST, SIGNATURE)
        and isinstance(facts, dict)
        and isinstance(facts.get("sha256"), str)
        and SHA256.fullmatch(facts["sha256"]) is not None
        and isinstance(facts.get("bytes"), int)
    )


def card_of(folder: Path, needed: tuple[str, ...]) -> dict[str, Any]:
    """The card with all it must say: an engine that does not tell its limits is not installed."""
    try:
        card = json.loads(_small(folder / CARD, LARGEST_CARD, Fault.FILE_MISSING))
    except (ValueError, RecursionError):
        raise Unfit(Fault.CARD_UNREADABLE) from None
    if not isinstance(card, dict):
        raise Unfit(Fault.CARD_UNREADABLE)
    for name in needed:
        if not card.get(name):
            raise Unfit(Fault.CARD_INCOMPLETE, name)
    metrics = card.get("metrics", [])
    if not isinstance(metrics, list) or not all(map(_is_metric, metrics)):
        raise Unfit(Fault.CARD_INCOMPLETE, "metrics")
    return card


def _is_metric(metric: Any) -> bool:
    """A figure without its n and its interval is no figure."""
    return isinstance(metric, dict) and all(
        isinstance(metric.get(key), int | float) for key in ("value", "low", "high", "n")
    )


def check_files(folder: Path, manifest: Manifest) -> None:
    """Every byte of every file. What the manifest does not name is not there for us, and is not opened."""
    for name, facts in manifest.files.items():
        if sha256_of(folder / name, facts["bytes"]) != facts["sha256"]:
            raise Unfit(Fault.FILE_DIFFERS, name)
        if not _is_what_it_is_called(folder / name, facts["bytes"]):
            raise Unfit(Fault.RUNS_CODE, name)


def _is_what_it_is_called(path: Path, size: int) -> bool:
    """A name is a claim: numbers lie behind a header that names all of them, texts are JSON to the last byte,
    prompts are words."""
    with path.open("rb") as file:
        if path.suffix == TEXT:
            return size <= LARGEST_TEXT and _is_json(file.read())
        if path.suffix == WORDS:
            return size <= LARGEST_WORDS and _is_plain(file.read())
        length = int.from_bytes(file.read(8), "little")
        return length <= min(size - 8, LARGEST_HEADER) and _fits_header(file.read(length), size - 8 - length)


def _is_json(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_plain(raw: bytes) -> bool:
    """Words and lines, nothing that a program would read as its own."""
    try:
        told = raw.decode()
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\n\t" for letter in told)


def _fits_header(raw: bytes, size: int) -> bool:
    """The numbers that it names are all there is: nothing lies behind them."""
    try:
        entries = [entry for name, entry in json.loads(raw).items() if name != "__metadata__"]
        return bool(max((entry["data_offsets"][1] for entry in entries), default=0) == size)
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError, IndexError):
        return False


def sha256_of(path: Path, size: int) -> str:
    """Nothing, for a file of another size or a link: then it need not be read."""
    try:
        if path.is_symlink() or path.stat().st_size != size:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise Unfit(Fault.FILE_MISSING, path.name) from None


def write(folder: Path, facts: Mapping[str, Any]) -> Manifest:
    """Of all files that lie in the folder now. Byte for byte the same for the same files."""
    names = sorted(path.name for path in folder.iterdir() if path.name not in (MANIFEST, SIGNATURE))
    files = {name: _described(folder / name) for name in names}
    told = {"format": FORMAT, **facts, "files": files}
    raw = (json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
    manifest = parse(raw)
    (folder / MANIFEST).write_bytes(raw)
    return manifest


def write_json(path: Path, told: Any) -> None:
    """A file of an engine as people read it, and as the manifest counts its bytes."""
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def figures_of(folder: Path, given: Sequence[str]) -> list[dict[str, Any]]:
    """For its card: those in the file that is given, else what the card in the folder says already."""
    if given:
        found: list[dict[str, Any]] = json.loads(Path(given[0]).read_text())
        return found
    card = folder / CARD
    return list(json.loads(card.read_text())["metrics"]) if card.exists() else []


def _described(path: Path) -> dict[str, Any]:
    size = path.stat().st_size
    return {"sha256": sha256_of(path, size), "bytes": size}


def _small(path: Path, most: int, fault: Fault) -> bytes:
    try:
        if path.is_symlink() or path.stat().st_size > most:
            raise Unfit(fault, path.name)
        return path.read_bytes()
    except OSError:
        raise Unfit(fault, path.name) from None
