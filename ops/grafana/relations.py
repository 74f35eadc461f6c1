"""The dashboard *Relations*: what Russia and China do together, or to each other, from the store."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as models

from ops.grafana.panels import Sql, bars, board, choice, columns, number, numbered, rows

SHOWN = """
    e.into = '' AND e.articles > 0 AND $__timeFilter(e.first_seen)
    AND e.type IN (${type:sqlstring}) AND e.status IN (${status:sqlstring})
    AND EXISTS (SELECT 1 FROM reports l WHERE l.event = e.id AND l.lang IN (${lang:sqlstring}))
"""
"""An event that nobody states any more, or that became another one, is not shown."""
COUNTED = f"FROM events e WHERE {SHOWN}"
FIRST = """
    LEFT JOIN LATERAL (
      SELECT r.sentence, coalesce(nullif(r.outlet, ''), r.source) AS outlet, r.lang,
        CASE WHEN r.url ~ '^https?://' THEN r.url END AS url
      FROM reports r WHERE r.event = e.id ORDER BY nullif(r.published, '') NULLS LAST, r.statement LIMIT 1
    ) f ON true
"""
"""The report of an event that was published first: its sentence and its link are the evidence."""
WHO = """
    (SELECT string_agg(p, ', ') FROM json_array_elements_text(e.data::json -> 'participants') p)
      AS participants
"""

EVENTS = f"""
    SELECT e.first_seen AS "first told", e.type, e.status, e.start AS "from", e."end" AS "to", e.place, {WHO},
      f.sentence, f.outlet AS source, f.lang AS language, f.url AS link, e.lineages AS "independent sources",
      e.articles, round(e.confidence::numeric, 2) AS confidence, left(e.id, 12) AS id
    FROM events e {FIRST} WHERE {SHOWN} ORDER BY e.first_seen DESC LIMIT 500
