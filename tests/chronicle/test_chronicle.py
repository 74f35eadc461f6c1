"""What a person is shown of one event."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consumers import resolve
from schemas.events import Event, EventMentions, Ruling
from sommet.chronicle.model import Chronicle, chronicle
from sommet.chronicle.text import blocks, precedents
from sommet.knowledge.phrases import phrases
from sommet.language import sketch
from sommet.stage import State, Wake
from sommet.store import Store
from sommet.store import precedents as before
from sommet.store.writes import write_event
from tests.consumers.made import NOW, mention, origin, reported

PLAN: dict[str, Any] = {"status": "planned", "place": "Moscow", "country": "RUS", "basis": "text"}
HELD: dict[str, Any] = {"place": "Moscow", "country": "RUS", "basis": "text"}
TEXT = "Le président chinois se rendra à Moscou lundi, a fait savoir le Kremlin dans un bref communiqué."
Told = Callable[[Iterable[EventMentions]], list[Event]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file of its own."""
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    yield store
    store.close()


@pytest.fixture
def told(store: Store) -> Told:
    """Take in reports one after the other, and keep what becomes of them."""
    state: State = {}

    def take(reports: Iterable[EventMentions]) -> list[Event]:
        found = []
        for report in reports:
            messages = list(resolve.step(state, report, NOW))
            for message in messages:
                if isinstance(message, Event):
                    found.append(message)
                    with store.database.writing() as connection:
                        write_event(connection, message)
        return found

    return take


