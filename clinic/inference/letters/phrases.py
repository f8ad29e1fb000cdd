"""What the generated letters are put together from. Invented; the chances say how people would sort such a finding.

`{child}` she or he, `{days}` a number of days, `{side}` left or right. A finding's chances are (routine, urgent,
emergency): where they are shared out, two careful readers would differ too, and no engine can know better.
"""

from dataclasses import dataclass

LABELS = ("routine", "urgent", "emergency")


@dataclass(frozen=True)
class Finding:
    chances: tuple[float, float, float]
    said: tuple[str, ...]
    denied: tuple[str, ...] = ()  # how its absence is written: what a sorter must not fall for


FINDINGS = (
    Finding((0, 0.04, 0.96), ("{child} has stridor at rest", "there is loud stridor while {child} sits still"),
            ("no stridor", "stridor is absent")),
    Finding((0, 0.05, 0.95), ("{child} could not be woken properly this morning",
             "{child} is drowsy and hard to rouse"),
            ("not drowsy", "alert, no drowsiness")),
    Finding((0, 0.03, 0.97), ("lips turned blue during the cough", "I saw blue lips and pauses in breathing"),
            ("no blue lips", "never cyanosed")),
    Finding((0, 0.08, 0.92), ("a rash that does not fade under glass", "purple spots on both legs that do not blanch"),
            ("the rash blanches", "no purple spots")),
    Finding((0, 0.06, 0.94), ("a stiff neck with fever and vomiting", "fever, neck stiffness and dislike of light"),
            ("no neck stiffness", "the neck is supple")),
    Finding((0, 0.05, 0.95), ("swelling of lips and tongue minutes after eating peanuts",
                              "facial swelling and wheeze after a bee sting"),
            ("no facial swelling", "no swelling of lips or tongue")),
    Finding((0, 0.07, 0.93), ("crushing chest pain with sweating since this morning",
                              "chest pain going into the {side} arm, pale and sweating"),
            ("denies chest pain", "no chest pain")),
    Finding((0, 0.1, 0.9), ("sudden weakness of the {side} arm and slurred speech",
             "the face dropped on the {side} today"),
            ("no weakness of arms or legs", "speech is normal")),
    Finding((0, 0.08, 0.92), ("a seizure lasting more than ten minutes", "two seizures today without waking between"),
            ("no seizures", "has never had a seizure")),
    Finding((0.01, 0.19, 0.8), ("green vomiting since the night", "bile stained vomit three times today"),
            ("no green vomit", "vomit was never green")),
    Finding((0.01, 0.24, 0.75), ("severe pain in one testicle since {days} hours", "a swollen, very painful scrotum"),
            ("no scrotal pain",)),
    Finding((0.02, 0.93, 0.05), ("fever for {days} days and breathing fast",
             "fever, productive cough, breathing 48 a minute"),
            ("no fast breathing", "breathing is quiet")),
    Finding((0.05, 0.92, 0.03), ("lost five kilograms in two months without trying",
             "weight has fallen across two lines"),
            ("no loss of weight", "weight is steady")),
    Finding((0.03, 0.9, 0.07), ("drinking little and fewer wet nappies", "poor feeding for {days} days, dry mouth"),
            ("drinking well", "wet nappies as usual")),
    Finding((0.04, 0.93, 0.03), ("a lump in the breast found {days} weeks ago", "a hard lump in the neck that grows"),
            ("no lumps found", "no lump felt")),
    Finding((0.04, 0.9, 0.06), ("blood in the stool on {days} occasions", "passing fresh blood with the stool"),
            ("no blood in the stool",)),
    Finding((0.05, 0.9, 0.05), ("a {side} knee that is hot and swollen, with fever",
             "will not bear weight on the {side} leg"),
            ("joints are not swollen", "bears weight on both legs")),
    Finding((0.03, 0.91, 0.06), ("wheeze that needs the reliever every four hours",
             "wheezing, reliever helps for two hours only"),
            ("no wheeze", "chest is clear")),
    Finding((0.06, 0.88, 0.06), ("blood sugar of 19 at home, thirsty and passing much urine",
             "thirst and weight loss, glucose raised"),
            ("not thirsty", "glucose was normal")),
    Finding((0.3, 0.62, 0.08), ("dizzy on standing for {days} days", "feels faint in the mornings"), ("no dizziness",)),
    Finding((0.35, 0.6, 0.05), ("headache on most days for {days} weeks", "headaches that wake from sleep at times"),
            ("no headache",)),
    Finding((0.03, 0.55, 0.42), ("short of breath when walking to the door",
             "breathless since yesterday, saturation 93 %"),
            ("not breathless", "no shortness of breath")),
    Finding((0.05, 0.5, 0.45), ("tummy pain that moved to the lower {side} and hurts on every step",
                                "abdominal pain for {days} hours with guarding"),
            ("abdomen is soft", "no guarding")),
    Finding((0.55, 0.42, 0.03), ("an itching rash on the trunk for {days} weeks", "a spreading rash, otherwise well"),
            ("skin is clear",)),
    Finding((0.6, 0.38, 0.02), ("palpitations for some seconds, twice a month", "an irregular pulse noted by chance"),
            ("no palpitations",)),
    Finding((0.97, 0.03, 0), ("for the yearly review of asthma", "the yearly check of the inhaler technique")),
    Finding((0.97, 0.03, 0), ("a repeat prescription is needed", "the medication list should be renewed")),
    Finding((0.95, 0.05, 0), ("snoring at night, tonsils large", "mouth breathing and snoring for a year")),
    Finding((0.96, 0.04, 0), ("wart on the {side} foot", "two warts that do not go with ointment")),
    Finding((0.95, 0.05, 0), ("bed wetting at night, dry by day", "still wets the bed, urine test clear")),
    Finding((0.94, 0.06, 0), ("knee ache after football for months", "back ache after sitting, better on weekends")),
    Finding((0.97, 0.03, 0), ("follow-up after grommets, hearing fine", "routine hearing test before school")),
    Finding((0.96, 0.04, 0), ("travel vaccines are due", "catch-up vaccination before a journey")),
    Finding((0.95, 0.05, 0), ("eczema that flares each winter", "dry skin, wants advice about creams")),
    Finding((0.94, 0.06, 0), ("constipation, soft stool with macrogol", "constipated for months, diet advice asked")),
)  # fmt: skip

