"""The command's arguments and its straight path: films, split, train each member, and ship what they have become."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from radiology.inference import nets
from radiology.training import films, learning, shipping
from radiology.training.adults import Adults
from radiology.training.learning import Plan, Split, Trained
from radiology.training.schedule import parse_stages

HELP = "Train the two nets for chest films, calibrate them on one fold, measure them on another, write their weights."
_IN_ORDER = (nets.EFFICIENTNET_V2_S, nets.CONVNEXT_TINY)  # the first is the better learner, so it is the teacher


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images_tar", type=Path)
    parser.add_argument("index_csv", type=Path, help="columns file, label3, group (patient), fold5")
    parser.add_argument("--runs", type=Path, required=True, help="checkpoints and report; the same folder goes on")
    parser.add_argument("--out", type=Path, help="folder for weights, card and manifest; nothing is shipped without it")
    parser.add_argument("--engine-version", default="1.0.0")
    parser.add_argument("--members", nargs="+", choices=_IN_ORDER, default=_IN_ORDER)
    parser.add_argument("--epochs", type=float, help="instead of the recipe's own")
    parser.add_argument("--minutes", type=float, help="for each member: the rate is annealed to end in this time")
    parser.add_argument("--stages", type=parse_stages, help="film size until which part of the training: 64:0.4,96:1")
    parser.add_argument("--patience", type=int, help="end after so many looks at the watched fold without gain")
    parser.add_argument(
        "--start-from", type=Path, help="folder with MEMBER.safetensors to start from, such as the shipped"
    )
    parser.add_argument(
        "--head-first", type=float, default=0.0, help="part of the training in which only the head moves"
    )
    parser.add_argument("--distil", action="store_true", help="the first member teaches the second")
    parser.add_argument("--calibration-fold", type=int, default=3)
    parser.add_argument("--measuring-fold", type=int, default=4)
    parser.add_argument("--adults", nargs=3, action="append", default=[], metavar=("NAME", "IMAGES_TAR", "INDEX_CSV"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda" if torch.cuda.is_available() else "cpu")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    torch.set_num_threads(options.threads)
    split = Split.of(
        films.load(options.images_tar, options.index_csv), options.calibration_fold, options.measuring_fold
    )
    say(
        f"films: {len(split.learned)} to learn from, {len(split.calibrated)} to calibrate on, "
        f"{len(split.measured)} to measure on; no patient in two of them"
    )
    trained = _train_all(options, split, say)
    if options.out and len(trained) == len(nets.MEMBERS):
        adults = [Adults(name, Path(images), Path(index)) for name, images, index in options.adults]
        shipping.ship(trained, split, adults, options.out, options.runs, version=options.engine_version, say=say)


def _train_all(options: argparse.Namespace, split: Split, say: Callable[[str], None]) -> list[Trained]:
    trained: list[Trained] = []
    for member in options.members:
        teacher = trained[0] if options.distil and trained else None
        plan = _plan(member, options, teacher)
        trained.append(learning.train(plan, split, options.runs, teacher=teacher, device=options.device, say=say))
    return trained


def _plan(member: str, options: argparse.Namespace, teacher: Trained | None) -> Plan:
    usual = learning.usual_recipe(member)
    recipe = replace(
        learning.shortened(usual, epochs=options.epochs, minutes=options.minutes),
        stages=options.stages or usual.stages,
        patience=options.patience,
        head_first_until=options.head_first,
        seed=options.seed,
    )
    start = options.start_from / f"{member}.safetensors" if options.start_from else None
    return Plan(member, recipe, start, teacher.member if teacher else None)
