"""Whether those who will be needed are there before anybody speaks: workers load their engines when they start, so one
that is alive is warm."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import health
from clinic.engines.ladder import may_leave
from clinic.inference.speech import configured
from clinic.pipeline import kind_named
from clinic.speech import KIND as SPEECH
from consult import kinds
from consult.models import Consult

_NEEDED: tuple[tuple[str, str | Promise], ...] = (
    (SPEECH, _("Nobody turns speech into text now: recordings are kept and read as soon as somebody is there.")),
    (kinds.LOOK, _("Nobody looks at pictures now: they are kept and looked at as soon as somebody is there.")),
    (kinds.ANSWER, _("No engine answers now: decide without one.")),
)


_UNHEARD: dict[str, str | Promise] = {
    "en": _("No engine here hears English: recordings are kept, but nothing is written down. Type the words."),
    "es": _("No engine here hears Spanish: recordings are kept, but nothing is written down. Type the words."),
}


def missing(consult: Consult) -> list[str | Promise]:
    """In words, what is not there now. Nothing: all is warm, and somebody hears the language that is spoken."""
    living = health.alive()
    told = [] if _is_heard(consult) else [_UNHEARD[consult.language]]
    told += [words for kind, words in _NEEDED if kind_named(kind).resource not in living]
    if health.SCHEDULER not in living:
        told.append(_("Nobody watches the time now: what is late is not noticed."))
    return list(dict.fromkeys(told))


def _is_heard(consult: Consult) -> bool:
    return configured.hears(settings.SPEECH, consult.language, may_leave=may_leave(consult.site_id))
