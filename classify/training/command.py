"""The command's arguments and its straight path: documents, split, train, ship."""

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from classify.training import documents, learning, shipping
from classify.training.heads import Recipe

HELP = "Train the engine of documents from lines of JSON, calibrate and measure it by folds, write its folder."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", type=Path, help="labelled texts (text, label, group, source, licence), or notes"
    )
    parser.add_argument("--out", type=Path, required=True, help="the engine's folder")
    parser.add_argument("--engine-version", default="1.0.0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--licences", nargs="+", default=documents.LICENCES, help="rows of others are left out")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    loaded = documents.load(options.files, options.licences)
    counts = Counter(each.label or "not labelled" for each in loaded.documents)
    say(f"documents: {dict(counts.most_common())}; left out: {dict(loaded.left_out)}")
    parted = learning.split(loaded.documents, options.seed, say)
    trained = learning.train(parted, Recipe(seed=options.seed), say)
    shipping.ship(trained, options.out, version=options.engine_version, say=say)
