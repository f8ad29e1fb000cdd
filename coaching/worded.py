"""Codes of coaching in the words of the page."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from coaching.inference.personas import personas
from coaching.inference.progress import FEWEST, Trend, Verdict
from coaching.inference.schema import Category, MeasureName, Role

Words = str | Promise

ROLES: dict[Role, Words] = {
    Role.NURSE: _("Nurse"),
    Role.JUNIOR: _("Junior doctor"),
    Role.CONSULTANT: _("Consultant"),
    Role.RADIOLOGIST: _("Radiologist"),
    Role.MANAGER: _("Manager"),
    Role.STUDENT: _("Student"),
}


CATEGORIES: dict[Category, Words] = {
    Category.CONSENT: pgettext_lazy("conversation", "Consent"),
    Category.BAD_NEWS: _("Breaking bad news"),
    Category.HAND_OVER: _("Hand-over"),
    Category.COLLEAGUE: _("A difficult colleague"),
    Category.HISTORY: _("Taking a history"),
    Category.RISK: _("Explaining risk"),
    Category.BEHAVIOURAL: _("Interview: behaviour"),
    Category.TECHNICAL: _("Interview: knowledge"),
    Category.MOTIVATION: _("Interview: motivation"),
}
MEASURES: dict[MeasureName, Words] = {
    MeasureName.SPEECH_RATE: _("Words a minute"),
    MeasureName.ARTICULATION: _("Syllables a second"),
    MeasureName.PAUSES: _("Long pauses"),
    MeasureName.FILLERS: _("Fillers a minute"),
    MeasureName.LONG_SENTENCES: _("Longest sentence"),
    MeasureName.OPENING: _("Time to main point"),
    MeasureName.PITCH_RANGE: _("Pitch range"),
    MeasureName.LOUDNESS: _("Loudness range"),
    MeasureName.VOICE_BREAKS: _("Voice breaks"),
}
UNITS: dict[MeasureName, Words] = {
    MeasureName.LONG_SENTENCES: _("words"),
    MeasureName.OPENING: pgettext_lazy("seconds", "s"),
    MeasureName.PITCH_RANGE: pgettext_lazy("semitones", "st"),
    MeasureName.LOUDNESS: "dB",
}
DIGITS = {MeasureName.ARTICULATION: 1, MeasureName.FILLERS: 1, MeasureName.PITCH_RANGE: 1}
# Which way is which, said without a judgement.
HIGHER: dict[MeasureName, Words] = {
    MeasureName.SPEECH_RATE: _("Faster"), MeasureName.ARTICULATION: _("Faster"), MeasureName.PAUSES: _("More"),
    MeasureName.FILLERS: _("More"), MeasureName.LONG_SENTENCES: _("Longer"), MeasureName.OPENING: _("Later"),
    MeasureName.PITCH_RANGE: _("Wider"), MeasureName.LOUDNESS: _("Wider"), MeasureName.VOICE_BREAKS: _("More"),
}  # fmt: skip
LOWER: dict[MeasureName, Words] = {
    MeasureName.SPEECH_RATE: _("Slower"), MeasureName.ARTICULATION: _("Slower"), MeasureName.PAUSES: _("Fewer"),
    MeasureName.FILLERS: _("Fewer"), MeasureName.LONG_SENTENCES: _("Shorter"), MeasureName.OPENING: _("Sooner"),
    MeasureName.PITCH_RANGE: _("Narrower"), MeasureName.LOUDNESS: _("Narrower"), MeasureName.VOICE_BREAKS: _("Fewer"),
}  # fmt: skip
WHY: dict[str, Words] = {
    "too_noisy": _("The room was too loud to measure how you sounded. Find a quieter place, or come nearer to the"
                   " microphone."),
    "no_speech": _("No voice was found in the recording."),
    "too_short": _("The recording is too short to measure how you sounded: speak for at least three seconds."),
    "clipped": _("The recording is too loud for the microphone. Move away from it a little."),
    "broke": _("It could not be worked out this time. Record again, or type your answer."),
    "no_engine": _("No speech engine is there for this language. Type your answer."),
    "nobody_heard": _("The speech engines could not hear this recording. Type your answer, or record again."),
    "too_little_voice": _("Too little of it is voiced to tell a pitch."),
    "too_few_syllables": _("There are too few syllables to compare."),
    "too_few_words": _("There are too few words."),
    "no_times": _("Nobody knows when each word was said."),
    "no_sentence_ends": _("There are neither full stops nor times of words."),
    "no_point_found": _("No sentence with enough words of content was found."),
}  # fmt: skip
# Why an engine that was to say more did not, after "did not answer: ".
PASSED: dict[str, Words] = {
    "remote_not_allowed": _("remote, and what you say may not leave this site"),
    "out_of_service": _("out of service"), "broke": _("broke while answering"),
    "too_slow": _("too slow"), "not_reached": _("no time was left to ask"),
    "no_quotation": _("nothing it said quoted your answer"), "nothing_added": _("it had nothing to add"),
    "rate_limit": _("asked too often"), "overloaded": _("overloaded"), "server_error": _("a fault of its server"),
    "connection": _("could not be reached"), "timeout": _("did not answer in time"),
    "garbage": _("answered in a form that cannot be read"), "degenerate": _("its answer said nothing"),
    "quota": _("its budget is used up"), "key_refused": _("its key is refused"),
    "model_not_found": _("it does not know this model"), "rejected": _("it refused the request"),
    "filtered": _("it kept its answer back"), "too_long": _("the answer is too long for it"),
    "unknown": _("nobody knows why"),
}  # fmt: skip
SCORES: dict[str, Words] = {"content": _("Content"), "delivery": _("Delivery")}
VERDICTS: dict[Verdict, Words] = {
    Verdict.BETTER: _("Better"), Verdict.WORSE: _("Worse"), Verdict.NO_CLEAR_CHANGE: _("No clear change"),
}  # fmt: skip
COUNTS: dict[str, Words] = {
    "points_made": _("Points made"), "steps_there": _("Steps of the structure"), "jargon": _("Words of the trade"),
    "empathy": _("Words of empathy"), "questions": _("Questions you asked"),
}  # fmt: skip
MADE: dict[str, Words] = {
    "made": _("Said"), "partly": _("Only partly"), "missing": _("Not said"), "": _("Not asked about then"),
}  # fmt: skip
REASONS: dict[str, Words] = {
    "": "",
    "chosen": _("You chose it"),
    "drawn": _("Drawn for you"),
    "again": _("You asked for it again"),
}
# How satisfied somebody is with a practice; what lies between the ends needs no name.
SATISFACTION: dict[int, Words] = {1: _("Not at all"), 2: "", 3: "", 4: "", 5: _("Very")}
LIVELINESS: dict[str, Words] = {
    "calm": _("It sounded calm."),
    "middle": _("It sounded neither calm nor lively."),
    "lively": _("It sounded lively."),
}
STRUCTURES: dict[str, Words] = {
    "star": "STAR", "sbar": "SBAR", "spikes": "SPIKES", "desc": "DESC", "prep": "PREP",
    "consent": _("Informed consent"),
    "history": _("History"), "risk": _("Risk"), "plan": _("Plan"),
}  # fmt: skip
STEPS: dict[str, Words] = {
    "star.situation": _("Situation"), "star.task": _("Task"), "star.action": _("Action"), "star.result": _("Result"),
    "sbar.situation": _("Situation"), "sbar.background": _("Background"), "sbar.assessment": _("Assessment"),
    "sbar.recommendation": _("Recommendation"), "spikes.setting": _("Setting"), "spikes.perception": _("Perception"),
    "spikes.invitation": _("Invitation"), "spikes.knowledge": _("Knowledge"), "spikes.emotions": _("Emotions"),
    "spikes.strategy": _("Strategy"), "consent.purpose": _("Why"), "consent.what": _("What is done"),
    "consent.risks": _("Risks"), "consent.options": _("Other ways"), "consent.check": _("Understood?"),
    "consent.decision": _("Her decision"), "desc.describe": _("Describe"), "desc.express": _("Express"),
    "desc.hear": _("Hear the other side"), "desc.specify": _("Say what you want"),
    "desc.consequences": _("Consequences"), "history.opening": _("Open beginning"), "history.symptom": _("The symptom"),
    "history.danger": _("Danger signs"), "history.background": _("Background"), "history.person": _("The person"),
    "history.summary": _("Summing up"), "risk.concern": _("What worries"), "risk.number": _("The number"),
    "risk.both-sides": _("Both sides"), "risk.options": _("Other ways"), "risk.decision": _("The decision"),
    "plan.recognise": _("Recognise"), "plan.act": _("Act"), "plan.watch": _("Watch"), "plan.together": _("With others"),
    "plan.reason": _("Give the reason"), "prep.point": _("Point"), "prep.reason": _("Reason"),
    "prep.example": _("Example"), "prep.link": _("Link to the post"),
}  # fmt: skip


def said(texts: Mapping[str, str], language: str = "") -> str:
    """In that language, else that of the page; in whichever there is where a site wrote it in one only."""
    wanted = (language, (get_language() or "en")[:2], *texts)
    return next((texts[one] for one in wanted if texts.get(one)), "")


def step(structure: str, name: str) -> Words:
    return STEPS.get(f"{structure}.{name}", name)


def reason(code: str) -> Words:
    """`reason:subject`; a weak spot is named as its category, step or measure is."""
    if code in REASONS:
        return REASONS[code]
    return _("Chosen for you because of: %(why)s") % {"why": _weak_spot(code)}


def _weak_spot(code: str) -> Words:
    kind, _colon, subject = code.partition(":")
    if kind == "weak_step":
        return STEPS.get(subject, subject)
    if kind == "weak_measure":
        return MEASURES[MeasureName(subject)] if subject in set(MeasureName) else subject
    name = CATEGORIES[Category(subject)] if subject in set(Category) else subject
    words = {"new_category": _("%(kind)s, new to you"), "harder": _("%(kind)s, a step harder")}.get(kind, "%(kind)s")
    return str(words) % {"kind": name}


def passed(told: Iterable[str]) -> str:
    """Better engines and why each did not answer, out of "name: code"."""
    parts = (one.partition(": ") for one in told)
    return " ".join(
        _("%(engine)s did not answer: %(why)s.") % {"engine": name, "why": PASSED.get(code, code)}
        for name, _colon, code in parts
    )


def listeners() -> list[tuple[str, str]]:
    """Each persona by her name in the language of the page."""
    return [(one.id, said(one.name)) for one in personas().values()]


def verdict(name: str, found: Trend) -> Words:
    """Which way it went; of a measure without saying that it is better so."""
    if found.verdict == Verdict.TOO_EARLY:
        return _("%(n)s attempts of the %(wanted)s it takes to tell.") % {
            "n": found.before + found.recent, "wanted": 2 * FEWEST,
        }  # fmt: skip
    if found.verdict in (Verdict.HIGHER, Verdict.LOWER):
        return (HIGHER if found.verdict == Verdict.HIGHER else LOWER)[MeasureName(name)]
    return VERDICTS[found.verdict]


def interval(found: Trend) -> str:
    """The difference with its interval."""
    if found.difference is None:
        return ""
    return f"{found.difference:+.1f} ({found.low:+.1f} – {found.high:+.1f})"


def value(name: MeasureName, number: float) -> str:
    said = f"{number:.{DIGITS.get(name, 0)}f}"
    unit = UNITS.get(name)
    return f"{said} {unit}" if unit else said


def figure(name: str, number: float | None) -> str:
    """Of any name: a measure with its unit, a score or a count as it is."""
    if number is None:
        return "–"
    return value(MeasureName(name), number) if name in set(MeasureName) else f"{number:.0f}"


def figure_name(name: str) -> Words:
    if name in set(MeasureName):
        return MEASURES[MeasureName(name)]
    return SCORES.get(name) or COUNTS[name]


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
