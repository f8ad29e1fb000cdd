"""The machine room of one workstation: its own PostgreSQL, and the process tree behind `make run`.

Nothing in here imports Django: settings ask it where the database is, before there are settings.
"""
