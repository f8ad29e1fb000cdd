"""A recording that was heard, for the pages that show it: said by the installation's own voice."""

import numpy as np

from clinic.actions import speech, transcripts, vocabulary
from clinic.models import Case
from tests.browser.reading import await_end
from tests.integration.speech.recordings import keep, wav
from tests.make import Person
from tests.unit.speech import made

SAID = "He was stung ten minutes ago. No fever. I gave him two tablets of five hundred milligrams in the car."


def scene(by: Person, case: Case) -> dict[str, str]:
    high, low = made.spoken(SAID), made.resampled(made.spoken("Has this happened before?").astype(float), 20_000)
    upload = keep(by, case, wav(np.concatenate([high, made.silence(0.8), low])), "first words.wav")
    with by.at_work():
        run = speech.ask(by=by.actor, upload=upload)
    await_end(by, run)
    with by.at_work():
        transcripts.correct(by=by.actor, run=run, first=0, last=0, words="He")
        vocabulary.add(by=by.actor, words=["cetirizine", "waste", "metformin"])
    return {"recording": str(upload.pk), "heard": str(run.pk)}
