"""Our films for other viewers: DICOMweb (PS3.18) as a server. Search, fetch, store."""
