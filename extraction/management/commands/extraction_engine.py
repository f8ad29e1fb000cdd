"""Installs a language model, as the environment names it, as a candidate: it answers nobody before two agree."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from clinic.language.engines import LanguageEngine
from clinic.language.failures import NothingSaid
from clinic.language_install import InstallCommand
from extraction import language_shipping
from extraction.inference import engine
from extraction.inference.language import NoAnswer


class Command(InstallCommand):
    help = "Install a language model for facts of documents: extraction_engine ollama/llama3.1:8b [--prompt FILE]"
    prompt = language_shipping.PROMPT

    def write(self, folder: Path, model: LanguageEngine, prompt: str, call: Callable[..., Any]) -> None:
        try:
            language_shipping.write(folder, model, prompt, engine.reader_of(model.name, prompt, call))
        except NoAnswer as why:
            raise NothingSaid(why.failure) from None
