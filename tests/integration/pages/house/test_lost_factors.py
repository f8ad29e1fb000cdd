"""Who has lost her second factor and her recovery codes: two admins take it off, and she begins with a link by hand."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clinic.actions import keys, lost_factors, people
from clinic.actions.lost_factors import How
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import ApiKey, NoticeKind, Notification, Proposal, User
from tests import make
from tests.make import Person, Staff
from tests.signing import prove
from tests.threads import at_once

pytestmark = pytest.mark.django_db
HOW = "Called back at the number of the staff list."
OLD, NEW = "granite-lantern-52", "another-lantern-53"


@pytest.fixture
def second(staff_a: Staff) -> Person:
    return make.person(staff_a.site, Role.ADMIN, name="Second Admin")


@pytest.fixture
def nora(staff_a: Staff) -> Person:
    """She signs in by password, app and recovery codes."""
    her = make.person(staff_a.site, Role.CLINICIAN, email="nora@northgate.example", name="Nora New", password=OLD)
    with_factors(her)
    return her


@pytest.fixture
def wish(admin_a: Person, second: Person, nora: Person) -> Proposal:
    return asked(admin_a, nora)


def with_factors(person: Person) -> None:
    TOTP.activate(person.user, generate_totp_secret())
    RecoveryCodes.activate(person.user)


def factors(person: Person) -> int:
    return int(Authenticator.objects.filter(user=person.user).count())


def asked(by: Person, person: Person, how: str = HOW) -> Proposal:
    with by.at_work():
        return lost_factors.ask(by=by.actor, person=person.user, how=how)


def confirmed(by: Person, wish: Proposal, *, ago: timedelta | None = timedelta()) -> str:
    with by.at_work():
        at = None if ago is None else timezone.now() - ago
        return lost_factors.confirm(by=by.actor, proposal=wish, confirmed_at=at)


def why_not(act: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def notices(person: Person) -> list[str]:
    with person.at_work():
        rows = Notification.objects.filter(person=person.user, kind__startswith="factors_").order_by("at")
        return list(rows.values_list("kind", flat=True))


def decision_of(wish: Proposal, by: Person) -> str:
    with by.at_work():
        return Proposal.objects.get(pk=wish.pk).decision


def gets_in(email: str, password: str) -> Client | None:
    client = Client()
    answer = client.post("/account/login/", {"login": email, "password": password})
    return client if answer.status_code == 302 and answer["Location"] == "/" else None


def sets_password(address: str, password: str) -> None:
    browser = Client()
    form = browser.get(address, follow=True)
    to = form.redirect_chain[-1][0] if form.redirect_chain else address  # a link that holds no more leads nowhere
    browser.post(to, {"password1": password, "password2": password})


# --- what happens -----------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H15")
def test_lost_factor_when_two_admins_take_it_off_then_all_ends_and_she_begins_with_the_link_alone(
    as_person, admin_a, second, nora, settings
):
    """The way of both admins and of her, page by page: as carefully as it was set up."""
    settings.MFA_REQUIRED = True
    for admin in (admin_a, second):
        with_factors(admin)
    hers, one, two = as_person(nora), prove(as_person(admin_a)), prove(as_person(second))
    earlier = default_token_generator.make_token(nora.user)
    assert hers.get("/profile/").status_code == 200

    assert one.post(f"/people/{nora.user.pk}/factors/", {"how": HOW}).status_code == 302
    waiting = two.get("/people/").content.decode().partition("waits for another admin")[2]
    assert "Nora New" in waiting.partition("</section>")[0]
    page = two.get(f"/people/{nora.user.pk}/").content.decode()
    assert HOW in page
    [confirm] = re.findall(r'action="(/people/[^"]+/confirm/)"', page)
    answer = two.post(confirm)

    [address] = re.findall(r"http://testserver(/account/password/reset/key/[^<]+)", answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    assert "reset/key" not in two.get(f"/people/{nora.user.pk}/").content.decode()  # shown once
    assert factors(nora) == 0
    assert hers.get("/profile/").status_code == 302  # signed out
    assert gets_in(nora.user.email, OLD) is None  # who has her password alone sets up nothing
    assert not default_token_generator.check_token(User.objects.get(pk=nora.user.pk), earlier)
    sets_password(address, NEW)
    browser = gets_in(nora.user.email, NEW)
    assert browser is not None
    assert browser.get("/profile/")["Location"].startswith("/account/2fa/")  # a new factor before anything else
    sets_password(address, OLD)
    assert gets_in(nora.user.email, OLD) is None  # the link worked once


def test_lost_factor_when_taken_off_then_the_audit_tells_who_asked_who_confirmed_and_what_ended(
    as_person, admin_a, second, nora, wish
):
    as_person(nora).get("/profile/")

    confirmed(second, wish)

    [made], [agreed] = make.audit_events("proposal.made"), make.audit_events("proposal.agreed")
    [off], [link] = make.audit_events("second_factor.taken_off"), make.audit_events("person.link_made")
    assert [made["actor_id"], agreed["actor_id"]] == [str(admin_a.user.pk), str(second.user.pk)]
    assert {agreed["facts"]["on"], off["target_id"], link["target_id"]} == {str(nora.user.pk)}
    assert off["facts"] == {"factors": ["recovery_codes", "totp"], "proposal": str(wish.pk), "sessions": 1}
    assert HOW not in str([made, agreed, off])


def test_lost_factor_when_asked_and_taken_off_then_she_is_told_each_time_here_and_by_mail(
    admin_a, second, nora, settings, mailoutbox, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=nora.user.pk).update(language="es")
    nora.user.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        wish = asked(admin_a, nora)
    assert notices(nora) == [NoticeKind.FACTORS_ASKED]
    assert (notices(second), notices(admin_a)) == ([NoticeKind.FACTORS_WAITING], [])
    with django_capture_on_commit_callbacks(execute=True):
        confirmed(second, wish)

    assert notices(nora) == [NoticeKind.FACTORS_ASKED, NoticeKind.FACTORS_OFF]
    assert [mail.to for mail in mailoutbox] == [[nora.user.email]] * 2
    assert [mail.subject for mail in mailoutbox] == [
        "¿Ha perdido su segundo factor?", "Se ha retirado su segundo factor"]  # fmt: skip


def test_lost_factor_when_the_mail_does_not_go_then_it_is_taken_off_all_the_same(
    second, nora, wish, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there

    with django_capture_on_commit_callbacks(execute=True):
        confirmed(second, wish)

    assert factors(nora) == 0


def test_lost_factor_when_taken_off_then_her_keys_stay(second, nora, wish):
    with nora.at_work():
        keys.issue(by=nora.actor, owner=nora.user, name="Statistics", days=30, scopes=frozenset({Permission.CASE_VIEW}))

    confirmed(second, wish)

    assert ApiKey.objects.usable().filter(owner=nora.user).count() == 1


def test_mail_for_a_new_password_when_she_has_none_then_none_goes_and_the_answer_is_the_same(
    second, nora, wish, mailoutbox, clinician_a
):
    User.objects.filter(pk=clinician_a.user.pk).update(password=nora.user.password)
    before = Client().post("/account/password/reset/", {"email": clinician_a.user.email})
    confirmed(second, wish)

    after = Client().post("/account/password/reset/", {"email": nora.user.email})

    assert (after.status_code, after["Location"]) == (before.status_code, before["Location"])
    assert [mail.to for mail in mailoutbox] == [[clinician_a.user.email]]


# --- what is refused --------------------------------------------------------------------------------------------------


def test_lost_factor_when_one_admin_is_alone_with_it_then_refused(admin_a, wish, nora):
    assert why_not(lambda: confirmed(admin_a, wish)) == Code.SECOND_PERSON_NEEDED
    assert factors(nora) == 2


@pytest.mark.parametrize("ago", [None, timedelta(minutes=6)])
def test_lost_factor_when_the_second_has_not_just_proved_who_he_is_then_refused(as_person, second, nora, wish, ago):
    assert why_not(lambda: confirmed(second, wish, ago=ago)) == Code.STEP_UP_NEEDED
    answer = as_person(second).post(f"/people/{nora.user.pk}/factors/{wish.pk}/confirm/")

    assert answer["Location"].startswith("/account/reauthenticate/")
    assert (factors(nora), User.objects.get(pk=nora.user.pk).has_usable_password()) == (2, True)


def test_lost_factor_when_it_is_her_own_then_she_neither_asks_nor_confirms_and_may_refuse(admin_a, second, staff_a):
    third = make.person(staff_a.site, Role.ADMIN)
    with_factors(second)
    assert why_not(lambda: asked(second, second)) == Code.NOT_ALLOWED

    wish = asked(admin_a, second)
    assert why_not(lambda: confirmed(second, wish)) == Code.NOT_ALLOWED
    with second.at_work():
        lost_factors.refuse(by=second.actor, proposal=wish)

    assert why_not(lambda: confirmed(third, wish)) == Code.ALREADY_DECIDED
    assert factors(second) == 2


def test_lost_factor_when_a_day_has_passed_then_it_is_asked_anew(admin_a, second, nora, wish):
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1), tick=False):
        assert why_not(lambda: confirmed(second, wish)) == Code.ALREADY_DECIDED
        assert factors(nora) == 2
        again = asked(admin_a, nora)
        confirmed(second, again)

    assert [decision_of(each, second) for each in (wish, again)] == ["refused", "approved"]
    assert factors(nora) == 0


def test_lost_factor_when_asked_twice_then_once(admin_a, second, nora, wish):
    assert why_not(lambda: asked(second, nora)) == Code.ALREADY_EXISTS


def test_lost_factor_when_confirmed_twice_then_the_new_factor_stays(second, staff_a, nora, wish):
    third = make.person(staff_a.site, Role.ADMIN)
    confirmed(second, wish)
    with_factors(nora)

    assert why_not(lambda: confirmed(third, wish)) == Code.ALREADY_DECIDED
    assert factors(nora) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_lost_factor_when_two_confirm_at_once_then_one_link_is_made(second, staff_a, nora, wish):
    both = (second, make.person(staff_a.site, Role.ADMIN))

    def confirm(number: int) -> str:
        try:
            return "a link" if confirmed(both[number], wish) else ""
        except Refusal as refusal:
            return refusal.code

    assert sorted(at_once(2, confirm)) == ["a link", Code.ALREADY_DECIDED]
    assert len(make.audit_events("person.link_made")) == 1


@pytest.mark.parametrize("by_whom", ["who asked", "another"])
def test_lost_factor_when_withdrawn_or_refused_then_nothing_is_changed(as_person, admin_a, second, nora, wish, by_whom):
    who = {"who asked": admin_a, "another": second}[by_whom]

    assert as_person(who).post(f"/people/{nora.user.pk}/factors/{wish.pk}/refuse/").status_code == 302

    assert decision_of(wish, second) == {"who asked": "withdrawn", "another": "refused"}[by_whom]
    assert why_not(lambda: confirmed(second, wish)) == Code.ALREADY_DECIDED
    assert factors(nora) == 2


def test_lost_factor_when_whoever_asked_is_no_admin_any_more_then_refused(admin_a, second, staff_a, wish, nora):
    with second.at_work():
        people.give_role(by=second.actor, person=admin_a.user, site=admin_a.site, role=Role.LEAD)
        held = admin_a.user.memberships.get(role=Role.ADMIN, ended_at=None)
        people.end_role(by=second.actor, membership=held)

    assert why_not(lambda: confirmed(second, wish)) == Code.NOT_ALLOWED
    assert factors(nora) == 2


@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR, Role.CLINICIAN, Role.ENGINEER])
def test_lost_factor_when_the_role_is_no_admins_then_refused(as_person, staff_a, nora, wish, role):
    browser = prove(as_person(staff_a[role]))
    for address in ("", f"{wish.pk}/confirm/", f"{wish.pk}/refuse/"):
        assert browser.post(f"/people/{nora.user.pk}/factors/{address}", {"how": HOW}).status_code == 403
    assert browser.post(f"/proposals/{wish.pk}/agree/").status_code in (403, 404)
    assert HOW not in browser.get("/proposals/").content.decode()


def test_lost_factor_when_the_admin_is_of_another_site_then_it_is_not_there(as_person, admin_b, staff_b, nora, wish):
    browser = prove(as_person(admin_b))
    for address in ("", f"{wish.pk}/confirm/", f"{wish.pk}/refuse/"):
        assert browser.post(f"/people/{nora.user.pk}/factors/{address}", {"how": HOW}).status_code == 404
    with admin_b.at_work():
        assert not Proposal.objects.filter(pk=wish.pk).exists()  # the database, not the query

    colleague = staff_b[Role.CLINICIAN].user.pk
    assert browser.post(f"/people/{colleague}/factors/{wish.pk}/confirm/").status_code == 404
    assert factors(nora) == 2


def test_lost_factor_when_she_works_at_another_site_too_then_only_who_runs_the_machine(admin_a, second, nora, staff_b):
    wish = asked(admin_a, nora)
    with scope(site=staff_b.site.pk):
        people.give_role(by=make.SYSTEM, person=nora.user, site=staff_b.site, role=Role.CLINICIAN)

    assert why_not(lambda: confirmed(second, wish)) == Code.NOT_ALLOWED
    call_command("lost_factor", nora.user.email, "--reason", "papers", stdout=StringIO())
    assert factors(nora) == 0


@pytest.mark.parametrize("whom", ["a program", "switched off", "without a factor"])
def test_lost_factor_when_there_is_no_way_in_to_lose_then_refused(admin_a, second, staff_a, nora, whom):
    person = nora
    if whom == "a program":
        person = staff_a[Role.INTEGRATION]
    elif whom == "switched off":
        with admin_a.at_work():
            people.set_active(by=admin_a.actor, person=nora.user, is_active=False)
    else:
        Authenticator.objects.filter(user=nora.user).delete()

    assert why_not(lambda: asked(admin_a, person)) == Code.NOT_ALLOWED


@pytest.mark.parametrize("how", ["", "seen"])
def test_lost_factor_when_nothing_says_how_it_is_known_to_be_she_then_not_asked(as_person, admin_a, second, nora, how):
    answer = as_person(admin_a).post(f"/people/{nora.user.pk}/factors/", {"how": how})

    assert answer.status_code == 422
    with admin_a.at_work():
        assert not Proposal.objects.exists()


def test_lost_factor_when_there_is_no_other_admin_then_the_page_names_the_command(as_person, admin_a, nora):
    assert why_not(lambda: asked(admin_a, nora)) == Code.NOT_ALLOWED
    assert "manage.py lost_factor" in as_person(admin_a).get(f"/people/{nora.user.pk}/").content.decode()


@pytest.mark.parametrize("past", ["for herself", "by herself", "late"])
def test_lost_factor_when_the_action_is_gone_past_then_the_database_refuses(admin_a, second, nora, wish, past):
    row = {"decision": "approved", "decided_by": second.user, "decided_at": timezone.now()}
    change = {
        "for herself": {"target_id": admin_a.user.pk},
        "by herself": row | {"decided_by": nora.user},
        "late": row | {"decided_at": timezone.now() + timedelta(hours=24, minutes=1)},
    }[past]

    with second.at_work(), pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=wish.pk).update(**change)


# --- by whoever runs the machine --------------------------------------------------------------------------------------


def test_command_when_run_then_the_link_is_printed_and_the_audit_says_the_system(as_person, nora):
    as_person(nora).get("/profile/")
    said = StringIO()

    call_command("lost_factor", nora.user.email.upper(), "--reason", "in-person", stdout=said)

    assert (factors(nora), Session.objects.count()) == (0, 0)
    [off] = make.audit_events("second_factor.taken_off")
    assert (off["actor"], off["facts"]["how"]) == ("system:lost_factor", "in-person")
    assert notices(nora) == [NoticeKind.FACTORS_OFF]
    sets_password(said.getvalue().strip(), NEW)
    assert gets_in(nora.user.email, NEW) is not None


@pytest.mark.parametrize("email", ["nobody@northgate.example", "integration@northgate.example"])
def test_command_when_there_is_nobody_to_do_it_for_then_says_so(staff_a, email):
    with pytest.raises(CommandError):
        call_command("lost_factor", email, "--reason", "in-person", stdout=StringIO())


def test_command_when_an_admin_would_do_alone_what_it_does_then_refused(admin_a, nora):
    with admin_a.at_work():
        assert (
            why_not(lambda: lost_factors.take_off(by=admin_a.actor, person=nora.user, how=How.IN_PERSON))
            == Code.SECOND_PERSON_NEEDED
        )
    assert factors(nora) == 2
