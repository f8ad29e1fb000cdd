from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import monitors
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.paging import Page, cut
from clinic.api.serializers.drift import AlarmCard, AlarmQuery
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import DriftAlarm
from clinic.views.keyset import Section


class AlarmsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation(
        "listDriftAlarms", "List alarms about engines, the latest first", query=AlarmQuery,
        gives={200: Content(page_of(AlarmCard), a_page(examples.ALARM))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        found = cut([Section(access.drift_alarms(by), ("-at", "-id"))], asked(request, AlarmQuery))
        alarms = access.drift_list(by, found.rows)
        return page(AlarmCard, Page([_told(alarm) for alarm in alarms], found.next_cursor))


def _told(alarm: DriftAlarm) -> dict[str, Any]:
    moved = monitors.explained(alarm)
    return {
        "id": alarm.pk, "capability": alarm.capability, "monitor": alarm.monitor, "engine_digest": moved["engine"],
        "queued": alarm.queued, "is_raised": monitors.is_raised(alarm), "at": alarm.at,
        "moved": list(moved.get("moved", ())), "figure": moved if "target" in moved else None,
        "terms": [term["term"] for term in moved.get("terms", ())],
    }  # fmt: skip


class LookedView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE, P.ENGINES_VIEW)}

    @operation(
        "lookAtDriftAlarm", "Say that somebody has looked: the monitor watches on", gives={204: Content(None)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE, Code.ALREADY_DECIDED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        monitors.watch_on(by=by, alarm=access.drift_alarm(by, pk))
        return Response(status=204)
