"""What a person writes of a fact, in the shape that engines answer in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from clinic.errors import Code, Refusal
from extraction.checked import values_of
from extraction.inference.items import class_of
from extraction.inference.schema import Item

WITHOUT = frozenset({"evidence", "confidence"})  # where it stands and how sure it is are nobody's to write
_NOWHERE = [{"start": 0, "end": 1, "text": "-"}]  # the shape asks for a place; it is taken out again
_WORDS = {
    "greater_than_equal": gettext_lazy("at least 0"),
    "float_parsing": gettext_lazy("a number"),
    "string_pattern_mismatch": gettext_lazy("as 2026-11-26"),
    "string_too_long": gettext_lazy("at most 2,000 characters"),
    "bool_parsing": gettext_lazy("yes or no"),
    "missing": gettext_lazy("needed"),
}


def names_of(shape: type[Item]) -> list[str]:
    """What may be written, as the schema orders it; the assertion last."""
    names = [name for name in shape.model_fields if name not in WITHOUT and name != "assertion"]
    return [*names, "assertion"]


def as_written(kind: str, told: Mapping[str, Any], *, name: str = "") -> dict[str, Any]:
    """Checked by the schema; what is left empty is unknown."""
    shape = class_of(kind, name)
    if shape is None:
        raise Refusal(Code.INVALID, fields={"kind": [_("not known")]})
    known = names_of(shape)
    wrong = {each[:60]: [_("not known")] for each in told if each not in known}
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    given = {each: value for each, value in told.items() if value not in (None, "")}
    if not set(given) - {"assertion"}:
        raise Refusal(Code.INVALID, fields={known[0]: [_("Write at least one value, or reject the fact.")]})
    try:
        return values_of(shape.model_validate({**given, "evidence": _NOWHERE}))
    except ValidationError as why:
        raise Refusal(Code.INVALID, fields=_problems(why)) from None


def _problems(why: ValidationError) -> dict[str, list[str]]:
    """By field, without a word of what was written."""
    return {
        str(each["loc"][0]): [str(_WORDS.get(each["type"], _("one of the listed values")))] for each in why.errors()
    }
