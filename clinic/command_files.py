"""Files that a command is given: the caller's mistake is said in a sentence before anything is read or written."""

import gzip
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

STANDARD_OUTPUT = "-"


class Mistake(Exception):
    """In words for the person at the keyboard."""


def demand(inputs: Iterable[Path], output: Path) -> None:
    for path in inputs:
        _demand_readable(path)
        if output.exists() and path.samefile(output):
            raise Mistake(f"{output} is what is read: writing there would empty it. Name another file with --jsonl.")
    if str(output) != STANDARD_OUTPUT:
        _demand_place(output)


def writing(path: Path) -> TextIO:
    """An id may hold halves of characters, which no file can: they are written as their numbers."""
    place = os.dup(1) if str(path) == STANDARD_OUTPUT else path
    try:
        return open(place, "w", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123  (a number too)
    except OSError as why:
        raise Mistake(f"{path} cannot be written: {why.strerror}.") from why


def _demand_readable(path: Path) -> None:
    if path.is_dir():
        raise Mistake(f"{path} is a folder. Name a file.")
    if not path.exists():
        raise Mistake(f"{path} does not exist.")
    if path.is_file():  # one byte of a pipe would be missed later
        _demand_first_byte(path)


def _demand_first_byte(path: Path) -> None:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            file.read(1)
    except (OSError, EOFError) as why:
        raise Mistake(f"{path} cannot be read: {getattr(why, 'strerror', None) or why}.") from why


def _demand_place(output: Path) -> None:
    if output.is_dir():
        raise Mistake(f"{output} is a folder. Name a file with --jsonl.")
    if not output.parent.is_dir():
        raise Mistake(f"The folder {output.parent} does not exist. Make it first.")
