"""How much one key or person may ask in a minute. One statement decides, so that of many at once none slips past.

The minute begins with the first request, not with the clock: nobody gets two allowances by asking across its turn.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal

_TAKE = """
INSERT INTO clinic_allowance AS held (who, began, used) VALUES (%s, clock_timestamp(), 1)
ON CONFLICT (who) DO UPDATE SET
    used = CASE WHEN held.began > EXCLUDED.began - interval '1 minute' THEN held.used + 1 ELSE 1 END,
    began = CASE WHEN held.began > EXCLUDED.began - interval '1 minute' THEN held.began ELSE EXCLUDED.began END
RETURNING used, ceil(extract(epoch FROM began + interval '1 minute' - clock_timestamp()))::integer
"""


@dataclass(frozen=True)
class Allowance:
    name: str
    setting: str  # whose value is the number per minute

    @property
    def per_minute(self) -> int:
        number: int = getattr(settings, self.setting)
        return number


REQUESTS = Allowance("requests", "API_REQUESTS_PER_MINUTE")
PIECES = Allowance("pieces", "API_PIECES_PER_MINUTE")
TOKENS = Allowance("tokens", "API_TOKENS_PER_MINUTE")


def take(*, by: Actor, of: Allowance) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [f"{of.name}:{by.key_id or by.user_id}"])
        used, seconds_left = cursor.fetchone()
    if used > of.per_minute:
        raise Refusal(Code.TOO_MANY, facts={"retry_after_s": max(1, seconds_left), "per_minute": of.per_minute})
