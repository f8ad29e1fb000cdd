"""The case for record systems: FHIR R4, read only. `docs/exporting.md`"""
