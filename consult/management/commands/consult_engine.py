"""Installs a language model, as the environment names it, as a candidate: it answers nobody before two agree."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import importing
from clinic.actions import engines
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from consult import language_shipping, shipping
from consult.inference import engine
from consult.inference.urgency import Calibration


class Command(BaseCommand):
    help = "Install a language model for answers to consults: consult_engine ollama/llama3.1:8b [--prompt FILE]"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="as ROUNDS_LANGUAGE_ENGINES names it: provider/model")
        parser.add_argument("--prompt", type=Path, default=language_shipping.PROMPT)
        parser.add_argument("--site", help="name of the site, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        model = next((one for one in settings.LANGUAGE_ENGINES if one.name == options["model"]), None)
        if model is None:
            known = ", ".join(one.name for one in settings.LANGUAGE_ENGINES) or "none"
            raise CommandError(f"ROUNDS_LANGUAGE_ENGINES does not name {options['model']}. It names: {known}.")
        site = importing.site_named(options["site"])
        folder = Path(tempfile.mkdtemp(prefix="rounds-engine-"))
        try:
            prompt = options["prompt"].read_text()
            answerer = engine.answerer_of(model.name, prompt, _call(), Calibration.of(shipping.FOLDER))
            language_shipping.write(folder, model, prompt, language_shipping.measured(answerer))
            with scope(site=site.pk):
                held = engines.install(by=Actor.system("install", site_id=site.pk), site=site, folder=folder)
        except OSError as why:
            raise CommandError(f"{options['prompt']}: {why.strerror}") from None
        except language_shipping.NoAnswer as why:
            raise CommandError(f"{model.name} did not answer: {why}. Nothing was installed.") from None
        except Refusal as why:
            raise CommandError(str(why.code.value)) from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write(f"{held.engine} waits as a candidate at {site.name}")


def _call() -> Any:
    from clinic.language.asking import call  # brings the clients of all providers along

    return call
