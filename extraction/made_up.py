"""Documents put together for test cases and the demo: invented, each says so, none of a real patient."""

HEAD = "Northgate Children's. GENERATED FOR DEMONSTRATION. Not a real patient.\n"

REFERRAL = (
    HEAD
    + """
Elm Road Surgery, 20 November 2026

Re: girl, 3 years, weight 14.2 kg

Thank you for seeing this child today.

Four days of fever and productive cough, breathing fast since this morning. No vomiting. Drinking about half of usual.
Older brother has asthma.

Temperature 38.9 °C, respiratory rate 46/min, oxygen saturation 94 % in air. Crackles right base.

Amoxicillin 250 mg by mouth three times a day for 5 days, started yesterday evening. Ibuprofen at home; mother is not
sure how much.

Allergies: penicillin, rash as a baby.

Please arrange a chest X-ray. Kind regards, Dr S. Whitlock
"""
)
DISCHARGE = (
    HEAD
    + """
DISCHARGE SUMMARY

Admission date: 12 October 2026. Discharge date: 16 October 2026.

HISTORY OF PRESENT ILLNESS: A 7-year-old boy with known epilepsy was admitted after a seizure of ten minutes.
No head injury. No neck stiffness.

PAST MEDICAL HISTORY: febrile convulsions at 18 months.
FAMILY HISTORY: mother has migraine.
ALLERGIES: No known drug allergies.

LABS: Sodium 131 mmol/L (135-145), CRP 4 mg/L, glucose 5.2 mmol/L, haemoglobin 11.9 g/dL.
VITALS: BP 102/64 mmHg, pulse 96/min, temperature 37.1 C.

MEDICATIONS ON DISCHARGE:
1. Levetiracetam 250 mg tablet by mouth twice daily.
2. Paracetamol 250 mg by mouth every 6 hours as needed for pain.
Valproate was stopped.

PROCEDURES: EEG on 13 October 2026: generalised spike-wave discharges. MRI of the brain was normal.

PLAN: Follow up in the neurology clinic in six weeks. Repeat sodium in one week.
Dr A. Moreau, consultant paediatrician
"""
)
SHORT = (
    HEAD
    + """
Possible pneumonia cannot be excluded. Denies chest pain. Takes salbutamol 2 puffs every 4 hours as needed.
"""
)
NOTHING = (
    HEAD
    + """
The family asks for copies of all letters and will collect them on Thursday afternoon.
"""
)
# What whoever reads them has to find, by kind.
MUST: dict[str, dict[str, list[str]]] = {
    "referral": {"problems": ["fever", "cough", "vomiting", "asthma"], "medications": ["amoxicillin", "ibuprofen"],
                 "allergies": ["penicillin"], "vitals": ["38.9", "94"]},
    "discharge": {"problems": ["epilepsy", "head injury", "migraine"],
                  "medications": ["levetiracetam", "paracetamol", "valproate"], "labs": ["131", "5.2"],
                  "procedures": ["EEG"]},
    "short": {"problems": ["pneumonia", "chest pain"], "medications": ["salbutamol"]},
    "nothing": {},
}  # fmt: skip
DOCUMENTS = {"referral": REFERRAL, "discharge": DISCHARGE, "short": SHORT, "nothing": NOTHING}
