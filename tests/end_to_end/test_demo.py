"""The bundled week, played as it came, against what it must come to (`sommet/demo/expected.yaml`)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from producers import files
from producers.receive import moment
from schemas.envelope import EPOCH
from schemas.events import Alert, Event, EventMentions
from schemas.topics import ALERTS, EVENTS, MENTIONS
from sommet.app import App
from sommet.config import Alerts, Config, Metrics, Rule
from sommet.config_checks import EVENT_TYPES
from sommet.dates import published_at
from sommet.outbox.message import Rendered
from tests.end_to_end.cases import ROOT
from tests.outbox.fakes import MemoryReceiver

DEMO = ROOT / "sommet" / "demo"
EXPECTED: dict[str, Any] = yaml.safe_load((DEMO / "expected.yaml").read_text("utf-8"))
BY_KEY: dict[str, dict[str, Any]] = {event["key"]: event for event in EXPECTED["events"]}
RULES = (Rule(name="summit"), Rule(name="all", types=EVENT_TYPES))


@dataclass
class Week:
    """All that the week has come to. Articles go by the ids of the file."""

    ids: dict[str, str]
    mentions: list[EventMentions]
    reports: list[Event]
    alerts: list[Alert]
    stored: dict[str, Event]
    sent: list[tuple[str, Rendered]] = field(default_factory=list)

    def article(self, event: Event) -> str:
        """Return the article that a report comes from."""
        return self.ids[event.report.origin.article]

    def story(self, key: str) -> list[Event]:
        """Return the reports of the event to which the article belongs that is to report it first."""
        expected = BY_KEY[key]
        first = expected["life"][0]["article"]
        of_type = [report for report in self.reports if report.type == expected["type"]]
        stories = [
            [report for report in of_type if report.event == event]
            for event in dict.fromkeys(report.event for report in of_type if self.article(report) == first)
        ]
        assert stories, f"no {expected['type']} is read from {first}"
        return max(stories, key=lambda story: (_days(story[-1]) == _expected_days(expected), len(story)))


def _days(event: Event) -> tuple[str, str]:
    return event.start, event.end


def _expected_days(expected: dict[str, Any]) -> tuple[str, str]:
    return str(expected["start"]), str(expected["end"])


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """The week, each article received when it was published; what has no date, after the one before."""
    playing, inbox = [EPOCH], MemoryReceiver()
    config = Config(
        data=tmp_path_factory.mktemp("week"),
        catalogue=False,
        metrics=Metrics(port=0),
        alerts=Alerts(rules=RULES),
    )
    articles = files.read(DEMO / "articles.jsonl").articles
    with App(config, now=lambda: playing[0], receiving={"console": inbox}) as app:
        for raw in articles:
            published = published_at(raw.published) if raw.published else None
            playing[0] = max(playing[0], moment(published) if published else EPOCH)
            app.take([raw])
            app.work()
            app.send()
        app.work()
        yield Week(
            ids={raw.article: raw.doc_id for raw in articles},
            mentions=[message for _, message in app.log.read(MENTIONS, 0)],
            reports=[message for _, message in app.log.read(EVENTS, 0)],
            alerts=[message for _, message in app.log.read(ALERTS, 0)],
            stored={event.event: event for event in app.store.events(limit=1000)},
            sent=inbox.sent,
        )


@pytest.fixture(params=list(BY_KEY))
def expected(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each event in turn."""
    return BY_KEY[request.param]


def test_the_facts_of_an_event(week: Week, expected: dict[str, Any]) -> None:
    """Type, state, days, place and who took part are as the articles say."""
    found = week.stored[week.story(expected["key"])[-1].event]
    known = {
        "status": found.status,
        "format": found.format,
        "start": found.start,
        "end": found.end,
        "place": found.place,
        "participants": sorted(found.participants),
        "langs": sorted(found.langs),
    }
    assert known == {
        "status": expected["status"],
        "format": expected.get("format", ""),
        "start": str(expected["start"]),
        "end": str(expected["end"] or found.end),
        "place": expected["place"] or "",
        "participants": sorted(expected["participants"]),
        "langs": sorted(expected["langs"]),
    }


def test_its_amounts(week: Week, expected: dict[str, Any]) -> None:
    """Each amount stands in a report as the text writes it."""
    stated = [q for report in week.story(expected["key"]) for q in report.report.stated.quantities]
    wanted = expected.get("quantities", [])
    assert [amount for amount in wanted if not any(amount in one for one in stated)] == [], stated


