"""The same events, facts and alerts, whether the log is a file or on Kafka, and whoever shares the work."""

import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from producers import files
from producers.receive import moment, received
from schemas.articles import RawArticle
from schemas.envelope import EPOCH, Message, encode
from schemas.topics import ALERTS, EVENTS
from sommet import app
from sommet.dates import published_at
from sommet.runtime.embedded import Embedded
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.stage import Stage, State
from tests.end_to_end.cases import ROOT
from tests.end_to_end.crew import Crew
from tests.runtime.driver import Driver, said
from tests.scenarios.play import Scenario, Told, config, doubled, scenarios, told

_numbers = itertools.count()
SHORT = {"unreported-late-report"}
LONG = bool(os.environ.get("SOMMET_KAFKA_LONG"))
Portion = tuple[datetime, Sequence[RawArticle]]


@dataclass
class Remembered:
    """The step of a stateless stage, made once for each message: three drivers ask for the same."""

    step: Callable[..., Iterable[Any]]
    known: dict[str, tuple[Any, ...]]
    mutex: threading.Lock

    def __call__(self, state: State, message: Message, now: datetime) -> tuple[Any, ...]:
        with self.mutex:
            if message.id not in self.known:
                self.known[message.id] = tuple(self.step(state, message, now))
            return self.known[message.id]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage[Any], ...]:
    """The pipeline; every turn alerts."""
    found = app.pipeline(config(tmp_path_factory.mktemp("none"), fresh=True))
    mutex = threading.Lock()
    return tuple(_remembering(stage, mutex) if stage.stateless else stage for stage in found)


def _remembering(stage: Stage[Any], mutex: threading.Lock) -> Stage[Any]:
    step = Remembered(stage.step, {}, mutex)
    return Stage(stage.name, stage.source, stage.sinks, step, stateless=True)


def week() -> Scenario:
    """Return the bundled week, each article as received when it was published."""
    articles = {}
    at = EPOCH
    for raw in files.read(ROOT / "sommet" / "demo" / "articles.jsonl").articles:
        published = published_at(raw.published) if raw.published else None
        at = max(at, moment(published) if published else EPOCH)
        articles[raw.doc_id] = msgspec.structs.replace(raw, received=at)
    return Scenario("week", "", articles, at, ())


def one_by_one(scenario: Scenario) -> list[Portion]:
    """Return the articles as they come, with the time at which each does."""
    arrivals = [
        (at, [received(scenario.articles[key], at, timedelta(days=1))]) for at, key in scenario.arrivals()
    ]
    return [*arrivals, (max(scenario.until, arrivals[-1][0]), [])]


def by_day(scenario: Scenario) -> list[Portion]:
    """Return the articles of each day at once."""
    *single, last = one_by_one(scenario)
    days = [[*rows] for _, rows in itertools.groupby(single, lambda row: row[0].date())]
    return [*((rows[-1][0], [raw for _, raws in rows for raw in raws]) for rows in days), last]


def at_once(scenario: Scenario) -> list[Portion]:
    """Return all articles at once, as after an outage."""
    *single, last = one_by_one(scenario)
    return [(single[-1][0], [raw for _, raws in single for raw in raws]), last]


def play(log: Driver, portions: Iterable[Portion], settle: Callable[[datetime], object]) -> None:
    """Let articles arrive, and the pipeline come to rest after each portion."""
    for at, raws in portions:
        log.append(raws)
        settle(at)


@pytest.fixture
def embedded(tmp_path: Path, stages: Any) -> Iterator[Embedded]:
    """The file."""
    with Embedded(tmp_path / "log.db", stages) as log:
        yield log


@pytest.fixture
def cluster(kafka: str) -> Cluster:
    """An empty log."""
    return Cluster((kafka,), f"same-{os.getpid()}-{next(_numbers)}.", wait=10)


@pytest.fixture
def one(cluster: Cluster, stages: Any) -> Iterator[Kafka]:
    """Topics of one partition, and one process for everything."""
    with Kafka(cluster, stages, member="one", partitions=1) as log:
        yield log


@pytest.fixture
def shared(cluster: Cluster, stages: Any) -> Iterator[tuple[Kafka, Crew]]:
    """Topics of four partitions, and three workers."""
    with Kafka(cluster, stages, partitions=4, work=()) as log:
        crew = Crew(cluster, stages, 3)
        try:
            yield log, crew
        finally:
            crew.dismiss()


def spoken(log: Driver) -> list[bytes]:
    """Return all events and alerts to the byte, in their order."""
    return [encode(message) for message in (*said(log, EVENTS), *said(log, ALERTS))]


SINGLE = [pytest.param(one, id=one.name) for one in scenarios() if LONG or one.name in SHORT]
TOGETHER = [by_day, at_once] if LONG else [at_once]


@pytest.mark.parametrize("scenario", [*SINGLE, pytest.param(week(), id="week")])
def test_one_partition(embedded: Embedded, one: Kafka, scenario: Scenario) -> None:
    """With one partition all is the same to the byte, in the same order."""
    for log in (embedded, one):
        play(log, by_day(scenario), log.run_until_idle)
    assert spoken(one) == spoken(embedded)
    assert told(one, scenario).facts() == told(embedded, scenario).facts()


@pytest.mark.parametrize("scenario", SINGLE)
def test_four_partitions_one_by_one(embedded: Embedded, shared: Any, scenario: Scenario) -> None:
    """Shared by three workers, articles that come one after the other make the same turns and alerts."""
    log, crew = shared
    play(embedded, one_by_one(scenario), embedded.run_until_idle)
    play(log, one_by_one(scenario), lambda now: crew.settle(log, now))
    found, expected = told(log, scenario), told(embedded, scenario)
    assert found.facts() == expected.facts()
    assert found.turns() == expected.turns()
    assert found.alerted() == expected.alerted()


@pytest.mark.parametrize("portions", TOGETHER)
def test_four_partitions_together(embedded: Embedded, shared: Any, portions: Any) -> None:
    """Of articles that come together the workers decide which is first: the events are the same.

    So is which of them were alerted, and as what in the end, and nothing is alerted twice.
    """
    log, crew = shared
    scenario = week()
    play(embedded, portions(scenario), embedded.run_until_idle)
    play(log, portions(scenario), lambda now: crew.settle(log, now))
    found, expected = told(log, scenario), told(embedded, scenario)
    assert found.facts() == expected.facts()
    assert doubled(found.alerts) == []
    assert alerted(found) == alerted(expected)
    assert all(crew.had)


def alerted(one: Told) -> dict[tuple[str, ...], str]:
    """Return the events that were alerted, by their articles, and the status that was told last.

    Not their days and places: a later report that says them more exactly is no turn and raises no alert.
    """
    last = {alert.event.event: alert.event for alert in one.alerts}
    articles = {
        event: tuple(sorted({one.name(member) for member in members}))
        for event, members in one.events.items()
    }
    return {(event.type, *articles.get(name, ())): event.status for name, event in last.items()}
