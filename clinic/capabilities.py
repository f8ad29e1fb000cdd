"""What can be asked of engines. A capability registers itself from `apps.py` in dotted strings, like its kinds of run,
so that a web process knows its classes and words without loading a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from clinic.errors import Code, Refusal


@dataclass(frozen=True)
class Shipped:
    """An engine that comes with the product: trusted because the digest of its manifest stands here, in the code."""

    folder: str  # below the code, e.g. 'clinic/weights/letters-1'
    manifest_sha256: str
    rung: int = 0  # its place on the ladder: 0 is asked first


@dataclass(frozen=True)
class ClassCard:
    words: str | Promise
    risk: float  # harm of overlooking it: 0 to 1; orders the queue and sets the limits


@dataclass(frozen=True, kw_only=True)
class Capability:
    name: str
    title: str | Promise  # "Letter urgency"
    kind: str  # the run kind that asks it
    loader: str  # 'clinic.inference.letters:load' (folder, manifest) -> what its handler asks; imported in workers only
    golden: str = ""  # '...:differs' (what the loader gave, a case of golden.json) -> how far off, or nothing
    demand: str = (
        ""  # '...:demand' (run, deployments) -> clinic.engines.routing.Demand; without it the rungs alone count
    )
    before_deciding: str = ""  # 'app.module:function' (item) -> None; refuses where people have to do more than choose
    classes: Mapping[str, ClassCard]  # in the order of the keys 1 to 9
    shipped: tuple[Shipped, ...] = ()
    not_for: str | Promise = ""  # what its answers may not be used for
    refusals: Mapping[str, str | Promise] = field(default_factory=dict)  # why no engine answered: a code in words
    needs_card: tuple[str, ...] = field(default=("purpose", "population", "data", "limits", "licence", "metrics"))


_capabilities: dict[str, Capability] = {}


def register(capability: Capability) -> None:
    _capabilities[capability.name] = capability


def capability_named(name: str) -> Capability:
    try:
        return _capabilities[name]
    except KeyError:
        raise Refusal(Code.NOT_FOUND) from None


def capabilities() -> list[Capability]:
    return sorted(_capabilities.values(), key=lambda c: c.name)


def of_kind(kind: str) -> Capability | None:
    return next((c for c in _capabilities.values() if c.kind == kind), None)
