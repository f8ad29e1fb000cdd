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
CLINIC = (
    HEAD
    + """
ASTHMA CLINIC

A 6-year-old girl with asthma, seen for follow-up. Cough at night twice a week, no admission since March.

Medications: beclometasone 100 micrograms inhaled twice daily, salbutamol 2 puffs as needed.
Allergies: peanut, anaphylaxis at 3 years. Carries an adrenaline autoinjector 150 micrograms.

Examination: weight 20.1 kg, respiratory rate 22/min, oxygen saturation 98 % in air. Peak flow 145 L/min.

Plan: increase beclometasone to 200 micrograms inhaled twice daily. Review in eight weeks. Inhaler technique shown.
Dr L. Fennimore
"""
)
WARD = (
    HEAD
    + """
WARD ROUND, day 2

Infant boy of 5 months with bronchiolitis. Feeding 60 % of usual, two wet nappies since midnight. No apnoea.

Observations: temperature 37.6 °C, heart rate 148/min, respiratory rate 52/min, oxygen saturation
93 % in 0.5 L/min oxygen.
Bloods: sodium 136 mmol/L, CRP 11 mg/L, white cells 9.8 x10^9/L.
No antibiotics. Paracetamol 60 mg by mouth every 6 hours as needed.
No known drug allergies.

Plan: nasogastric feeds if intake falls below 50 %. Wean oxygen when saturation stays above 94 %.
"""
)
LETTER_HOME = (
    HEAD
    + """
Letter after the emergency department

A boy of 9 years fell from a climbing frame onto his left wrist. Tender over the distal radius, no deformity, pulses
present. X-ray of the left wrist: buckle fracture of the distal radius. Removable splint for three weeks.
Ibuprofen 200 mg by mouth three times a day for 3 days. Allergies: none known.
No follow-up needed unless the pain gets worse.
"""
)
