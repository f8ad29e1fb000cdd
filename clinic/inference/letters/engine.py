"""Opens an engine of letters: its manifest says of which make it is. Called in workers only, on checked files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clinic.inference.letters import linear, rules
from clinic.inference.letters.reading import LetterReader

MAKES: Mapping[str, Callable[[Path], LetterReader]] = {"linear": linear.load, "rules": rules.load}


def load(folder: Path, manifest: Mapping[str, Any]) -> LetterReader:
    return MAKES[manifest["backend"]](folder)
