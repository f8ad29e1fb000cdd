"""One answer from a file of this machine to what is told about it: what `manage.py coach_analyse` does."""
