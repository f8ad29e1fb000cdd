"""The prompts that come with the product, and how a prompt is named: by the SHA-256 of its text."""

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent
LONGEST = 40_000  # characters


def normal(text: str) -> str:
    """One ending of lines and no blanks at their ends: what looks the same is the same prompt."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def shipped() -> dict[str, str]:
    """By their names, the oldest first: `v1` is the text of v1.md."""
    files = sorted(FOLDER.glob("v*.md"), key=lambda path: int(path.stem[1:]))
    return {path.stem: normal(path.read_text()) for path in files}
