"""Documents of the demo: invented, and each says so. What the engine says of them is what it says; nobody wrote it."""

from dataclasses import dataclass

from classify.actions import documents
from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.demo.parts import Stage
from clinic.models import Urgency

_HEAD = "Northgate Children's, {place}\nGENERATED FOR DEMONSTRATION. Not a real patient.\n\n"


@dataclass(frozen=True)
class Scene:
    patient: int  # of the demo's patients
    question: str
    name: str
    place: str
    words: str

    @property
    def text(self) -> str:
        """A line a paragraph, as letters come from a word processor."""
        paragraphs = (" ".join(one.split()) for one in self.words.split("\n\n"))
        return _HEAD.format(place=self.place) + "\n\n".join(paragraphs) + "\n"


SCENES = (
    Scene(0, "Referral: palpitations", "referral-heart.txt", "family practice", """Dear colleague,

Thank you for seeing this girl with palpitations and chest pain on exertion for two months. On examination there is a
systolic murmur at the left sternal border, no edema. The ECG shows sinus rhythm with ventricular premature beats. Her
grandfather had a myocardial infarction at 52. I would be glad of an echocardiogram and Holter monitoring.

Dr S. Imani
"""),
    Scene(1, "Referral: wheeze", "referral-wheeze.txt", "family practice", """Dear colleague,

This 2-year-old boy has had wheeze and cough for three days, with poor feeding since last night. On examination
respiratory rate 58, mild subcostal recession, oxygen saturation 91 % in air, bilateral expiratory wheeze. Salbutamol
nebulised at 14:05 with some improvement. Asthma in the family. Please assess today; parents were told to go straight to
the emergency department if he becomes drowsy.

Dr A. Moreau
"""),
    Scene(2, "Referral: rash", "referral-rash.txt", "school health", """Dear colleague,

I would be grateful for a routine review of this child's eczema: dry, itching plaques in both elbow creases and behind
the knees, some excoriation, no pustules. Emollients and hydrocortisone cream helped for a while. There is one pigmented
lesion on the back that has not changed in two years.

P. Hale, practice nurse
"""),
    Scene(3, "Referral: belly pain", "referral-belly.txt", "community clinic", """Dear colleague,

this girl came with abdominal pain after meals for six weeks, nausea and two episodes of vomiting. Stool is loose with
some mucus. On examination the abdomen is soft, tender in the epigastrium, no hepatomegaly. Coeliac serology is pending.
I would be glad of your opinion, and whether an endoscopy is needed.

Dr T. Lindqvist
"""),
    Scene(4, "Letter: stay abroad", "letter-travel.txt", "reception", """Dear team,

the family asks for a certificate for the school about the stay abroad in spring, and for copies of the vaccination
record. They will collect both on Thursday afternoon. No complaints at present.

Reception desk
"""),
)  # fmt: skip


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    for scene in SCENES:
        patient = stage.patients[scene.patient]
        case = cases.open_case(by=by, patient=patient, question=scene.question, urgency=Urgency.ROUTINE)
        documents.paste(by=by, case=case, text=scene.text, name=scene.name)
