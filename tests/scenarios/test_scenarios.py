"""The life and the identity of events, told by articles and played through the whole pipeline."""

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.play import Scenario, Told, doubled, play, scenarios

ORDERS = 3
SHOWN = ("type", "status", "format", "start", "end", "place", "participants", "articles", "unreported")
DEFAULTS: dict[str, Any] = {"format": "", "start": "", "place": "", "unreported": "false"}
BY_TIME = ("unreported", "withdrawn")


def _case(one: Scenario) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason=one.xfail)] if one.xfail else []
    return pytest.param(one, id=one.name, marks=marks)


every_scenario = pytest.mark.parametrize("scenario", [_case(one) for one in scenarios()])


def wanted(event: dict[str, Any]) -> dict[str, Any]:
    """Return what must be known of an event in the end, in whatever order its reports arrived."""
    row = DEFAULTS | {"end": event.get("start", "")} | event
    lasting = [turn for turn in row["turns"] if turn.split()[1] not in BY_TIME]
    sets = {name: sorted(row[name]) for name in ("participants", "articles")}
    return {name: row[name] for name in SHOWN} | sets | {"turns": row.get("life", lasting)}


def known(told: Told) -> list[dict[str, Any]]:
    """Return the same of the events that there are."""
    return [
        {name: row[name] for name in (*SHOWN, "turns")} | {"unreported": str(row["unreported"]).lower()}
        for row in told.facts()
    ]


def lasting(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the events that something still states in the end."""
    return [event for event in scenario.events if event["articles"]]


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events by their articles."""
    return sorted(rows, key=lambda row: (row["start"], row["type"], row["articles"]))


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Play each scenario once in the order of publication."""
    played: dict[str, Told] = {}

    def of(scenario: Scenario) -> Told:
        if scenario.name not in played:
            folder = tmp_path_factory.mktemp(scenario.name)
            played[scenario.name] = play(folder, scenario, scenario.arrivals(), fresh=True)
        return played[scenario.name]

    return of


@every_scenario
def test_the_events(told: Any, scenario: Scenario) -> None:
    """These events and no others come of it, each with its facts, its articles and its turns."""
    assert in_order(known(told(scenario))) == in_order([wanted(event) for event in lasting(scenario)])


@every_scenario
def test_what_was_told_as_it_went(told: Any, scenario: Scenario) -> None:
    """Every turn is told when it happens, with the value before; each is one alert."""
    of = told(scenario)
    events, alerts = of.turns(), of.alerted()
    found = sorted((turns, alerts.get(event, [])) for event, turns in events.items())
    expected = [
        (event["turns"], event.get("alerts", [" ".join(turn.split()[:2]) for turn in event["turns"]]))
        for event in scenario.events
    ]
    assert found == sorted(expected)
    assert doubled(of.alerts) == []


@every_scenario
def test_its_sources(told: Any, scenario: Scenario) -> None:
    """Copies count once, and every value that a source states stays visible with its number of origins."""
    rows = {tuple(row["articles"]): row for row in told(scenario).facts()}
    found = [rows.get(tuple(sorted(event["articles"]))) for event in lasting(scenario)]
    assert all(found)
    for row, event in zip(found, lasting(scenario), strict=True):
        assert row
        assert row["lineages"] == int(event.get("lineages", len(event["articles"])))
        for name, values in event.get("stated", {}).items():
            assert row["stated"][name] == {value: int(origins) for value, origins in values.items()}


@every_scenario
@pytest.mark.parametrize("number", range(ORDERS))
def test_any_order_of_arrival(tmp_path: Path, scenario: Scenario, number: int) -> None:
    """Articles that come up to six days late make the same events, and nothing is alerted twice."""
    orders = scenario.orders(ORDERS)
    assert len(orders) == ORDERS, f"{scenario.name}: too few articles near each other for so many orders"
    of = play(tmp_path, scenario, orders[number], fresh=False)
    assert in_order(known(of)) == in_order([wanted(event) for event in lasting(scenario)])
    assert doubled(of.alerts) == []


def test_two_languages_each() -> None:
    """No scenario is told in one language alone."""
    assert [one.name for one in scenarios() if len({raw.lang for raw in one.articles.values()}) < 2] == []
