"""Articles go in as a file or as a feed; events, and one message for each turn of a summit, come out."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from sommet.store import EventHistory, Store
from tests.end_to_end.cases import LATER, ROOT, Case, Summit, cases
from tests.end_to_end.servers import MailServer, feed, mail_server
from tests.outbox.fakes import FakeSlack, slack_server
from tests.producers.web import Answer, Web, serving

START = datetime.fromisoformat(LATER)
RECEIVERS = ("console", "team", "desk")
MEETINGS = {"summit", "consultation", "multilateral"}
ENVIRONMENT = os.environ | {"SOMMET_LOG_LEVEL": "warning", "COLUMNS": "200"}
WHY = re.compile(r"^\*?Why now\*?: (.+)$", re.MULTILINE)
STATUS = re.compile(r"^\*?Status\*?: (\S+)", re.MULTILINE)


@dataclass
class Place:
    """A folder to run in, and the servers around it."""

    folder: Path
    slack: FakeSlack
    mail: MailServer
    web: Web
    events: list[EventHistory] = field(default_factory=list)
    summary: str = ""

    def run(self, *paths: Path, start: str = LATER, **config: Any) -> dict[str, list[tuple[str, str]]]:
        """Run `sommet run --once`; return what each receiver got, and remember what the store knows."""
        slack, mail = len(self.slack.accepted), len(self.mail.mails)
        path = self.folder / "sommet.yaml"
        path.write_text(json.dumps(self._config() | config), "utf-8")
        arguments = [start, "run", "--once", "-c", str(path), *map(str, paths)]
        command = [sys.executable, "-m", "tests.end_to_end.at", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        self.events, self.summary = self._known(), done.stdout.splitlines()[-1]
        texts = {
            "console": [done.stdout],
            "team": [_slack_text(body) for body in self.slack.accepted[slack:]],
            "desk": [_plain(one) for one in self.mail.mails[mail:]],
        }
        return {name: _told("\n".join(said)) for name, said in texts.items()}

    def _config(self) -> dict[str, Any]:
        return {
            "catalogue": False,
            "data": str(self.folder / "var"),
            "metrics": {"port": 0},
            "feeds": {"private_addresses": True},
            "alerts": {"max_age": None, "rules": [{"name": "summits", "receivers": RECEIVERS}]},
            "receivers": {
                "console": {"kind": "console"},
                "team": {"kind": "slack", "url": self.slack.url},
                "desk": {
                    "kind": "mail",
                    "host": "127.0.0.1",
                    "port": self.mail.port,
                    "ca_file": str(self.mail.ca_file),
                    "security": "starttls",
                    "sender": "sommet@example.org",
                    "to": ["desk@example.org"],
                },
            },
        }

    def _known(self) -> list[EventHistory]:
        store = Store(f"sqlite:///{self.folder / 'var' / 'store.db'}")
        try:
            found = [store.event(event.event) for event in store.events(limit=1000)]
        finally:
            store.close()
        return [history for history in found if history]


def _slack_text(body: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in body["blocks"] if "text" in block)


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _told(text: str) -> list[tuple[str, str]]:
    """Return why each message in a text was sent, and the state it tells; no-break spaces as spaces."""
    text = text.replace("\xa0", " ")
    return list(zip(WHY.findall(text), STATUS.findall(text), strict=True))


@dataclass
class Runs:
    """What several runs told, and what the store knew after each."""

    first: dict[str, list[tuple[str, str]]]
    again: dict[str, list[tuple[str, str]]]
    events: list[EventHistory]
    after: list[EventHistory]
    summaries: tuple[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Make places to run in."""
    with ExitStack() as stack:
        web = stack.enter_context(serving())

        def make(name: str) -> Place:
            folder = tmp_path_factory.mktemp(name)
            slack = stack.enter_context(slack_server())
            return Place(folder, slack, stack.enter_context(mail_server(folder)), web)

        yield make


@pytest.fixture(scope="module", params=cases(), ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    """Articles, and all that must come of them."""
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, case: Case) -> Path:
    """The articles as a file."""
    path = tmp_path_factory.mktemp("documents") / "docs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in case.rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def by_file(place: Any, documents: Path) -> Runs:
    """The articles read twice from a file, into one folder."""
    one = place("file")
    first, events, summary = one.run(documents), one.events, one.summary
    again = one.run(documents, start=(START + timedelta(hours=8)).isoformat())
    return Runs(first, again, events, one.events, (summary, one.summary))


@pytest.fixture(scope="module")
def by_feed(place: Any, case: Case) -> Runs:
    """The articles polled twice from a feed, into one folder; it was built anew in between."""
    one = place("feed")
    source = {"feed": f"{one.web.url}/feed.xml", "name": "Press", "lang": ""}
    told = []
    for hours in (0, 8):
        now = START + timedelta(hours=hours)
        one.web.answers["/feed.xml"] = Answer(body=feed(case.rows, now))
        told.append((one.run(start=now.isoformat(), sources=[source]), one.events, one.summary))
    assert one.web.paths()[-2:] == ["/feed.xml", "/feed.xml"]
    (first, events, summary), (again, after, other) = told
    return Runs(first, again, events, after, (summary, other))


