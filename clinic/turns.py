"""Those who write by what stands at a site (a stop, a rule) and whoever changes it take turns, each until the end of
its transaction: writers side by side, whoever changes alone. `what` names the thing that stands."""

from django.db import connection


def while_writing(what: str) -> None:
    """Waits for whoever is changing it."""
    _take("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", what)


def while_writing_unless_changing(what: str) -> bool:
    """Does not wait: for those who hold other locks already. Whether it can be relied on."""
    return _take("SELECT pg_try_advisory_xact_lock_shared(hashtextextended(%s, 0))", what) is True


def wait_for_writers(what: str) -> None:
    """For the transaction that changes it: what is being written is through, what comes later sees the change."""
    _take("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", what)


def _take(lock: str, what: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(lock, [what])
        return cursor.fetchone()[0]
