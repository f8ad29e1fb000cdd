"""The rules of coaching as one thing that has a name: whoever shows what they said says which rules it was."""

import hashlib
from functools import cache
from pathlib import Path

NAME, VERSION = "Coaching rules", "1.0.0"
NAME_AND_VERSION = f"{NAME} {VERSION}"
_HERE = Path(__file__).parent
_CODE = ("content.py", "feedback.py", "matching.py", "phrases.py")


@cache
def digest() -> str:
    """SHA-256 over every list and every line that decides what is said."""
    whole = hashlib.sha256()
    for path in sorted([*(_HERE / name for name in _CODE), *(_HERE / "data").glob("*.toml")]):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()
