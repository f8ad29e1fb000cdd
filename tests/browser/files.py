"""Files as a person would choose them."""

from playwright.sync_api import FilePayload

PROGRAM = b"MZ\x90\x00" + b"\x00" * 600


def text(name: str, size: int = 400) -> FilePayload:
    """No two of different names hold the same bytes."""
    line = f"{name}: nothing in it is true.\n".encode()
    return {"name": name, "mimeType": "text/plain", "buffer": (line * (size // len(line) + 1))[:size]}


def program(name: str = "viewer.exe") -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": PROGRAM}
