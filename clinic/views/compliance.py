"""The compliance pack: one press of a button, for whoever has just proved who she is."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinic import access, step_up
from clinic.actions import compliance
from clinic.authorization.permissions import Permission
from clinic.compliance.sections import sections
from clinic.doors import needs
from clinic.forms.compliance import PackForm
from clinic.views.asked import Asked
from clinic.views.exports import sent
from clinic.views.private import private


@needs(Permission.SECURITY_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@private
def compliance_pack(request: Asked) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, PackForm())
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(request.path)
    form = PackForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    return sent(compliance.take(by=request.actor, days=form.cleaned_data["days"], confirmed_at=confirmed))


def _page(request: Asked, form: PackForm, *, status: int = 200) -> HttpResponse:
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    context = {"form": form, "sections": sections(), "is_fresh": step_up.is_fresh(confirmed), "confirmed_at": confirmed,
               "confirm_url": step_up.to_confirm(request.path).url}  # fmt: skip
    return render(request, "clinic/compliance/page.html", context, status=status)
