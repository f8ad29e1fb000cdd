"""Letters of the demo that the letter engine is asked about. Invented, and each says so."""

_HEAD = """Northgate Children's, {place}
GENERATED FOR DEMONSTRATION. Not a real patient.

"""

LETTERS: dict[str, str] = {
    "drowsy": _HEAD.format(place="community clinic")
    + """Dear colleague,

thank you for seeing this boy at once. Since this morning he has been drowsy and hard to wake, with a stiff neck
and a rash that does not fade under a glass. Temperature 39.6 C, breathing 52 a minute.

Please see him today.
P. Hale, practice nurse
""",
    "belly": _HEAD.format(place="school health")
    + """Dear colleague,

this girl came with belly pain for three days, worse when walking. No fever this morning. She ate a little at
breakfast. Attends school. I would be glad of an early appointment.

Kind regards
A. Moreau, school nurse
""",
    "fever": _HEAD.format(place="community clinic")
    + """Dear colleague,

fever for four days and fast breathing since last night; she drinks less than half of what she usually does.
No known allergies. Otherwise well until now.

Please see her this week.
P. Hale, practice nurse
""",
    "eczema": _HEAD.format(place="family practice")
    + """Dear colleague,

I would be grateful for a routine review of her eczema, which is well controlled. She is thriving, and her weight is
steady. There is no hurry.

Kind regards
Dr S. Imani
""",
}
