"""Lines of a site's registers: added, amended by a new version, ended. None is ever deleted."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Register, RegisterLine, Site


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a line says."""

    what: str
    who: str
    done_on: date | None = None
    due_on: date | None = None
    level: str = ""  # of a risk
    words: str = ""


def add(*, by: Actor, register: Register, said: Said) -> RegisterLine:
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "register.added") as doing:
        site = _site(by)
        lines = RegisterLine.objects.filter(site=site, register=register)
        number = (lines.aggregate(last=Max("number"))["last"] or 0) + 1
        line = _written(by, site, register, number, 1, said)
        doing.about(line, register=register.value, number=number)
    return line


def amend(*, by: Actor, line: RegisterLine, said: Said) -> RegisterLine:
    """`line`: the version she saw; if another was written since, she looks first."""
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "register.amended") as doing:
        newest = _newest(by, line)
        changed = _changed(newest, said)
        if not changed:
            doing.nothing_happened()
            return newest
        made = _written(by, newest.site, Register(newest.register), newest.number, newest.version + 1, said)
        doing.about(made, fields=changed, register=newest.register, number=newest.number, version=made.version)
    return made


def end(*, by: Actor, line: RegisterLine) -> RegisterLine:
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "register.ended") as doing:
        old = _newest(by, line)
        said = Said(what=old.what, who=old.who, done_on=old.done_on, due_on=old.due_on, level=old.level,
                    words=old.words or "")  # fmt: skip
        made = _written(by, old.site, Register(old.register), old.number, old.version + 1, said, is_ended=True)
        doing.about(made, register=old.register, number=old.number, version=made.version)
    return made


def _changed(newest: RegisterLine, said: Said) -> tuple[str, ...]:
    told = vars(said).items()
    return tuple(sorted(name for name, value in told if (getattr(newest, name) or "") != (value or "")))


def _site(by: Actor) -> Site:
    """Held, so that two do not write the same number or version."""
    return Site.objects.select_for_update(no_key=True).get(pk=by.here)


def _newest(by: Actor, line: RegisterLine) -> RegisterLine:
    site = _site(by)
    same = RegisterLine.objects.filter(site=site, register=line.register, number=line.number)
    newest = same.order_by("-version").first()
    if newest is None:
        raise Refusal(Code.NOT_FOUND)
    if newest.version != line.version or newest.is_ended:
        raise Refusal(Code.ALREADY_DECIDED)
    newest.site = site
    return newest


def _written(by: Actor, site: Site, register: Register, number: int, version: int, said: Said, *,
             is_ended: bool = False) -> RegisterLine:  # fmt: skip
    return RegisterLine.objects.create(
        site=site, register=register, number=number, version=version, what=said.what, who=said.who,
        done_on=said.done_on, due_on=said.due_on, level=said.level if register == Register.RISK else "",
        words=said.words or None, is_ended=is_ended, by_id=by.user_id,
    )  # fmt: skip
