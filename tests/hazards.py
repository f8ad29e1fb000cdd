"""Which test shows which control of docs/hazards.md: read from the markers `@pytest.mark.hazard("H01")`.

python -m tests.hazards            prints the lines
python -m tests.hazards --write    puts them into docs/hazards.md
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "docs" / "hazards.md"
BEGIN, END = "<!-- traceability -->\n", "<!-- end -->"
_HAZARD = re.compile(r"^\| (H\d\d) \|", re.MULTILINE)


def marked() -> Iterator[tuple[str, str, str]]:
    """Hazard, file, test."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.hazard":
                        yield str(ast.literal_eval(mark.args[0])), str(path.relative_to(ROOT)), node.name


def hazards() -> list[str]:
    return _HAZARD.findall(LOG.read_text().partition(BEGIN)[0])


def table() -> str:
    shown = defaultdict(list)
    for hazard, path, test in marked():
        shown[hazard].append(f"`{path}::{test}`")
    rows = [f"| {hazard} | {'<br>'.join(sorted(tests))} |" for hazard, tests in sorted(shown.items())]
    return "\n".join(["| id | shown by |", "|---|---|", *rows]) + "\n"


def with_table() -> str:
    text = LOG.read_text()
    before, _begin, rest = text.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


def main(words: list[str]) -> int:
    if words == ["--write"]:
        LOG.write_text(with_table())
    else:
        sys.stdout.write(table())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
