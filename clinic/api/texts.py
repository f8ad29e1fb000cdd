"""What operations about the text of a document share: an upload or a text is sent, and the answer may be waited for."""

import time
from typing import Any

from django.utils.translation import gettext as _

from clinic import access
from clinic.actions import texts
from clinic.api.fields import Id, Input, Text, Whole
from clinic.api.watching import wait_for_news
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.forms.pasting import LONGEST_PASTED, text_name
from clinic.models import Run, Upload

LONGEST_WAIT_S = 55


class TextWish(Input):
    """An upload of the case, or the text itself."""

    upload = Id(required=False)
    case = Id(required=False, help_text="With `text`.")
    text = Text(max_length=LONGEST_PASTED, required=False)
    name = Text(max_length=120, required=False, default="", allow_blank=True, help_text="How the text is called.")
    wait = Whole(min_value=0, max_value=LONGEST_WAIT_S, default=0, help_text="For the answer: seconds, at most.")


def upload_of(by: Actor, wish: dict[str, Any]) -> Upload:
    if "upload" in wish:
        return access.upload(by, wish["upload"], for_change=True)
    missing = {name: [_("Send `upload`, or `case` and `text`.")] for name in ("case", "text") if name not in wish}
    if missing:
        raise Refusal(Code.INVALID, fields=missing)
    case = access.case(by, wish["case"], for_change=True)
    return texts.pasted(by=by, case=case, text=wish["text"], name=text_name(wish["name"]))


def wait_for(run: Run | None, kind: str, until: float) -> None:
    """For the text, then for the answer of the kind, each as long as there is time left."""
    if run is not None and _has_ended(run, until) and (asked := run.followers.filter(kind=kind).first()):
        _has_ended(asked, until)


def _has_ended(run: Run, until: float) -> bool:
    left = until - time.monotonic()
    if not run.is_final and left > 0:
        run = wait_for_news(run, known="", seconds=left)
    return run.is_final
