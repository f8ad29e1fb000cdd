"""May the pair be asked about this film? By what its file says, until the gate that looks at its pixels is here."""

from radiology.inference.film import LATERAL, Film

Ages = tuple[int, int]  # whole years, both of them in


def reasons(film: Film, ages: Ages) -> tuple[str, ...]:
    """Codes of the gate. Each refuses: what is only suspected is not named as a reason."""
    found = []
    if film.header.view == LATERAL:
        found.append("lateral")
    age = film.header.age_years
    if age is not None and not ages[0] <= int(age) <= ages[1]:
        found.append("age_outside_card")
    return tuple(found)