def plain(text: str) -> str:
    """Return a text with plain blanks."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def shown(store: Store, event: str) -> Chronicle:
    """Return the life of an event."""
    history = store.event(event)
    assert history
    return chronicle(history, before.precedents(store, history.event))


def a_plan_moved_and_held() -> list[EventMentions]:
    """Return a story: announced, put off by a week, held; and one that has the day wrong."""
    return [
        reported("a", [mention(start="2023-03", **PLAN)], published="2023-03-01"),
        reported("b", [mention(start="2023-03-20", **PLAN)], published="2023-03-10", lang="ru"),
        reported("c", [mention(start="2023-03-27", **PLAN)], published="2023-03-18"),
        reported("d", [mention(start="2023-03-27", **HELD)], published="2023-03-27T18:00:00+00:00"),
        reported("e", [mention(start="2023-03-27", **HELD)], published="2023-03-28", lang="zh"),
        reported("f", [mention(start="2023-03-28", **HELD)], published="2023-03-29", lang="en"),
    ]


def test_each_turn_has_its_report(store: Store, told: Told) -> None:
    """What was before and after, in the order of publication, each with the article that says so."""
    event = told(a_plan_moved_and_held())[-1].event
    steps = [
        (s.kind, s.before, s.after, s.report and s.report.origin.article) for s in shown(store, event).steps
    ]
    assert steps == [
        ("new", "", "planned", "a"),
        ("dated", "2023-03", "2023-03-20", "b"),
        ("postponed", "2023-03-20", "2023-03-27", "c"),
        ("status", "planned", "occurred", "d"),
    ]


def test_every_value_has_its_sources(store: Store, told: Told) -> None:
    """The value of most origins is shown, and first; the others stay visible."""
    event = told(a_plan_moved_and_held())[-1].event
    found = shown(store, event)
    dates = [(said.value, said.origins, said.shown) for said in found.facts["date"]]
    assert dates[0] == ("2023-03-27", 3, True)
    assert {value for value, _, _ in dates} == {"2023-03", "2023-03-20", "2023-03-27", "2023-03-28"}
    assert found.event.start == "2023-03-27"
    assert [
        r.origin.article for said in found.facts["date"] if said.value == "2023-03-28" for r in said.reports
    ] == ["f"]


def test_amounts_that_contradict_are_all_there(store: Store, told: Told) -> None:
    """Two sources, two amounts."""
    deal = {"type": "energy", "participants": ("Gazprom", "CNPC"), "basis": "text"}
    event = told([
        reported("a", [mention(quantities=("200 milliards de dollars",), **deal)]),
        reported("b", [mention(quantities=("250 milliards de dollars",), **deal)]),
    ])[-1].event  # fmt: skip
    assert [(s.value, s.origins) for s in shown(store, event).facts["quantities"]] == [
        ("200 milliards de dollars", 1),
        ("250 milliards de dollars", 1),
    ]


def test_copies_stand_below_their_original(store: Store, told: Told) -> None:
    """One text in three outlets is one line with two copies."""
    same = sketch.of("Xi à Moscou lundi", TEXT)
    event = told(
        reported(
            name, [mention(start="2023-03-20", **PLAN)], published=f"2023-03-17T0{n}:00:00+00:00", sketch=same
        )
        for n, name in enumerate("abc")
    )[-1].event
    (line,) = shown(store, event).lines
    assert (line.report.origin.article, [c.report.origin.article for c in line.copies]) == ("a", ["b", "c"])


def test_a_plan_that_nobody_reported_says_so(store: Store) -> None:
    """The timer a week after the day marks it; the mark is shown."""
    state: State = {}
    plan = reported("a", [mention(start="2023-03-20", **PLAN)], published="2023-03-10")
    event, wake = resolve.step(state, plan, NOW)
    assert isinstance(wake, Wake)
    assert wake.at == datetime(2023, 3, 28, tzinfo=UTC)
    (marked,) = resolve.wake(state, wake.key, wake.at)
    assert isinstance(marked, Event)
    assert (marked.change, marked.status, marked.unreported) == ("unreported", "planned", True)
    assert not list(resolve.wake(state, wake.key, wake.at))
    for message in (event, marked):
        assert isinstance(message, Event)
        with store.database.writing() as connection:
            write_event(connection, message)
    found = shown(store, marked.event)
    assert [step.kind for step in found.steps] == ["new", "unreported"]
    texts = {
        lang: "\n".join(plain(block.plain) for block in blocks(found, phrases(lang))) for lang in ("fr", "en")
    }
    assert "la date est passée (20 mars 2023)" in texts["fr"]
    assert "the day has passed (20 March 2023)" in texts["en"]


def test_a_late_report_ends_the_mark(store: Store) -> None:
    """It was held after all."""
    state: State = {}
    plan = reported("a", [mention(start="2023-03-20", **PLAN)], published="2023-03-10")
    _, wake = resolve.step(state, plan, NOW)
    assert isinstance(wake, Wake)
    list(resolve.wake(state, wake.key, wake.at))
    held = reported("b", [mention(start="2023-03-20", **HELD)], published="2023-04-02")
    (event,) = resolve.step(state, held, NOW)
    assert isinstance(event, Event)
    assert (event.change, event.status, event.unreported) == ("status", "occurred", False)


def test_precedents_are_those_before_the_event(store: Store, told: Told) -> None:
    """Counted by the people that meet, in the year and in all; what is planned or later does not count."""
    days = ("2019-06-05", "2022-02-04", "2022-09-15", "2023-03-20", "2023-10-18")
    meetings = [
        reported(f"m{day}", [mention(start=day, basis="text", place="Moscow")], published=day) for day in days
    ]
    others = [
        reported(
            "p",
            [mention(start="2022-05-20", participants=("Mikhail Mishustin", "Li Keqiang"))],
            published="2022-05-20",
        ),
        reported("q", [mention(status="planned", start="2022-12-20")], published="2022-09-16"),
    ]
    event = next(e for e in told([*meetings, *others]) if e.start == "2022-09-15").event
    found = shown(store, event)
    assert (found.precedents.year, found.precedents.this_year, found.precedents.total) == ("2022", 1, 2)
    assert found.precedents.last
    assert found.precedents.last.start == "2022-02-04"
    assert list(map(plain, precedents(found, phrases("fr")))) == [
        "En 2022, événements de ce genre déjà connus avant celui-ci : 1.",
        "Depuis le premier connu (5 juin 2019) : 2, celui-ci non compris.",
        "Le précédent : 4 février 2022, Moscou.",
    ]
    assert plain(precedents(found, phrases("en"))[2]) == "The one before: 4 February 2022, Moscow."


def test_the_largest_amount_until_then(store: Store, told: Told) -> None:
    """In the unit that the event itself speaks of, read in the language in which it was written."""
    deal = {"type": "energy", "participants": ("Gazprom", "CNPC"), "basis": "text"}
    amounts = {
        "2014-05-21": "400 milliards de dollars",
        "2016-01-10": "12 millions de tonnes",
        "2020-03-01": "90 milliards de dollars",
    }
    events = told(
        reported(f"d{day}", [mention(start=day, quantities=(text,), **deal)], published=day)
        for day, text in amounts.items()
    )
    largest = shown(store, events[-1].event).precedents.largest
    assert largest
    assert (largest.text, largest.value, largest.unit) == ("400 milliards de dollars", 4e11, "USD")


def test_without_precedent_it_says_so(store: Store, told: Told) -> None:
    """The first of its kind, and one without a date."""
    event = told([reported("a", [mention(start="")])])[-1].event
    assert precedents(shown(store, event), phrases("fr"))[0].startswith("Aucun précédent connu")


def ruling(kind: str, *groups: Iterable[str]) -> EventMentions:
    """Return a person's word on some statements."""
    return EventMentions(
        id="ruling/1",
        dyad="RUS-CHN",
        origin=origin("ruling/1", published="2023-05-01"),
        ruling=Ruling(kind=kind, groups=tuple(map(tuple, groups))),  # type: ignore[arg-type]
    )


