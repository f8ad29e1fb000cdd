"""Mail of the house's own to one person, in her language: words and no patient. Where no mail is set up, none goes."""

import logging
from collections.abc import Callable

from django.core.mail import get_connection, send_mail
from django.db import transaction
from django.utils import translation

from clinic.models import User

Words = Callable[[], tuple[str, str]]  # subject and text, in the language that is asked for meanwhile
LONGEST_WAIT_S = 10
log = logging.getLogger("rounds.mail")


def tell(person: User, words: Words) -> None:
    """After what it tells of is done. A mail that does not go changes nothing of it: she has a notice too."""
    transaction.on_commit(lambda: _send(person, words), robust=True)


def _send(person: User, words: Words) -> None:
    with translation.override(person.language):
        subject, text = words()
    try:
        send_mail(subject, text, None, [person.email], connection=get_connection(timeout=LONGEST_WAIT_S))
    except OSError as problem:  # smtplib's are OSErrors; what they say may hold her address
        log.warning("mail_lost", extra={"reason": type(problem).__name__})
