"""The words of an answer as sound. The header says of which words it is, so that a page can see that it shows them."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clinic import access
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.spoken import wav_of, words_of
from clinic.views.asked import Asked
from clinic.views.private import private


@needs(Permission.RUN_VIEW)
@require_safe
@private
def run_spoken(request: Asked, pk: UUID) -> HttpResponse:
    words = words_of(access.result(request.actor, pk))
    if words is None:
        raise Refusal(Code.NOT_FOUND)
    sound = wav_of(words, pace=request.GET.get("pace", ""))
    return HttpResponse(sound, content_type="audio/wav", headers={"X-Text-SHA256": words.sha256})
