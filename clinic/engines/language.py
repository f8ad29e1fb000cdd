"""Language models for a site: the engines of this installation under the policy of the site.

For workers. The breakers are those of the process, so that what one run learnt the next one knows.
"""

from uuid import UUID

from django.conf import settings

from clinic.engines.ladder import may_leave
from clinic.language import asking, breaker
from clinic.language.ladder import Ladder


def ladder_of(site_id: UUID) -> Ladder:
    engines = settings.LANGUAGE_ENGINES
    breakers = {engine.name: breaker.of_process(engine.name) for engine in engines}
    return Ladder(engines, asking.call, may_leave(site_id), breakers)
