"""docker-compose.yml as the real Compose reads it: nothing runs, everything is looked at."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sommet.config_file import parse
from tests.ops.rules import OPS, ROOT

COMPOSE = Path(sys.executable).with_name("docker-compose")
OWN = ("topics", "produce", "clean", "extract", "classify", "resolve", "alert", "store", "outbox")
OPENED = {"grafana", "prometheus", "alertmanager"}
OUTSIDE = {"produce", "outbox", *OPENED}
"""Who needs a way out: for feeds, for messages, and for ports that people open."""


def compose(*arguments: str, **environ: str) -> str:
    """Run Compose and return what it says."""
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environ}
    done = subprocess.run(
        [COMPOSE, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@cache
def project() -> dict[str, Any]:
    """Return what Compose makes of the file."""
    read: dict[str, Any] = json.loads(compose("config", "--format", "json"))
    return read


def services() -> dict[str, dict[str, Any]]:
    """Return the services by name."""
    found: dict[str, dict[str, Any]] = project()["services"]
    return found


NAMES = sorted(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"])


def test_there_is_a_service_for_each_part() -> None:
    """Each producer, stage and follower by itself, and what they need."""
    assert set(NAMES) == {*OWN, "kafka", "postgres", *OPENED}


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_hardened(name: str) -> None:
    """No root, no capabilities, no new privileges, nothing to write to but what is named."""
    service = services()[name]
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert not service.get("privileged")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only", False) == (name != "kafka")
    if name != "kafka":
        assert any(line.startswith("/tmp:") for line in service["tmpfs"])
    assert all(":size=" in line for line in service.get("tmpfs", ()))
    assert not {"network_mode", "pid", "ipc", "devices"} & set(service)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_cannot_take_the_machine(name: str) -> None:
    """Processors, memory, processes and logs have an end."""
    service = services()[name]
    limits = service["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) <= 2
    assert int(limits["memory"]) <= 2 * 2**30
    assert limits["pids"] <= 500
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", NAMES)
def test_a_service_may_be_scaled_and_comes_back(name: str) -> None:
    """No fixed name; what ends is started again, but for the one that makes the topics once."""
    service = services()[name]
    assert "container_name" not in service
    assert service["restart"] == ("no" if name == "topics" else "unless-stopped")


@pytest.mark.parametrize("name", NAMES)
def test_an_image_is_pinned(name: str) -> None:
    """A version with all its numbers; nothing moves by itself."""
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?", services()[name]["image"])


def test_the_image_is_this_release() -> None:
    """All services of our own run one image, built from here."""
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version
    for name in OWN:
        assert services()[name]["image"] == f"sommet:{version[1]}"
        assert services()[name]["build"]["dockerfile"] == "Dockerfile"


@pytest.mark.parametrize("name", NAMES)
def test_a_service_says_whether_it_is_well(name: str) -> None:
    """By a check of its own; ours have the one of the image, and what runs once has none."""
    service = services()[name]
    if name == "topics":
        assert service["healthcheck"]["disable"]
    elif name in OWN:
        assert "healthcheck" not in service
    else:
        assert service["healthcheck"]["test"][0] == "CMD"


def test_services_start_in_order() -> None:
    """Topics once Kafka is well; the rest once the topics are there; followers with the database, too."""
    found = {
        name: {other: one["condition"] for other, one in service.get("depends_on", {}).items()}
        for name, service in services().items()
    }
    made, well = "service_completed_successfully", "service_healthy"
    assert found["topics"] == {"kafka": well}
    for name in OWN[1:]:
        database = {"postgres": well} if name in {"store", "outbox"} else {}
        assert found[name] == {"topics": made} | database
    assert found["grafana"] == {"prometheus": well, "postgres": well}
    assert found["prometheus"] == {"alertmanager": well}
    for conditions in found.values():
        assert "service_started" not in conditions.values()


@pytest.mark.parametrize("name", NAMES)
def test_only_what_people_open_is_bound(name: str) -> None:
    """To this machine alone, and on a port that can be chosen."""
    ports = services()[name].get("ports", [])
    assert bool(ports) == (name in OPENED)
    assert all(port["host_ip"] == "127.0.0.1" for port in ports)
    if ports:
        moved = json.loads(compose("config", "--format", "json", **{f"{name.upper()}_PORT": "12345"}))
        assert [port["published"] for port in moved["services"][name]["ports"]] == ["12345"]


@pytest.mark.parametrize("name", NAMES)
def test_only_who_needs_it_has_a_way_out(name: str) -> None:
    """Kafka, the database and the stages see nothing but each other."""
    assert project()["networks"]["inside"]["internal"] is True
    expected = {"inside", "outside"} if name in OUTSIDE else {"inside"}
    assert set(services()[name]["networks"]) == expected


def test_secrets_are_files_that_only_their_users_get() -> None:
    """None stands in a variable of a service; the folder of the files is in no commit and no image."""
    for secret in project()["secrets"].values():
        assert Path(secret["file"]).parent == OPS / "docker/secrets"
    given = {
        name: {one["source"] for one in service.get("secrets", ())} for name, service in services().items()
    }
    assert {name for name, secrets in given.items() if "store_password" in secrets} == {
        "postgres",
        "store",
        "outbox",
    }
    assert not given["produce"]
    for service in services().values():
        for key, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|TOKEN|SECRET|WEBHOOK", key):
                assert key.endswith("_FILE")
                assert value.startswith("/run/secrets/")
    assert "ops/docker/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "!ops/docker/secrets" not in (ROOT / ".dockerignore").read_text("utf-8")


def test_the_secrets_can_be_made(tmp_path: Path) -> None:
    """All that are named, once: passwords differ, and a second call changes nothing."""
    script = tmp_path / "secrets.sh"
    script.write_bytes((OPS / "docker/secrets.sh").read_bytes())
    made: list[dict[str, str]] = []
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True)
        made.append({path.name: path.read_text("utf-8") for path in (tmp_path / "secrets").iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == set(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["secrets"])
    passwords = [text for text in made[0].values() if text]
    assert len(set(passwords)) == len(passwords) == 3
    assert all(re.fullmatch("[0-9a-f]{48}", text) for text in passwords)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", NAMES)
def test_what_is_mounted_is_there_and_read_only(name: str) -> None:
    """Files of ours are read; data lie in volumes with names."""
    for volume in services()[name].get("volumes", ()):
        if volume["type"] == "bind":
            assert Path(volume["source"]).exists()
            assert volume["read_only"]
        else:
            assert volume["source"] in project()["volumes"]


@pytest.mark.parametrize("name", OWN)
def test_a_service_calls_a_command_that_there_is(name: str) -> None:
    """With options that it has, over the log on Kafka."""
    command = services()[name]["command"]
    words = command[:2] if command[0] == "topics" else command[:1]
    help_ = subprocess.run(
        [sys.executable, "-m", "sommet", *words, "--help"],
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert help_.returncode == 0, help_.stderr
    options = {word for word in command if word.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", help_.stdout))
    assert command[-2:] == ["--log", "kafka://kafka:9092"]
    assert name == "topics" or "0.0.0.0:9464" in command


def test_the_stages_are_those_of_the_pipeline() -> None:
    """One service for each, under its name."""
    stages = [
        service["command"][1]
        for service in services().values()
        if (service.get("command") or [""])[0] == "stage"
    ]
    assert sorted(stages) == ["alert", "classify", "clean", "extract", "resolve"]


def test_the_configuration_is_right_with_and_without_its_secret(tmp_path: Path) -> None:
    """Who is not given the password can read the file all the same."""
    text = (OPS / "docker/sommet.yaml").read_text("utf-8")
    secret = tmp_path / "secret"
    secret.write_text("0123abcd", "utf-8")
    for environ in ({}, {"STORE_PASSWORD_FILE": str(secret)}):
        config = parse(text, "sommet.yaml", environ)
        assert config.store.endswith("@postgres/sommet")
    commented = re.sub(r"^# (?=receivers:| )", "", text, flags=re.MULTILINE)
    assert parse(commented, "sommet.yaml", {"SLACK_WEBHOOK_URL": "https://hooks.slack.com/x"}).receivers[
        "newsroom"
    ]


def test_prometheus_looks_at_every_service() -> None:
    """Each of ours but the one that ends, at the port of the configuration; a scaled one by its name."""
    jobs = yaml.safe_load((OPS / "prometheus/prometheus.yml").read_text("utf-8"))["scrape_configs"]
    static = [
        target
        for job in jobs
        if job["job_name"] == "sommet"
        for one in job["static_configs"]
        for target in one["targets"]
    ]
    scaled = [
        f"{name}:{one['port']}"
        for job in jobs
        for one in job.get("dns_sd_configs", ())
        for name in one["names"]
    ]
    assert sorted(static + scaled) == sorted(f"{name}:9464" for name in OWN[1:])
    assert scaled == ["extract:9464"]


def test_the_parts_find_each_other() -> None:
    """Hosts in the files of Prometheus and Grafana are services."""
    prometheus = yaml.safe_load((OPS / "prometheus/prometheus.yml").read_text("utf-8"))
    managers = prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    sources = yaml.safe_load((OPS / "grafana/provisioning/datasources/sommet.yml").read_text("utf-8"))[
        "datasources"
    ]
    hosts = [*managers, *(source["url"].removeprefix("http://") for source in sources)]
    assert {host.split(":")[0] for host in hosts} == {"alertmanager", "prometheus", "postgres"}
    mounted = {volume["target"] for volume in services()["grafana"]["volumes"]}
    boards = yaml.safe_load((OPS / "grafana/provisioning/dashboards/sommet.yml").read_text("utf-8"))
    assert {provider["options"]["path"] for provider in boards["providers"]} <= mounted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("condition: service_healthy", "condition: service_happy"),
        ("read_only: true", "readonly: true"),
        ('"kafka:/var/lib/kafka/data"', '"kafak:/var/lib/kafka/data"'),
    ],
)
def test_compose_finds_what_is_wrong(tmp_path: Path, old: str, new: str) -> None:
    """The check can fail: on a word that Compose does not know, and on a volume that is not there."""
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert old in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(old, new, 1), "utf-8")
    done = subprocess.run([COMPOSE, "config", "-q"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode != 0
