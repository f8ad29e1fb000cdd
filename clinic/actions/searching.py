"""Searching: what was asked, what is kept of it, and the index that it is answered from."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, search_index
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import AskedSearch, Findable, Patient, Run, RunUpload, SavedSearch, Site, Upload
from clinic.models.runs import ACTIVE
from clinic.search_index import Text
from clinic.search_kinds import ASK, INDEX, Indexed, Understood
from clinic.sql.meaning import VECTOR, vector

LIFE = timedelta(days=1)
MOST_SAVED = 50
INSERT = f"""
INSERT INTO clinic_findable (id, site_id, case_id, kind, subject_id, part, version, at, words, meaning)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::{VECTOR})
ON CONFLICT (subject_id, part) DO NOTHING
"""  # noqa: S608  (ours)


def ask(*, by: Actor, query: str, filters: dict[str, Any]) -> AskedSearch:
    """Found by words at once; a worker is asked what is meant."""
    by.require(Permission.CASE_VIEW)
    with audit.act(by, "search.asked") as doing:
        row = AskedSearch(site_id=by.here, person_id=by.myself, query=query, filters=filters)
        row.save(force_insert=True)
        runs.request(by=Actor.system("search", row.site_id), kind=ASK, params={"search": str(row.pk)})
        doing.about(row, fields=("query", *sorted(filters)))
    return row


def keep(*, by: Actor, name: str, query: str, filters: dict[str, Any]) -> SavedSearch:
    by.require(Permission.CASE_VIEW)
    if SavedSearch.objects.visible_to(by).count() >= MOST_SAVED:
        raise Refusal(Code.ALREADY_EXISTS, detail=_("You keep as many searches as one can. Remove one first."))
    with audit.act(by, "search.saved") as doing:
        row = SavedSearch(site_id=by.here, person_id=by.myself, name=name, query=query, filters=filters)
        row.save(force_insert=True)
        doing.about(row, fields=("name", "query", *sorted(filters)))
    return row


def remove(*, by: Actor, saved: SavedSearch) -> None:
    by.require(Permission.CASE_VIEW)
    with audit.act(by, "search.removed") as doing:
        doing.about(saved)
        SavedSearch.objects.visible_to(by).filter(pk=saved.pk).delete()


# --- the index --------------------------------------------------------------------------------------------------------


def look_after_index() -> int:
    """For the scheduler: a run for each site of which something is not to be found yet. Of one at a time: while one is
    under way nothing has to be looked for."""
    asked = 0
    for site in Site.objects.all():
        with scope(site=site.pk):
            under_way = Run.objects.filter(site=site, kind=INDEX, state__in=ACTIVE)
            if not under_way.exists() and search_index.is_behind(site.pk):
                _run, is_new = runs.request(by=Actor.system("search", site.pk), kind=INDEX, batch=True)
                asked += is_new
    return asked


def indexed(*, run: Run, outcome: Indexed, by: Actor) -> None:
    """Patients are locked before it is asked once more whether they are still there: of who is forgotten meanwhile no
    word gets in."""
    patients = {text.patient_id for text, _parts in outcome.private}
    locked = Patient.objects.select_for_update(no_key=True).filter(pk__in=patients, erased_at=None).order_by("pk")
    here = set(locked.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for text, parts in outcome.private:
            if text.patient_id in here:
                Findable.objects.filter(subject_id=text.subject_id).delete()
                cursor.executemany(INSERT, list(_rows(text, parts)))


def _rows(text: Text, parts: Iterable[tuple[str, list[float] | None]]) -> Iterable[tuple[Any, ...]]:
    for number, (words, meaning) in enumerate(parts):
        told = vector(meaning) if meaning else None
        yield (uuid4(), text.site_id, text.case_id, text.kind.value, text.subject_id, number, text.version, text.at,
               words, told)  # fmt: skip


def understood(*, run: Run, outcome: Understood, by: Actor) -> None:
    found = {"meaning": list(outcome.private)} if outcome.by_meaning else {"has_no_meaning": True}
    AskedSearch.objects.filter(pk=run.params["search"]).update(**found)


def forget_patient(*, patient_id: UUID) -> None:
    """In the transaction that forgets her."""
    Findable.objects.filter(case__patient=patient_id).delete()


def forget_upload(*, upload: Upload) -> None:
    """Its time is over: what it said is told to nobody any more."""
    read_by = RunUpload.objects.filter(upload=upload).values("run")
    Findable.objects.filter(case=upload.case_id, subject_id__in=read_by).update(words="")
    _without_meaning(upload.case_id)


def _without_meaning(case_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_findable SET meaning = NULL WHERE case_id = %s AND words = ''", [case_id])


def forget_old() -> int:
    """For the scheduler."""
    count = 0
    for site in Site.objects.all():
        with scope(site=site.pk):
            old, _by_model = AskedSearch.objects.filter(asked_at__lt=timezone.now() - LIFE).delete()
            count += old
    return count
