"""What a chest film states, for comparing with what people say: the reader's last word, else the engine's where it is
sure enough."""

from collections.abc import Iterator

from clinic.inference.contradictions.rules import NORMAL, PNEUMONIA
from clinic.inference.contradictions.statements import About, Statement, Told
from clinic.models import Case
from clinic.sealed_words import said
from radiology import findings, stating
from radiology.models import Film, Impression

OF_READER = {
    Impression.NO_SIGNAL: NORMAL,
    Impression.BACTERIAL: PNEUMONIA,
    Impression.VIRAL: PNEUMONIA,
}
OF_ENGINE = {findings.NONE: NORMAL, findings.MEDIUM: PNEUMONIA, findings.HIGH: PNEUMONIA}


def read(case: Case) -> Iterator[Told]:
    for film, result, last in stating.films(case):
        value = (
            OF_READER.get(Impression(last.verdict.impression)) if last else OF_ENGINE.get(result.facets.get("risk", ""))
        )
        if value:
            stated = Statement(f"film:{film.pk}", About.FILM, value=value)
            yield Told(stated, "film", _name_of(film), str(film.upload_id), film.upload.sha256, str(result.pk))


def _name_of(film: Film) -> str:
    return str(said(lambda: film.upload.name))
