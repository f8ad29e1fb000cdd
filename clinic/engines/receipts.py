"""The receipt of an answer: who gave it, why not a better one, what left the building. Kept with the result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.engines.unfit import Fault, Spent
from clinic.models import Engine


class Why(models.TextChoices):
    """Why an engine of the ladder did not answer."""

    OUT_OF_SERVICE = "out_of_service", _("out of service")
    REMOTE = "remote_not_allowed", _("remote, and patient data may not leave this site")
    UNFIT = "unfit", _("not opened: its files are not as they must be")
    BROKE = "broke", _("broke while answering")
    UNMEASURED = "unmeasured", _("its quality was never measured, and what was asked is safety-critical")


@dataclass(frozen=True)
class Passed:
    """One that would have answered before."""

    name: str
    digest: str
    rung: int
    why: str
    detail: str = ""  # a fault, or the code of why it is out of service
    spent: Spent | None = None  # in vain, where it tells

    @classmethod
    def over(cls, engine: Engine, rung: int, why: Why, detail: str = "", spent: Spent | None = None) -> Self:
        return cls(str(engine), engine.digest, rung, why.value, detail, spent)

    def as_json(self) -> dict[str, Any]:
        told = {"name": self.name, "digest": self.digest, "rung": self.rung, "why": self.why, "detail": self.detail}
        return told | {"spent": vars(self.spent)} if self.spent else told


@dataclass(frozen=True)
class Receipt:
    name: str
    version: str
    digest: str
    rung: int
    is_remote: bool
    rollout: int = 0  # the share of work it answered on trial, where it did
    passed: tuple[Passed, ...] = ()
    left: tuple[str, ...] = field(default=())  # kinds of data that left the building: none for a local engine
    routing: Mapping[str, Any] | None = None  # why engines were asked in this order, where they were compared

    @classmethod
    def of(cls, engine: Engine, rung: int, *, rollout: int = 0, passed: Iterable[Passed] = (),
           routing: Mapping[str, Any] | None = None) -> Self:  # fmt: skip
        left = ("input",) if engine.is_remote else ()
        return cls(engine.name, engine.version, engine.digest, rung, engine.is_remote, rollout, tuple(passed), left,
                   routing)  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "answered": {"name": self.name, "version": self.version, "digest": self.digest, "rung": self.rung,
                         "is_remote": self.is_remote},
            "rollout": self.rollout,
            "why_not_better": [each.as_json() for each in self.passed if each.rung < self.rung],
            "also_passed": [each.as_json() for each in self.passed if each.rung >= self.rung],
            "left": list(self.left),
        } | ({"routing": dict(self.routing)} if self.routing else {})  # fmt: skip


def sentences(told: dict[str, Any]) -> list[str]:
    """Why not a better one, in words, for whoever reads the answer."""
    return [
        _("%(engine)s did not answer: %(why)s.") % {"engine": each["name"], "why": _why(each)}
        for each in told.get("why_not_better", ())
    ]


def _why(each: dict[str, Any]) -> str:
    words = str(Why(each["why"]).label) if each["why"] in Why.values else each["why"]
    fault = str(Fault(each["detail"]).label) if each["detail"] in Fault.values else ""
    return f"{words} ({fault.rstrip('.')})" if fault else words
