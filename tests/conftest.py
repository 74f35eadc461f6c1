"""What all tests share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import brokers
from tests.postgres import cleared, drop_database, new_database, server_of_its_own

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

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # run in the background: its children would be deaf too
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A database on a PostgreSQL server: the one of DATABASE_URL where that is set, else one of our own."""
    if given := os.environ.get("DATABASE_URL"):
        url = new_database(given, 0)
        yield url
        drop_database(given, url)
        return
    server = server_of_its_own()
    yield server.new_database()
    server.close()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty PostgreSQL database."""
    cleared(postgres)
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the bootstrap address of a Kafka node."""
    from kafka.cluster import ClusterMetadata  # noqa: PLC0415 - only tests of Kafka wait for it

    # The client passes no option here: it asks for a topic that it does not know ten times a second at
    # most, and tests open hundreds.
    ClusterMetadata.DEFAULT_CONFIG["retry_backoff_ms"] = 5
    with brokers.node(tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield bootstrap
