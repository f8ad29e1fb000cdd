"""Signing in tests: a report with one sentence of its writer's own, and whoever signs has just proved who she is."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client
from django.utils import timezone

from clinic.actions import cases, reports
from clinic.models import Case, CaseState, Report, ReportDraft
from tests.make import Person

WORDS = "No acute finding."


def sign(by: Person, case: Case, words: str = WORDS, reason: str = "") -> Report:
    """From any state in which a case can still come to be signed or amended."""
    with by.at_work():
        case = Case.objects.select_related("patient").get(pk=case.pk)
        if case.state in (CaseState.OPEN, CaseState.AWAITING_AI):
            cases.move(by=by.actor, case=case, to=CaseState.AWAITING_HUMAN)
        reports.write(by=by.actor, case=case, section="impression", text=words, is_mine=True)
        return sign_draft(by, case, reason)


def sign_draft(by: Person, case: Case, reason: str = "") -> Report:
    with by.at_work():
        draft = ReportDraft.objects.get(case=case)
        return reports.sign(by=by.actor, case=case, seen=draft.revision, confirmed_at=timezone.now(),
                            reason=reason or ("A second look" if case.reports.exists() else ""))  # fmt: skip


def prove(client: Client, ago_s: float = 0) -> Client:
    """Who sits there gave her password so long ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - ago_s}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()
    return client
