"""A reading room with two generated films and nothing behind it: the product's own template, scripts, styles and policy
on a small server, so that the viewer is tried without a database. Also what `python -m benchmarks.viewer` measures."""

import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from csp.constants import NONCE
from django.conf import settings
from django.template import engines
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
PAGE = (Path(__file__).parent / "film_story.html").read_text()
SIDE = 2048
SPACING = [0.15, 0.15]
WITHOUT_WEBGL = """
const asked = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return /webgl/.test(kind) ? null : asked.call(this, kind, ...more);
};
"""


def grey(rows: int, columns: int) -> Any:
    """Twelve bits: two dark lungs in a bright body, a heart to the right of the picture's middle, a grain."""
    y, x = np.mgrid[0 : 1 : complex(rows), 0 : 1 : complex(columns)]

    def inside(cx: float, cy: float, rx: float, ry: float) -> Any:
        return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1

    film = 900 + 1400 * np.exp(-(((x - 0.5) / 0.45) ** 4))
    film[inside(0.3, 0.5, 0.15, 0.3) | inside(0.7, 0.5, 0.15, 0.3)] = 500
    film[inside(0.57, 0.6, 0.13, 0.16)] = 2600
    film[inside(0.27, 0.66, 0.07, 0.09)] = 1500
    return np.clip(film + np.random.default_rng(4).normal(0, 25, film.shape), 0, 4095).astype("<u2")


def heat() -> bytes:
    y, x = np.mgrid[0:1:224j, 0:1:224j]
    strength = np.exp(-(((x - 0.27) / 0.09) ** 2) - ((y - 0.66) / 0.1) ** 2)
    pixels = np.dstack([np.full_like(x, 255), 200 * strength, np.zeros_like(x), 255 * strength]).astype("uint8")
    out = BytesIO()
    Image.fromarray(pixels, "RGBA").save(out, "PNG")
    return out.getvalue()


@dataclass
class Story:
    """What the server knows; a test changes it before it opens the page."""

    address: str = ""
    has_spacing: bool = True
    with_map: bool = True
    region: str = ""
    refuses: bool = False
    window: dict[str, int] = field(default_factory=lambda: {"center": 1024, "width": 2048})
    films: dict[str, Any] = field(default_factory=lambda: {"one": grey(SIDE, SIDE), "two": grey(1600, 1200)})

    def frame(self, name: str) -> dict[str, Any]:
        rows, columns = self.films[name].shape
        return {
            "rows": rows, "columns": columns, "bits": 16, "window": self.window,
            "lowest": int(self.films[name].min()), "highest": int(self.films[name].max()),
            "spacing": SPACING if self.has_spacing else None, "quarter_turns": 0, "is_inverted": False,
            "pixels": f"/films/{name}/pixels",
        }  # fmt: skip

    def page(self) -> str:
        film = {
            "label": "Chest film, frontal view", "frame_url": "/films/one/frame.json", "region": self.region,
            "map_url": "/films/map.png" if self.with_map else "", "side": "R", "side_at": "left",
            "tl": ["P-4821, 3 y, F", "C-2041"], "tr": ["20 Nov 2026 14:28", "AP upright"],
            "bl": ["Generated film", "1 of 1"], "br": ["Northgate Children’s", "Digest 9c41…e07a"],
        }  # fmt: skip
        prior = {
            "words": "Prior 12 Aug", "frame_url": "/films/two/frame.json", "side": "R", "side_at": "left",
            "tl": ["P-4821, 3 y, F"], "tr": ["12 Aug 2026 09:10", "AP"], "bl": ["Generated film", "Prior"], "br": [],
        }  # fmt: skip
        return str(engines["django"].from_string(PAGE).render({"film": film, "prior": prior}))

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/":
            return 200, "text/html; charset=utf-8", self.page().encode()
        if path == "/films/map.png":
            return 200, "image/png", heat()
        if path.startswith("/films/"):
            return self._film(*path.removeprefix("/films/").split("/"))
        return self._static(path)

    def _film(self, name: str, what: str) -> tuple[int, str, bytes]:
        if self.refuses:
            problem = {"detail": "The film is being put upright.", "what_to_do": "Try again in a moment."}
            return 409, "application/problem+json", json.dumps(problem).encode()
        if what == "frame.json":
            return 200, "application/json", json.dumps(self.frame(name)).encode()
        return 200, "application/octet-stream", self.films[name].tobytes()

    @staticmethod
    def _static(path: str) -> tuple[int, str, bytes]:
        found = (STATIC / path.removeprefix("/static/")).resolve()
        if not path.startswith("/static/") or not found.is_relative_to(STATIC) or not found.is_file():
            return 404, "text/plain", b"not here"
        return 200, mimetypes.guess_type(found.name)[0] or "application/octet-stream", found.read_bytes()


def policy() -> str:
    """As the product sends it, but for the nonce, of which a page without inline scripts has no use."""
    directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(v for v in values if v is not NONCE)}" for name, values in directives.items())


@contextmanager
def served() -> Iterator[Story]:
    story = Story()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body = story.answer(urlsplit(self.path).path)
            self.send_response(status)
            for name, value in {
                "Content-Type": kind, "Content-Length": str(len(body)), "Content-Security-Policy": policy(),
            }.items():  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: object) -> None:
            """The test says what is wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    story.address = f"http://localhost:{server.server_port}"
    try:
        yield story
    finally:
        server.shutdown()
        server.server_close()
