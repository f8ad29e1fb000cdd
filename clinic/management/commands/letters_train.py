"""Makes the two engines of letters that come with the product, from nothing but a seed."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from clinic.engines import manifests
from clinic.inference.letters import package, training
from clinic.inference.letters.training import Sizes

WEIGHTS = settings.BASE_DIR / "clinic" / "weights"


class Command(BaseCommand):
    help = "Learn, calibrate and measure the engines of letters. The same seed and sizes give the same digests."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--engine-version", default="1.0.0")
        parser.add_argument("--out", type=Path, default=WEIGHTS, help="letters-N and letter-rules-N are made in here")
        for name, usual in vars(Sizes()).items():
            parser.add_argument(f"--{name}", type=int, default=usual, help="letters")

    def handle(self, *args: Any, **options: Any) -> None:
        seed, out, major = options["seed"], options["out"], options["engine_version"].partition(".")[0]
        sizes = Sizes(**{name: options[name] for name in vars(Sizes())})
        trained = training.train(seed=seed, sizes=sizes)
        linear, rules = _emptied(out / f"letters-{major}"), _emptied(out / f"letter-rules-{major}")
        self._seal(linear, "Letters linear", options, package.write_linear(linear, trained, seed=seed))
        self._seal(rules, "Letter rules", options, package.write_rules(rules, seed=seed, measured_on=sizes.measure))

    def _seal(self, folder: Path, name: str, options: dict[str, Any], facts: dict[str, Any]) -> None:
        named = {"capability": "clinic.letters", "name": name, "version": options["engine_version"]}
        manifest = manifests.write(folder, named | facts)
        self.stdout.write(f"{folder.name} {manifest.digest}")
        for metric in manifests.card_of(folder, ("metrics",))["metrics"]:
            told = "  {name}: {value:.3f} (95 % interval {low:.3f} to {high:.3f}, n = {n})"
            self.stdout.write(told.format(**metric))


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
