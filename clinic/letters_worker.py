"""`clinic.letters`: reads one letter and asks whichever engine was chosen."""

from clinic.answers import Answer, terms_of, text_evidence
from clinic.models.runs import RunError
from clinic.pipeline import Failed, UploadReader, Work
from clinic.source_texts import decoded

LARGEST_BYTES = 256 * 1024
TEXT = "text/"


def handle(work: Work) -> Answer:
    upload = work.upload
    work.report("read", 10)
    text = _text(upload)
    work.report("ask", 60)
    reading = work.engine.asked.read(text)
    return Answer(
        label=reading.label,
        scores=dict(reading.scores),
        probabilities=dict(reading.probabilities) if reading.probabilities else None,
        prediction_set=reading.prediction_set,
        level=reading.level,
        calibrated_on=reading.calibrated_on,
        evidence=text_evidence(upload, text, reading.spans),
        refusal=reading.refusal,
        terms=terms_of(text),
        features=dict(reading.features),
    )


def _text(upload: UploadReader) -> str:
    """Places in the text count its characters as they stand in the file."""
    if not upload.content_type.startswith(TEXT):
        raise Failed(RunError.INPUT_REFUSED, detail_code="not_plain_text")
    if upload.size > LARGEST_BYTES:
        raise Failed(RunError.INPUT_REFUSED, detail_code="too_long")
    return decoded(b"".join(upload.chunks()))
