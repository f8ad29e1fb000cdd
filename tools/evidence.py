"""Figures that commands have printed, kept in docs/evidence.md with their day and commit. Nobody writes there by hand.

    make doors mutants matrix 2>&1 | python tools/evidence.py

A line like `doors: sign_in=10/1000 ...` becomes a row; a row of the same name is replaced by the newer one.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "docs" / "evidence.md"
LINE = re.compile(r"^([a-z][a-z -]*): ((?:[\w.]+=\S+ ?)+)$")
ROW = re.compile(r"^\| ([a-z][a-z -]*) \| (.*) \| (\S+) \| (\S+) \|$", re.MULTILINE)
HEAD = """# Evidence

Figures as commands printed them, with the day and the commit they were printed at. Made by `tools/evidence.py`,
never by hand: run the command again and pipe what it prints there.

| what | figures | day | commit |
|---|---|---|---|
"""

Rows = dict[str, tuple[str, str, str]]


def told_in(lines: Iterable[str]) -> dict[str, str]:
    return {found[1]: found[2].strip() for line in lines if (found := LINE.match(line.strip()))}


def kept() -> Rows:
    text = PAPER.read_text() if PAPER.exists() else ""
    return {name: (figures, day, commit) for name, figures, day, commit in ROW.findall(text) if name != "what"}


def paper(rows: Rows) -> str:
    return HEAD + "".join(f"| {name} | {' | '.join(told)} |\n" for name, told in sorted(rows.items()))


def main() -> int:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
                            check=True).stdout.strip()  # fmt: skip
    day = datetime.now(UTC).date().isoformat()
    new: Rows = {name: (figures, day, commit) for name, figures in told_in(sys.stdin).items()}
    PAPER.write_text(paper(kept() | new))
    print(f"{len(new)} figures written, {len(kept())} in all")
    return 0 if new else 1


if __name__ == "__main__":
    sys.exit(main())
