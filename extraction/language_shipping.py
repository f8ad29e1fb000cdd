"""A language model with its prompt as an engine of this installation: a folder like every other, signed with its key.

The folder says which model and which prompt, never where or with which key it is asked: that stays in the environment.
Its figures are measured when the folder is made, on made-up documents, so a model that does not answer makes none.
"""

import hashlib
from pathlib import Path
from typing import Any

from clinic.engines import manifests, trust
from clinic.language.engines import LanguageEngine
from extraction import found_again, made_up
from extraction.inference import engine
from extraction.inference.engine import FactReader
from extraction.inference.golden import MUST

CAPABILITY = "extraction.document"
PROMPT = Path(__file__).parent / "prompts" / "v1.md"


def write(folder: Path, model: LanguageEngine, prompt: str, reader: FactReader) -> str:
    """The digest of what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / engine.PROMPT).write_text(prompt)
    manifests.write_json(folder / engine.LANGUAGE, {"model": model.name})
    manifests.write_json(folder / manifests.GOLDEN, {"cases": [
        {"id": name, "input": text, "expected": {MUST: made_up.MUST[name]}} for name, text in made_up.DOCUMENTS.items()
    ]})  # fmt: skip
    manifests.write_json(folder / manifests.CARD, _card(model, reader))
    sha = hashlib.sha256(prompt.encode()).hexdigest()
    facts = {
        "capability": CAPABILITY, "name": f"Facts by {model.name}", "version": f"1.0.0+{sha[:8]}",
        "backend": "language", "precision": "text", "is_remote": model.is_remote, "prompt_sha256": sha,
    }  # fmt: skip
    digest = manifests.write(folder, facts).digest
    trust.sign(folder, manifests.read(folder))
    return digest


def _card(model: LanguageEngine, reader: FactReader) -> dict[str, Any]:
    where = "over the network, without what identifies the patient" if model.is_remote else "on this site"
    return {
        "purpose": "Finds what a clinical document says, each fact with the words it stands in.",
        "population": "Letters, notes and summaries in the languages the model reads.",
        "data": f"The model {model.name} of its maker, asked {where}; what it learned from its maker knows.",
        "limits": [
            "How sure it is of a single fact has not been measured: it shows no number, and a person checks each.",
            "Measured on a few made-up documents only, when it was installed.",
            "It may answer differently to the same document. Words that do not stand there are taken out.",
        ],
        "licence": "As the maker of the model says.",
        "metrics": [_measured(reader)],
    }


def _measured(reader: FactReader) -> dict[str, Any]:
    return {"name": found_again.MEASURE, **found_again.share(reader.read).as_json()}
