"""Contradictions in words: what each is about, and what a side holds. For cards, papers and programs alike."""

from django.utils.translation import gettext_lazy

from clinic.errors import Words

TITLES: dict[str, Words] = {
    "finding": gettext_lazy("%(about)s: there in one, denied in the other"),
    "allergy": gettext_lazy("Allergy to %(about)s: known in one, denied in the other"),
    "forbidden": gettext_lazy("%(about)s is given, and an allergy forbids it"),
    "dose": gettext_lazy("%(about)s: two doses"),
    "medicine": gettext_lazy("%(about)s: taken in one, not in the other"),
    "side": gettext_lazy("%(about)s: left in one, right in the other"),
    "date": gettext_lazy("%(about)s: the two differ"),
    "film": gettext_lazy("The film and what is said of it differ"),
}
SAYS: dict[str, Words] = {
    "present": gettext_lazy("says so"),
    "negated": gettext_lazy("denies it"),
    "stopped": gettext_lazy("stopped"),
    "planned": gettext_lazy("planned"),
    "historical": gettext_lazy("was so"),
    "left": gettext_lazy("left"),
    "right": gettext_lazy("right"),
    "normal": gettext_lazy("no pneumonia signal"),
    "pneumonia": gettext_lazy("pneumonia"),
    "female": gettext_lazy("female"),
    "male": gettext_lazy("male"),
}


def title_of(kind: str, about: str) -> str:
    title = str(TITLES[kind]) % {"about": about}
    return title[:1].upper() + title[1:]


def says(holds: str) -> Words:
    return SAYS.get(holds, holds)
