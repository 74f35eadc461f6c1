"""What is counted, and how it is served."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from schemas.articles import AnnotatedArticle, Article
from schemas.envelope import EPOCH
from schemas.events import Alert, Delivery, Event, EventMentions, Mentioned, Origin, Report
from sommet.errors import SommetError
from sommet.metrics import METRICS, Metrics, updated
from sommet.watch import Owed, Polled
from sommet.web.metrics import MetricsServer

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ORIGIN = Origin(
    article="a",
    url="https://news.example.org/a",
    source="example",
    lang="fr",
    published=(NOW - timedelta(minutes=30)).isoformat(),
    received=NOW - timedelta(minutes=1),
)
STATED = Mentioned(type="summit", status="planned", salience="news")
EVENT = Event(
    id="1",
    event="e1",
    dyad="RUS-CHN",
    type="summit",
    status="planned",
    salience="news",
    change="new",
    report=Report(origin=ORIGIN, stated=STATED),
)
ALERT = Alert(id="a1", rule="summits", reason="new", event=EVENT, receivers=("console", "desk"))


@pytest.fixture
def metrics() -> Metrics:
    """Metrics of their own registry, at a fixed time."""
    return Metrics("0.1.0", "k1", now=lambda: NOW)


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """Return one sample, 0 if it is not there."""
    return metrics.registry.get_sample_value(name, labels) or 0.0


def test_stages_are_counted(metrics: Metrics) -> None:
    """A stage's messages in and out, its rejects and its seconds."""
    article = Article(article="a", url="u", source="s")
    metrics.stepped("clean", article, (article,), 0.004)
    metrics.stepped("clean", article, (), 0.004)
    metrics.rejected("clean", article, "too long")
    assert value(metrics, "sommet_stage_in_total", stage="clean") == 3
    assert value(metrics, "sommet_stage_out_total", stage="clean") == 1
    assert value(metrics, "sommet_stage_rejected_total", stage="clean") == 1
    assert value(metrics, "sommet_stage_seconds_sum", stage="clean") == pytest.approx(0.008)
    assert value(metrics, "sommet_stage_seconds_bucket", stage="clean", le="0.005") == 2


def test_events_and_abstentions_are_counted_by_language(metrics: Metrics) -> None:
    """A new event counts once; a further report of it is a report; an article without events abstains."""
    more = Event(**{name: getattr(EVENT, name) for name in EVENT.__struct_fields__} | {"change": "more"})
    metrics.stepped("resolve", EVENT, (EVENT, more), 0.1)
    metrics.stepped("classify", EVENT, (EventMentions(dyad="RUS-CHN", origin=ORIGIN),), 0.1)
    strange = EventMentions(dyad="RUS-CHN", origin=Origin(article="b", url="u", source="s", lang="<script>"))
    metrics.stepped("classify", EVENT, (strange,), 0.1)
    assert value(metrics, "sommet_events_total", type="summit", status="planned", lang="fr") == 1
    assert value(metrics, "sommet_event_reports_total", change="new", lang="fr") == 1
    assert value(metrics, "sommet_event_reports_total", change="more", lang="fr") == 1
    assert value(metrics, "sommet_abstentions_total", lang="fr") == 1
    assert value(metrics, "sommet_abstentions_total", lang="other") == 1


def test_what_the_classifier_is_unsure_of_is_counted_by_language_and_type(metrics: Metrics) -> None:
    """Each sentence once, by its likeliest type; only where the analysis came out."""
    unsure = AnnotatedArticle(
        article="a", url="u", source="s", lang="ru", abstained=("energy", "trade", "energy")
    )
    metrics.stepped("extract", unsure, (unsure,), 0.1)
    metrics.stepped("classify", unsure, (), 0.1)
    name = "sommet_classifier_abstentions_total"
    assert value(metrics, name, lang="ru", type="energy") == 2
    assert value(metrics, name, lang="ru", type="trade") == 1
    assert value(metrics, name, lang="fr", type="energy") == 0


def test_alerts_are_counted_by_what_became_of_them(metrics: Metrics) -> None:
    """Raised for each receiver with its lag, then sent or failed under the rule's name."""
    metrics.stepped("alert", EVENT, (ALERT,), 0.1)
    for receiver, result in (("console", "sent"), ("desk", "failed")):
        metrics.delivered(
            Delivery(alert="a1", receiver=receiver, key="k", result=result, rule="summits")  # type: ignore[arg-type]
        )
    labels = {"rule": "summits"}
    assert value(metrics, "sommet_alerts_total", receiver="desk", result="raised", **labels) == 1
    assert value(metrics, "sommet_alerts_total", receiver="console", result="sent", **labels) == 1
    assert value(metrics, "sommet_alerts_total", receiver="desk", result="failed", **labels) == 1
    assert value(metrics, "sommet_receipt_to_alert_seconds_sum") == 60
    assert value(metrics, "sommet_publication_to_alert_seconds_sum") == 1800


@pytest.mark.parametrize("published", ["", "2026-03-20", "2026-03", "yesterday at noon"])
def test_a_publication_without_an_hour_has_no_lag(metrics: Metrics, published: str) -> None:
    """A bare day says nothing about minutes."""
    origin = Origin(article="a", url="u", source="s", published=published)
    event = Event(
        event="e", dyad="RUS-CHN", type="summit", status="planned", salience="news", change="new",
        report=Report(origin=origin, stated=STATED),
    )  # fmt: skip
    metrics.stepped("alert", EVENT, (Alert(id="a2", rule="r", reason="new", event=event),), 0.1)
    assert value(metrics, "sommet_publication_to_alert_seconds_count") == 0
    assert value(metrics, "sommet_receipt_to_alert_seconds_count") == 0


