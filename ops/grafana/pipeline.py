"""The dashboard *Pipeline*: whether the machine works, from Prometheus."""

from grafana_foundation_sdk.models import dashboard as models

from ops.grafana.panels import Panel, board, lines, number, numbered, promql, promql_now, rows

RATE = "$__rate_interval"
SILENCE = "time() - max by (source) (sommet_source_last_success_time_seconds)"
FIRING = 'ALERTS{alertstate="firing"}'


def pipeline() -> models.Dashboard:
    """Return the dashboard."""
    made = board(
        "sommet-pipeline",
        "Pipeline",
        "Whether articles come in, come through, and people are told.",
        "now-6h",
        "30s",
    )
    for panel in (*_numbers(), *_stages(), *_sources(), *_deliveries()):
        made = made.with_panel(panel)
    return numbered(made)


def _numbers() -> tuple[Panel, ...]:
    return (
        number("Processes", "That answer Prometheus.", promql_now('sum(up{job="sommet"})')),
        number(
            "Sources that answer",
            "Within the last twelve hours.",
            promql_now(f"count({SILENCE} < 12 * 3600) or vector(0)"),
        ),
        number(
            "Waiting",
            "Messages before all stages.",
            promql_now("sum(max by (stage, partition) (sommet_stage_lag))"),
        ),
        number(
            "Dead letters",
            "Messages that lie aside.",
            promql_now("sum(max by (stage) (sommet_dead_letters))"),
            bad_above=1,
        ),
        number(
            "Owed",
            "Alerts not yet delivered.",
            promql_now("sum(max by (receiver) (sommet_alerts_pending))"),
            bad_above=5,
        ),
        number(
            "Last sign of life",
            "Of the process that has been still for longest.",
            promql_now("max(time() - (sommet_heartbeat_time_seconds > 0))"),
            unit="s",
            bad_above=120,
        ),
    )


def _stages() -> tuple[Panel, ...]:
    spent = f"sum by (le, stage) (rate(sommet_stage_seconds_bucket[{RATE}]))"
    return (
        lines(
            "Messages taken",
            "A second, by stage.",
            promql(f"sum by (stage) (rate(sommet_stage_in_total[{RATE}]))", "{{stage}}"),
            unit="cps",
        ),
        lines(
            "Messages given",
            "A second, by stage.",
            promql(f"sum by (stage) (rate(sommet_stage_out_total[{RATE}]))", "{{stage}}"),
            unit="cps",
        ),
        lines(
            "Lag",
            "Messages that wait before a stage.",
            promql("sum by (stage) (max by (stage, partition) (sommet_stage_lag))", "{{stage}}"),
        ),
        lines(
            "Rejects",
            "Messages put among the dead letters, a minute.",
            promql(f"60 * sum by (stage) (rate(sommet_stage_rejected_total[{RATE}]))", "{{stage}}"),
        ),
        lines(
            "Seconds of a message",
            "Half of the messages need less, and 95 of 100.",
            promql(f"histogram_quantile(0.5, {spent})", "{{stage}} 50 %"),
            promql(f"histogram_quantile(0.95, {spent})", "{{stage}} 95 %", ref="B"),
            unit="s",
        ),
        lines(
            "Share of a processor",
            "Seconds of work a second, by stage; at the number of its processes it is full.",
            promql(f"sum by (stage) (rate(sommet_stage_seconds_sum[{RATE}]))", "{{stage}}"),
            unit="percentunit",
        ),
    )


def _sources() -> tuple[Panel, ...]:
    return (
        rows(
            "Last answers",
            "Seconds since a source answered, the longest first.",
            promql_now(f"sort_desc({SILENCE})"),
            width=12,
        ),
        rows(
            "New articles",
            "Of each source within a day, the fewest first.",
            promql_now("sort(sum by (source) (increase(sommet_source_items_total[1d])))"),
            width=12,
        ),
        lines(
            "Failed polls",
            "An hour, by reason.",
            promql(f"3600 * sum by (reason) (rate(sommet_source_failures_total[{RATE}]))", "{{reason}}"),
        ),
        lines(
            "Reports of events",
            "A day, by language, beside articles in which no event was read.",
            promql("sum by (lang) (increase(sommet_event_reports_total[1d]))", "{{lang}} reports"),
            promql("sum by (lang) (increase(sommet_abstentions_total[1d]))", "{{lang}} none", ref="B"),
        ),
    )


def _deliveries() -> tuple[Panel, ...]:
    published = "sum by (le) (increase(sommet_publication_to_alert_seconds_bucket[1d]))"
    came = "sum by (le) (increase(sommet_receipt_to_alert_seconds_bucket[1d]))"
    return (
        lines(
            "From publication to alert",
            "Of the alerts of a day: half of them, and nine of ten, need less.",
            promql(f"histogram_quantile(0.5, {published})", "50 %"),
            promql(f"histogram_quantile(0.9, {published})", "90 %", ref="B"),
            unit="s",
        ),
        lines(
            "From receipt to alert",
            "The same without the time that feeds take.",
            promql(f"histogram_quantile(0.5, {came})", "50 %"),
            promql(f"histogram_quantile(0.9, {came})", "90 %", ref="B"),
            unit="s",
        ),
        lines(
            "Deliveries",
            "A day, by receiver and what became of them.",
            promql(
                "sum by (receiver, result) (increase(sommet_alerts_total[1d]))", "{{receiver}} {{result}}"
            ),
        ),
        lines(
            "Owed and refused",
            "Alerts that wait; 1 where the last try failed.",
            promql("max by (receiver) (sommet_alerts_pending)", "{{receiver}} owed"),
            promql("max by (receiver) (sommet_receiver_failing)", "{{receiver}} refuses", ref="B"),
        ),
        rows(
            "Alerts of the operation",
            "What fires now; docs/operations-alerts.md says what to do.",
            promql_now(f"sum by (alertname, severity, instance, stage, source, receiver) ({FIRING})"),
            height=6,
        ),
    )
