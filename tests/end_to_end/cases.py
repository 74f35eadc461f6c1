"""What goes in at one end, and what must come out at the other.

The texts of the five seed articles belong to their publishers: they are read from the shared data folder
(`SOMMET_DATA`, else `../shared`), and only dates, names and amounts stand here. Some articles of the
bundled week are there always.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SOMMET_DATA") or ROOT.parent / "shared")
LATER = "2027-01-04T12:00:00+00:00"
"""When the articles are read: all of them are history by then."""


@dataclass(frozen=True)
class Summit:
    """One meeting of leaders: its facts, and what each article says of it (`status salience`).

    Articles in `passing` only point to it ("after the talks in Beijing"): joined or not, both are right.
    """

    facts: tuple[str, str, str, str, str]
    """First day, last day, format, place, status."""
    reports: dict[str, str]
    passing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Deal:
    """An event of another type: who with whom, since when, how much."""

    type: str
    participants: frozenset[str]
    since: str
    amount: str


@dataclass(frozen=True)
class Case:
    """Documents, and all that must come of them.

    `told` are the messages that every receiver gets, in their order: why, and in which state the event
    is. No event may rest on words that name one of the `strangers`, no meeting on words that name one
    held `elsewhere`; no event has one of `no_types`.
    `recalled` are days of summits that may be read from a text in passing, or not.
    """

    name: str
    rows: tuple[dict[str, str], ...]
    summits: tuple[Summit, ...]
    deals: tuple[Deal, ...]
    told: tuple[tuple[str, str], ...]
    strangers: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    no_types: frozenset[str] = frozenset({"multilateral"})
    recalled: frozenset[str] = frozenset()


def cases() -> list[Case]:
    """Return the articles of the bundled week, and the seeds where they are."""
    docs = SHARED / "seeds" / "docs.jsonl"
    return [_week(), *([_seeds(docs)] if docs.is_file() else [])]


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _seeds(docs: Path) -> Case:
    short = [row | {"id": row["id"][:3]} for row in _rows(docs)]
    ru_cn = frozenset({"Russia", "China"})
    return Case(
        name="seeds",
        rows=tuple(row | {"url": f"https://press.example/{row['date']}/{row['id']}"} for row in short),
        summits=(
            Summit(
                ("2021-12-15", "2021-12-15", "video", "", "occurred"),
                {"000": "occurred news", "001": "occurred news", "003": "occurred news"}
                | {"004": "occurred background"},
            ),
            Summit(
                ("2022-02-04", "2022-02-04", "in_person", "Beijing", "occurred"),
                {"000": "planned news", "001": "planned news", "003": "planned news"}
                | {"004": "occurred news", "002": "occurred background"},
            ),
            Summit(("2023-03-20", "2023-03-22", "in_person", "Moscow", "planned"), {"002": "planned news"}),
            Summit(("2021-06-28", "2021-06-28", "video", "", "occurred"), {"003": "occurred background"}),
            Summit(
                ("2022-09", "2022-09", "in_person", "Central Asia", "occurred"),
                {"002": "occurred background"},
            ),
            Summit(("2022-12", "2022-12", "video", "", "occurred"), {"002": "occurred background"}),
        ),
        deals=(
            Deal("energy", frozenset({"Gazprom", "CNPC"}), "2022-02", "10 milliards de mètres cubes"),
            Deal("energy", frozenset({"Rosneft", "CNPC"}), "2022-02", "100 millions de tonnes"),
            Deal("trade", ru_cn, "2021-01", "31%"),
            Deal("trade", ru_cn, "2021-01", "123 milliards de dollars"),
            Deal("trade", frozenset(), "", "200 milliards de dollars"),
            Deal("trade", ru_cn, "", "140 milliards de dollars"),
            Deal("trade", frozenset(), "", "250 milliards de dollars"),
        ),
        told=(
            ("first report", "held"),
            ("first report", "planned"),
            ("status: planned → held", "held"),
            ("first report", "planned"),
        ),
        strangers=("Biden", "Blinken", "Kuleba", "Zelensky"),
        elsewhere=("Sommet pour la démocratie",),
    )


def _week() -> Case:
    chosen = {"fr-01", "fr-10", "fr-11", "fr-13", "en-04", "ru-03", "ru-06", "zh-04", "zh-05"}
    rows = [row for row in _rows(ROOT / "sommet" / "demo" / "articles.jsonl") if row["id"] in chosen]
    return Case(
        name="week",
        rows=tuple(rows),
        summits=(
            Summit(
                ("2026-10-16", "2026-10-16", "in_person", "Beijing", "occurred"),
                {"fr-01": "planned news", "ru-03": "planned news", "zh-05": "occurred news"},
                passing=frozenset({"ru-06"}),
            ),
            Summit(("2026-11", "2026-11", "in_person", "Moscow", "planned"), {"ru-06": "planned news"}),
        ),
        deals=(
            Deal("energy", frozenset({"Novatek", "CNPC"}), "2026-10-13", "3 millions de tonnes"),
            Deal("trade", frozenset({"Russia", "China"}), "2026-01", "171,3 milliards de dollars"),
        ),
        told=(
            ("first report", "planned"),
            ("date: 15 October 2026 → 16 October 2026", "planned"),
            ("status: planned → held", "held"),
            ("first report", "planned"),
        ),
        strangers=("Erdogan", "German", "卢卡申科"),
        recalled=frozenset({"2026-05"}),
    )