@pytest.fixture(params=["by_file", "by_feed"])
def runs(request: pytest.FixtureRequest, case: Case) -> Runs:
    """Both ways in."""
    found: Runs = request.getfixturevalue(request.param)
    assert case.rows
    return found


def summits(runs: Runs) -> dict[tuple[str, str, str, str, str], EventHistory]:
    """Return the summits that are known, by their facts."""
    return {
        (e.start, e.end, e.format, e.place, e.status): history
        for history in runs.events
        if (e := history.event).type == "summit"
    }


def near(runs: Runs, summit: Summit) -> EventHistory:
    """Return the one event that begins on the first day of a summit."""
    found = [history for facts, history in summits(runs).items() if facts[0] == summit.facts[0]]
    assert len(found) == 1, (summit.facts, found)
    return found[0]


def test_these_summits_and_no_others(runs: Runs, case: Case) -> None:
    """Each meeting is one event with its days, format, place and state."""
    expected = {summit.facts for summit in case.summits}
    found = {facts for facts in summits(runs) if facts in expected or facts[0] not in case.recalled}
    assert found == expected


def test_the_reports_of_a_summit(runs: Runs, case: Case) -> None:
    """Each article that tells of it stands there, with what it says: planned or held, news or recalled."""
    by_url = {row["url"]: row["id"] for row in case.rows}
    for summit in case.summits:
        reports = {
            by_url[report.url]: f"{report.status} {report.salience}" for report in near(runs, summit).reports
        }
        assert {article: told for article, told in reports.items() if article not in summit.passing} == (
            summit.reports
        ), summit.facts


def test_leaders_meet_leaders(runs: Runs, case: Case) -> None:
    """Two take part in a summit, and nobody's spokesman does."""
    leaders = {"Vladimir Putin", "Mikhail Mishustin"}, {"Xi Jinping", "Li Qiang"}
    for summit in case.summits:
        event = near(runs, summit).event
        assert [len(side & set(event.participants)) for side in leaders] == [1, 1], summit.facts
        assert len(event.participants) == 2, summit.facts


def test_deals_and_figures(runs: Runs, case: Case) -> None:
    """Contracts and trade figures are there with their amounts as the text writes them."""
    for deal in case.deals:
        found = [
            history.event
            for history in runs.events
            if history.event.type == deal.type
            and any(deal.amount in quantity for quantity in history.event.quantities)
        ]
        assert any(
            deal.participants <= set(event.participants) and event.start.startswith(deal.since)
            for event in found
        ), (deal, [(e.start, e.participants, e.quantities) for e in found])


def test_talks_with_others_are_no_events(runs: Runs, case: Case) -> None:
    """What one of the two says to a third country, and a meeting without them, proves nothing here."""
    wrong = [
        (history.event.type, name, report.url)
        for history in runs.events
        for report in history.reports
        for name in (*case.strangers, *(case.elsewhere if history.event.type in MEETINGS else ()))
        if name in report.evidence
    ]
    assert wrong == []
    assert case.no_types & {history.event.type for history in runs.events} == set()


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_each_turn_is_told_once(runs: Runs, case: Case, receiver: str) -> None:
    """Every receiver gets these messages, in this order, in one round."""
    assert runs.first[receiver] == list(case.told)


def test_a_second_run_tells_nothing(runs: Runs) -> None:
    """What was read before is known: no message, no other event."""
    assert runs.again == {receiver: [] for receiver in RECEIVERS}
    assert runs.after == runs.events


def test_one_round_leaves_nothing_owed(runs: Runs, case: Case) -> None:
    """The summary counts articles, alerts and deliveries, and at the end nobody waits for a message."""
    deliveries = len(case.told) * len(RECEIVERS)
    for summary in runs.summaries:
        assert "owed" not in summary
    assert f"{len(case.rows)} new articles" in runs.summaries[0]
    assert f"{len(case.told)} alerts, {deliveries} sent" in runs.summaries[0]
    assert "0 new articles" in runs.summaries[1]


def facts(events: list[EventHistory]) -> dict[str, tuple[str, ...]]:
    """Return what is known of each event, by its id."""
    return {
        (e := history.event).event: (e.type, e.status, e.start, e.end, e.place, *e.participants)
        for history in events
    }


def test_a_file_and_a_feed_give_the_same_events(by_file: Runs, by_feed: Runs) -> None:
    """The same articles at the same addresses are the same events, with the same ids."""
    assert facts(by_file.events) == facts(by_feed.events)


def test_old_news_raises_no_alert(by_file: Runs, place: Any, documents: Path) -> None:
    """With the age limit that holds by default nothing is told, and the same events are known."""
    one = place("old")
    told = one.run(documents, alerts={"rules": [{"name": "summits", "receivers": RECEIVERS}]})
    assert told == {receiver: [] for receiver in RECEIVERS}
    assert facts(one.events) == facts(by_file.events)
