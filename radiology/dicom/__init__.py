"""Films over the network: C-ECHO and C-STORE in both directions, DICOMweb as client, and what a DICOMweb server says.

Nothing of a header becomes a path, an address or a query. What arrives is de-identified before it is kept.
"""
