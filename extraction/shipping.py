"""Writes the engine of rules as a folder of plain files: of which rules it is, card, golden cases, manifest.

`python -m extraction.shipping [FIGURES.json]`, after a change of rules or lists. The digest it prints belongs into
`extraction/fields.py`; figures are those that `make bench-extraction ARGS='FOLDER --figures FIGURES.json'` writes.
"""

import json
import sys
from pathlib import Path
from typing import Any

from clinic.engines import manifests
from extraction.inference import engine, rules
from extraction.inference.golden import expected
from extraction.made_up import DOCUMENTS

FOLDER = Path(__file__).parent / "weights" / "rules-1"
FACTS = {"capability": "extraction.document", "name": rules.NAME, "version": f"{rules.VERSION}.0", "backend": "rules",
         "precision": "exact"}  # fmt: skip
CARD: dict[str, Any] = {
    "purpose": "Finds what a clinical document says of problems, medications, allergies, vital signs, laboratory"
    " values, procedures, plan, dates and people, each with the words it stands in.",
    "population": "English letters, notes, summaries and case reports.",
    "data": "Rules and word lists of this product; their sources stand in"
    " extraction/inference/rules/lexicons/README.md. Measured on published case reports and abstracts that people had"
    " marked.",
    "limits": [
        "How sure it is of a single fact has not been measured: it shows no number, and a person checks each.",
        "English only: a text in another language is refused.",
        "What is not in its lists is not found: a rare drug, a new test, a misspelt word.",
        "It does not know whether what a document says is true.",
    ],
    "licence": "Apache-2.0",
}  # fmt: skip


def ship(out: Path, metrics: list[dict[str, Any]]) -> str:
    out.mkdir(parents=True, exist_ok=True)
    _write(out / engine.RULES, {"digest": rules.digest()})
    reader = engine.load(out, FACTS)
    cases = [{"id": name, "input": text, "expected": expected(reader, text)} for name, text in DOCUMENTS.items()]
    _write(out / manifests.GOLDEN, {"cases": cases})
    _write(out / manifests.CARD, CARD | {"metrics": metrics})
    return manifests.write(out, FACTS).digest


def _write(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    known = json.loads((FOLDER / manifests.CARD).read_text())["metrics"] if (FOLDER / manifests.CARD).exists() else []
    metrics = json.loads(Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else known
    print(ship(FOLDER, metrics))


if __name__ == "__main__":
    main()
