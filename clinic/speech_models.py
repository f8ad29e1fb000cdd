"""The command `models`: which models of speech are here, whether each is what its manifest says, and how a folder that
a person has fetched becomes one. Nothing is ever fetched: which model is trusted, and under which licence, a person
decides."""

import argparse
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from clinic.command_files import Mistake
from clinic.inference.speech import whisper
from clinic.inference.speech.configured import FOLDER
from clinic.inference.speech.engines import EngineFailed

HELP = (
    "List the models of speech that are here, verify a folder by the hashes in its manifest, or adopt one that you "
    "fetched. Nothing is fetched by this program: get the model yourself, look at where it comes from, and adopt it."
)
FETCH = (
    "Nothing is fetched here. On a machine that may reach the net, get a Whisper model in the format of CTranslate2 "
    "(model.bin, config.json, tokenizer.json, vocabulary.json), compare its hashes with those of its maker, bring the "
    "folder here, then: manage.py models adopt FOLDER NAME, and name it in " + FOLDER + "."
)
ADOPTED = f"adopted. Name the folder in {FOLDER}; from now on a byte that changes closes it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("list", help="what is here, and what is named in the settings")
    acts.add_parser("fetch", help="says how a person gets a model: nothing is fetched by this program")
    verify = acts.add_parser("verify", help="every byte against the manifest")
    verify.add_argument("folder", type=Path)
    adopt = acts.add_parser("adopt", help="write the manifest of a folder you trust")
    adopt.add_argument("folder", type=Path)
    adopt.add_argument("name", help="how pages call it, such as whisper-small")
    adopt.add_argument("--languages", default="", help="with commas, such as en,es; any where left out")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    _ACTS[options.act](options, say)


def _list(_options: argparse.Namespace, say: Callable[[str], None]) -> None:
    say("pocketsphinx/en-us: in its package, English, a draft")
    say("espeak-ng: in its package, speaks English and Spanish")
    folder = settings.SPEECH.whisper_folder
    say(f"{FOLDER}: {_told(folder)}" if folder else f"{FOLDER}: names none")
    for model in settings.SPEECH.remote:
        say(f"{model.name}: remote, asked only where the policy of a site lets patient data leave")


def _told(folder: Path) -> str:
    try:
        model = whisper.Whisper(folder)
        whisper.verify(folder)
    except EngineFailed as why:
        return f"{folder}, NOT USED: {why.code}"
    languages = ", ".join(sorted(model.languages)) or "any language"
    return f"{model.name}, {languages}, every byte as its manifest says ({model.digest[:12]})"


def _verify(options: argparse.Namespace, say: Callable[[str], None]) -> None:
    _demand_folder(options.folder)
    try:
        count = whisper.verify(options.folder)
    except EngineFailed as why:
        raise Mistake(f"{options.folder} is not what its manifest says: {why.code}.") from None
    say(f"{count} files, every byte as the manifest says")


def _adopt(options: argparse.Namespace, say: Callable[[str], None]) -> None:
    _demand_folder(options.folder)
    if missing := sorted(whisper.NEEDED - {path.name for path in options.folder.iterdir()}):
        raise Mistake(f"{options.folder} is no model in the format of CTranslate2: {', '.join(missing)} missing.")
    if (options.folder / whisper.MANIFEST).exists():
        raise Mistake(f"{options.folder} has a manifest. Verify it, or take it away if you trust what lies there now.")
    languages = [each.strip() for each in options.languages.split(",") if each.strip()]
    whisper.write_manifest(options.folder, options.name, languages)
    say(ADOPTED)


def _fetch(_options: argparse.Namespace, _say: Callable[[str], None]) -> None:
    raise Mistake(FETCH)


def _demand_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise Mistake(f"{folder} is no folder.")


_ACTS = {"list": _list, "verify": _verify, "adopt": _adopt, "fetch": _fetch}