def test_what_was_merged_leads_on(store: Store, told: Told) -> None:
    """The id of the event that is no more shows the other one, with the reports of both."""
    one, two = told([
        reported("a", [mention(start="2023-03-20", basis="text")]),
        reported("b", [mention(start="2023-04-20", basis="text")], published="2023-04-20"),
    ])  # fmt: skip
    told([ruling("merge", ["a/summit/1"], ["b/summit/1"])])
    found = shown(store, two.event)
    assert (found.event.event, found.merged) == (one.event, (two.event,))
    assert {line.report.origin.article for line in found.lines} == {"a", "b"}
    assert [event.event for event in store.events()] == [one.event]
    assert store.counts().events == 1
    later = told([reported("c", [mention(start="2023-04-20", basis="text")], published="2023-04-21")])
    assert later[-1].event == one.event


def test_what_was_split_stays_apart(store: Store, told: Told) -> None:
    """A report that was cut out is an event of its own, also after a new version of it."""
    reports = [reported(name, [mention(start="2023-03-20", basis="text")]) for name in "abc"]
    event = told(reports)[-1].event
    told([ruling("split", ["a/summit/1", "b/summit/1"], ["c/summit/1"])])
    found = [shown(store, each.event) for each in store.events()]
    assert sorted(len(each.lines) for each in found) == [1, 2]
    newer = msgspec.structs.replace(
        reports[2], id="classify/c/2", origin=msgspec.structs.replace(reports[2].origin, version=2)
    )
    told([newer])
    assert store.event_of("c/summit/1") != event


def test_a_withdrawn_statement_leaves_no_report(store: Store, told: Told) -> None:
    """A new version that no longer states it takes the report back; nothing stated is not listed."""
    first = reported("a", [mention(start="2023-03-20", basis="text")])
    event = told([first])[-1].event
    newer = EventMentions(
        id="classify/a/2", dyad=first.dyad, origin=msgspec.structs.replace(first.origin, version=2)
    )
    (gone,) = told([newer])
    assert (gone.event, gone.change, gone.articles) == (event, "withdrawn", 0)
    assert store.events() == ()
    assert shown(store, event).lines == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_whole_page_reads(store: Store, told: Told, language: str) -> None:
    """Every part has its heading, and nothing from outside comes out raw."""
    said = mention(start="2023-03-20", sentence="Xi \x1b[31mà Moscou", basis="text")
    event = told([reported("a", [said], url="https://example.org/\x07a")])[-1].event
    parts = [block.plain for block in blocks(shown(store, event), phrases(language))]
    words = phrases(language).chronicle
    for heading in (words.life, words.facts, words.reports, words.precedents):
        assert any(part.startswith(heading) for part in parts)
    assert not any("\x1b" in part or "\x07" in part for part in parts)
