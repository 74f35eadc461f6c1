"""The dashboards: written by their code, and every query of theirs answered by a pipeline that runs."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import yaml

from ops.grafana.write import files
from tests.app.small import rss
from tests.ops.rules import OF_OTHERS, OPS, asked, program, series
from tests.ops.scene import Scene, as_grafana, running, serving
from tests.postgres import cleared

BOARDS = {path.stem: json.loads(text) for path, text in files().items()}
SINCE, UNTIL = "'2026-09-20T00:00:00Z'", "'2026-10-20T12:00:00Z'"
MADE_BY_RULES = {"ALERTS"}


@dataclass(frozen=True)
class Query:
    """One query of a panel."""

    panel: str
    text: str

    def __str__(self) -> str:
        return self.panel


def queries(board: str, key: str) -> list[Query]:
    """Return the queries of a dashboard under a key of their targets."""
    return [
        Query(f"{panel['title']} {target['refId']}", target[key])
        for panel in BOARDS[board]["panels"]
        for target in panel["targets"]
    ]


SQL = queries("relations", "rawSql")
PROMQL = queries("pipeline", "expr")


def as_sql(board: dict[str, Any], text: str) -> str:
    """Return a query with Grafana's macros replaced as Grafana does it, all values chosen."""
    for variable in board["templating"]["list"]:
        text = text.replace(f"${{{variable['name']}:sqlstring}}", variable["allValue"])
    text = re.sub(r"\$__timeFilter\(([\w.]+)\)", rf"\1 BETWEEN {SINCE} AND {UNTIL}", text)
    text = text.replace("$__timeTo()", UNTIL)
    assert "$" not in text, "a macro that is not known here"
    return text


def as_promql(text: str) -> str:
    """Return a query with the intervals that Grafana chooses."""
    return text.replace("$__rate_interval", "1m")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Scene]:
    """The week on PostgreSQL, a feed that answers and one that does not, and Prometheus."""
    cleared(postgres)
    with (
        serving({"/feed": rss(("one", "The weather is fine."))}) as address,
        running(tmp_path_factory.mktemp("scene"), postgres, (f"{address}/feed", f"{address}/gone")) as scene,
    ):
        yield scene


@pytest.fixture
def reader(scene: Scene) -> Iterator[psycopg.Connection[Any]]:
    """A connection as Grafana has it."""
    with as_grafana(scene.store) as address, psycopg.connect(address, autocommit=True) as connection:
        yield connection


def test_the_files_are_what_the_code_makes() -> None:
    """`make dashboards` writes them; nobody edits them."""
    for path, text in files().items():
        assert path.read_text("utf-8") == text, f"{path.name} is not current: make dashboards"
    assert {path.name for path in (OPS / "grafana/dashboards").glob("*.json")} == {
        path.name for path in files()
    }


@pytest.mark.parametrize("board", BOARDS)
def test_a_dashboard_is_whole(board: str) -> None:
    """Its panels have numbers of their own, say what they show, lie on the grid and use known sources."""
    provisioned = yaml.safe_load((OPS / "grafana/provisioning/datasources/sommet.yml").read_text("utf-8"))
    sources = {(source["type"], source["uid"]) for source in provisioned["datasources"]}
    made = BOARDS[board]
    panels = made["panels"]
    assert made["uid"] == f"sommet-{board}"
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert (panel["datasource"]["type"], panel["datasource"]["uid"]) in sources
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken, f"{panel['title']} lies over another panel"
        taken |= cells


@pytest.mark.parametrize("query", PROMQL, ids=str)
def test_a_query_asks_for_what_there_is(query: Query) -> None:
    """It is PromQL over metrics that are exported."""
    assert asked(as_promql(query.text)) <= series() | OF_OTHERS | MADE_BY_RULES


@pytest.mark.parametrize("query", SQL, ids=str)
def test_the_store_answers(query: Query, scene: Scene, reader: psycopg.Connection[Any]) -> None:
    """Grafana's own role gets rows from the bundled week."""
    rows = reader.execute(as_sql(BOARDS["relations"], query.text).encode()).fetchall()
    assert rows
    if len(rows[0]) == 1 and "Not reported" not in query.panel:
        assert rows[0][0] > 0


def test_a_link_is_the_address_as_it_is() -> None:
    """Addresses of Russian and Chinese articles hold signs of percent, which nobody may encode again."""
    found = [
        link
        for panel in BOARDS["relations"]["panels"]
        for override in panel["fieldConfig"]["overrides"]
        for one in override["properties"]
        if one["id"] == "links"
        for link in one["value"]
    ]
    assert len(found) == 3
    assert {link["url"] for link in found} == {"${__value.raw:raw}"}


def test_the_links_lead_to_articles(reader: psycopg.Connection[Any]) -> None:
    """Every event has its sentence and an address; an address of another kind is left out."""
    query = next(query for query in SQL if query.panel == "Events A")
    cursor = reader.execute(as_sql(BOARDS["relations"], query.text).encode())
    columns = [column.name for column in cursor.description or ()]
    for row in cursor.fetchall():
        event = dict(zip(columns, row, strict=True))
        assert event["sentence"]
        assert event["link"].startswith("https://")
        assert event["participants"]


def test_grafana_writes_nothing(reader: psycopg.Connection[Any]) -> None:
    """Its role may read, whatever somebody types into a query."""
    for order in ("DELETE FROM events", "SET default_transaction_read_only = off; DELETE FROM events"):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
            reader.execute(order.encode())


@pytest.mark.parametrize("query", PROMQL, ids=str)
def test_prometheus_answers(query: Query, scene: Scene) -> None:
    """Each query finds series, and a number in one of them at least."""
    program("prometheus")
    found = scene.ask(as_promql(query.text))
    assert found
    assert any(math.isfinite(float(one["value"][1])) for one in found)
