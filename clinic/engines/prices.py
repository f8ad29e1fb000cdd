"""What asking an engine costs, as the installation's environment says it of the model in its folder."""

import json
from collections.abc import Iterable

from django.conf import settings

from clinic.engines import opening
from clinic.models import Deployment, Engine

LANGUAGE, MODEL = "language.json", "model"  # the file of an engine that is a language model: which one


def dollars(held: Iterable[Deployment]) -> dict[str, float]:
    """By digest: of a million tokens read and as many written. Where no price is told: nothing."""
    prices = {one.name: one.price.read + one.price.written for one in settings.LANGUAGE_ENGINES}
    return {one.engine.digest: prices.get(_model_of(one.engine), 0.0) for one in held}


def _model_of(engine: Engine) -> str:
    if engine.manifest.get("backend") != "language":
        return ""
    try:
        return str(json.loads((opening.folder_of(engine) / LANGUAGE).read_text())[MODEL])
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # it will not open either, and its receipt says why
