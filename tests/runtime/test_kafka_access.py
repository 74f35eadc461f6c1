"""Who may use a cluster: TLS and the login, on real nodes."""

import dataclasses
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sommet.config import Log
from sommet.errors import StorageError
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from tests import brokers
from tests.runtime.driver import said
from tests.runtime.pipeline import END, LINKS, STAGES, TOPICS, numbers

USER, PASSWORD = "desk", "canary-of-a-password"


def certificate(folder: Path) -> Path:
    """Write a key and a certificate for this machine; return the file that has both."""
    key, found, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", found),
        ],
        check=True,
        capture_output=True,
    )
    both.write_text(key.read_text() + found.read_text())
    return both


@pytest.fixture(scope="module", params=["none", "tls"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run a node that asks for a password, without and with TLS; give the right way in."""
    folder = tmp_path_factory.mktemp("guarded")
    options = {"LOGIN": f"{USER}:{PASSWORD}"}
    access = Log(user=USER, password=PASSWORD, security=request.param, patience=timedelta(seconds=20))
    if request.param == "tls":
        options["CERTIFICATE"] = str(certificate(folder))
        access = msgspec.structs.replace(access, ca_file=str(folder / "certificate.pem"))
    with brokers.nodes(folder / "kafka", 1, **options) as node:
        yield dataclasses.replace(Cluster.named(f"kafka://{node.start()}", access), wait=10)


def test_the_pipeline_runs_over_it(guarded: Cluster) -> None:
    """Producers, members, readers and the creation of topics all log in."""
    cluster = dataclasses.replace(guarded, prefix=f"in-{os.getpid()}.")
    with Kafka(cluster, STAGES, topics=TOPICS, member="m") as driver:
        driver.append(numbers(5))
        driver.run_until_idle(END)
        assert len(said(driver, LINKS)) == 5


@pytest.mark.parametrize("mechanism", ["plain", "scram-sha-256", "scram-sha-512"])
def test_every_mechanism(guarded: Cluster, mechanism: str) -> None:
    """The right password lets in, by each."""
    dataclasses.replace(guarded, access=msgspec.structs.replace(guarded.access, mechanism=mechanism)).reach()


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "canary-of-another"},
        {"password": "canary-of-another", "mechanism": "plain"},
        {"user": ""},
    ],
    ids=["scram", "plain", "nobody"],
)
def test_a_wrong_login_is_one_line(guarded: Cluster, wrong: dict[str, str]) -> None:
    """It is said where to look, and no password."""
    access = msgspec.structs.replace(guarded.access, **wrong)
    refused = dataclasses.replace(guarded, access=access, patience=1)
    with pytest.raises(
        StorageError, match="see user, password, mechanism, security and ca_file under log"
    ) as e:
        refused.reach()
    assert "\n" not in str(e.value)
    assert "canary" not in f"{e.value}{refused}{refused.access}"


def test_a_certificate_nobody_vouches_for(guarded: Cluster) -> None:
    """Without the authority's certificate nothing is sent, the password least of all."""
    if guarded.access.security == "none":
        guarded = dataclasses.replace(guarded, access=msgspec.structs.replace(guarded.access, security="tls"))
    access = msgspec.structs.replace(guarded.access, ca_file="")
    with pytest.raises(StorageError, match=r"Kafka at .* (cannot be used|does not answer)"):
        dataclasses.replace(guarded, access=access, patience=1).reach()
