"""A command in the README or in docs/ is one that is there: make targets, commands of manage.py, modules, files."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tools import engine_cards

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")], key=str)
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# `make` with these is English, not a command.
ENGLISH = {"room"}


def code(path: Path) -> str:
    """What stands in code: fences and backticks."""
    text = path.read_text()
    return "\n".join(
        re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    )


@lru_cache
def options_of_tools() -> set[str]:
    """Of commands that hand their line on to a parser of their own."""
    sources = (
        path for app in (ROOT / "manage.py", *ROOT.glob("c*"), *ROOT.glob("[er]*")) for path in app.rglob("*.py")
    )
    return {option for path in sources for option in re.findall(r'"(--[a-z-]+)"', path.read_text())}


def test_make_targets_when_named_then_they_are_there():
    named = {
        (path.name, word) for path in PAPERS for word in re.findall(r"^make ([a-z][a-z-]*)", code(path), re.MULTILINE)
    }

    assert len(named) > 40
    assert {(paper, word) for paper, word in named if word not in TARGETS | ENGLISH} == set()


def test_commands_of_manage_when_named_then_they_are_there_with_their_options():
    known = get_commands()
    lines = [(path.name, *found) for path in PAPERS for found in re.findall(r"manage\.py (\w+)([^\n|`]*)", code(path))]

    assert len(lines) > 40
    for paper, name, rest in lines:
        assert name in known, (paper, name)
        parser = load_command_class(known[name], name).create_parser("manage.py", name)
        there = {option for action in parser._actions for option in action.option_strings}
        for option in re.findall(r"(?<![\w-])(--[a-z-]+)", rest):
            assert option in there or option in options_of_tools(), (paper, name, option)


def test_modules_and_files_when_run_by_a_paper_then_they_are_there():
    for path in PAPERS:
        for module in re.findall(
            r"python3? -m ((?:clinic|tests|tools|benchmarks|radiology|coaching)[\w.]*)", code(path)
        ):
            place = ROOT / module.replace(".", "/")
            assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), (path.name, module)
        for name in re.findall(r"(?:^|\s)((?:tools|deploy)/[\w./*-]+)", code(path)):
            assert list(ROOT.glob(name.rstrip("./"))) or name.startswith(("deploy/secrets", "deploy/.env")), (
                path.name,
                name,
            )


def test_site_when_its_pages_are_listed_then_each_paper_is_one_of_them():
    listed = set(re.findall(r": ([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE))

    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")}


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_links_when_they_lead_to_files_then_those_are_there(path: Path):
    for target in re.findall(
        r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"^```.*?^```", "", path.read_text(), flags=re.M | re.S)
    ):
        assert (path.parent / target).exists(), target


def test_engine_cards_when_read_back_then_none_was_written_by_hand():
    """Out of step? `python -m tools.engine_cards`"""
    assert engine_cards.PAPER.read_text() == engine_cards.paper()
    assert len(engine_cards.folders()) >= 7
