"""docs/engine-cards.md from the cards that engines ship with: `python -m tools.engine_cards` writes it."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "docs" / "engine-cards.md"
HEAD = """# Engine cards

What each engine that comes with the product says of itself: for whom it is, what it learned from, what it does not do,
and what was measured, with a 95 % interval. Made by `tools/engine_cards.py` from the cards in the engines' folders,
never by hand. A site's own engines have their cards on the page **Engines**. An engine that does not tell its limits is
not installed ([engines.md](engines.md)).
"""


def folders() -> list[Path]:
    return sorted(path.parent for path in ROOT.glob("*/weights/*/card.json"))


def paper() -> str:
    return HEAD + "".join(_card(folder) for folder in folders())


def _card(folder: Path) -> str:
    manifest, card = (json.loads((folder / name).read_text()) for name in ("manifest.json", "card.json"))
    title = f"\n## {manifest['name']} {manifest['version']}\n"
    told = [("For", card["purpose"]), ("Whose", card["population"]), ("Learned from", card["data"]),
            ("Licence", card["licence"])]  # fmt: skip
    lines = [f"`{manifest['capability']}`, in `{folder.relative_to(ROOT)}`\n"]
    lines += [f"**{name}:** {words}\n" for name, words in told]
    lines += ["**Limits:**\n", *(f"* {limit}" for limit in card["limits"]), "", _table(card["metrics"])]
    return title + "\n" + "\n".join(lines)


def _table(metrics: list[dict[str, Any]]) -> str:
    rows = ["| measured | value | 95 % interval | n |", "|---|---|---|---|"]
    rows += [f"| {one['name']} | {_number(one.get('value'))} | {_span(one)} | {one.get('n', '')} |" for one in metrics]
    return "\n".join(rows) + "\n"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value if value is not None else "")


def _span(one: dict[str, Any]) -> str:
    return f"{_number(one['low'])} to {_number(one['high'])}" if one.get("low") is not None else ""


if __name__ == "__main__":
    PAPER.write_text(paper())
