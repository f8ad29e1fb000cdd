"""A backup as one encrypted file, putting it back, and proving from time to time that this would work.

The keys it was sealed with are no part of it: whoever takes the file alone has noise. `docs/backups.md`
"""
