"""The rules of Prometheus and the routes of Alertmanager."""

import re
from typing import Any

import pytest
import yaml

from tests.ops.rules import OF_OTHERS, OPS, ROOT, RULES, alerts, asked, run, series

ALERTS = alerts()
TESTS = OPS / "prometheus/tests"
ALERTMANAGER = OPS / "alertmanager/alertmanager.yml"


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_can_be_acted_on(name: str) -> None:
    """It says in one line what is wrong, then what that means and what to do, and where to read on."""
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in {"critical", "warning", "none"}
    notes = rule["annotations"]
    assert set(notes) == {"summary", "description", "runbook_url"}
    assert len(notes["summary"]) < 100
    assert len(notes["description"]) > len(notes["summary"])
    page, anchor = notes["runbook_url"].split("#")
    headings = re.findall(r"^### (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert anchor == name.lower()
    assert name in headings
    assert set(headings) == set(ALERTS), "a heading for each alert and no other"


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_asks_for_what_there_is(name: str) -> None:
    """A metric that is renamed would silence its alert for ever."""
    assert asked(ALERTS[name]["expr"]) <= series() | OF_OTHERS


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_a_test_where_it_fires_and_one_where_it_does_not(name: str) -> None:
    """In a file of its own, over the file of rules that it stands in."""
    test = yaml.safe_load((TESTS / f"{name}.yml").read_text("utf-8"))
    assert test["rule_files"] == [f"../rules/{ALERTS[name]['file']}"]
    looks = [look for case in test["tests"] for look in case["alert_rule_test"]]
    assert {look["alertname"] for look in looks} == {name}
    fires = {bool(look["exp_alerts"]) for look in looks}
    assert fires == ({True} if name == "Watchdog" else {True, False})


def test_no_test_is_left_over() -> None:
    """Each file of tests belongs to an alert."""
    assert {path.stem for path in TESTS.glob("*.yml")} == set(ALERTS)


def test_promtool_takes_the_configurations_and_the_rules() -> None:
    """With all files that they name."""
    for name in ("prometheus.yml", "prometheus-local.yml"):
        run("promtool", "check", "config", OPS / "prometheus" / name)
    run("promtool", "check", "rules", *sorted(RULES.glob("*.yml")))


def test_promtool_finds_the_alerts_as_their_tests_say() -> None:
    """When they fire, for whom, and with which words."""
    run("promtool", "test", "rules", *sorted(TESTS.glob("*.yml")))


def test_amtool_takes_the_routes() -> None:
    """With all receivers that they name."""
    run("amtool", "check-config", ALERTMANAGER)


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_finds_its_receiver(name: str) -> None:
    """The Watchdog calls the dead man's service, everything else people."""
    severity = ALERTS[name]["labels"]["severity"]
    labels = (f"alertname={name}", f"severity={severity}")
    found = run("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", *labels)
    assert found.strip() == ("dead-man" if name == "Watchdog" else "team")


def test_an_alert_is_only_silenced_by_one_that_is_there() -> None:
    """A misspelt name in a rule of inhibition would do nothing, and nobody would see it."""
    rules = yaml.safe_load(ALERTMANAGER.read_text("utf-8"))["inhibit_rules"]
    named = set(re.findall(r"[A-Z]\w+[a-z]", " ".join(str(rule) for rule in rules)))
    assert named <= set(ALERTS)


def test_secrets_are_files() -> None:
    """No password, token or webhook stands in the file."""
    secret = re.compile(r"password|token|secret|credential|api_url|key")

    def look(value: Any, key: str = "") -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                look(inner, str(name))
        elif isinstance(value, list):
            for inner in value:
                look(inner, key)
        elif secret.search(key):
            assert key.endswith("_file"), key
            assert str(value).startswith("/run/secrets/"), key

    look(yaml.safe_load(ALERTMANAGER.read_text("utf-8")))
