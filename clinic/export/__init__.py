"""A case as it leaves the house: as FHIR resources, and as a capsule that proves itself where nothing of ours is."""
