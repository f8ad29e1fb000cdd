"""What a consult has to say in a report: its draft note, sentence by sentence, each with what it rests on. A sentence
that only a rule of the engine stands behind is advice to the person, and nothing she would sign; nor is what was heard
and nobody has confirmed yet."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from clinic import report_sections
from clinic.evidence import read
from clinic.models import Result
from clinic.report_sections import Claim, Contributor, Section
from consult import answering

UNCONFIRMED = "CONFIRM"  # the rule that lists it


def claims(result: Result, _decided: str) -> Iterable[Claim]:
    for number, line in enumerate(result.outcome.get("note", ())):
        said = line["said"]
        if UNCONFIRMED in said["rules"]:
            continue
        if evidence := tuple(read(place) for place in said["evidence"]):
            yield Claim(text=said["text"], evidence=evidence, name=f"{line['section']}.{number}", has_own_sources=True)


report_sections.register(
    Contributor(kind=answering.NAME, section=Section(answering.NAME, _("From the consult"), 15),
                claims="consult.reports:claims")
)  # fmt: skip