"""
UPCOMING = f"""
    SELECT nullif(e.start, '') AS "from", nullif(e."end", '') AS "to", e.place, {WHO}, f.sentence,
      f.outlet AS source, f.url AS link, e.lineages AS "independent sources", left(e.id, 12) AS id
    FROM events e {FIRST}
    WHERE e.into = '' AND e.articles > 0 AND e.type = 'summit' AND e.status = 'planned' AND NOT e.unreported
      AND (e."end" = '' OR e."end" >= to_char($__timeTo()::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD'))
    ORDER BY nullif(e.start, '') NULLS LAST, e.id LIMIT 100
"""
BY_LANGUAGE = f"""
    SELECT r.lang AS language, count(DISTINCT r.event) AS events, count(*) AS reports
    FROM reports r JOIN events e ON e.id = r.event WHERE {SHOWN} AND r.lang IN (${{lang:sqlstring}})
    GROUP BY 1 ORDER BY 2 DESC
"""
BY_TYPE = f"SELECT e.type, count(*) AS events {COUNTED} GROUP BY 1 ORDER BY 2 DESC"
BY_STATUS = f"SELECT e.status, count(*) AS events {COUNTED} GROUP BY 1 ORDER BY 2 DESC"
BY_SOURCES = f"""
    SELECT CASE WHEN e.lineages < 3 THEN e.lineages::text WHEN e.lineages < 6 THEN '3 to 5'
      ELSE '6 and more' END
      AS "independent sources", count(*) AS events {COUNTED} GROUP BY 1 ORDER BY 1
"""
OUTLETS = f"""
    SELECT coalesce(nullif(r.outlet, ''), r.source) AS source, r.lang AS language,
      count(DISTINCT r.event) AS events, count(*) AS reports,
      count(*) FILTER (WHERE r.agency <> '') AS "with an agency", max(r.received) AS "last report"
    FROM reports r JOIN events e ON e.id = r.event WHERE {SHOWN} GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 100
"""
TURNS = f"""
    SELECT r.at AS time, e.type, r.change AS turn, r.before, e.status AS "status now", r.start AS "from",
      r.place, r.sentence, coalesce(nullif(r.outlet, ''), r.source) AS source,
      CASE WHEN r.url ~ '^https?://' THEN r.url END AS link, left(e.id, 12) AS id
    FROM reports r JOIN events e ON e.id = r.event
    WHERE {SHOWN} AND r.change NOT IN ('new', 'more') ORDER BY r.at DESC LIMIT 200
"""
ALERTS = """
    SELECT a.at AS time, a.rule, a.reason, e.type, e.status, e.start AS "from", d.receiver, d.result,
      d.finished AS "told at", left(a.event, 12) AS event
    FROM alerts a LEFT JOIN events e ON e.id = a.event LEFT JOIN deliveries d ON d.alert = a.id
    WHERE $__timeFilter(a.at) ORDER BY a.at DESC LIMIT 200
"""


def by_day(what: str) -> str:
    """Return the query for new events a day, a series for each value of a column."""
    day = "date_trunc('day', e.first_seen AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
    return (
        f"SELECT {day} AS time, e.{what} AS metric, count(*) AS events {COUNTED} GROUP BY 1, 2 ORDER BY 1, 2"
    )


def relations() -> models.Dashboard:
    """Return the dashboard."""
    return numbered(_shown(_chosen()))


def _chosen() -> dashboard.Dashboard:
    made = board(
        "sommet-relations",
        "Relations",
        "What Russia and China do together, or to each other, as the press states it. The time is that of "
        "the first report.",
        "now-30d",
        "5m",
    )
    for name, label, table in (
        ("type", "Type", "events"),
        ("status", "Status", "events"),
        ("lang", "Language", "reports"),
    ):
        made = made.with_variable(choice(name, label, f"SELECT DISTINCT {name} FROM {table}"))
    return made


def _shown(made: dashboard.Dashboard) -> dashboard.Dashboard:
    panels = (
        number(
            "Known events", "Known in this time, whatever their status.", Sql(f"SELECT count(*) {COUNTED}")
        ),
        number(
            "Summits", "Whatever became of them.", Sql(f"SELECT count(*) {COUNTED} AND e.type = 'summit'")
        ),
        number(
            "Told by several",
            "Events that at least two independent sources report.",
            Sql(f"SELECT count(*) {COUNTED} AND e.lineages > 1"),
        ),
        number(
            "Reports",
            "Articles that state one of the events, copies included.",
            Sql(f"SELECT count(*) FROM reports r JOIN events e ON e.id = r.event WHERE {SHOWN}"),
        ),
        number(
            "Not reported",
            "Plans whose day passed without a report.",
            Sql(f"SELECT count(*) {COUNTED} AND e.unreported"),
        ),
        number(
            "Articles read",
            "All articles of this time, relevant or not.",
            Sql("SELECT count(*) FROM articles WHERE $__timeFilter(received)"),
        ),
        rows(
            "Upcoming summits",
            "Planned for the end of the shown time or later, or without a date so far.",
            Sql(UPCOMING),
            height=7,
            link="link",
        ),
        columns("Events by type", "New events a day.", Sql(by_day("type"), "time_series")),
        columns(
            "Events by status", "The same, by what is known today.", Sql(by_day("status"), "time_series")
        ),
        rows(
            "Events",
            "Each with the sentence of its first report; the link leads to the article.",
            Sql(EVENTS),
            height=12,
            link="link",
        ),
        bars("Types", "Events by type.", Sql(BY_TYPE)),
        bars("Statuses", "Events by status.", Sql(BY_STATUS)),
        bars(
            "Independent sources",
            "Events by the number of origins that copies are traced to.",
            Sql(BY_SOURCES),
        ),
        bars("Languages", "Events and their reports by language.", Sql(BY_LANGUAGE)),
        rows("Sources", "Who reports the events.", Sql(OUTLETS), width=16, height=8),
        rows("Turns", "What became of events: held, moved, called off, denied.", Sql(TURNS), link="link"),
        rows("Alerts", "What was told to whom.", Sql(ALERTS)),
    )
    for panel in panels:
        made = made.with_panel(panel)
    return made
