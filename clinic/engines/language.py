"""Language models for a site: the engines of this installation under the policy of the site.

For workers. The breakers are those of the process, so that what one run learnt the next one knows.
"""

import logging
from functools import cache, partial
from uuid import UUID

from django.conf import settings

from clinic.engines.ladder import may_leave
from clinic.language import asking
from clinic.language.breaker import Breaker, State
from clinic.language.ladder import Ladder

log = logging.getLogger("rounds.engines")


def ladder_of(site_id: UUID) -> Ladder:
    engines = settings.LANGUAGE_ENGINES
    breakers = {engine.name: _breaker(engine.name) for engine in engines}
    return Ladder(engines, asking.call, may_leave(site_id), breakers)


@cache
def _breaker(name: str) -> Breaker:
    return Breaker(announce=partial(_announced, name))


def _announced(name: str, state: State) -> None:
    log.warning("language_engine_breaker", extra={"where": name, "reason": state.value})