def test_sources_and_dead_letters(metrics: Metrics) -> None:
    """When a source answered last, what it gave, why it failed; what lies in the dead letters."""
    metrics.watched({"RFI": EPOCH, "TASS": NOW - timedelta(days=2)})
    assert value(metrics, "sommet_source_last_success_time_seconds", source="RFI") == NOW.timestamp()
    assert (
        value(metrics, "sommet_source_last_success_time_seconds", source="TASS") == NOW.timestamp() - 172800
    )
    metrics.polled(Polled("RFI", items=3))
    metrics.polled(Polled("TASS", failure="timeout"))
    metrics.dead_letters({"clean": 4})
    metrics.beat()
    assert value(metrics, "sommet_sources") == 2
    assert value(metrics, "sommet_source_last_success_time_seconds", source="RFI") == NOW.timestamp()
    assert value(metrics, "sommet_source_items_total", source="RFI") == 3
    assert value(metrics, "sommet_source_failures_total", source="TASS", reason="timeout") == 1
    assert value(metrics, "sommet_dead_letters", stage="clean") == 4
    assert value(metrics, "sommet_heartbeat_time_seconds") == NOW.timestamp()
    assert value(metrics, "sommet_build_info", version="0.1.0", knowledge="k1") == 1


def test_what_can_be_counted_begins_at_zero(metrics: Metrics) -> None:
    """A first failure is an increase, and a silence from the start is one: the series are there before."""
    metrics.expect(["clean"], ["summits"], ["desk"])
    there = metrics.registry.get_sample_value
    for rule in ("summits", ""):
        labels = {"rule": rule, "receiver": "desk", "result": "failed"}
        assert there("sommet_alerts_total", labels) == 0
    assert there("sommet_alerts_pending", {"receiver": "desk"}) == 0
    assert there("sommet_stage_rejected_total", {"stage": "clean"}) == 0
    assert there("sommet_receiver_failing", {"receiver": "desk"}) == 0
    assert there("sommet_stage_seconds_count", {"stage": "clean"}) == 0
    assert there("sommet_dead_letters", {"stage": "clean"}) == 0
    assert there("sommet_event_reports_total", {"change": "new", "lang": "zh"}) == 0
    assert there("sommet_classifier_abstentions_total", {"lang": "zh", "type": "energy"}) == 0


def test_what_is_owed(metrics: Metrics) -> None:
    """Two gauges for each receiver, how much and whether it refuses; 0 once nothing is owed."""
    metrics.owed({"desk": Owed(3, "Slack answered 500"), "console": Owed(1)})
    assert value(metrics, "sommet_alerts_pending", receiver="desk") == 3
    assert value(metrics, "sommet_receiver_failing", receiver="desk") == 1
    assert value(metrics, "sommet_receiver_failing", receiver="console") == 0
    metrics.owed({})
    assert value(metrics, "sommet_alerts_pending", receiver="desk") == 0
    assert value(metrics, "sommet_receiver_failing", receiver="desk") == 0


def test_the_manual_is_current() -> None:
    """The table in the manual is the one that the file gives; `python -m sommet.metrics` writes it."""
    page = (Path(__file__).parents[2] / "docs/metrics.md").read_text("utf-8")
    assert updated(page) == page
    assert all(metric.help.endswith(".") and metric.name.startswith("sommet_") for metric in METRICS)


@pytest.fixture
def server(metrics: Metrics) -> Iterator[MetricsServer]:
    """A server on a free port of this machine; it is unwell."""
    live, ready = (False, "stands still"), (True, "ok")
    with MetricsServer("127.0.0.1", 0, metrics.registry, lambda: live, lambda: ready) as running:
        yield running


def get(server: MetricsServer, path: str, method: str = "GET") -> tuple[int, str]:
    """Return status and body of a request."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_metrics_and_health_are_served(server: MetricsServer, metrics: Metrics) -> None:
    """Prometheus' text, a status for whoever restarts processes, and nothing else."""
    metrics.watched(dict.fromkeys("abcdefg", NOW))
    status, body = get(server, "/metrics?x=1")
    assert (status, "sommet_sources 7.0" in body) == (200, True)
    assert get(server, "/metrics/")[0] == 200
    assert get(server, "/metrics", "HEAD") == (200, "")
    assert get(server, "/healthz", "HEAD") == (503, "")
    assert get(server, "/healthz") == get(server, "/live") == (503, "stands still\n")
    assert get(server, "/ready") == (200, "ok\n")
    assert get(server, "/etc/passwd")[0] == 404


def test_a_client_that_says_nothing_does_not_block(server: MetricsServer) -> None:
    """An open, silent connection keeps nobody else from an answer."""
    with socket.create_connection(("127.0.0.1", server.port)):
        assert get(server, "/metrics")[0] == 200


def test_a_port_in_use_is_explained(server: MetricsServer, metrics: Metrics) -> None:
    """The error says which port, and how to go without."""
    with pytest.raises(SommetError, match=rf"metrics: 127.0.0.1:{server.port} cannot be opened .*port: 0"):
        MetricsServer("127.0.0.1", server.port, metrics.registry, lambda: (True, "ok"))
