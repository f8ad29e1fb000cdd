"""The report of a training: one page to read, and the same as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from classify.inference.specialties import LABELS, SPECIALTIES
from classify.training import cards, cleaning, impact, measuring
from classify.training.cleaning import Doubted
from classify.training.comparing import Compared
from classify.training.doubting import UNKNOWN
from classify.training.impact import Error
from classify.training.learning import Trained
from classify.training.measuring import Figures, Told
from clinic.doubt import ece, metrics
from clinic.doubt.ece import Bin
from clinic.doubt.intervals import DRAWS, Figure, bootstrap

JSON, PAGE = "report.json", "report.md"


@dataclass(frozen=True)
class Report:
    figures: Figures
    roc_auc: Figures
    sources: Figures
    confusion: Mapping[str, Mapping[str, int]]
    reliability: Sequence[Bin]
    errors: Sequence[Error]
    doubted: Sequence[Doubted]
    other_sources: Figures = field(default_factory=dict)
    later: Figures = field(default_factory=dict)
    candidates: Mapping[str, Compared] = field(default_factory=dict)
    winner: str = ""


def of(trained: Trained, said: Told, draws: int = DRAWS, **measured_elsewhere: Any) -> Report:
    known, documents = trained.known, trained.split.documents
    labelled, five = known.truth != UNKNOWN, known.is_of_five
    rows = np.flatnonzero(five).tolist()
    of_five = said.probabilities[five, : len(SPECIALTIES)]
    weighted = bootstrap(
        impact.weighted_f1, known.truth[five], said.answer[five], groups=_groups(trained, five), draws=draws
    )
    return Report(
        figures=measuring.figures(trained, said, draws) | {"F1 weighted by risk": weighted},
        roc_auc=_roc_auc(trained, said, draws),
        sources=_sources(trained, said, draws),
        confusion=measuring.confusion(trained, said),
        reliability=ece.reliability(
            said.probabilities[labelled].max(axis=1), said.answer[labelled] == known.truth[labelled]
        ),
        errors=impact.errors(documents, said.probabilities, said.accepted, known.truth),
        doubted=cleaning.doubted(
            [documents[row] for row in rows], of_five / of_five.sum(axis=1, keepdims=True), known.truth[five]
        ),
        **measured_elsewhere,
    )


def write(report: Report, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / JSON).write_text(json.dumps(asdict(report), indent=1, ensure_ascii=False) + "\n")
    (folder / PAGE).write_text(page(report))


def page(report: Report) -> str:
    parts = [
        "# Training of the engine of documents",
        "Each document is told by heads and doubt that had not seen it, nor another of its group. The labels are "
        "rules, not clinicians: a figure says how far the engine agrees with those rules.",
        _figures("All figures", report.figures),
        _figures("ROC area, each label against all others", report.roc_auc),
        _figures("F1 of each source, the mean of its labels", report.sources),
        _figures("The same, by heads that never saw the source", report.other_sources),
        _figures("F1 of later documents, the mean of their labels, by heads of earlier ones", report.later)
        if report.later
        else "## Later documents\n\nToo few documents have a date: a split by time was not measured.",
        _confusion(report.confusion),
        _reliability(report.reliability),
        _candidates(report),
        _errors(report.errors),
        _doubted(report.doubted),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _groups(trained: Trained, rows: np.ndarray) -> np.ndarray:
    return np.array([group for group, chosen in zip(trained.split.groups, rows, strict=True) if chosen])


def _roc_auc(trained: Trained, said: Told, draws: int) -> dict[str, Figure]:
    labelled = trained.known.truth != UNKNOWN
    truth, chances = trained.known.truth[labelled], said.probabilities[labelled]
    return {
        label: bootstrap(metrics.auc, truth == place, chances[:, place], draws=draws)
        for place, label in enumerate(LABELS)
        if 0 < (truth == place).sum() < len(truth)
    }


def _sources(trained: Trained, said: Told, draws: int) -> dict[str, Figure]:
    five = trained.known.is_of_five
    sources = np.array([document.source for document in trained.split.documents])
    found = {}
    for source in sorted(set(sources[five].tolist())):
        mine = five & (sources == source)
        found[source] = bootstrap(
            impact.f1_of_occurring, trained.known.truth[mine], said.answer[mine],
            groups=_groups(trained, mine), draws=draws,
        )  # fmt: skip
    return found


def _figures(title: str, figures: Figures) -> str:
    return f"## {title}\n\n{cards.table(measuring.as_metrics(figures))}" if figures else ""


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    told = "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)
    return f"## {title}\n\n{told}" if rows else ""


def _cell(cell: Any) -> str:
    return str(cell).replace("|", "/").replace("\n", " ")


def _confusion(counts: Mapping[str, Mapping[str, int]]) -> str:
    rows = [[label, *answers.values()] for label, answers in counts.items()]
    return _table("Confusion (rows: label, columns: answer)", ["", *counts], rows)


def _reliability(bins: Sequence[Bin]) -> str:
    rows = [[f"{one.confidence:.3f}", f"{one.right:.3f}", one.n, "#" * round(one.right * 40)] for one in bins]
    return _table("Calibration: how sure, and how often right", ["sure", "right", "n", "right as a bar"], rows)


def _candidates(report: Report) -> str:
    rows = [
        [name, _interval(one.macro_f1), _interval(one.weighted_f1), _interval(one.emergency_f1),
         _interval(one.above_forest)]
        for name, one in sorted(report.candidates.items(), key=lambda item: -item[1].macro_f1.value)
    ]  # fmt: skip
    head = ["candidate", "macro-F1", "F1 weighted by risk", "F1 of emergency", "macro-F1 above the forest"]
    table = _table("Candidates, on the same documents and folds", head, rows)
    return f"{table}\n\nBy the protocol: {report.winner}." if table else ""


def _interval(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _errors(errors: Sequence[Error]) -> str:
    rows = [
        [one.impact, one.label, one.answer, one.sure, "yes" if one.accepted else "", one.source, one.document,
         one.opening]
        for one in errors
    ]  # fmt: skip
    head = ["impact", "label", "answer", "how sure", "nobody looks", "source", "document", "opening"]
    return _table("Errors that weigh most", head, rows)


def _doubted(doubted: Sequence[Doubted]) -> str:
    rows = [
        [one.label, one.rather, one.label_chance, one.rather_chance, one.basis, one.document, one.opening]
        for one in doubted
    ]
    head = ["label", "rather", "chance of the label", "of the other", "why it has the label", "document", "opening"]
    return _table(f"Labels that are doubted ({len(doubted)})", head, rows)
