"""Registers of a site: training of staff, agreements with suppliers, risks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import access
from clinic.actions import registers as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.registers import LABELS, LineForm
from clinic.models import Register, RegisterLine
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.keyset import Section
from clinic.views.private import private

SIZE = 50
STANDING, DUE, ENDED = "", "due", "ended"


def _register(name: str) -> Register:
    try:
        return Register(name)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


@needs(Permission.SECURITY_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@private
def register(request: Asked, name: str) -> HttpResponse:
    kept = _register(name)
    form = LineForm(request.POST if request.method == "POST" else None, register=kept)
    if form.is_bound and form.is_valid():
        line = acts.add(by=request.actor, register=kept, said=form.said)
        messages.success(request, _("%s was added.") % line.reference)
        return redirect("register", name=name)
    if form.is_bound:
        request.actor.require(Permission.SITES_MANAGE)
    show = request.GET.get("show", "")
    lines = access.register_lines(request.actor).filter(register=kept)
    page = keyset.page([Section(_shown(lines, show), ("number", "id"))], request.GET.get("at", ""), size=SIZE)
    here = reverse("register", args=[name]) + (f"?show={show}&" if show else "?")
    context = {
        "register": kept, "tabs": _tabs(request, kept), "filters": _filters(lines, kept, show), "rows": page.rows,
        "labels": LABELS[kept], "form": form, "may_manage": request.actor.can(Permission.SITES_MANAGE),
        "next_url": f"{here}at={page.next}" if page.next else "",
        "previous_url": f"{here}at={page.previous}" if page.previous else "",
    }  # fmt: skip
    return render(request, "clinic/registers/register.html", context, status=422 if form.errors else 200)


def _shown(lines: Any, show: str) -> Any:
    if show == DUE:
        return lines.overdue()
    return lines.newest().filter(is_ended=True) if show == ENDED else lines.standing()


def _tabs(request: Asked, current: Register) -> list[dict[str, Any]]:
    return [
        {"words": one.label, "url": reverse("register", args=[one.value]), "current": one == current}
        for one in Register
    ]


def _filters(lines: Any, kept: Register, show: str) -> list[dict[str, Any]]:
    here = reverse("register", args=[kept.value])
    words = {STANDING: _("In force"), DUE: _("Overdue"), ENDED: _("Ended")}
    return [
        {"url": f"{here}?show={one}" if one else here, "words": said, "current": one == show, "key": str(number),
         "count": lines.overdue().count() if one == DUE else None}
        for number, (one, said) in enumerate(words.items(), start=1)
    ]  # fmt: skip


@needs(Permission.SECURITY_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@private
def register_line(request: Asked, name: str, number: int) -> HttpResponse:
    """A line with its earlier versions."""
    kept = _register(name)
    versions = list(access.register_versions(request.actor, kept, number))
    newest = versions[0]
    form = LineForm(request.POST if request.method == "POST" else None, register=kept, initial=_initial(newest))
    if request.method == "POST":
        return _changed(request, kept, newest, form) or _line_page(request, versions, form)
    return _line_page(request, versions, form)


def _initial(line: RegisterLine) -> dict[str, Any]:
    names = ("what", "who", "level", "done_on", "due_on", "words")
    return {name: getattr(line, name) for name in names}


def _changed(request: Asked, kept: Register, newest: RegisterLine, form: LineForm) -> HttpResponse | None:
    seen = RegisterLine(register=kept, number=newest.number, version=_number(request.POST.get("seen", "")))
    if request.POST.get("do") == "end":
        acts.end(by=request.actor, line=seen)
        messages.success(request, _("%s was ended. It stays in the register.") % newest.reference)
    elif form.is_valid():
        acts.amend(by=request.actor, line=seen, said=form.said)
        messages.success(request, _("%s was amended.") % newest.reference)
    else:
        request.actor.require(Permission.SITES_MANAGE)
        return None
    return redirect("register_line", name=kept.value, number=newest.number)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _line_page(request: Asked, versions: list[RegisterLine], form: LineForm) -> HttpResponse:
    newest = versions[0]
    kept = Register(newest.register)
    context = {
        "register": kept, "line": newest, "versions": versions, "labels": LABELS[kept], "form": form,
        "may_manage": request.actor.can(Permission.SITES_MANAGE) and not newest.is_ended,
    }  # fmt: skip
    return render(request, "clinic/registers/line.html", context, status=422 if form.errors else 200)
