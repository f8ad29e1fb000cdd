"""Films of the demo: drawn here, each says so. What the engine says of them is what it says; nobody wrote it."""

from dataclasses import dataclass

from clinic.actions import cases, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.demo.parts import Stage
from clinic.models import Case, Upload, Urgency
from radiology.actions import films
from radiology.inference.generated import Kind, draw


@dataclass(frozen=True)
class Scene:
    patient: int  # of the demo's patients
    question: str
    urgency: Urgency
    kinds: tuple[Kind, ...]


SCENES = (
    Scene(0, "Chest, fever and cough", Urgency.URGENT, (Kind.OPACITY_RIGHT,)),
    Scene(1, "Chest, wheeze", Urgency.ROUTINE, (Kind.PERIHILAR,)),
    Scene(5, "Chest, follow-up after treatment", Urgency.URGENT, (Kind.OPACITY_LEFT, Kind.NORMAL)),
    Scene(2, "Chest, before surgery", Urgency.ROUTINE, (Kind.NORMAL,)),
    Scene(4, "Chest, breathing fast", Urgency.ROUTINE, (Kind.INVERTED,)),
    Scene(1, "Chest, fever again", Urgency.URGENT, (Kind.OPACITY_LEFT,)),
    Scene(2, "Chest, cough for two weeks", Urgency.ROUTINE, (Kind.PERIHILAR,)),
    Scene(3, "Chest, pain on breathing", Urgency.ROUTINE, (Kind.NORMAL,)),  # seven years old: outside the card
)


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    for number, scene in enumerate(SCENES):
        case = cases.open_case(by=by, patient=stage.patients[scene.patient], question=scene.question,
                               urgency=scene.urgency)  # fmt: skip
        for at, kind in enumerate(scene.kinds):
            films.take_in(by=by, upload=_drawn(by, case, kind, seed=100 * number + at))


def _drawn(by: Actor, case: Case, kind: Kind, seed: int) -> Upload:
    name = f"generated-{seed}.png"
    upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[draw(kind, seed).png], name=name)
    return upload
