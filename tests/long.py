"""How many of what is tried by the thousand: a part of them with the fast tests, all with `make long`."""

import os

MANY = 10_000 if os.environ.get("LONG") else 1_000
