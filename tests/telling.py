"""What an act wrote into the audit."""

from collections import Counter
from collections.abc import Callable

from tests import make


def told_by(act: Callable[[], object]) -> list[str]:
    """The names of the events that came with it, in the order of the alphabet."""
    before = Counter(event["event"] for event in make.audit_events())
    act()
    return sorted((Counter(event["event"] for event in make.audit_events()) - before).elements())
