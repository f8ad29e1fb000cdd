"""What a person reads when a part cannot be started."""


class Unavailable(Exception):
    """One clear line: what is wrong, and what to do."""
