"""Who works at Eastfield, the site of these tests, by the names their colleagues see."""

CLINICIAN, RADIOLOGIST, ADMIN = "Ana Alder", "Ben Birch", "Gus Gale"
RADIOLOGIST_EMAIL = "radiologist@eastfield.example"
