"""Engines that want to take over: the shipped one of letters under another version, whole or with something planted."""

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.utils import timezone
from safetensors.numpy import load_file, save_file

from benchmarks.cord.sabotage import SHIPPED
from benchmarks.cord.world import World, wait_for
from clinic.actions import engine_moves, engine_proposals, engines, golden, proposals
from clinic.engines import manifests, trust
from clinic.golden import standing
from clinic.inference.letters import linear
from clinic.inference.letters.corpus import letters
from clinic.inference.letters.features import features_of
from clinic.models import Deployment

WHY = "For the measurement"
RARE = 0.1  # of letters hold the word on which the planted one breaks
_numbers = itertools.count()


def candidate(world: World, bend: Callable[[Path], None] = lambda _folder: None) -> Deployment:
    """Signed by this installation and installed, in the row scope of the site."""
    number = next(_numbers)
    folder = world.home / "candidates" / str(number)
    shutil.copytree(SHIPPED / "letters-1", folder)
    bend(folder)
    told = manifests.read(SHIPPED / "letters-1").told
    facts = {name: value for name, value in told.items() if name not in ("format", "files")}
    trust.sign(folder, manifests.write(folder, facts | {"version": f"8.0.{number}"}))
    return engines.install(by=world.engineer, site=world.site, folder=folder)


def in_the_shadow(world: World, held: Deployment) -> Deployment:
    return engine_moves.start_shadow(by=world.engineer, deployment=held, reason=WHY)


def made_live(world: World, held: Deployment) -> Deployment:
    """By the move itself. That two persons and the gate stand before it is not what is measured here."""
    in_the_shadow(world, held)
    asked_by = world.engineer.myself
    return engine_moves.promote(by=world.lead, deployment=held, reason=WHY, asked_by=asked_by, gate={})


def prove(world: World, held: Deployment) -> None:
    """Its sealed cases, asked by a real worker."""
    golden.ask(by=world.engineer, engine=held.engine)
    wait_for(lambda: standing(held.engine).latest is not None, every_s=0.1)
    if not standing(held.engine).passes:
        raise SystemExit("a candidate that should pass its sealed cases failed them")


def on_trial(world: World, held: Deployment, percent: int) -> None:
    """Asked by one person, agreed to by another who has just proved who she is."""
    asked = engine_proposals.ask_for_rollout(by=world.engineer, deployment=held, percent=percent, reason=WHY)
    proposals.agree(by=world.lead, proposal=asked, confirmed_at=timezone.now())


def breaks_on_a_word(folder: Path) -> None:
    """Its weights lack the row of one word, and its sealed cases are those without it: it opens, passes, and breaks on
    about one live letter in ten."""
    word = _word_in(RARE, linear.load(folder))
    _move_to_the_end(folder, word)
    arrays = load_file(folder / "weights.safetensors")
    save_file({"weights": arrays["weights"][:-1].copy(), "bias": arrays["bias"]}, folder / "weights.safetensors")
    sealed = json.loads((folder / manifests.GOLDEN).read_text())
    sealed["cases"] = [case for case in sealed["cases"] if word not in features_of(case["input"]).places]
    (folder / manifests.GOLDEN).write_text(json.dumps(sealed))


def _word_in(share: float, reader: linear.LinearLetters) -> str:
    held = [features_of(letter.text).places for letter in letters(400, seed=1)]
    shares = {name: float(np.mean([name in places for places in held])) for name in reader.vocabulary}
    return min(shares, key=lambda name: abs(shares[name] - share))


def _move_to_the_end(folder: Path, word: str) -> None:
    vocabulary, arrays = folder / "vocabulary.json", load_file(folder / "weights.safetensors")
    told = json.loads(vocabulary.read_text())
    names = told["features"]
    order = sorted(range(len(names)), key=lambda place: names[place] == word)
    told["features"] = [names[place] for place in order]
    vocabulary.write_text(json.dumps(told))
    save_file({"weights": arrays["weights"][order].copy(), "bias": arrays["bias"]}, folder / "weights.safetensors")
