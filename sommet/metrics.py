"""Every metric of sommet: name, kind, labels and what it counts, and who feeds it.

`METRICS` is the list that `docs/metrics.md` shows. Labels hold words of ours and names from the
configuration and the catalogue, never text of articles, so that their number stays small.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Literal, Protocol, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from schemas.articles import AnnotatedArticle
from schemas.envelope import EPOCH, Message
from schemas.events import Alert, Change, Delivery, Event, EventMentions, EventType
from sommet import clock
from sommet.watch import Owed, Polled, Watcher

LANGUAGES = frozenset({"fr", "en", "ru", "zh"})


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; `buckets` are the upper bounds of a histogram, in seconds."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_STEPS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
_LAGS = (10, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 72 * 3600)

BUILD = Metric(
    "sommet_build_info", "gauge", "1; the labels say which version runs.", ("version", "knowledge")
)
STARTED = Metric("sommet_start_time_seconds", "gauge", "Unix time at which the process started its work.")
HEARTBEAT = Metric(
    "sommet_heartbeat_time_seconds", "gauge", "Unix time of the last round of the work, or message."
)

STAGE_IN = Metric("sommet_stage_in_total", "counter", "Messages that a stage took in.", ("stage",))
STAGE_OUT = Metric("sommet_stage_out_total", "counter", "Messages that a stage gave out.", ("stage",))
STAGE_REJECTED = Metric(
    "sommet_stage_rejected_total", "counter", "Messages that a stage sent to its dead letters.", ("stage",)
)
STAGE_SECONDS = Metric(
    "sommet_stage_seconds", "histogram", "Seconds that a stage needed for one message.", ("stage",), _STEPS
)
STAGE_LAG = Metric(
    "sommet_stage_lag",
    "gauge",
    "Messages that wait before a stage; many are counted by their offsets.",
    ("stage", "partition"),
)
DEAD_LETTERS = Metric(
    "sommet_dead_letters", "gauge", "Dead letters of a stage that nobody has dealt with.", ("stage",)
)

SOURCE_SUCCESS = Metric(
    "sommet_source_last_success_time_seconds",
    "gauge",
    "Unix time of the last answer of a source; that of the start where none is known.",
    ("source",),
)
SOURCE_ITEMS = Metric("sommet_source_items_total", "counter", "New articles that a source gave.", ("source",))
SOURCE_FAILURES = Metric(
    "sommet_source_failures_total",
    "counter",
    "Polls of a source that failed, by reason.",
    ("source", "reason"),
)
SOURCES = Metric("sommet_sources", "gauge", "Sources that are watched.")

EVENTS = Metric(
    "sommet_events_total",
    "counter",
    "New events, by the language of their first report.",
    ("type", "status", "lang"),
)
REPORTS = Metric(
    "sommet_event_reports_total", "counter", "Reports of events, by what they changed.", ("change", "lang")
)
ABSTENTIONS = Metric(
    "sommet_abstentions_total", "counter", "Articles that name both sides and state no event.", ("lang",)
)
UNSURE = Metric(
    "sommet_classifier_abstentions_total",
    "counter",
    "Sentences of articles that no rule read, of which the classifier was unsure, by their likeliest type.",
    ("lang", "type"),
)

ALERTS = Metric(
    "sommet_alerts_total",
    "counter",
    "Alerts by what became of them: raised by a rule, then sent or failed.",
    ("rule", "receiver", "result"),
)
PENDING = Metric("sommet_alerts_pending", "gauge", "Alerts that a receiver is still owed.", ("receiver",))
FAILING = Metric(
    "sommet_receiver_failing",
    "gauge",
    "1 while a receiver is owed an alert and the last try failed.",
    ("receiver",),
)
PUBLICATION_LAG = Metric(
    "sommet_publication_to_alert_seconds",
    "histogram",
    "Seconds from the publication of an article (where its hour is known) to its alert.",
    (),
    _LAGS,
)
RECEIPT_LAG = Metric(
    "sommet_receipt_to_alert_seconds",
    "histogram",
    "Seconds from the receipt of an article to its alert.",
    (),
    _LAGS,
)

METRICS: tuple[Metric, ...] = (
    BUILD, STARTED, HEARTBEAT,
    STAGE_IN, STAGE_OUT, STAGE_REJECTED, STAGE_SECONDS, STAGE_LAG, DEAD_LETTERS,
    SOURCES, SOURCE_SUCCESS, SOURCE_ITEMS, SOURCE_FAILURES,
    EVENTS, REPORTS, ABSTENTIONS, UNSURE,
    ALERTS, PENDING, FAILING, PUBLICATION_LAG, RECEIPT_LAG,
)  # fmt: skip


class Waiting(Protocol):
    """How many messages wait before a stage in one partition."""

    @property
    def stage(self) -> str:
        """The stage's name."""

    @property
    def partition(self) -> int | None:
        """The partition's number; None where all are meant."""

    @property
    def lag(self) -> int:
        """The messages."""


