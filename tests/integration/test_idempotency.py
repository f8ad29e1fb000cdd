"""A request sent twice with the same key has its effect once."""

import uuid
from uuid import UUID

import pytest

from clinic.actions import idempotency, notes
from clinic.errors import Code, Refusal
from clinic.models import Case, IdempotencyKey, Note
from tests import make
from tests.make import Person
from tests.threads import at_once


def write_once(person: Person, case: Case, key: str = "k", request: bytes = b"body") -> tuple[UUID, bool]:
    return idempotency.once(
        by=person.actor, key=key, request=request, make=lambda: notes.write(by=person.actor, case=case, body="x").pk
    )


def test_request_when_sent_again_then_the_same_thing_and_no_second_effect(in_site_a: Person, case_a):
    first, was_first = write_once(in_site_a, case_a)

    assert write_once(in_site_a, case_a) == (first, False)
    assert was_first
    assert Note.objects.count() == 1


def test_request_when_another_comes_under_the_same_key_then_refused(in_site_a: Person, case_a):
    write_once(in_site_a, case_a)

    with pytest.raises(Refusal) as refused:
        write_once(in_site_a, case_a, request=b"another body")

    assert refused.value.code == Code.KEY_REUSED
    assert Note.objects.count() == 1


def test_request_when_its_effect_fails_then_the_key_is_free_for_another_try(in_site_a: Person, case_a):
    def breaks() -> UUID:
        notes.write(by=in_site_a.actor, case=case_a, body="x")
        raise Refusal(Code.STORAGE_DOWN)

    with pytest.raises(Refusal):
        idempotency.once(by=in_site_a.actor, key="k", request=b"body", make=breaks)

    assert not Note.objects.exists()
    assert write_once(in_site_a, case_a)[1]


def test_key_when_another_person_or_site_uses_it_then_it_is_another_key(
    clinician_a: Person, admin_a: Person, clinician_b: Person
):
    made = {}
    for person in (clinician_a, admin_a, clinician_b):
        with person.at_work():
            made[person.user.pk] = idempotency.once(by=person.actor, key="k", request=b"", make=uuid.uuid4)

    assert all(is_new for _made, is_new in made.values())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_request_when_it_comes_twelve_times_at_once_then_one_effect(clinician_a: Person):
    case = make.case(clinician_a)

    def one(_number: int) -> tuple[UUID, bool]:
        with clinician_a.at_work():
            return write_once(clinician_a, case)

    answers = at_once(12, one)

    assert len({made for made, _is_new in answers}) == 1
    assert sum(is_new for _made, is_new in answers) == 1
    with clinician_a.at_work():
        assert Note.objects.count() == IdempotencyKey.objects.count() == 1
