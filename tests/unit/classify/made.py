"""Documents of a few words each, with a known specialty."""

from random import Random

from classify.inference.specialties import LABELS, OTHER
from classify.training.documents import Document
from classify.training.heads import Recipe
from classify.training.vocabularies import Sizes

SUBJECTS = {
    "cardiology": "heart ventricle atrial coronary valve echocardiogram",
    "emergency": "ambulance trauma fracture collision wound poisoning",
    "pulmonology": "lung bronchi asthma spirometry wheeze inhaler",
    "gastroenterology": "colon liver stomach endoscopy bowel polyp",
    "dermatology": "skin rash psoriasis eczema lesion melanoma",
    OTHER: "knee eye cataract pregnancy prostate spine",
}


def made(count: int) -> list[Document]:
    chance = Random(1)
    return [_made(chance, LABELS[number % len(LABELS)], number) for number in range(count)]


def _made(chance: Random, label: str, number: int) -> Document:
    words = chance.choices(SUBJECTS[label].split(), k=12) + chance.choices(
        ["was", "seen", "in", "the", "clinic", "today"], k=9
    )
    chance.shuffle(words)
    urgent = number % 2 == 0
    return Document(
        text=" ".join(words), label=label, group=str(number), source="notes", told="acute" if urgent else "planned"
    )


SMALL = Recipe(Sizes(least_documents=2, words=300, pairs=100, parts=300, openings=100))
