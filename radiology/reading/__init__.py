"""Reading films from the command line, without database and server: `manage.py radiology_read PATH... --jsonl FILE`."""
