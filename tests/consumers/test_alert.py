"""When an event becomes an alert, and why not when it does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers import alert
from consumers.alert import Now, Silent, decide
from schemas.events import Alert, Event
from schemas.topics import ALERTS, EVENTS
from sommet.config import Alerts, Rule
from sommet.stage import State
from tests.consumers.made import NOW, event

DAYS = timedelta(days=3)
PLAN = {"status": "planned", "start": "2023-03-20", "place": "Moscow"}
SAID = "planned|2023-03-20|2023-03-20|Moscow"
HELD = "occurred|2023-03-20|2023-03-20|Moscow"


def days_later(days: int) -> dict[str, Any]:
    """Return an origin that was received so many days after its publication."""
    return {
        "published": "2023-03-20",
        "received": datetime(2023, 3, 20, 23, tzinfo=UTC) + timedelta(days=days),
    }


SILENT: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    ("another type", {}, {"type": "energy", "format": ""}, {}, "another type of event"),
    ("recalled", {}, {"salience": "background"}, {}, "recalled, not news"),
    ("unsure", {}, {"confidence": 0.49}, {}, "not sure enough"),
    ("very unsure for a strict rule", {"min_confidence": 0.9}, {"confidence": 0.89}, {}, "not sure enough"),
    ("undated", {}, {}, {"published": ""}, "undated"),
    ("old", {}, {}, days_later(4), "too old when received"),
    ("an old month", {}, {}, {"published": "2023-01"}, "too old when received"),
    ("left out", {"changes": ("status",)}, {}, {}, "the rule leaves out: new"),
]


@pytest.mark.parametrize(
    ("rule", "stated", "told", "reason"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT]
)
def test_silence_has_a_reason(
    rule: dict[str, Any], stated: dict[str, Any], told: dict[str, Any], reason: str
) -> None:
    """What does not alert says why."""
    assert decide(Rule(**rule), DAYS, "", event(stated, told)) == Silent(reason)


FRESH: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], timedelta | None]] = [
    ("on the day", {}, {}, {}, DAYS),
    ("three days later", {}, {}, days_later(3), DAYS),
    ("years later where age does not count", {}, {}, days_later(900), None),
    ("undated where age does not count", {}, {}, {"published": ""}, None),
    ("just sure enough", {}, {"confidence": 0.5}, {}, DAYS),
    ("recalled where that is wanted", {"news_only": False}, {"salience": "background"}, {}, DAYS),
    ("another type where that is wanted", {"types": ("energy",)}, {"type": "energy", "format": ""}, {}, DAYS),
    ("received before its date", {}, {}, {"published": "2023-03-21"}, DAYS),
]


@pytest.mark.parametrize(
    ("rule", "stated", "told", "max_age"), [row[1:] for row in FRESH], ids=[row[0] for row in FRESH]
)
def test_news_alerts(
    rule: dict[str, Any], stated: dict[str, Any], told: dict[str, Any], max_age: timedelta | None
) -> None:
    """The first fresh and certain report of an event is new."""
    assert decide(Rule(**rule), max_age, "", event(stated, told)) == Now("new")


CHANGES: list[tuple[str, str, dict[str, Any], str]] = [
    ("nothing said yet", "", PLAN, "new"),
    ("the same again", SAID, PLAN, "more"),
    ("held", SAID, PLAN | {"status": "occurred"}, "status"),
    ("called off", SAID, PLAN | {"status": "cancelled"}, "status"),
    ("denied", SAID, PLAN | {"status": "denied"}, "status"),
    ("taken up again", "cancelled|2023-03-20|2023-03-20|Moscow", PLAN, "status"),
    ("moved", SAID, PLAN | {"start": "2023-03-27"}, "date"),
    ("longer, but on the same days", SAID, PLAN | {"end": "2023-03-22"}, "more"),
    ("the first day", "planned|||Moscow", PLAN, "date"),
    ("the day of the month", "planned|2023-03|2023-03|Moscow", PLAN, "date"),
    ("the month of the day", SAID, PLAN | {"start": "2023-03"}, "more"),
    ("no day any more", SAID, PLAN | {"start": ""}, "more"),
    ("another day of what was held", HELD, PLAN | {"status": "occurred", "start": "2023-03-21"}, "more"),
    ("another city", SAID, PLAN | {"place": "Kazan"}, "place"),
    ("another city of what was held", HELD, PLAN | {"status": "occurred", "place": "Kazan"}, "place"),
    ("the first place", "planned|2023-03-20|2023-03-20|", PLAN, "more"),
    ("the city of the country", "planned|2023-03-20|2023-03-20|Russia", PLAN, "more"),
    ("the country of the city", SAID, PLAN | {"place": "Russia"}, "more"),
    ("no place any more", SAID, PLAN | {"place": ""}, "more"),
    ("held in another city", SAID, PLAN | {"status": "occurred", "place": "Kazan"}, "status"),
]


@pytest.mark.parametrize(
    ("last", "stated", "change"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_what_is_new_since_the_last_alert(last: str, stated: dict[str, Any], change: str) -> None:
    """A rule compares the event with what it said of it last."""
    found = decide(Rule(), DAYS, last, event(stated))
    assert found == (Silent("nothing new") if change == "more" else Now(change))  # type: ignore[arg-type]


@pytest.mark.parametrize("left_out", ["new", "status", "date", "place"])
def test_a_rule_may_leave_out_any_change(left_out: str) -> None:
    """It says which one it left out."""
    last, stated = next((last, stated) for _, last, stated, change in CHANGES if change == left_out)
    rule = Rule(changes=tuple({"new", "status", "date", "place"} - {left_out}))
    assert decide(rule, DAYS, last, event(stated)) == Silent(f"the rule leaves out: {left_out}")


def alerted(events: list[Event], config: Alerts | None = None, state: State | None = None) -> list[Alert]:
    """Return the alerts that some reports make, one after the other."""
    step = alert.stage(config or Alerts()).step
    kept: State = {} if state is None else state
    return [found for one in events for found in step(kept, one, NOW)]  # type: ignore[misc]


def test_the_stage() -> None:
    """It reads events, writes alerts, and remembers what it said."""
    stage = alert.stage(Alerts())
    assert (stage.source, stage.sinks, stage.stateless) == (EVENTS, (ALERTS,), False)


def test_a_life_is_told_once_each_turn() -> None:
    """Announced, moved, held: three alerts; what repeats them says nothing."""
    plan, moved = event(PLAN), event(PLAN | {"start": "2023-03-27"})
    held = event(PLAN | {"start": "2023-03-27", "status": "occurred"})
    found = alerted([plan, plan, moved, moved, held, held])
    assert [one.reason for one in found] == ["new", "date", "status"]
    assert [one.event for one in found] == [plan, moved, held]
    assert len({one.id for one in found}) == 3


def test_taken_up_again_is_an_alert_of_its_own() -> None:
    """Announced, called off and announced again for the same day: nobody takes the third for the first."""
    off = event(PLAN | {"status": "cancelled"})
    found = alerted([event(PLAN), off, event(PLAN), off])
    assert [one.reason for one in found] == ["new", "status", "status", "status"]
    assert len({one.id for one in found}) == 4


def test_an_old_article_does_not_take_the_news_away() -> None:
    """What only an old or recalling article named alerts as new when it is freshly reported."""
    old = event({}, days_later(30))
    recalled = event({"salience": "background"})
    assert [one.reason for one in alerted([old, recalled, event(), event()])] == ["new"]


def test_a_turn_that_was_too_old_is_not_forgotten() -> None:
    """A plan told in time and held in an old article is told as held by the next fresh one."""
    held = PLAN | {"status": "occurred"}
    assert [one.reason for one in alerted([event(PLAN), event(held, days_later(9)), event(held)])] == [
        "new",
        "status",
    ]


def test_events_do_not_mix() -> None:
    """Each is compared with itself."""
    assert [one.event.event for one in alerted([event(event="e"), event(event="f"), event(event="e")])] == [
        "e",
        "f",
    ]


def test_every_rule_decides_for_itself() -> None:
    """Two rules keep what they said apart; an alert carries its rule's receivers."""
    rules = (
        Rule(name="all", receivers=("console", "desk")),
        Rule(name="held", changes=("status",), receivers=("team",)),
        Rule(name="energy", types=("energy",)),
    )
    found = alerted([event(PLAN), event(PLAN | {"status": "occurred"})], Alerts(rules=rules))
    assert [(one.rule, one.reason, one.receivers) for one in found] == [
        ("all", "new", ("console", "desk")),
        ("all", "status", ("console", "desk")),
        ("held", "status", ("team",)),
    ]


