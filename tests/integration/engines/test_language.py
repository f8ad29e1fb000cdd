"""Language models are asked under the policy of the site whose work it is."""

import logging

import pytest
from django.utils import timezone

from clinic.actions import engine_proposals, proposals
from clinic.authorization.roles import Role
from clinic.engines import language
from clinic.language import breaker
from clinic.language.breaker import LEAST_CALLS
from clinic.language.engines import LanguageEngine, Provider
from tests.integration.engines.challengers import WHY

pytestmark = pytest.mark.django_db
REMOTE = LanguageEngine(Provider.ANTHROPIC, "large", "https://api.anthropic.com", is_remote=True)


@pytest.fixture
def _named(settings):
    settings.LANGUAGE_ENGINES = (REMOTE,)


@pytest.mark.usefixtures("_named")
def test_language_models_when_two_persons_let_data_leave_then_the_ladder_of_the_site_does(staff_a, in_site_a):
    asks, agrees = staff_a[Role.ENGINEER], staff_a[Role.LEAD]
    before = language.ladder_of(asks.site.pk)
    with asks.at_work():
        proposal = engine_proposals.ask_to_let_data_leave(by=asks.actor, site=asks.site, may_leave=True, reason=WHY)
        asked = language.ladder_of(asks.site.pk)
    with agrees.at_work():
        proposals.agree(by=agrees.actor, proposal=proposal, confirmed_at=timezone.now())
        agreed = language.ladder_of(asks.site.pk)
    assert [each.lets_patient_data_leave for each in (before, asked, agreed)] == [False, False, True]


@pytest.mark.usefixtures("_named")
def test_breakers_when_another_run_asks_then_it_knows_what_the_last_one_learnt_and_the_log_tells(
    staff_a, in_site_a, caplog
):
    site = staff_a[Role.ENGINEER].site.pk
    breaker.of_process.cache_clear()
    with caplog.at_level(logging.WARNING, "rounds.engines"):
        for _ in range(LEAST_CALLS):
            language.ladder_of(site).breakers[REMOTE.name].failed()
    assert not language.ladder_of(site).breakers[REMOTE.name].may_call()
    told = [(record.getMessage(), record.where, record.reason) for record in caplog.records]
    assert told == [("language_engine_breaker", REMOTE.name, "open")]
    breaker.of_process.cache_clear()
