"""Where a document belongs: the five departments that are known, and what belongs to none of them."""

SPECIALTIES = ("cardiology", "emergency", "pulmonology", "gastroenterology", "dermatology")
OTHER = "other"
LABELS = (*SPECIALTIES, OTHER)
EMERGENCY = SPECIALTIES.index("emergency")
URGENT, ROUTINE = "urgent", "routine"
