"""A case in the words of FHIR R4, on its way out and in. `docs/exporting.md`"""
