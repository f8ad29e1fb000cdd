"""What older clients send names no case. Each sending is then a case of its own, of a patient without a name: two
sendings are never taken for the same patient's. Nothing is opened for what is refused on its way in."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from clinic import access, safety, sealing
from clinic.actions import arrivals
from clinic.api.base import asked, checked, told
from clinic.api.fields import Id, Input, Output, Query, Text, Whole, WholeInQuery
from clinic.api.parsers import GuardedJSONParser
from clinic.api.receiving import receive_form
from clinic.api.serializers.runs import SafetyNotice
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.intake import Intake, Received
from clinic.models import Case
from clinic.storage.keys import DataKey
from clinic.uploads import store

LONGEST_WAIT_S, DEFAULT_WAIT_S = 55, 20
PROCESSING, SUCCESS, REVIEW = "processing", "success", "review"
Wish = dict[str, Any]


class FileJSONParser(GuardedJSONParser):
    """Ten megabytes of file in base64, and what stands around it."""

    most_bytes, most_words = 14 * 1024 * 1024, "14 MiB"


class ArrivalWish(Input):
    case = Id(required=False, help_text="Left out: a case of its own, of a patient without a name.")
    wait = Whole(min_value=0, max_value=LONGEST_WAIT_S, default=DEFAULT_WAIT_S, help_text="Seconds, at most.")


class FileWish(ArrivalWish):
    file_data = serializers.CharField(trim_whitespace=False, help_text="The file, in base64.")
    filename = Text(max_length=255, required=False, default="file")


class ArrivalQuery(Query):
    """Where the body is a form."""

    case = Id(required=False, help_text="Left out: a case of its own, of a patient without a name.")
    wait = WholeInQuery(min_value=0, max_value=LONGEST_WAIT_S, default=DEFAULT_WAIT_S, help_text="Seconds, at most.")


class Arrived(Output):
    """What every classic answer begins with."""

    status = serializers.CharField(
        help_text="success; review: a person has to judge; processing: not done yet, see `look_at`."
    )
    case = serializers.UUIDField()
    look_at = serializers.CharField(help_text="Where all of it stands, now and later.")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="To be shown beside the answer.")
    safety = SafetyNotice()


class Arrival:
    """A key to seal with at once, and a case as soon as there is something to keep in it."""

    def __init__(self, by: Actor, case_id: UUID | None) -> None:
        self._by, self._wrapped, self._case = by, b"", None if case_id is None else _named(by, case_id)
        self._patient_id = self._case.patient_id if self._case else uuid4()
        if self._case is None:
            self._wrapped = sealing.new_wrapped_key(self._patient_id)
        self.key: DataKey = sealing.data_key(self._patient_id)

    def case(self) -> Case:
        if self._case is None:
            self._case = arrivals.open_unnamed(by=self._by, patient_id=self._patient_id, wrapped=self._wrapped)
        return self._case

    def decoded(self, wish: Wish, field: str = "file_data") -> Received:
        data = decoded(wish["file_data"], field)
        Intake.check_announced(size=len(data), name=wish["filename"])
        with Intake(key=self.key, name=wish["filename"]) as intake:
            intake.feed(data)
            return intake.finish()


@dataclass(frozen=True)
class FileArrived:
    arrival: Arrival
    wish: Wish
    received: Received
    name: str


def file_of(request: Request, by: Actor, *, as_json: type[FileWish], as_form: type[Input]) -> FileArrived:
    """One file, as a form with the field `file`, or as JSON in base64. `as_form`: the other fields of a form."""
    if request._request.content_type == FileJSONParser.media_type:
        wish = told(request, as_json)
        arrival = Arrival(by, wish.get("case"))
        return FileArrived(arrival, wish, arrival.decoded(wish), wish["filename"])
    wish = asked(request, ArrivalQuery)
    arrival = Arrival(by, wish.get("case"))
    fields, received, name = receive_form(request._request, arrival.key)
    try:
        return FileArrived(arrival, wish | checked(as_form, fields.dict()), received, name)
    except ValidationError:
        let_go(received)
        raise


def demand_kind(received: Received, kinds: Collection[str], words: str) -> None:
    """Before anything is opened for it."""
    if received.kind not in kinds:
        let_go(received)
        raise Refusal(Code.TYPE_NOT_ALLOWED, detail=words)


def let_go(received: Received) -> None:
    store().delete(received.object_name)


def _named(by: Actor, case_id: UUID) -> Case:
    case = access.case(by, case_id, for_change=True)
    case.check_takes_additions()
    return case


def decoded(text: str, field: str = "file_data") -> bytes:
    try:
        return base64.b64decode(text.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(Code.INVALID, fields={field: [_("This is not base64.")]}) from None


def arrived(case: Case, status: str, look_at: str, warnings: list[str]) -> dict[str, Any]:
    return {"status": status, "case": case.pk, "look_at": look_at, "warnings": warnings, "safety": safety.told()}


def uncalibrated() -> str:
    return _("Uncalibrated: nobody measured how often such an answer is right.")


def still_waits() -> str:
    return _("A person has to judge this before it counts.")
