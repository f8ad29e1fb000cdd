"""In an emergency: no stored answer on a film stands in for the engine any more. The answers themselves stay, as all
that engines said stays; nothing of them is said again without asking."""

from django.utils.translation import gettext as _

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Site
from radiology.models import ForgottenAnswers

LEAST_REASON, LONGEST_REASON, DIGEST = 10, 200, 64


def forget(*, by: Actor, site: Site, reason: str, engine_digest: str = "") -> ForgottenAnswers:
    """Of one engine, or of all: whoever may stop an engine may do it, alone and at once."""
    by.require(Permission.ENGINES_STOP)
    words = reason.strip()
    if not LEAST_REASON <= len(words) <= LONGEST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in at least %d characters.") % LEAST_REASON]})
    if engine_digest and len(engine_digest) != DIGEST:
        raise Refusal(Code.INVALID, fields={"engine": [_("The whole digest of the engine.")]})
    with audit.act(by, "film.answers_forgotten") as doing:
        line = ForgottenAnswers.objects.create(site=site, engine_digest=engine_digest, by_id=by.user_id, reason=words)
        doing.about(line, fields=("reason",), engine=engine_digest or "all")
    return line
