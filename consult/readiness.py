"""Whether those who will be needed are there before anybody speaks: workers load their engines when they start, so one
that is alive is warm."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import health
from clinic.pipeline import kind_named
from clinic.speech import KIND as SPEECH
from consult import kinds

_NEEDED: tuple[tuple[str, str | Promise], ...] = (
    (SPEECH, _("Nobody turns speech into text now: recordings are kept and read as soon as somebody is there.")),
    (kinds.LOOK, _("Nobody looks at pictures now: they are kept and looked at as soon as somebody is there.")),
    (kinds.ANSWER, _("No engine answers now: decide without one.")),
)


def missing() -> list[str | Promise]:
    """In words, what is not there now. Nothing: all is warm."""
    living = health.alive()
    told = [words for kind, words in _NEEDED if kind_named(kind).resource not in living]
    if health.SCHEDULER not in living:
        told.append(_("Nobody watches the time now: what is late is not noticed."))
    return list(dict.fromkeys(told))
