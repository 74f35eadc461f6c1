"""Panels in one style, over the two data sources that Grafana is provisioned with."""

from collections.abc import Iterable
from typing import Any, TypeVar

from grafana_foundation_sdk.builders import barchart, common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import prometheus as prometheus_models

PROMETHEUS = models.DataSourceRef(type_val="prometheus", uid="sommet-prometheus")
STORE = models.DataSourceRef(type_val="grafana-postgresql-datasource", uid="sommet-store")

Panel = barchart.Panel | stat.Panel | table.Panel | timeseries.Panel
P = TypeVar("P", barchart.Panel, stat.Panel, table.Panel, timeseries.Panel)


class Sql(Builder[Dataquery], Dataquery):
    """A query to the store; the SDK has none for PostgreSQL."""

    def __init__(self, query: str, shape: str = "table", ref: str = "A") -> None:
        self._query, self._shape, self._ref = " ".join(query.split()), shape, ref

    def build(self) -> Dataquery:
        """Return itself: it is made at once."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return the query as Grafana stores it."""
        return {
            "refId": self._ref,
            "datasource": STORE,
            "editorMode": "code",
            "format": self._shape,
            "rawQuery": True,
            "rawSql": self._query,
        }


def promql(query: str, legend: str = "", ref: str = "A") -> prometheus.Dataquery:
    """Return a query to Prometheus over the time that is shown."""
    return prometheus.Dataquery().expr(query).legend_format(legend or "__auto").range().ref_id(ref)


def promql_now(query: str, ref: str = "A") -> prometheus.Dataquery:
    """Return a query to Prometheus for the last moment that is shown, as a table."""
    instant = prometheus.Dataquery().expr(query).instant().ref_id(ref)
    return instant.format(prometheus_models.PromQueryFormat.TABLE)


def placed(panel: P, title: str, what: str, size: tuple[int, int], queries: Iterable[Any]) -> P:
    """Give a panel its title, its explanation, its width and height on a grid of 24, and its queries."""
    targets = list(queries)
    source = STORE if isinstance(targets[0], Sql) else PROMETHEUS
    return (
        panel.title(title).description(what).datasource(source).span(size[0]).height(size[1]).targets(targets)
    )


def number(
    title: str, what: str, query: Any, *, unit: str = "short", bad_above: float | None = None
) -> Panel:
    """Return a panel with one number, red above `bad_above`."""
    panel = stat.Panel().unit(unit).graph_mode(common_models.BigValueGraphMode.NONE).no_value("none")
    if bad_above is not None:
        steps = [models.Threshold(value=None, color="green"), models.Threshold(value=bad_above, color="red")]
        panel = panel.thresholds(
            dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
        )
    return placed(panel, title, what, (4, 4), [query])


def lines(title: str, what: str, *queries: Any, unit: str = "short", width: int = 12) -> Panel:
    """Return a panel with curves."""
    panel = timeseries.Panel().unit(unit).min(0).fill_opacity(10)
    return placed(panel, title, what, (width, 8), queries)


def columns(title: str, what: str, query: Any, *, width: int = 12) -> Panel:
    """Return a panel with stacked columns over time."""
    stacked = common.StackingConfig().mode(common_models.StackingMode.NORMAL).group("A")
    panel = (
        timeseries.Panel().draw_style(common_models.GraphDrawStyle.BARS).fill_opacity(80).stacking(stacked)
    )
    return placed(panel, title, what, (width, 8), [query])


def bars(title: str, what: str, query: Any) -> Panel:
    """Return a panel with a bar for each row, the first column beneath."""
    return placed(barchart.Panel().min(0), title, what, (8, 8), [query])


def rows(
    title: str, what: str, query: Any, *, width: int = 24, height: int = 10, link: str = ""
) -> table.Panel:
    """Return a panel with a table; in the column `link` stand addresses, which become links.

    Unless it is told `raw`, Grafana encodes an address once more, and one in Cyrillic leads nowhere.
    """
    panel = table.Panel().filterable(filterable=True)
    if link:
        properties = [
            models.DynamicConfigValue(
                "links", [{"title": "read", "url": "${__value.raw:raw}", "targetBlank": True}]
            ),
            models.DynamicConfigValue("custom.width", 140),
        ]
        panel = panel.override_by_name(link, properties)
    return placed(panel, title, what, (width, height), [query])


def choice(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """Return a variable of which several values of the store may be chosen, all by default.

    All stands for the query itself: a list of no values, from an empty store, would be no SQL.
    """
    every = models.VariableOption(selected=True, text="All", value="$__all")
    variable = dashboard.QueryVariable(name).label(label).datasource(STORE).query(query).multi(multi=True)
    variable = variable.include_all(include_all=True).all_value(query).current(every)
    return variable.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)


def board(uid: str, title: str, what: str, since: str, refresh: str) -> dashboard.Dashboard:
    """Return an empty dashboard in UTC."""
    made = dashboard.Dashboard(title).uid(uid).description(what).tags(["sommet"]).readonly()
    return made.timezone("utc").time(since, "now").refresh(refresh)


def numbered(made: dashboard.Dashboard) -> models.Dashboard:
    """Return a dashboard with numbers for its panels, as links to one of them need."""
    built = made.build()
    for number_, panel in enumerate(built.panels or [], 1):
        panel.id_val = number_
    return built
