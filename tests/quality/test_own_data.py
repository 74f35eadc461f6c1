"""The project's own labelled texts and its demo week are complete, valid and true to their documents."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from schemas.events import EventType, Salience, Status

ROOT = Path(__file__).parents[2]
OWN = ROOT / "benchmarks" / "quality" / "own"
DEMO = ROOT / "sommet" / "demo"

HALVES = ("tune", "held")
LATER = ("open", "blind", "open2", "blind2")
PARTS = {"fr": "fr", "fr-mt": "fr", "en": "en", "ru": "ru", "zh": "zh"}
FORMATS = ("in_person", "video", "phone", None)
DOC_FIELDS = {"id", "lang", "set", "date", "source", "title", "text", "url"}
GOLD_FIELDS = {"id", "relevant", "main", "summit_news", "events", "lang"}
EVENT_FIELDS = {
    "type", "status", "salience", "format", "start", "end", "place", "participants", "quantities",
    "evidence", "event_key",
}  # fmt: skip
ISO = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
KEY = re.compile(r"summit:\d{4}(-\d\d){0,2}:[a-z-]+")
RESERVED = re.compile(r"https://example\.(org|com|net)/\S+")

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def own(kind: str, half: str, part: str) -> list[Row]:
    """Return the documents or the labels of one half of one part."""
    path = OWN / f"{half}.{part}.{kind}.jsonl"
    return rows(path) if path.exists() or half in HALVES else []


def labelled(part: str) -> list[tuple[Row, Row]]:
    """Return all documents of a part with their labels."""
    return [
        (doc, gold)
        for half in (*HALVES, *LATER)
        for doc, gold in zip(own("docs", half, part), own("gold", half, part), strict=True)
    ]


def content(doc: Row) -> str:
    """Return the text in which evidence must occur."""
    return f"{doc['title']}\n{doc['text']}"


def events() -> Iterator[tuple[Row, Row]]:
    """Yield every labelled event with its document."""
    for part in PARTS:
        for doc, gold in labelled(part):
            for event in gold["events"]:
                yield doc, event


@pytest.mark.parametrize("part", PARTS)
def test_labels_stand_beside_their_documents(part: str) -> None:
    """Each document has its label on the same line, in the language of its part, with all fields."""
    for doc, gold in labelled(part):
        assert doc["id"] == gold["id"]
        assert doc["lang"] == gold["lang"] == PARTS[part]
        assert set(doc) == DOC_FIELDS
        assert set(gold) - {"note"} == GOLD_FIELDS
        assert doc["title"]
        assert doc["text"]
        assert RESERVED.fullmatch(doc["url"])


@pytest.mark.parametrize("part", PARTS)
def test_halves_are_equal_in_size_and_share_of_news(part: str) -> None:
    """Both halves of a part hold as many documents, and as many relevant ones give or take one."""
    tune, held = (own("gold", half, part) for half in HALVES)
    assert len(tune) == len(held) >= 20
    assert abs(sum(g["relevant"] for g in tune) - sum(g["relevant"] for g in held)) <= 1


def test_no_document_stands_twice() -> None:
    """Ids and texts are unique over all files."""
    docs = [doc for part in PARTS for doc, _ in labelled(part)]
    assert Counter(d["id"] for d in docs).most_common(1)[0][1] == 1
    assert Counter(content(d) for d in docs).most_common(1)[0][1] == 1


def test_evidence_and_quantities_are_copied_to_the_letter() -> None:
    """What an event quotes occurs in its document, and evidence is at most 300 characters long."""
    for doc, event in events():
        for quote in (event["evidence"], *event["quantities"]):
            assert quote
            assert quote in content(doc), (doc["id"], quote)
        assert len(event["evidence"]) <= 300


def test_event_fields_are_valid() -> None:
    """Every event has every field, with a value that the guide knows."""
    for doc, event in events():
        where = (doc["id"], event)
        assert set(event) == EVENT_FIELDS, where
        assert event["type"] in get_args(EventType), where
        assert event["status"] in get_args(Status), where
        assert event["salience"] in get_args(Salience), where
        assert event["format"] in FORMATS, where
        assert event["format"] is None or event["type"] in {"summit", "consultation"}, where
        assert event["participants"], where
        assert all(event["participants"]), where
        assert event["place"] is None or event["place"].isascii(), where
        assert event["event_key"] is None or event["type"] == "summit", where
        assert event["event_key"] is None or KEY.fullmatch(event["event_key"]), where


def test_dates_are_iso_and_in_order() -> None:
    """Dates are ISO dates of any precision, and no event ends before it starts."""
    for doc, event in events():
        dates = [d for d in (event["start"], event["end"]) if d is not None]
        assert all(ISO.fullmatch(d) for d in dates), doc["id"]
        assert dates == sorted(dates), doc["id"]


def test_flags_agree_with_the_events() -> None:
    """Relevant means events; summit news means a summit that is news."""
    for part in PARTS:
        for doc, gold in labelled(part):
            found = gold["events"]
            assert gold["relevant"] == bool(found), doc["id"]
            news = any(e["type"] == "summit" and e["salience"] == "news" for e in found)
            assert gold["summit_news"] == news, doc["id"]


@pytest.mark.parametrize("part", PARTS)
def test_every_type_occurs_in_every_part(part: str) -> None:
    """No type is missing in a part, and about half of the documents state none."""
    found = labelled(part)
    assert {e["type"] for _, g in found for e in g["events"]} == set(get_args(EventType))
    assert 0.4 <= sum(g["relevant"] for _, g in found) / len(found) <= 0.55


@pytest.mark.parametrize("lang", sorted(set(PARTS.values())))
def test_every_status_and_format_occurs_in_every_language(lang: str) -> None:
    """No status, salience or format is missing in a language."""
    found = [
        e
        for part, own_lang in PARTS.items()
        if own_lang == lang
        for _, g in labelled(part)
        for e in g["events"]
    ]
    assert {e["status"] for e in found} == set(get_args(Status))
    assert {e["salience"] for e in found} == set(get_args(Salience))
    assert {e["format"] for e in found if e["type"] in {"summit", "consultation"}} >= set(FORMATS[:3])


def test_demo_articles_are_valid() -> None:
    """The demo's articles have all fields, unique ids, a date-time or none, and reserved addresses."""
    articles = rows(DEMO / "articles.jsonl")
    assert len({a["id"] for a in articles}) == len({a["url"] for a in articles}) == len(articles) >= 45
    assert {a["lang"] for a in articles} == {"fr", "en", "ru", "zh"}
    for article in articles:
        assert set(article) == {"id", "date", "source", "lang", "url", "title", "text"}
        assert re.fullmatch(r"(2026-10-1[2-8]T\d\d:\d\d:00Z)?", article["date"])
        assert RESERVED.fullmatch(article["url"])
        assert article["title"]
        assert article["text"]


