"""Looking at a picture, and answering what was said and shown. The only room here that meets the engine."""

from datetime import date

from clinic.answers import terms_of
from clinic.evidence import read
from clinic.models import Case, UploadKind
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work
from consult import sources
from consult.inference.pictures import Reason, gate
from consult.inference.schema import Answered, Asked, Patient, Sentence, Urgency
from consult.kinds import DOCUMENT, FILM, PHOTO
from consult.outcomes import ConsultOutcome, Look, NoteLine, RedFlagTold, Told
from consult.sources import Gathered

NOTHING_SAID = "nothing_said"
DAYS_A_YEAR = 365.25
MOST_EVIDENCE = 6


def look(work: Work) -> Look:
    """Files that say themselves what they are need no look at their pixels."""
    work.report("look", 20)
    if work.upload.kind == UploadKind.FILM:
        return Look(kind=FILM)
    if work.upload.kind == UploadKind.DOCUMENT:
        return Look(kind=DOCUMENT)
    gated = gate(b"".join(work.upload.chunks()))
    if Reason.NOT_LOOKED_AT in gated.reasons:
        raise Failed(RunError.UNEXPECTED, detail_code=Reason.NOT_LOOKED_AT.value, retry=True)
    kind = gated.kind.value if gated.is_usable else PHOTO
    return Look(kind=kind, is_usable=gated.is_usable, faults=tuple(reason.value for reason in gated.reasons))


def answer(work: Work) -> ConsultOutcome:
    work.report("gather", 20)
    gathered = sources.gather(work)
    missing, language = tuple(work.params["missing"]), work.params["language"]
    if not gathered.heard.text.strip() and not gathered.pictures:
        return ConsultOutcome(label="", scores={}, refusal=NOTHING_SAID, missing=missing, language=language,
                              number=work.params["number"])  # fmt: skip
    work.report("ask", 60)
    asked = Asked(heard=gathered.heard, pictures=gathered.pictures, patient=_patient(work), missing=missing)
    return told(work.engine.asked.answer(asked), gathered, missing=missing, number=work.params["number"])


def _patient(work: Work) -> Patient:
    case = Case.objects.select_related("patient").get(runs=work.run_id)
    return Patient(age_years=_age_years(case), sex=case.patient.sex)


def _age_years(case: Case) -> float | None:
    """Of a baby to the day: a fever at two months is another matter than at ten."""
    if case.age_years or not case.patient.birth_date:
        return case.age_years
    lived = case.opened_at.date() - date.fromisoformat(case.patient.birth_date)
    return max(lived.days, 0) / DAYS_A_YEAR


def told(found: Answered, gathered: Gathered, *, missing: tuple[str, ...], number: int) -> ConsultOutcome:
    """Places in what was said become places in the files, where anybody can hear or see them."""

    def said(one: Sentence) -> Told:
        return Told(one.text, gathered.evidence(one.sources), sources.rules(one.sources))

    flags = tuple(RedFlagTold(one.rule, one.title, one.act, gathered.evidence(one.sources)) for one in found.red_flags)
    why = tuple(said(one) for one in found.why)
    pointed = [place for told in (*(one.evidence for one in flags), *(one.evidence for one in why)) for place in told]
    unique = list({str(place): place for place in pointed}.values())[:MOST_EVIDENCE]
    return ConsultOutcome(
        label=_label(found), scores={str(k): v for k, v in found.scores.items()},
        probabilities={str(k): v for k, v in found.probabilities.items()} if found.probabilities else None,
        prediction_set=tuple(str(one) for one in found.prediction_set), calibrated_on=found.calibrated_on,
        evidence=tuple(read(place) for place in unique), terms=terms_of(gathered.heard.text),
        features={"language": found.language, "characters": len(gathered.heard.text)},
        number=number, language=found.language, sentences=tuple(said(one) for one in found.sentences), why=why,
        red_flags=flags, questions=found.questions,
        note=tuple(NoteLine(str(one.section), said(one.sentence)) for one in found.note),
        missing=missing, flags=found.flags, blocked=found.blocked,
    )  # fmt: skip


def _label(found: Answered) -> str:
    """The likeliest; where flags fired, the gravest of the set."""
    if found.red_flags:
        return str(max(found.prediction_set, key=list(Urgency).index))
    weights = found.probabilities or found.scores
    return str(max(weights, key=weights.__getitem__)) if weights else ""
