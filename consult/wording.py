"""Consults in words: what is missing, what went wrong, what an engine told in codes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clinic import document_words, source_texts, speech_words
from clinic.errors import Words
from clinic.models import RunError
from clinic.sealed_words import said
from clinic.uploads import open_upload
from consult import kinds
from consult.inference.rules import describe
from consult.models import Part, PartState, Sort

LANGUAGES: dict[str, str | Promise] = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}
SECTIONS: dict[str, str | Promise] = {
    "subjective": gettext_lazy("Subjective"),
    "objective": gettext_lazy("Objective"),
    "assessment": gettext_lazy("Assessment"),
    "plan": gettext_lazy("Plan"),
}
_KINDS: dict[str, str | Promise] = {
    kinds.FILM: gettext_lazy("A chest film: it goes to the film engine, and a person reads it first."),
    kinds.DOCUMENT: gettext_lazy("A document: its text is taken out."),
    kinds.PHOTO: gettext_lazy("A photo. No engine here looks at photos: a person must look."),
}
_FAULTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "blurred": (gettext_lazy("Blurred"), gettext_lazy("Hold still, wait for the focus, and take it again.")),
    "too_dark": (gettext_lazy("Too dark"), gettext_lazy("Bring more light, without flash, and take it again.")),
    "too_bright": (
        gettext_lazy("Too bright"),
        gettext_lazy("Turn away from the lamp or the flash, and take it again."),
    ),
    "too_small": (gettext_lazy("Too few pixels"), gettext_lazy("Go nearer instead of zooming, and take it again.")),
    "blank": (gettext_lazy("Nothing to see in it"), gettext_lazy("Check that nothing covers the lens.")),
    "too_large": (gettext_lazy("Too many pixels"), gettext_lazy("Take it at a lower resolution.")),
    "not_a_picture": (gettext_lazy("No picture"), gettext_lazy("It cannot be opened: take or choose another.")),
}
_DOUBTS: dict[str, str | Promise] = {
    "red_flag": gettext_lazy("A red flag: a person decides, and at once."),
    "urgency_wide": gettext_lazy("How urgent it is cannot be told: more than two answers are possible."),
    "unsure_words": gettext_lazy("Numbers, doses or negations in what was said are not confirmed yet."),
    "unsure_denial": gettext_lazy("Something dangerous may have been denied, or not: the word was not heard for sure."),
    "nothing_understood": gettext_lazy("Nothing in what was said is known to this engine."),
    "blocked": gettext_lazy("The output filter took sentences out."),
    "other_language": gettext_lazy("This engine knows English and Spanish only."),
    "picture_unread": gettext_lazy("Nobody has looked at a picture yet: look at it yourself."),
    "picture_unusable": gettext_lazy("A picture is not good enough to rely on."),
    "uncalibrated": gettext_lazy("Uncalibrated: nobody measured how often such an answer is right."),
    "draft_transcript": gettext_lazy("The words are a draft transcript that nobody has checked: listen again."),
    "dose_above": gettext_lazy("A dose above the usual most was spoken of: it is told as it was said."),
    "too_long_cut": gettext_lazy("More was said than this engine reads: only the beginning counts."),
    "language_failed": gettext_lazy("The language engine gave no answer: the rules answer alone."),
    "left_out": gettext_lazy("The language engine said something that nobody said. It was taken out."),
}


_STOPPED: dict[str, str | Promise] = {
    Sort.VOICE: gettext_lazy("Somebody stopped the reading of a recording. It is kept with the case."),
    Sort.PICTURE: gettext_lazy("Somebody stopped the reading of a picture. It is kept with the case."),
}


def typed(part: Part) -> Words:
    """Typed words are a text file of the case."""

    def read() -> str:
        if part.upload is None:
            return ""
        with open_upload(part.upload) as reader:
            return source_texts.decoded(b"".join(reader.chunks()))

    return said(read)


def missing(sort: str, parts: Sequence[Part]) -> Words:
    """Which part an answer had to do without, and why."""
    concerned = [one for one in parts if one.sort == sort]
    if sort == Sort.VOICE and any(one.state == PartState.COMING for one in concerned):
        return _("A recording goes on: what is said in it is not in the answer yet.")
    late = any(one.settled_at is None for one in concerned)
    if sort == Sort.VOICE:
        return (
            _("The voice was not ready in time. It follows as soon as it is.")
            if late
            else _("The voice could not be turned into text. The recording is kept: type the words, or record again.")
        )
    return (
        _("The picture was not ready in time. It follows as soon as it is.")
        if late
        else _("The picture could not be looked at. It is kept: look at it yourself, or take another.")
    )


def failure(part: Part) -> Words:
    """Why nothing came of a part, and what to do. Never what a program said."""
    if part.state == PartState.CANCELLED:
        return _STOPPED[part.sort]
    if part.sort == Sort.VOICE and part.problem in speech_words.SENTENCES:
        told = speech_words.sentence(part.problem)
        return f"{told.why} {told.what_to_do}"
    if part.problem in document_words.SENTENCES:
        told = document_words.sentence(part.problem)
        return f"{told.why} {told.what_to_do}"
    why = RunError(part.problem).label if part.problem in RunError.values else _("Nobody could read it")
    return f"{why}. " + str(_("It is kept with the case."))


def picture(part: Part, facets: dict[str, Any]) -> tuple[Words, str, list[Words]]:
    """What is known of it, how that looks, and what to do better."""
    if part.state == PartState.COMING:
        return _("On its way"), "", []
    if part.state == PartState.READ and not facets:
        return _("Being looked at"), "", []
    if part.is_unread and not facets:
        return failure(part), "warn", []
    faults = [_FAULTS[code] for code in facets.get("faults", ()) if code in _FAULTS]
    if faults:
        return ", ".join(str(name) for name, _tip in faults), "warn", [tip for _name, tip in faults]
    return _("Sharp, well lit"), "ok", [_KINDS[facets["kind"]]] if facets.get("kind") in _KINDS else []


def doubts(codes: Iterable[str]) -> list[Words]:
    """A code may say more after a colon; what is missing is told above the answer."""
    known = dict.fromkeys(code.partition(":")[0] for code in codes)
    return [_DOUBTS[code] for code in known if code in _DOUBTS]


def blocked(rules: Sequence[str]) -> list[Words]:
    if not rules:
        return []
    told = ", ".join(f"{rule} ({describe(rule, get_language() or 'en').rstrip('.')})" for rule in rules)
    return [_("The output filter took sentences out: %(rules)s.") % {"rules": told}]