def test_demo_expectations_speak_of_all_articles() -> None:
    """Every article is expected to report an event, to raise no alert, or to give nothing."""
    expected = yaml.safe_load((DEMO / "expected.yaml").read_text("utf-8"))
    ids = {a["id"] for a in rows(DEMO / "articles.jsonl")}
    reporting = {i for e in expected["events"] for i in e["articles"]}
    quiet = {r["article"] for r in expected["no_alert"]}
    nothing = {r["article"] for r in expected["nothing"]}
    assert reporting | quiet | nothing == ids
    assert not nothing & (reporting | quiet)


def test_demo_alerts_are_counted_right() -> None:
    """The totals are those of the events' lives, and each turn is reported by one of its articles."""
    expected = yaml.safe_load((DEMO / "expected.yaml").read_text("utf-8"))
    dates = {a["id"]: a["date"] for a in rows(DEMO / "articles.jsonl")}
    alerts: Counter[str] = Counter()
    for event in expected["events"]:
        turns = [turn["article"] for turn in event["life"]]
        assert set(turns) <= set(event["articles"])
        assert all(dates[a] < dates[b] for a, b in itertools.pairwise(turns))
        assert dates[turns[0]] == min(dates[i] for i in event["articles"])
        alerts[event["type"]] += len(turns)
    assert alerts["summit"] == expected["alerts"]["summit"]
    assert alerts.total() == expected["alerts"]["all"]
