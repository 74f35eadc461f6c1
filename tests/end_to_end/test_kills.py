"""kill -9 of everything joined, at every point: nothing lost, nothing told twice, the same end."""

import contextlib
import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, event

from producers import files
from producers.receive import moment
from schemas.articles import RawArticle
from schemas.envelope import EPOCH
from sommet.app import App, understanding, versions
from sommet.config import Alerts, Config, Metrics, Rule
from sommet.config_checks import EVENT_TYPES
from sommet.dates import published_at
from sommet.outbox.message import Rendered
from sommet.outbox.outbox import Outbox
from sommet.outbox.receiver import SENT, Outcome
from sommet.runtime.crash import crash_point
from tests.end_to_end.cases import ROOT
from tests.runtime.kill import ordeal

CHOSEN = ("ru-01", "zh-01", "fr-11", "zh-03", "ru-03", "fr-12", "zh-05", "ru-06")
"""Short articles in which a summit is planned, moved and held, and a contract and a statement are read."""
SENDING = datetime(2026, 10, 18, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def config(folder: Path) -> Config:
    """Return a configuration by which every event alerts."""
    return Config(
        data=folder,
        catalogue=False,
        metrics=Metrics(port=0),
        alerts=Alerts(rules=(Rule(name="all", types=EVENT_TYPES),)),
    )


def articles() -> list[RawArticle]:
    """Return the chosen articles, the oldest first."""
    read = files.read(ROOT / "sommet" / "demo" / "articles.jsonl").articles
    return [raw for raw in read if raw.doc_id in CHOSEN]


@dataclass(frozen=True)
class Letterbox:
    """A provider that outlives its senders: what it accepts is in a file at once."""

    path: Path
    language: str = ""
    pace: timedelta = timedelta(0)

    def send(self, message: Rendered, key: str) -> Outcome:
        """Accept a message."""
        _write(self.path, json.dumps([key, message.title, message.facts and message.facts[0].value]))
        return SENT


def _write(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def work(folder: Path) -> None:
    """Take the articles in two portions, run every stage, follow with the store, send what is owed.

    Whoever comes after a killed sender comes when its claim has run out.
    """
    trail, playing = folder / "trail", [EPOCH]
    _write(trail, "start")

    def checkpoint(name: str) -> None:
        _write(trail, name)
        crash_point(name)

    with App(
        config(folder),
        now=lambda: playing[0],
        receiving={"console": Letterbox(folder / "letters")},
    ) as app:
        app.outbox = Outbox(
            app.store.database,
            {"console": Letterbox(folder / "letters")},
            log=app.log,
            now=lambda: SENDING,
            checkpoint=checkpoint,
        )
        for step in ("begin", "commit"):
            event.listen(app.store.database._engine, step, partial(_transaction, step))
        raws = articles()
        for portion in (raws[:3], raws[3:]):
            published = published_at(portion[-1].published)
            playing[0] = moment(published) if published else EPOCH
            app.take(portion)
            app.work()
            playing[0] = SENDING + _lines(trail).count("start") * LEASE
            app.send()
        app.store.follow(app.log)


def _transaction(step: str, connection: Connection) -> None:
    """Pass a point where a transaction of the store or the outbox begins, and just before it is committed."""
    if not connection.get_execution_options().get("reads"):
        crash_point("store", step)


def result(folder: Path) -> dict[str, Any]:
    """Return all that the folder holds and all that was told; fail on a double without its reason."""
    log = _tables(folder / "log.db", LOG)
    store = _tables(folder / "store.db", STORE)
    letters = Counter(_lines(folder / "letters"))
    keys = {json.loads(line)[0] for line in letters}
    assert len(keys) == len(letters), "the same key went out with other words"
    assert letters.total() - len(letters) == _killed_before_the_mark(_lines(folder / "trail"))
    return {"log": log, "store": store, "told": list(letters)}


def _killed_before_the_mark(trail: Iterable[str]) -> int:
    """Return how many senders died when a message was accepted and not yet marked."""
    return sum(one == "outbox:accepted" and then == "start" for one, then in pairwise(trail))


LOG = {
    "log": "SELECT topic, offset, id, payload FROM log WHERE topic != 'deliveries.v1' ORDER BY topic, offset",
    "deliveries": "SELECT offset, id FROM log WHERE topic = 'deliveries.v1' ORDER BY id",
    "state": "SELECT * FROM state ORDER BY stage, key",
    "timers": "SELECT * FROM timers ORDER BY stage, key",
    "positions": "SELECT * FROM positions ORDER BY stage",
    "letters": "SELECT stage, topic, offset, id, reason, payload FROM dead_letters ORDER BY stage, number",
}
STORE = {
    "articles": "SELECT * FROM articles ORDER BY id",
    "events": "SELECT * FROM events ORDER BY id",
    "reports": "SELECT * FROM reports ORDER BY event, article",
    "alerts": "SELECT * FROM alerts ORDER BY id",
    "deliveries": "SELECT id, alert, receiver, result FROM deliveries ORDER BY id",
    "outbox": 'SELECT "key", position, alert, receiver, data, state, sent_as, noted FROM outbox ORDER BY 1',
    # How far the outbox looked back over what was delivered depends on how often it started.
    "positions": (
        "SELECT reader, topic, position, last FROM positions"
        " WHERE reader != 'outbox' OR topic != 'deliveries.v1' ORDER BY 1, 2"
    ),
}


def _tables(path: Path, queries: dict[str, str]) -> dict[str, list[Any]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name: connection.execute(sql).fetchall() for name, sql in queries.items()}


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> Iterator[None]:
    """Load knowledge and models once, so that a forked process has them; log nothing."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    assert all(versions())
    cleaned, extracted, *_ = understanding(Config())
    for raw in articles():
        for article in cleaned.step({}, raw, EPOCH):
            assert list(extracted.step({}, article, EPOCH))
    yield
    structlog.reset_defaults()


STAGES = ("clean", "extract", "classify", "resolve", "alert")
STEPS = "begin outputs state timers letters position commit committed step stepped"


def test_a_kill_at_any_point_changes_nothing(tmp_path: Path) -> None:
    """After at least 100 kills the log, the store, the outbox and the letters are those of a calm run."""
    kills, points = ordeal(work, result, tmp_path, each=2)
    assert kills >= 100, kills
    assert points == {
        *(f"append:{step}" for step in ("begin", "write", "commit", "committed")),
        *(f"database:{step}" for step in ("create", "commit", "created")),
        *(f"{stage}:{step}" for stage in STAGES for step in STEPS.split()),
        *(f"outbox:{step}" for step in ("entered", "claimed", "accepted", "marked", "appended", "noted")),
        *(f"store:{step}" for step in ("begin", "commit")),
    }
    calm = result(tmp_path / "calm")
    assert len(calm["told"]) == len(calm["store"]["alerts"]) == len(calm["log"]["deliveries"]) > 4
    assert len(calm["store"]["articles"]) == len(CHOSEN)
    doubles = [len(told) - len(set(told)) for told in map(_lines, tmp_path.glob("*/letters"))]
    assert 1 <= sum(doubles) <= 2, "each kill between acceptance and mark tells once more, no other does"