class Metrics(Watcher):
    """Counts what the runtime, the producers and the outbox tell."""

    def __init__(
        self, version: str = "", knowledge: str = "", now: Callable[[], datetime] = clock.now
    ) -> None:
        self.registry = CollectorRegistry()
        self._now = now
        self._made = {metric: _make(metric, self.registry) for metric in METRICS}
        self._receivers: set[str] = set()
        self._stages: set[str] = set()
        self._set(BUILD, 1, version=version, knowledge=knowledge)
        self._set(STARTED, now().timestamp())

    def stepped(
        self,
        stage: str,
        message: Message,  # noqa: ARG002 - the observer's signature
        outputs: Sequence[Message],
        seconds: float,
    ) -> None:
        """One message went through a stage and its outputs are committed."""
        self._add(STAGE_IN, stage=stage)
        self._add(STAGE_OUT, len(outputs), stage=stage)
        self._observe(STAGE_SECONDS, seconds, stage=stage)
        for output in outputs:
            if isinstance(output, EventMentions) and not output.mentions:
                self._add(ABSTENTIONS, lang=_language(output.origin.lang))
            elif isinstance(output, AnnotatedArticle):
                for kind in output.abstained:
                    self._add(UNSURE, lang=_language(output.lang), type=kind)
            elif isinstance(output, Event):
                self._event(output)
            elif isinstance(output, Alert):
                self._alert(output)

    def rejected(self, stage: str, message: Message, reason: str) -> None:  # noqa: ARG002 - the observer's signature
        """One message went to the dead letters of a stage."""
        self._add(STAGE_IN, stage=stage)
        self._add(STAGE_REJECTED, stage=stage)

    def expect(self, stages: Iterable[str], rules: Iterable[str], receivers: Iterable[str]) -> None:
        """Begin at 0 what can be counted: a rule of Prometheus sees no series that is not there."""
        for stage in stages:
            for counter in (STAGE_IN, STAGE_OUT, STAGE_REJECTED):
                self._add(counter, 0, stage=stage)
            self._begin(STAGE_SECONDS, stage=stage)
            self._stages.add(stage)
        self.dead_letters({})
        for lang in sorted(LANGUAGES):
            self._add(ABSTENTIONS, 0, lang=lang)
            for kind in get_args(EventType):
                self._add(UNSURE, 0, lang=lang, type=kind)
            for change in get_args(Change):
                self._add(REPORTS, 0, change=change, lang=lang)
        self._receivers |= set(receivers)
        for receiver, rule in product(sorted(self._receivers), ("", *rules)):
            for result in ("raised", "sent", "failed"):
                self._add(ALERTS, 0, rule=rule, receiver=receiver, result=result)
        self.owed({})

    def beat(self) -> None:
        """The main loop went round."""
        self._set(HEARTBEAT, self._now().timestamp())

    def lag(self, counts: Mapping[str, int]) -> None:
        """So many messages wait, by stage."""
        for stage, count in counts.items():
            self._set(STAGE_LAG, count, stage=stage)

    def dead_letters(self, counts: Mapping[str, int]) -> None:
        """So many dead letters are open, by stage, and none of the others."""
        self._stages |= counts.keys()
        for stage in self._stages:
            self._set(DEAD_LETTERS, counts.get(stage, 0), stage=stage)

    def waiting(self, standings: Iterable[Waiting]) -> None:
        """So many messages wait before the stages, partition by partition."""
        for one in standings:
            self._set(STAGE_LAG, one.lag, stage=one.stage, partition=str(one.partition))

    def watched(self, sources: Mapping[str, datetime]) -> None:
        """These sources are watched; each with the time of its last answer, or the start of time."""
        self._set(SOURCES, len(sources))
        for source, answered in sources.items():
            last = answered if answered > EPOCH else self._now()
            self._set(SOURCE_SUCCESS, last.timestamp(), source=source)
            self._add(SOURCE_ITEMS, 0, source=source)

    def polled(self, poll: Polled) -> None:
        """A source answered with so many new articles, or failed."""
        if not poll.asked:
            return
        if poll.failure:
            self._add(SOURCE_FAILURES, source=poll.source, reason=poll.failure)
            return
        self._set(SOURCE_SUCCESS, self._now().timestamp(), source=poll.source)
        self._add(SOURCE_ITEMS, poll.items, source=poll.source)

    def owed(self, owed: Mapping[str, Owed]) -> None:
        """So much is owed to each receiver, and nothing to the others."""
        self._receivers |= owed.keys()
        for name in self._receivers:
            one = owed.get(name, Owed(0))
            self._set(PENDING, one.count, receiver=name)
            self._set(FAILING, bool(one.reason), receiver=name)

    def delivered(self, delivery: Delivery) -> None:
        """One alert came to its end at one receiver."""
        self._add(ALERTS, rule=delivery.rule, receiver=delivery.receiver, result=delivery.result)

    def _event(self, event: Event) -> None:
        lang = _language(event.report.origin.lang)
        self._add(REPORTS, change=event.change, lang=lang)
        if event.change == "new":
            self._add(EVENTS, type=event.type, status=event.status, lang=lang)

    def _alert(self, alert: Alert) -> None:
        for receiver in alert.receivers:
            self._add(ALERTS, rule=alert.rule, receiver=receiver, result="raised")
        origin, now = alert.event.report.origin, self._now()
        if alert.history:
            return
        if origin.received > EPOCH:
            self._observe(RECEIPT_LAG, max(0.0, (now - origin.received).total_seconds()))
        published = _moment(origin.published)
        if published:
            self._observe(PUBLICATION_LAG, max(0.0, (now - published).total_seconds()))

    def _add(self, metric: Metric, amount: float = 1, **labels: str) -> None:
        counter = self._made[metric]
        assert isinstance(counter, Counter)
        (counter.labels(**labels) if labels else counter).inc(amount)

    def _begin(self, metric: Metric, **labels: str) -> None:
        self._made[metric].labels(**labels)

    def _set(self, metric: Metric, value: float, **labels: str) -> None:
        gauge = self._made[metric]
        assert isinstance(gauge, Gauge)
        (gauge.labels(**labels) if labels else gauge).set(value)

    def _observe(self, metric: Metric, value: float, **labels: str) -> None:
        histogram = self._made[metric]
        assert isinstance(histogram, Histogram)
        (histogram.labels(**labels) if labels else histogram).observe(value)


def _make(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    if metric.kind == "counter":
        return Counter(metric.name, metric.help, metric.labels, registry=registry)
    if metric.kind == "gauge":
        return Gauge(metric.name, metric.help, metric.labels, registry=registry)
    return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets, registry=registry)


def _language(lang: str) -> str:
    return lang if lang in LANGUAGES else "other"


def _moment(published: str) -> datetime | None:
    """Return the time in `published`, None where it has no hour."""
    if len(published) <= len("2026-01-31"):
        return None
    try:
        moment = datetime.fromisoformat(published)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def manual() -> str:
    """Return the list of all metrics as the manual shows it, in Markdown."""
    rows = ["| metric | kind | labels | what |", "|---|---|---|---|"]
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        rows.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |")
    return "\n".join(rows) + "\n"


def updated(page: str) -> str:
    """Return the manual's page with the table between its two marks written anew."""
    head, tail = page.partition("<!-- metrics -->")[0], page.partition("<!-- end -->")[2]
    return f"{head}<!-- metrics -->\n{manual()}<!-- end -->{tail}"


if __name__ == "__main__":
    MANUAL = Path("docs/metrics.md")
    MANUAL.write_text(updated(MANUAL.read_text("utf-8")), "utf-8")
