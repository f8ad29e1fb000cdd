"""Asking for work, taking it back, trying it again. What the machinery does with a run is in `work.py`."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic import audit, celery, endings
from clinic.actions import cases, timeline
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.lanes import Resource, lane
from clinic.models import Case, CaseState, EntryKind, Run, RunState, RunUpload, Upload
from clinic.models.runs import ACTIVE
from clinic.pipeline import RunKind, kind_named
from clinic.uploads import Expired

PRIORITY = {"emergency": 20, "urgent": 10, "routine": 0}


def request(
    *,
    by: Actor,
    kind: str,
    case: Case | None = None,
    uploads: Sequence[Upload] = (),
    params: dict[str, Any] | None = None,
    batch: bool = False,
    follows: Run | None = None,
    resource: Resource | None = None,
) -> tuple[Run, bool]:
    """The run and whether it is new: asking twice for the same work while it is under way gives the same run.

    `resource`: another than that of its kind, for work that is done in the place of another kind.
    """
    sort = kind_named(kind)
    by.require(sort.permission)
    if resource is not None:
        sort = dataclasses.replace(sort, resource=resource)
    return _request(by=by, sort=sort, case=case, uploads=uploads, params=params, batch=batch, follows=follows)


def _request(*, by: Actor, sort: RunKind, case: Case | None, uploads: Sequence[Upload], params: dict[str, Any] | None,
             batch: bool, follows: Run | None = None) -> tuple[Run, bool]:  # fmt: skip
    cleaned = sort.clean(params or {})
    _check_fit(sort, case, uploads)
    run = Run(
        site_id=case.site_id if case else by.here, case=case, kind=sort.name, params=cleaned,
        fingerprint=fingerprint(sort.name, case, uploads, cleaned), lane=lane(sort.resource, batch=batch),
        priority=PRIORITY[case.urgency] if case else 0, requested_by_id=_asker(by, follows),
        request_id=by.request_id, follows=follows,
    )  # fmt: skip
    try:
        with audit.act(by, "run.requested") as doing:
            if case is not None:
                cases.lock(case).check_takes_additions()  # nobody closes it, or lets it go on, in between
            _insert(doing, run, uploads)
    except IntegrityError as why:
        if not _is_twin(why):
            raise
        twin = Run.objects.filter(site=run.site_id, fingerprint=run.fingerprint, state__in=ACTIVE).first()
        if twin is None:  # it ended between the two statements: then this is new work after all
            return _request(by=by, sort=sort, case=case, uploads=uploads, params=params, batch=batch, follows=follows)
        return twin, False
    return run, True


def _is_twin(why: IntegrityError) -> bool:
    diagnosis = getattr(why.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "one_active_run"


def _asker(by: Actor, follows: Run | None) -> UUID | None:
    """Whoever asked for the first step is told if a later one dies."""
    return by.user_id or (follows.requested_by_id if follows else None)


def _insert(doing: Act, run: Run, uploads: Sequence[Upload]) -> None:
    run.save(force_insert=True)
    RunUpload.objects.bulk_create(
        RunUpload(site_id=run.site_id, run=run, upload=upload, position=i) for i, upload in enumerate(uploads)
    )
    if run.case and kind_named(run.kind).is_told:
        timeline.add(doing, case=run.case, kind=EntryKind.RUN_REQUESTED, subject_id=run.pk, run_kind=run.kind)
    doing.about(run, case=run.case, run_kind=run.kind, uploads=[u.pk for u in uploads])
    transaction.on_commit(lambda: celery.nudge(run.lane))


def _check_fit(sort: RunKind, case: Case | None, uploads: Sequence[Upload]) -> None:
    if any(upload.expired_at is not None for upload in uploads):
        raise Expired
    counts = sort.uploads_min <= len(uploads) <= sort.uploads_max
    kinds = not sort.upload_kinds or all(u.kind in sort.upload_kinds for u in uploads)
    home = all(case is not None and u.case_id == case.pk for u in uploads)
    if not (counts and kinds and home):
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"at_least": sort.uploads_min, "at_most": sort.uploads_max,
                                                      "kinds": sorted(sort.upload_kinds)})  # fmt: skip


def fingerprint(kind: str, case: Case | None, uploads: Sequence[Upload], params: dict[str, Any]) -> str:
    named = [kind, str(case.pk) if case else "", [u.sha256 for u in uploads], params]
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def cancel(*, by: Actor, run: Run) -> Run:
    """Changes the row; the worker's watch sees it within a second and ends the work."""
    _require(by, Permission.RUN_CANCEL)
    with audit.act(by, "run.cancelled") as doing:
        changed = Run.objects.filter(pk=run.pk, state__in=ACTIVE).update(
            state=RunState.CANCELLED, finished_at=timezone.now(), lease_until=None
        )
        if not changed:
            raise Refusal(Code.ALREADY_FINAL)
        run.refresh_from_db()
        if run.case:
            timeline.add(doing, case=run.case, kind=EntryKind.RUN_CANCELLED, subject_id=run.pk, run_kind=run.kind)
        endings.run_ended(by=by, run=run)
        let_case_go_on(case_id=run.case_id, site_id=run.site_id)
        doing.about(run, case=run.case)
    return run


def replay(*, by: Actor, run: Run, batch: bool = False) -> Run:
    """A dead run tried again as a new one; what happened to the first stays as it was."""
    _require(by, Permission.RUN_REPLAY)
    with audit.act(by, "run.replayed") as doing:
        dead = Run.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.pk)
        if dead.state not in (RunState.FAILED, RunState.CANCELLED) or dead.replayed_by_id:
            raise Refusal(Code.NOT_DEAD)
        uploads = uploads_of(dead)
        fresh, _is_new = _request(
            by=by, sort=kind_named(dead.kind), case=dead.case, uploads=uploads, params=dead.params,
            batch=batch or dead.lane.endswith("_batch"), follows=dead.follows,
        )  # fmt: skip
        dead.replayed_by = fresh
        dead.save(update_fields=["replayed_by"])
        doing.about(dead, case=dead.case, replayed_by=fresh.pk)
    return fresh


def _require(by: Actor, permission: Permission) -> None:
    """Those who work cases do it to their own; those who look after jobs, without seeing what is in them, to any."""
    if not by.can(Permission.JOBS_MANAGE):
        by.require(permission)


def uploads_of(run: Run) -> list[Upload]:
    inputs = run.inputs.select_related("upload__case").order_by("position")
    return [each.upload for each in inputs]


def let_case_go_on(*, case_id: UUID | None, site_id: UUID) -> None:
    """When the last run of a waiting case has ended, however it ended, it is a person's turn.

    The lock keeps two last runs from each thinking that the other still works.
    """
    if case_id is None:
        return
    case = cases.lock(Case(pk=case_id))
    if case.state == CaseState.AWAITING_AI and not case.runs.filter(state__in=ACTIVE).exists():
        cases.move(by=Actor.system("work", site_id=site_id), case=case, to=CaseState.AWAITING_HUMAN)
