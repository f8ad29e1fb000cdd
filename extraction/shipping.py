"""Writes the engine of rules as a folder of plain files: of which rules it is, card, golden cases, manifest.

`python -m extraction.shipping [FIGURES.json]`, after a change of rules or lists. The digest it prints belongs into
`extraction/fields.py`; figures are those that `make bench-extraction ARGS='FOLDER --figures FIGURES.json'` writes.
"""

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
    manifests.write_json(out / engine.RULES, {"digest": rules.digest()})
    reader = engine.load(out, FACTS)
    cases = [{"id": name, "input": text, "expected": expected(reader, text)} for name, text in DOCUMENTS.items()]
    manifests.write_json(out / manifests.GOLDEN, {"cases": cases})
    manifests.write_json(out / manifests.CARD, CARD | {"metrics": metrics})
    return manifests.write(out, FACTS).digest


def main() -> None:
    print(ship(FOLDER, manifests.figures_of(FOLDER, sys.argv[1:])))


if __name__ == "__main__":
    main()
