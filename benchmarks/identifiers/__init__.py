"""`make bench-identifiers`: does anything that identifies a person come through, and what is hidden for nothing."""
