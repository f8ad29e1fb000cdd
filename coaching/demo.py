"""Practice of the demo, typed: the demo has no voices. What the rules say of it is what they say; nobody wrote it."""

from clinic.authorization.roles import Role
from clinic.demo.parts import Stage
from coaching import asking
from coaching.actions import attempts, practising
from coaching.models import Keeps

FIRST = "The picture is bad, there is an opacity in the right lower lobe. We give her amoxicillin. Okay?"
AGAIN = (
    "Is it all right if I sit down with you? I am afraid I have news you did not hope for. The picture shows an"
    " infection of her lung, we call it pneumonia. I can see this is a shock. We can treat it: she gets antibiotics"
    " now, stays here tonight, and I will see her again in the morning. What worries you most right now?"
)

PLAIN = (
    "You have asthma: the small pipes in your lungs get tight. The blue inhaler opens them, take it when you are short"
    " of breath. The brown one keeps them calm, twice a day. Can you tell me how you would explain it to your mother?"
)


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    question = next(one for one in asking.questions(by) if one.category == "bad_news")
    practice = practising.begin(by=by, question=question, language="en", keeps=Keeps.ALL, reason="chosen")
    for text in (FIRST, AGAIN):
        attempts.type_in(by=by, practice=practice, text=text)
    other = next(one for one in asking.questions(by) if one.category != "bad_news")
    attempts.type_in(by=by, practice=practising.begin(by=by, question=other, language="en", keeps=Keeps.ALL,
                                                      reason="chosen"), text=PLAIN)  # fmt: skip
