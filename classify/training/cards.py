"""The engine's card, and its figures as a page to read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from classify.training import measuring
from classify.training.learning import Trained
from classify.training.measuring import Figures

_PURPOSE = (
    "Says to which of five specialties an English medical document belongs, or that it belongs to none of them, and "
    "whether it looks urgent: so that it reaches the right inbox sooner."
)
_POPULATION = "English notes, reports, abstracts and patient information, 10 to 10,000 characters a piece."
_DATA = (
    "Published texts: questions and answers for patients (MedQuAD, CC BY 4.0, Ben Abacha and Demner-Fushman 2019), "
    "abstracts (PubMedQA, MIT, Jin et al. 2019; Medical Abstracts, CC BY-SA 3.0, Schopf et al. 2022), sample notes "
    "(MTSamples, CC0 as its publisher states). Other languages, letters without sense and laboratory lists were made."
)
_LIMITS = (
    "The labels are rules: words in the title, subject headings, the tag of a note. Nobody read the documents. Figures "
    "here are agreement with those rules, not with clinicians.",
    "Many texts for patients name their subject in the first line, and the rule looked there too: on documents that do "
    "not, expect less. See the figures of each source.",
    "Emergency is thin: few documents, of many kinds. Its threshold is low on purpose; a person looks at what reaches "
    "it.",
    "Urgency was learned from one sentence about each note and from its tag. It finds four in five and calls many "
    "routine notes urgent. Never use it to delay anything.",
    "Sample notes are old and American. Real letters of another place will be judged less well.",
    "English only. Other languages are refused or called other.",
)
_LICENCE = (
    "Weights: CC BY-SA 3.0, because some of the texts are under it; with the attributions under data. Code: Apache-2.0."
)


def card(trained: Trained, found: Figures, confusion: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    documents = trained.split.documents
    return {
        "purpose": _PURPOSE,
        "population": _POPULATION,
        "data": _DATA,
        "limits": list(_LIMITS),
        "licence": _LICENCE,
        "labels": "rules, not clinicians",
        "documents": dict(sorted(Counter(each.label or "urgency only" for each in documents).items())),
        "groups": len(set(trained.split.groups)),
        "copies": {"pairs": len(trained.split.copies.pairs)},
        "thresholds": dict(trained.doubt.thresholds),
        "urgent_from": trained.doubt.urgent_from,
        "seed": trained.recipe.seed,
        "metrics": measuring.as_metrics(found),
        "confusion": confusion,
    }


def table(metrics: Sequence[Mapping[str, Any]]) -> str:
    head = ["| figure | value | 95 % interval | n |", "|---|---|---|---|"]
    return "\n".join(head + [f"| {m['name']} | {m['value']} | {m['low']} to {m['high']} | {m['n']} |" for m in metrics])
