"""What installing a language model is for every capability: one that the environment names, asked while its engine is
written, waits at a site as a candidate and answers nobody before two agree."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import importing
from clinic.actions import engines
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.language.engines import LanguageEngine
from clinic.language.failures import NothingSaid


class InstallCommand(BaseCommand):
    """`prompt`: the one that is shipped. `write` makes the engine's folder and measures, asking the model by `call`."""

    prompt: Path

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="as ROUNDS_LANGUAGE_ENGINES names it: provider/model")
        parser.add_argument("--prompt", type=Path, default=self.prompt)
        parser.add_argument("--site", help="name of the site, where there are several")

    def write(self, folder: Path, model: LanguageEngine, prompt: str, call: Callable[..., Any]) -> None:
        """NothingSaid where the model does not answer."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        model, site = _named(options["model"]), importing.site_named(options["site"])
        with _passing_folder() as folder:
            try:
                self.write(folder, model, options["prompt"].read_text(), calling())
                with scope(site=site.pk):
                    held = engines.install(by=Actor.system("install", site_id=site.pk), site=site, folder=folder)
            except OSError as why:
                raise CommandError(f"{options['prompt']}: {why.strerror}") from None
            except NothingSaid as why:
                raise CommandError(f"{model.name} did not answer: {why}. Nothing was installed.") from None
            except Refusal as why:
                raise CommandError(str(why.code.value)) from None
        self.stdout.write(f"{held.engine} waits as a candidate at {site.name}")


def calling() -> Any:
    from clinic.language.asking import call  # brings the clients of all providers along

    return call


def _named(name: str) -> LanguageEngine:
    model = next((one for one in settings.LANGUAGE_ENGINES if one.name == name), None)
    if model is None:
        known = ", ".join(one.name for one in settings.LANGUAGE_ENGINES) or "none"
        raise CommandError(f"ROUNDS_LANGUAGE_ENGINES does not name {name}. It names: {known}.")
    return model


@contextmanager
def _passing_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="rounds-engine-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
