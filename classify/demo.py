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
    Scene(5, "Referral: cough at night", "referral-night-cough.txt", "family practice", """Dear colleague,

Thank you for seeing this girl with a dry cough at night for three months, worse after running and in cold air. Peak
flow varies between 72 and 95 % of expected. Spirometry shows mild obstruction that improves after salbutamol. Her
father has asthma. I would be glad of your advice on an inhaled steroid.

Dr S. Imani
"""),
    Scene(3, "Referral: reflux", "referral-reflux.txt", "family practice", """Dear colleague,

this boy has had heartburn and regurgitation after meals for four months, without weight loss. Omeprazole for two weeks
helped, and it came back when it was stopped. Abdominal examination is normal. Is a gastroscopy needed, or would you try
a longer course?

Dr A. Moreau
"""),
    Scene(1, "Referral: fast heart", "referral-fast-heart.txt", "community clinic", """Dear colleague,

his mother noticed twice that his heart was racing for some minutes while he was at rest; he was pale, and it stopped by
itself. Between the episodes he plays as usual. Heart sounds normal, no murmur. The ECG in the practice shows a short PR
interval with a delta wave. Please see him soon.

Dr T. Lindqvist
"""),
)  # fmt: skip


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    for scene in SCENES:
        patient = stage.patients[scene.patient]
        case = cases.open_case(by=by, patient=patient, question=scene.question, urgency=Urgency.ROUTINE)
        documents.paste(by=by, case=case, text=scene.text, name=scene.name)
