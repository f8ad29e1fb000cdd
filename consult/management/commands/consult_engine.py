"""Installs a language model, as the environment names it, as a candidate: it answers nobody before two agree."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from clinic.language.engines import LanguageEngine
from clinic.language_install import InstallCommand
from consult import language_shipping, shipping
from consult.inference import engine
from consult.inference.urgency import Calibration


class Command(InstallCommand):
    help = "Install a language model for answers to consults: consult_engine ollama/llama3.1:8b [--prompt FILE]"
    prompt = language_shipping.PROMPT

    def write(self, folder: Path, model: LanguageEngine, prompt: str, call: Callable[..., Any]) -> None:
        answerer = engine.answerer_of(model.name, prompt, call, Calibration.of(shipping.FOLDER))
        language_shipping.write(folder, model, prompt, language_shipping.measured(answerer))
