"""Sealed columns: ciphertext that opens in its own row, field and patient, and nowhere else."""

import json
from collections import OrderedDict
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from clinic import sealing
from clinic.actions import notes
from clinic.models import Case, DataKey, Note, Patient
from clinic.sealing import Unreadable
from clinic.storage.keys import DataKey as PlainKey
from clinic.storage.keys import new_data_key
from tests import make
from tests.make import Person

WORDS = "Seen today: fällt beim Gehen, 89 years"


def raw(row: Case | Note | Patient, column: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608
        (value,) = cursor.fetchone()
    return bytes(value)


def overwrite(row: Case | Note | Patient, column: str, value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])  # noqa: S608


def fresh_case(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def case(in_site_a: Person) -> Case:
    return make.case(in_site_a, question=WORDS, encounter="E-4711")


def test_words_when_kept_then_not_to_be_found_in_the_database(in_site_a: Person, case):
    note = notes.write(by=in_site_a.actor, case=case, body=WORDS)

    for row, column in ((case, "question"), (note, "body")):
        stored = raw(row, column)
        assert not any(word.encode() in stored for word in WORDS.split())
    assert fresh_case(case).question == WORDS
    assert Note.objects.get(pk=note.pk).body == WORDS


def test_words_when_sealed_twice_then_two_ciphertexts(in_site_a: Person, case):
    twin = make.case(in_site_a, of=case.patient, question=WORDS)

    assert raw(case, "question") != raw(twin, "question")


def test_ciphertext_when_copied_to_another_row_of_the_same_patient_then_unreadable(in_site_a: Person, case):
    other = make.case(in_site_a, of=case.patient, question="Something else")
    overwrite(other, "question", raw(case, "question"))

    with pytest.raises(Unreadable):
        _ = fresh_case(other).question


@pytest.mark.hazard("H03")
def test_ciphertext_when_copied_to_another_patient_then_unreadable(in_site_a: Person, case):
    other = make.case(in_site_a, question="Something else")
    overwrite(other, "question", raw(case, "question"))

    with pytest.raises(Unreadable):
        _ = fresh_case(other).question


def test_ciphertext_when_copied_to_another_field_of_its_row_then_unreadable(case):
    overwrite(case, "encounter", raw(case, "question"))

    with pytest.raises(Unreadable):
        _ = fresh_case(case).encounter


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
def test_ciphertext_when_one_bit_is_turned_then_unreadable(case, position: int):
    stored = bytearray(raw(case, "question"))
    stored[position] ^= 1
    overwrite(case, "question", bytes(stored))

    with pytest.raises(Unreadable):
        _ = fresh_case(case).question


def test_key_when_destroyed_then_nothing_of_that_patient_opens_and_others_do(in_site_a: Person, case):
    other = make.case(in_site_a, question="Something else")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinic_datakey SET wrapped = NULL, destroyed_at = now() WHERE id = %s", [case.patient_id]
        )
    sealing.forget(case.patient_id)

    with pytest.raises(Unreadable):
        _ = fresh_case(case).question
    assert fresh_case(other).question == "Something else"


def test_key_when_another_patients_is_put_in_its_place_then_unreadable(in_site_a: Person, case):
    other = make.patient(in_site_a)
    stolen = DataKey.objects.get(pk=other.pk).wrapped
    DataKey.objects.filter(pk=case.patient_id).update(wrapped=stolen)
    sealing.forget(case.patient_id)

    with pytest.raises(Unreadable):
        _ = fresh_case(case).question


def test_words_when_written_past_the_seal_then_refused(case):
    with pytest.raises(TypeError):
        Case.objects.filter(pk=case.pk).update(question="in the clear")
    with pytest.raises(TypeError):
        list(Case.objects.filter(question=WORDS))


def test_list_when_no_words_are_shown_then_none_is_opened(in_site_a: Person, case, monkeypatch):
    def opened(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(sealing, "unseal", opened)

    assert [c.reference for c in Case.objects.select_related("patient")] == [case.reference]


def test_list_when_opened_after_warming_then_one_question_for_all_keys(in_site_a: Person, django_assert_num_queries):
    for number in range(10):
        make.case(in_site_a, question=f"Question {number}")
    sealing.forget_all()
    with django_assert_num_queries(2):
        found = list(Case.objects.all())
        sealing.warm(c.patient_id for c in found)
        assert len({c.question for c in found}) == 10


def test_save_when_the_words_were_not_looked_at_then_the_ciphertext_stays(case):
    before = raw(case, "question")
    untouched = fresh_case(case)

    untouched.save()

    assert raw(case, "question") == before


def test_patient_when_without_a_name_then_nothing_is_sealed(in_site_a: Person):
    patient = Patient.objects.get(pk=make.patient(in_site_a).pk)

    assert (patient.name, patient.birth_date) == (None, None)


def test_audit_when_words_were_written_then_names_of_fields_and_no_words(in_site_a: Person, case):
    notes.write(by=in_site_a.actor, case=case, body=WORDS)

    told = json.dumps(make.audit_events(), ensure_ascii=False)
    assert not any(word in told for word in ("fällt", "E-4711", "Seen today"))
    assert '"question"' in told


class Crowded(OrderedDict[Any, Any]):
    """A cache another thread throws the oldest out of the moment something is put in."""

    def __setitem__(self, name: Any, value: Any) -> None:
        super().__setitem__(name, value)
        if len(self) > 1:
            self.popitem(last=False)


def test_keys_when_another_thread_makes_room_then_the_one_just_remembered_stays(monkeypatch):
    old, other = (PlainKey(subject=uuid4(), secret=new_data_key()) for _ in range(2))
    cache = Crowded()
    for key in (old, other):
        OrderedDict.__setitem__(cache, key.subject, (0.0, key))
    monkeypatch.setattr(sealing, "_cache", cache)

    sealing._remember(old)

    assert list(cache) == [old.subject]
