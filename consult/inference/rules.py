"""The rules as one engine: its name, its digest over every rule and list, and what each rule says in words."""

import hashlib
from functools import cache
from itertools import chain
from pathlib import Path

from consult.inference import critical, filtering, knowledge, red_flags, wording

NAME = "Consult rules"
VERSION = "1.0"
_FOLDER = Path(__file__).parent
_APART = frozenset({"language.py", "grounding.py", "neutral.toml", "pictures.py", "looking.py"})  # of other engines


@cache
def digest() -> str:
    """Another word in a list is another engine."""
    told = hashlib.sha256()
    for path in sorted(chain(_FOLDER.glob("*.py"), (_FOLDER / "data").glob("*.toml"))):
        if path.name not in _APART:
            told.update(f"{path.relative_to(_FOLDER).as_posix()}\0".encode())
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


def describe(rule: str, language: str = "en") -> str:
    """Readable: what a `ByRule` or a blocked sentence rests on. Empty for a name that is no rule of this engine."""
    spoken = wording.language_of(language)
    if found := next((each for each in red_flags.rules() if each.id == rule), None):
        return f"{found.title[spoken]}: {_terms(found, spoken)}. {found.act[spoken]}"
    if limit := critical.describe(rule, spoken):
        return limit
    if rule in knowledge.told("wording")["rules"]:
        return wording.why(rule, spoken)
    return filtering.reason(rule, spoken) if filtering.is_rule(rule) else ""


_OR = {"en": " or ", "es": " o "}


def _terms(rule: red_flags.Rule, language: str) -> str:
    return "; ".join(" + ".join(_OR[language].join(_term(term, language) for term in terms) for terms in line)
                     for line in rule.lines)  # fmt: skip


def _term(term: str, language: str) -> str:
    known = knowledge.concepts().concepts.get(term)
    names: dict[str, str] = known.name if known and known.name else knowledge.told("terms")[term]
    return names[language]
