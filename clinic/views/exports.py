"""A case taken out of the house: what would go and what stays, then, for whoever has proved who she is, the file."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic import access, step_up
from clinic.actions import exports
from clinic.actions.exports import Form
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.export import viewer
from clinic.export.gather import gather
from clinic.forms.exports import ExportForm
from clinic.models import Case
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private


@needs(Permission.CASE_EXPORT)
@asked_or_sent
@private
def case_export(request: Asked, pk: UUID) -> HttpResponseBase:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    if request.method != "POST":
        return _page(request, found, ExportForm())
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(request.path)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, access.case(request.actor, pk), form, status=422)
    return sent(exports.export(by=request.actor, case=found, form=Form(form.cleaned_data["form"]),
                               confirmed_at=confirmed))  # fmt: skip


class Leaves(Protocol):
    """What `sent` has to know of it."""

    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def pieces(self) -> Iterable[bytes]: ...


def sent(made: Leaves) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Content-Length": str(made.size),
               "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}  # fmt: skip
    return StreamingHttpResponse(made.pieces, content_type=made.content_type, headers=headers)


def _page(request: Asked, found: Case, form: ExportForm, *, status: int = 200) -> HttpResponseBase:
    told = gather(request.actor, found, timezone.now())
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    context: dict[str, Any] = {
        "case": found, "told": told, "form": form, "left_out": [(one, viewer.why(one)) for one in told.left_out],
        "unsigned": sum(not one.is_signed for one in told.answers), "bytes": sum(one.size for one in told.uploads),
        "is_fresh": step_up.is_fresh(confirmed), "confirmed_at": confirmed,
        "confirm_url": step_up.to_confirm(request.path).url,
    }  # fmt: skip
    return render(request, "clinic/export/page.html", context, status=status)
