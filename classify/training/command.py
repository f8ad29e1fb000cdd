"""The command's arguments and its straight path: documents, split, train, ship."""

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classify.training import comparing, documents, elsewhere, learning, measuring, reporting, shipping
from classify.training.heads import Recipe
from classify.training.learning import Plan, Trained
from classify.training.reporting import Report
from clinic.doubt.intervals import DRAWS

HELP = "Train the engine of documents from lines of JSON, calibrate and measure it by folds, write its folder."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, help="texts (text, label, group, source, licence), or notes")
    parser.add_argument("--out", type=Path, help="the engine's folder; nothing is shipped without it")
    parser.add_argument("--report", type=Path, help="folder for report.md and report.json")
    parser.add_argument("--engine-version", default="1.0.0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--licences", nargs="+", default=documents.LICENCES, help="rows of others are left out")
    parser.add_argument("--search", type=int, default=0, help="how many costs of an error are tried in each fold")
    parser.add_argument("--clean", action="store_true", help="leave doubted labels out of learning, never of measuring")
    parser.add_argument("--compare", action="store_true", help="with --report: candidates beside the classic forest")
    parser.add_argument("--elsewhere", action="store_true", help="with --report: each source by heads of the others")
    parser.add_argument("--draws", type=int, default=DRAWS, help="redraws behind each interval")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    loaded = documents.load(options.files, options.licences)
    counts = Counter(each.label or "not labelled" for each in loaded.documents)
    say(f"documents: {dict(counts.most_common())}; left out: {dict(loaded.left_out)}")
    learning.demand_enough(loaded.documents)
    parted = learning.split(loaded.documents, options.seed, say)
    plan = Plan(Recipe(seed=options.seed), options.search, options.clean)
    trained = learning.train(parted, plan, say)
    say(f"cost of an error: {trained.recipe.cost}")
    if options.report:
        reporting.write(_report(trained, options, say), options.report)
        say(f"report: {options.report / reporting.PAGE}")
    if options.out:
        shipping.ship(trained, options.out, version=options.engine_version, draws=options.draws, say=say)


def _report(trained: Trained, options: argparse.Namespace, say: Callable[[str], None]) -> Report:
    """The winner becomes no engine by itself: a person decides that."""
    parted, recipe = trained.split, trained.recipe
    found: dict[str, Any] = {}
    if options.compare:
        compared = comparing.compare(parted, recipe, options.draws, say)
        found |= {"candidates": compared, "winner": comparing.winner(compared)}
    if options.elsewhere:
        found["other_sources"] = elsewhere.by_source(parted.documents, parted.groups, recipe, options.draws)
    later = elsewhere.by_time(parted.documents, parted.groups, recipe, options.draws)
    return reporting.of(trained, measuring.told(trained), options.draws, later=later, **found)
