"""Plays a scenario: its articles go through the whole pipeline, and what came of them is set out.

An article arrives when it is published, or up to six days later in an order of its own; the versions of
one article keep theirs.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from consumers.facts import facts
from consumers.life import Member, life
from consumers.lineage import Lineages
from consumers.memory import Memory
from producers.receive import received
from schemas.articles import RawArticle
from schemas.events import Alert, Event, EventMentions
from schemas.topics import ALERTS, EVENTS, MENTIONS
from sommet import app
from sommet.config import Alerts, Config, Rule
from sommet.config_checks import EVENT_TYPES
from sommet.ids import article_id
from sommet.runtime.embedded import Embedded
from tests.runtime.driver import Driver

FOLDER = Path(__file__).parent
LATEST = timedelta(days=6)
CHANGES = ("new", "status", "date", "place", "unreported", "withdrawn")
RULE = Rule(name="all", types=EVENT_TYPES, changes=CHANGES)
Arrival = tuple[datetime, str]


@dataclass(frozen=True)
class Scenario:
    """Articles, the day on which all is over, and what must have come of them."""

    name: str
    about: str
    articles: dict[str, RawArticle]
    until: datetime
    events: tuple[dict[str, Any], ...]
    xfail: str = ""

    def arrivals(self) -> list[Arrival]:
        """Return when each article comes, if it comes when it is published."""
        return sorted((raw.received, ident) for ident, raw in self.articles.items())

    def orders(self, count: int) -> list[list[Arrival]]:
        """Return other orders, in which articles come up to six days late."""
        usual = [ident for _, ident in self.arrivals()]
        found: dict[tuple[str, ...], list[Arrival]] = {}
        for seed in range(200):
            order = self._late(random.Random(seed))
            if (names := tuple(ident for _, ident in order)) != tuple(usual):
                found.setdefault(names, order)
            if len(found) == count:
                break
        return list(found.values())

    def _late(self, chance: random.Random) -> list[Arrival]:
        free = sorted((raw.received + LATEST * chance.random(), key) for key, raw in self.articles.items())
        versions: dict[str, Iterator[str]] = {}
        for raw in self.articles.values():
            same = [key for key, other in self.articles.items() if other.article == raw.article]
            versions.setdefault(raw.article, iter(sorted(same, key=lambda key: self.articles[key].received)))
        return [(at, next(versions[self.articles[key].article])) for at, key in free]


@dataclass(frozen=True)
class Told:
    """All that has come of a scenario. Articles go by their names in its file."""

    names: dict[str, str]
    events: dict[str, list[Member]]
    memory: Memory
    messages: list[Event]
    alerts: list[Alert]
    mentions: list[EventMentions]

    def facts(self) -> list[dict[str, Any]]:
        """Return what is known of each event in the end."""
        return sorted((self._facts(event) for event in self.events), key=_by_start)

    def _facts(self, event: str) -> dict[str, Any]:
        known, members = self.memory.known(event), self.events[event]
        assert known
        lineages = Lineages()
        told = [(member, lineages.of(member.origin)) for member in members]
        values = facts(told, {})
        return {
            "type": known.type,
            "status": known.status,
            "format": known.format,
            "start": known.start,
            "end": known.end,
            "place": known.place,
            "participants": sorted(known.participants),
            "articles": sorted({self.name(m) for m in members}),
            "lineages": known.lineages,
            "unreported": known.unreported,
            "stated": {name: {v.text: v.origins for v in rows} for name, rows in values.items()},
            "turns": [
                f"{self.name(turn.member)} {turn.change} {turn.before}".strip()
                for turn in life(event, members).turns
            ],
        }

    def name(self, report: Member) -> str:
        """Return the name of the article that a statement comes from."""
        return self.names[f"{report.origin.article}/{report.origin.version}"]

    def turns(self) -> dict[str, list[str]]:
        """Return for each event, also for one that is gone, what was told of it as it went."""
        found: dict[str, list[str]] = {}
        for message in self.messages:
            told = found.setdefault(message.event, [])
            if message.change in CHANGES:
                told.append(f"{self._article(message)} {message.change} {message.before}".strip())
        return found

    def alerted(self) -> dict[str, list[str]]:
        """Return for each event the alerts on it: the article, and why."""
        found: dict[str, list[str]] = {}
        for alert in self.alerts:
            found.setdefault(alert.event.event, []).append(f"{self._article(alert.event)} {alert.reason}")
        return found

    def _article(self, event: Event) -> str:
        origin = event.report.origin
        return self.names[f"{origin.article}/{origin.version}"]


def _by_start(row: dict[str, Any]) -> tuple[str, str, list[str]]:
    return row["start"], row["type"], row["articles"]


def scenarios() -> list[Scenario]:
    """Return all scenarios of the folder."""
    return [_scenario(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _scenario(path: Path) -> Scenario:
    told = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    first = {row["id"]: row["at"] for row in told["articles"]}
    articles = {row["id"]: _raw(row, first[row.get("of", row["id"])]) for row in told["articles"]}
    assert len(articles) == len(told["articles"]), f"{path.name}: two articles have one id"
    last = max(raw.received for raw in articles.values()) + LATEST
    until = datetime.combine(date.fromisoformat(told["until"]), last.timetz()) if "until" in told else last
    return Scenario(path.stem, told["about"], articles, until, tuple(told["events"]), told.get("xfail", ""))


def _raw(row: dict[str, str], published: str) -> RawArticle:
    """Return an article; with `of` it is a new version of another, published when that was."""
    at = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
    url = f"https://press.example/{row['lang']}/{row.get('of', row['id'])}"
    return RawArticle(
        id=f"raw/{row['id']}",
        article=article_id(url),
        url=url,
        source=row["source"],
        outlet=row["source"],
        title=row["title"],
        text=row["text"].strip(),
        lang=row["lang"],
        published=datetime.fromisoformat(published).replace(tzinfo=UTC).isoformat(),
        received=at,
        doc_id=row["id"],
    )


def config(folder: Path, *, fresh: bool) -> Config:
    """Return a configuration in which every turn of every event alerts."""
    alerts = Alerts(rules=(RULE,)) if fresh else Alerts(max_age=None, rules=(RULE,))
    return Config(data=folder, alerts=alerts)


def play(folder: Path, scenario: Scenario, arrivals: Sequence[Arrival], *, fresh: bool) -> Told:
    """Let the articles of a scenario arrive; return what came of it.

    With `fresh`, only what was published in the last days alerts, as is usual; else all of it may.
    """
    with Embedded(folder / "log.db", app.pipeline(config(folder, fresh=fresh))) as log:
        for at, ident in arrivals:
            log.append([received(scenario.articles[ident], at, timedelta(days=1))])
            log.run_until_idle(at)
        log.run_until_idle(max(scenario.until, arrivals[-1][0]))
        return told(log, scenario)


def told(log: Driver, scenario: Scenario) -> Told:
    """Return what came of a scenario whose articles went over a log."""
    mentions = [message for _, message in log.read(MENTIONS, 0)]
    names = {f"{m.origin.article}/{m.origin.version}": m.origin.doc_id for m in mentions}
    memory = Memory(dict(log.state("resolve")))
    keys = [key.removeprefix("event/") for key in log.state("resolve") if key.startswith("event/")]
    return Told(
        names=names,
        events={key: memory.members(key) for key in keys},
        memory=memory,
        messages=[message for _, message in log.read(EVENTS, 0)],
        alerts=[message for _, message in log.read(ALERTS, 0)],
        mentions=mentions,
    )


def doubled(alerts: Iterable[Alert]) -> list[str]:
    """Return the alerts that say of an event what the one before said of it."""
    last: dict[str, tuple[Any, ...]] = {}
    found = []
    for alert in alerts:
        event = alert.event
        said = (event.status, event.start, event.place, event.unreported, event.articles == 0)
        again = last.get(event.event)
        if again == said or (again and alert.reason == "new"):
            found.append(f"{alert.reason} {said}")
        last[event.event] = said
    return found
