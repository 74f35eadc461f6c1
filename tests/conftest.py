"""What all tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import brokers

pytest.register_assert_rewrite(
    "tests.runtime.contract_fates",
    "tests.runtime.contract_laws",
    "tests.runtime.contract_messages",
    "tests.runtime.contract_timers",
    "tests.runtime.driver",
    "tests.runtime.kill",
)

settings.register_profile("sommet", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("sommet")


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the bootstrap address of a Kafka node."""
    from kafka.cluster import ClusterMetadata  # noqa: PLC0415 - only tests of Kafka wait for it

    # The client passes no option here: it asks for a topic that it does not know ten times a second at
    # most, and tests open hundreds.
    ClusterMetadata.DEFAULT_CONFIG["retry_backoff_ms"] = 5
    with brokers.node(tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield bootstrap
