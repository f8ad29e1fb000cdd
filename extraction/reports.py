"""What a document has to say in a report: its facts in a few sentences, each with the words they rest on.

Once a person has checked the document only what she kept is said; before that it is the engine's word, as for every
answer that waits."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from clinic import report_sections
from clinic.evidence import TextSpan
from clinic.models import Result, Upload
from clinic.report_sections import Claim, Contributor, Section
from extraction import checked, fields, wording
from extraction.checked import Fact
from extraction.inference.schema import TextEvidence
from extraction.models import Act, FieldDecision

MOST_EVIDENCE = 12


def claims(result: Result, decided: str) -> Iterable[Claim]:
    """Each sentence under its own name, whether decided or not, so that what people changed can be told."""
    upload = result.run.uploads.select_related("case").first()
    if upload is None or not result.outcome.get("facts"):
        return
    rows = FieldDecision.objects.filter(run=result.run_id).select_related("sheet__case").order_by("number")
    facts = checked.facts(checked.told_in(result.outcome), rows if decided else ())
    kept = [one for one in facts if (one.stands if decided else one.state != Act.REJECTED)]
    for name, words, chosen in _SENTENCES:
        if found := [one for one in kept if chosen(one)]:
            yield Claim(text=words(found), evidence=tuple(_evidence(found, upload))[:MOST_EVIDENCE], name=name,
                        has_own_sources=True)  # fmt: skip


def _evidence(found: list[Fact], upload: Upload) -> Iterator[TextSpan]:
    for fact in found:
        for one in fact.evidence[:2]:
            if isinstance(one, TextEvidence):
                yield TextSpan(upload=str(upload.pk), sha256=upload.sha256, weight=1.0, words=one.text,
                               start=one.start, end=one.end)  # fmt: skip


def _of(kind: str, *assertions: str) -> Callable[[Fact], bool]:
    return lambda one: one.kind == kind and one.values.get("assertion", "present") in assertions


def _list(words: Any) -> Callable[[list[Fact]], str]:
    return lambda found: str(words) % {"list": "; ".join(dict.fromkeys(_line(one) for one in found))}


def _line(one: Fact) -> str:
    said = wording.line(one.kind, one.values)
    asides = [str(each) for each in wording.aside(one.kind, one.values) if one.kind == "medications"]
    named = f"{wording.title(one.kind, one.key, one.values)} {said}" if one.kind in ("vitals", "labs") else said
    return " ".join((named, f"({', '.join(asides)})")) if asides else named


_SENTENCES: tuple[tuple[str, Callable[[list[Fact]], str], Callable[[Fact], bool]], ...] = (
    ("problems", _list(gettext_lazy("Problems: %(list)s.")), _of("problems", "present")),
    ("doubtful", _list(gettext_lazy("In doubt: %(list)s.")), _of("problems", "uncertain")),
    ("absent", _list(gettext_lazy("Absent: %(list)s.")), _of("problems", "negated")),
    ("past", _list(gettext_lazy("In the past: %(list)s.")), _of("problems", "historical")),
    ("family", _list(gettext_lazy("In the family: %(list)s.")), _of("problems", "family")),
    ("medicines", _list(gettext_lazy("Medicines: %(list)s.")), _of("medications", "present", "planned")),
    ("allergies", _list(gettext_lazy("Allergies: %(list)s.")), _of("allergies", "present", "historical", "uncertain")),
    ("vitals", _list(gettext_lazy("Vital signs: %(list)s.")), _of("vitals", "present")),
    ("laboratory", _list(gettext_lazy("Laboratory: %(list)s.")), _of("labs", "present")),
    ("procedures", _list(gettext_lazy("Procedures: %(list)s.")), _of("procedures", "present")),
    ("plan", _list(gettext_lazy("Plan: %(list)s.")), lambda one: one.kind == "plan"),
)

report_sections.register(
    Contributor(kind=fields.NAME, section=Section(fields.NAME, gettext_lazy("From documents"), 20),
                claims="extraction.reports:claims")
)  # fmt: skip