def test_its_articles(week: Week, expected: dict[str, Any]) -> None:
    """All articles on it, in whatever language, are joined to it, and no others."""
    joined = {week.article(report) for report in week.story(expected["key"])}
    allowed = {*expected["articles"], *expected.get("passing", ())}
    missing, surplus = set(expected["articles"]) - joined, joined - allowed
    assert (sorted(missing), sorted(surplus)) == ([], [])


def test_it_is_one_event(week: Week, expected: dict[str, Any]) -> None:
    """None of its articles states a second event of its type and days."""
    days = _expected_days(expected)
    alike = {
        report.event: week.article(report)
        for report in week.reports
        if report.type == expected["type"] and _days(report) == days
        if week.article(report) in expected["articles"]
    }
    assert len(alike) <= 1, alike


def test_its_lineages(week: Week, expected: dict[str, Any]) -> None:
    """Copies of one text count once."""
    bounds = expected["lineages"]
    found = week.story(expected["key"])[-1].lineages
    assert bounds["at_least"] <= found <= bounds["at_most"]


@pytest.mark.parametrize("rule", ["summit", "all"])
def test_its_life(week: Week, expected: dict[str, Any], rule: str) -> None:
    """Each turn alerts once, by the article that reports it first and with its reason."""
    event = week.story(expected["key"])[-1].event
    turns = expected["life"] if rule == "all" or expected["type"] == rule else []
    told = [alert for alert in week.alerts if alert.rule == rule and alert.event.event == event]
    said = [(week.article(a.event), a.event.status, a.event.start, str(a.reason)) for a in told]
    wanted = [(turn["article"], turn["status"], str(turn["start"])) for turn in turns]
    assert [one[:3] for one in said] == wanted
    assert [one[3] in turn["alert"] for one, turn in zip(said, turns, strict=True)] == [True] * len(turns), (
        said
    )


@pytest.mark.parametrize("case", EXPECTED["no_alert"], ids=lambda case: f"{case['article']} {case['why']}")
def test_what_is_recalled_or_undated_does_not_alert(week: Week, case: dict[str, str]) -> None:
    """An event may be read from it, but nobody is told."""
    mine = [alert.event for alert in week.alerts if week.article(alert.event) == case["article"]]
    own = {
        (turn["article"], event["type"], str(turn["start"]))
        for event in EXPECTED["events"]
        for turn in event["life"]
    }
    assert [(e.type, e.start) for e in mine if (case["article"], e.type, e.start) not in own] == []


@pytest.mark.parametrize("case", EXPECTED["nothing"], ids=lambda case: f"{case['article']} {case['why']}")
def test_what_is_no_event(week: Week, case: dict[str, str]) -> None:
    """Nothing is read from it."""
    stated = [
        (mention.type, mention.reason, mention.evidence)
        for found in week.mentions
        if week.ids[found.origin.article] == case["article"]
        for mention in found.mentions
    ]
    assert stated == []


@pytest.mark.parametrize("rule", ["summit", "all"])
def test_so_many_alerts(week: Week, rule: str) -> None:
    """All of the week's alerts are those of the lives above."""
    told = [(week.article(a.event), a.event.type, str(a.reason)) for a in week.alerts if a.rule == rule]
    assert len(told) == EXPECTED["alerts"][rule], told


def test_every_alert_is_sent_once_with_its_evidence(week: Week) -> None:
    """One message an alert, with a sentence of the article, its evidence in it, and a link."""
    assert len(week.sent) == len({key for key, _ in week.sent}) == len(week.alerts)
    texts = {row["id"]: row["title"] + "\n" + row["text"] for row in _rows()}
    for alert in week.alerts:
        stated = alert.event.report.stated
        assert stated.evidence in texts[week.article(alert.event)]
        assert stated.evidence in stated.sentence
    for _, message in week.sent:
        assert message.quote is not None
        assert message.quote.marked
        assert message.link is not None
        assert message.link.url.startswith("https://example.")


def _rows() -> list[dict[str, str]]:
    lines = Path(DEMO / "articles.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=dict[str, str]) for line in lines]


def test_the_lists_are_complete(week: Week) -> None:
    """Every article of the week stands in what is expected, and every one that is expected in the week."""
    named = {article for event in EXPECTED["events"] for article in event["articles"]}
    named |= {case["article"] for part in ("no_alert", "nothing") for case in EXPECTED[part]}
    assert named == set(week.ids.values())
