"""Estimates of expression: nothing at all unless the site has a lawful purpose and the speaker agreed for this
session."""

import logging
from typing import Any

from clinic.engines.ladder import may_leave
from clinic.inference.speech.sound import Samples
from coaching import asking, playing
from coaching.hume import Hume
from coaching.inference.liveliness import estimate
from coaching.inference.schema import Sounding
from coaching.models import Attempt

log = logging.getLogger("rounds.coaching")


def may_be_estimated(attempt: Attempt) -> bool:
    return attempt.practice.says_emotions and asking.has_lawful_purpose(attempt.site_id)


def estimated(attempt: Attempt, sounding: Sounding, samples: Samples) -> dict[str, Any] | None:
    if not may_be_estimated(attempt):
        return None
    found = estimate(sounding)
    told: dict[str, Any] = {"arousal": found.arousal, "by": found.by} if found else {}
    service = Hume.configured()
    if service is not None and may_leave(attempt.site_id):
        told |= _asked(service, samples)
    return told or None


def _asked(service: Hume, samples: Samples) -> dict[str, Any]:
    """Where it did not say that it deleted the voice, she is told so."""
    sound = samples.astype("<i2").tobytes()
    found = service.expression(playing.header(len(sound)) + sound)
    if found.failure:
        log.warning("expression_not_told", extra={"code": found.failure})
    if found.is_left_there:
        log.warning("expression_left_there", extra={"code": found.failure or "not_deleted"})
    return {"remote": list(found.names), "left_there": found.is_left_there}
