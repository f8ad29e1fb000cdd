"""Some acts need a person who has just proved who she is: by her password or her second factor, minutes ago at most."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import User


def confirmed_at(request: HttpRequest, person: User) -> datetime | None:
    """When whoever sits there last signed in or confirmed that it is she."""
    records = get_authentication_records(request, person)
    return datetime.fromtimestamp(records[-1]["at"], UTC) if records else None


def is_fresh(confirmed: datetime | None) -> bool:
    lasts = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    return confirmed is not None and timezone.now() - confirmed <= lasts


def demand(by: Actor, confirmed: datetime | None) -> None:
    demand_person(by)
    if not is_fresh(confirmed):
        raise Refusal(Code.STEP_UP_NEEDED)


def demand_person(by: Actor) -> None:
    """A key is a program's, whosever it is: what it sends nobody has just decided."""
    if by.user_id is None or by.key_id is not None:
        raise Refusal(Code.PERSON_NEEDED)


def to_confirm(back_to: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back_to})}")
