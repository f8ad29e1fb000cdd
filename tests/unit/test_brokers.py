"""Every queue that docs/settings.md names has its driver in the environment."""

import pytest
from kombu.connection import Connection


@pytest.mark.parametrize("address", ["amqp://broker.invalid//", "redis://broker.invalid/0"])
def test_broker_when_named_in_the_settings_then_its_driver_is_there(address: str):
    with Connection(address) as connection:
        assert connection.transport.driver_version() != "N/A"
        assert connection.transport.connection_errors