HEADS = (
    "Community clinic\nGENERATED LETTER. Not a real patient.",
    "Practice at the bridge\nGENERATED LETTER. Not a real patient.",
    "School health service\nGENERATED LETTER. Not a real patient.",
    "Out of hours service\nGENERATED LETTER. Not a real patient.",
)
OPENINGS = (
    "Dear colleague,\n\nthank you for seeing this {age} old {kind}.",
    "Dear team,\n\nI would be grateful if you could see this {age} old {kind}.",
    "To whom it may concern,\n\nplease find this {age} old {kind}.",
    "Hello,\n\na {age} old {kind} came to us today.",
)
TELLING = ("{Main}.", "The reason for writing: {main}.", "The parents report {main}.", "On examination: {main}.",
           "Today {main}.", "What worries me: {main}.", "In short, {main}.")  # fmt: skip
DENYING = ("There is {denied}.", "{Denied}.", "On asking, {denied}.", "Of note, {denied}.", "Otherwise {denied}.")
# The same words about somebody or some time else: they must not decide.
ELSEWHERE = ("Two years ago there was {main}, fully settled since.", "A cousin had {main} as a child.",
             "The mother fears {main}, which I did not find.", "In the past: {main}, treated, resolved.")  # fmt: skip
FILLERS = (
    "Immunisations are up to date.", "No known allergies.", "Lives with both parents and a brother.",
    "Takes no regular medicine.", "Temperature {temperature} C.", "Weight {weight} kg.", "Paracetamol was given.",
    "Bloods were not taken.", "The family speaks English at home.", "Sleeps in the same room as a sister.",
    "Attends nursery three days a week.", "Born at term, no problems then.", "Pulse {pulse} a minute.",
)  # fmt: skip
CLOSINGS = ("Kind regards\nP. Hale, practice nurse", "With thanks\nDr A. Moor", "Yours\nDr K. Lund",
            "Best wishes\nS. Pryce, school nurse")  # fmt: skip
