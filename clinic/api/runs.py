from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import runs
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import IDEMPOTENCY_KEY, Content, a_page, header_in, header_out, operation, page_of
from clinic.api.paging import cut
from clinic.api.serializers.runs import JobCard, KindList, ResultCard, RunCard, RunQuery, RunWish, WatchQuery
from clinic.api.watching import state_tag, wait_for_news
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.doors import Door
from clinic.errors import Code
from clinic.models import Run
from clinic.models.runs import RunQuerySet
from clinic.pipeline import RunKind, kinds
from clinic.views.keyset import Section

SEES = frozenset({P.RUN_VIEW, P.JOBS_VIEW})
ONE_RUN = Content(RunCard, examples.RUN)


class KindsView(ApiView):
    needs = {"GET": (P.RUN_VIEW,)}

    @operation(
        "listRunKinds", "What can be asked of the engines here",
        gives={200: Content(KindList, {"results": [examples.KIND]})},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        offered = [_kind(kind) for kind in kinds() if kind.is_offered and by.can(kind.permission)]
        return shown(KindList, {"results": offered})


class RunsView(ApiView):
    needs = {"GET": (SEES,), "POST": (P.RUN_REQUEST, P.RUN_VIEW)}

    @operation(
        "listRuns", "List runs, the latest first", query=RunQuery, refuses=(Code.NOT_FOUND,),
        gives={200: Content(page_of(RunCard), a_page(examples.RUN))},
        says="Those who look after jobs without reading cases (`jobs.view`) see state and progress of all of the site: "
        "`uploads` and `params` are null for them, and there is no result.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, RunQuery)
        rows = _seen(by).select_related("requested_by").prefetch_related("inputs")
        if filters.get("state"):
            rows = rows.filter(state__in=filters["state"])
        if "kind" in filters:
            rows = rows.filter(kind=filters["kind"])
        if "case" in filters:
            rows = rows.filter(case=access.case(by, filters["case"], for_change=True))
        return page(_card(by), cut([Section(rows, ("-requested_at", "-id"))], filters))

    @operation(
        "requestRun", "Ask an engine", takes=Content(RunWish, examples.NEW_RUN), headers=[IDEMPOTENCY_KEY],
        gives={201: ONE_RUN, 200: Content(RunCard, examples.RUN, "Asked before, and under way or done.")},
        refuses=(Code.NOT_FOUND, Code.UNKNOWN_KIND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED, Code.EXPIRED,
                 Code.KEY_REUSED),
        says="Asking twice for the same work while it is under way gives the same run.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, RunWish)
        was_new = True

        def make() -> UUID:
            nonlocal was_new
            run, was_new = _request(by, wish)
            return run.pk

        pk, is_first = once(request, make)
        return _shown(by, access.run(by, pk), status=201 if is_first and was_new else 200)


class RunView(ApiView):
    """Watching in the background does not keep a session alive."""

    door = Door(is_background=True)
    needs = {"GET": (SEES,)}

    @operation(
        "readRun", "Read a run, or wait for news of it", query=WatchQuery, refuses=(Code.NOT_FOUND,),
        gives={200: ONE_RUN, 304: Content(None, says="Nothing new since the ETag that was sent.")},
        headers=[
            header_in("If-None-Match", "The ETag of what is known already."),
            header_out("ETag", "Names this state of the run.", 200, 304),
        ],
        says="With `wait` the answer comes when something is new, or after that many seconds. A server that has many "
        "such askers may answer earlier: ask again.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), asked(request, WatchQuery)
        run = _one(by, pk)
        condition = request.headers.get("If-None-Match", "").removeprefix("W/")
        known = condition or wish.get("since", "")
        if wish["wait"]:
            run = wait_for_news(run, known=known, seconds=wish["wait"])
        if condition and condition == state_tag(run):
            return Response(status=304, headers={"ETag": condition})
        return _shown(by, run)


class RunCancelView(ApiView):
    """Those who work cases, and those who look after jobs, as the pages have it."""

    needs = {"POST": (frozenset({P.RUN_CANCEL, P.JOBS_MANAGE}), SEES)}

    @operation(
        "cancelRun", "Cancel a run", gives={200: Content(RunCard, examples.CANCELLED_RUN)},
        refuses=(Code.NOT_FOUND, Code.ALREADY_FINAL, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _shown(by, runs.cancel(by=by, run=_one(by, pk)))


class RunReplayView(ApiView):
    needs = {"POST": (frozenset({P.RUN_REPLAY, P.JOBS_MANAGE}), SEES)}

    @operation(
        "replayRun", "Try a run that ended badly again, as a new one",
        headers=[IDEMPOTENCY_KEY],
        gives={
            201: Content(RunCard, examples.FRESH_RUN),
            200: Content(RunCard, examples.FRESH_RUN, "Tried again before with this key."),
        },
        refuses=(Code.NOT_FOUND, Code.NOT_DEAD, Code.CASE_IS_CLOSED, Code.UNKNOWN_KIND, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        dead = _one(by, pk)
        fresh, is_new = once(request, lambda: runs.replay(by=by, run=dead).pk, said={})
        return _shown(by, _one(by, fresh), status=201 if is_new else 200)


class RunResultView(ApiView):
    needs = {"GET": (P.RUN_VIEW, P.CASE_VIEW)}

    @operation(
        "readResult", "Read what the engine answered", gives={200: Content(ResultCard, examples.RESULT)},
        refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(ResultCard, access.result(actor_of(request), pk))


def _request(by: Actor, wish: dict[str, Any]) -> tuple[Run, bool]:
    """Whatever is named must be visible to the asker; what a case may hold is the action's business."""
    case = access.case(by, wish["case"], for_change=True) if wish.get("case") else None
    inputs = [access.upload(by, pk, for_change=True) for pk in wish["uploads"]]
    return runs.request(by=by, kind=wish["kind"], case=case, uploads=inputs, params=wish["params"], batch=wish["batch"])


def _seen(by: Actor) -> RunQuerySet:
    return Run.objects.visible_to(by) if by.can(P.RUN_VIEW) else Run.objects.jobs_for(by)


def _one(by: Actor, pk: UUID) -> Run:
    return access.run(by, pk) if by.can(P.RUN_VIEW) else access.job(by, pk)


def _card(by: Actor) -> type[RunCard]:
    return RunCard if by.can(P.RUN_VIEW) else JobCard


def _shown(by: Actor, run: Run, *, status: int = 200) -> Response:
    return shown(_card(by), run, status=status, headers={"ETag": state_tag(run)})


def _kind(kind: RunKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": str(kind.title),
        "resource": kind.resource.value,
        "limit_seconds": kind.limit_s,
        "stages": [{"name": name, "title": str(kind.stage_titles.get(name, name))} for name in kind.stages],
        "uploads": {"at_least": kind.uploads_min, "at_most": kind.uploads_max, "kinds": sorted(kind.upload_kinds)},
        "params": kind.params_schema,
    }