def test_a_rule_for_changes_alone_hears_of_the_change() -> None:
    """Who asked only for turns is told of the first turn, though never of the plan."""
    rules = (Rule(name="turns", changes=("status", "date")),)
    found = alerted([event(PLAN), event(PLAN | {"start": "2023-03-27"})], Alerts(rules=rules))
    assert [one.reason for one in found] == ["date"]


def test_without_rules_nothing_alerts() -> None:
    """And nothing is remembered."""
    state: State = {}
    assert alerted([event()], Alerts(rules=()), state) == []
    assert state == {}


STATED = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["planned", "occurred", "cancelled"]),
        "start": st.sampled_from(["", "2023-03", "2023-03-20", "2023-03-27"]),
        "place": st.sampled_from(["", "Moscow", "Kazan", "Russia"]),
        "salience": st.sampled_from(["news", "background"]),
    }
)


@given(st.lists(STATED, max_size=8))
def test_nothing_is_said_twice(stated: list[dict[str, Any]]) -> None:
    """A report told again right away is silent, ids are derived, and only the first alert is new."""
    events = [event(one) for one in stated]
    once = alerted(events)
    assert alerted([e for one in events for e in (one, one)]) == once
    assert alerted(events) == once
    assert all((one.reason == "new") == (number == 0) for number, one in enumerate(once))
    assert len({one.id for one in once}) == len(once)


def changed(change: str, **fields: Any) -> Event:
    """Return an event as something other than a new report left it."""
    known = {"status": "planned", "place": "Moscow", "start": "2023-03-20", "end": "2023-03-20"}
    return event(PLAN, change=change, **{**known, **fields})


ALL = Alerts(rules=(Rule(changes=("new", "status", "date", "place", "withdrawn", "unreported")),))
AFTER: list[tuple[str, list[Event], list[str]]] = [
    ("what it became is not told again", [event(PLAN), changed("merged", into="f"), event(PLAN, event="f")],
     ["new"]),
    ("what it became tells its turns",
     [event(PLAN), changed("merged", into="f"), event(PLAN | {"status": "occurred"}, event="f")],
     ["new", "status"]),
    ("who was told of both hears of the heir what is new of the heir",
     [event(PLAN), event(PLAN | {"start": "2023-03-27"}, event="f"), changed("merged", into="f"),
      event(PLAN | {"start": "2023-03-27"}, event="f")],
     ["new", "new"]),
    ("a merge before any alert hides no news",
     [changed("merged", into="f"), event(PLAN, event="f")], ["new"]),
    ("what was cut out of it is not told again",
     [event(PLAN), changed("moved", event="f", former="e"), event(PLAN, event="f")], ["new"]),
    ("what was cut out of it tells its own turns",
     [event(PLAN), changed("moved", event="f", former="e"), event(PLAN | {"place": "Kazan"}, event="f")],
     ["new", "place"]),
    ("a move alone says nothing", [changed("moved", event="f", former="e")], []),
    ("nobody reported it", [event(PLAN), changed("unreported", unreported=True)], ["new", "unreported"]),
    ("nobody was told of the plan", [changed("unreported", unreported=True)], []),
    ("it took place after all",
     [event(PLAN), changed("unreported", unreported=True), event(PLAN | {"status": "occurred"})],
     ["new", "unreported", "status"]),
    ("taken back by its only article", [event(PLAN), changed("withdrawn", articles=0)], ["new", "withdrawn"]),
    ("taken back by one of two", [event(PLAN), changed("withdrawn", articles=1)], ["new"]),
    ("what nobody was told of is taken back", [changed("withdrawn", articles=0)], []),
    ("one article less, and another day",
     [event(PLAN), changed("withdrawn", start="2023-03-27", end="2023-03-27")], ["new", "date"]),
    ("other reports, another state",
     [event(PLAN), changed("restated", status="occurred")], ["new", "status"]),
    ("other reports, the same facts", [event(PLAN), changed("restated")], ["new"]),
    ("other reports of what nobody was told of", [changed("restated", status="occurred")], []),
]  # fmt: skip


@pytest.mark.parametrize(("events", "reasons"), [row[1:] for row in AFTER], ids=[row[0] for row in AFTER])
def test_what_happens_to_the_identity_of_events(events: list[Event], reasons: list[str]) -> None:
    """A merge, a split, a day that passed, an article taken back: each is told at most once."""
    assert [one.reason for one in alerted(events, ALL)] == reasons
    assert len({one.id for one in alerted(events, ALL)}) == len(reasons)


def test_what_is_told_without_a_report_is_the_choice_of_a_rule() -> None:
    """Unless asked, nobody hears that a plan was not reported."""
    events = [event(PLAN), changed("unreported", unreported=True), changed("withdrawn", articles=0)]
    assert [one.reason for one in alerted(events)] == ["new", "withdrawn"]
