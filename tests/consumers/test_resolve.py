"""Reports become events: one event for one thing in the world, with its life and its sources."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from consumers import resolve
from consumers.lineage import COPY, SAME_AGENCY, lineages
from schemas.events import Event, EventMentions, Origin
from schemas.topics import EVENTS, MENTIONS
from sommet.language import sketch
from sommet.stage import State
from tests.consumers.made import mention, origin, reported, resolved

TEXTS = Path(__file__).with_name("resolve.yaml").read_text("utf-8")
STORIES: dict[str, list[Any]] = yaml.load(TEXTS, Loader=yaml.BaseLoader)

AGENCY = (
    "Les présidents russe et chinois se sont entretenus mercredi pendant plus d'une heure, a annoncé le "
    "Kremlin. Ils ont évoqué la sécurité en Europe, la livraison de gaz et les Jeux d'hiver, auxquels "
    "Vladimir Poutine assistera en février. Une nouvelle rencontre est prévue ce jour-là."
)
OWN = (
    "Mercredi, Vladimir Poutine a consacré une longue matinée à son homologue Xi Jinping. Au menu de leur "
    "conversation figuraient l'Ukraine, Taïwan et le commerce, qui bat des records cette année."
)


def numbered(events: list[Event]) -> list[str]:
    """Return what each report did to which event, events numbered as they came."""
    known: dict[str, int] = {}
    return [f"{e.change}:{known.setdefault(e.event, len(known) + 1)}" for e in events]


def story(rows: list[Any]) -> list[EventMentions]:
    """Return the reports of a story, each of its own article."""
    return [reported(f"a{n}", [mention(**said)], published=day) for n, (day, said, _) in enumerate(rows)]


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str) -> None:
    """Each report does to its event what its row says."""
    rows = STORIES[name]
    assert numbered(resolved(story(rows))) == [expected for *_, expected in rows]


@pytest.mark.parametrize("name", STORIES)
def test_told_twice_is_the_same(name: str) -> None:
    """Ids are derived: the same reports give the same events, to the byte."""
    reports = story(STORIES[name])
    one: State = {}
    other: State = {}
    assert resolved(reports, one) == resolved(reports, other)
    assert one == other
    assert len({event.id for event in resolved(reports)}) == len(reports)


ORDERS = [
    "planned and held is one event",
    "a plan gets its day",
    "a plan of a month gets its day",
    "a plan told again without its day",
    "a video call and a visit of one month",
    "two visits of one month",
    "a recalled event joins the known one",
    "the day after the month",
    "over the end of a month",
]


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_of_two_reports_does_not_change_the_number_of_events(name: str) -> None:
    """Whichever of any two reports of a story comes first, they are one event or two."""
    rows = STORIES[name]
    for one, other in permutations(story(rows), 2):
        counts = {len({e.event for e in resolved(order)}) for order in ([one, other], [other, one])}
        assert len(counts) == 1, (one.mentions, other.mentions)


def test_the_stage() -> None:
    """It reads mentions, writes events, and remembers."""
    stage = resolve.stage()
    assert (stage.source, stage.sinks, stage.stateless) == (MENTIONS, (EVENTS,), False)


def test_an_event_tells_what_is_known_by_now() -> None:
    """The most exact day, the first city, its status; what the report itself states stays beside it."""
    plan = {"status": "planned", "start": "2023-03", "place": "Russia", "quantities": ("3 jours",)}
    last = resolved([
        reported("a", [mention(**plan)], published="2023-03-01"),
        reported("b", [mention(start="2023-03-20", place="Moscow", format="")], lang="zh"),
        reported("c", [mention(start="2023-03", place="", confidence=0.6)], published="2023-03-21"),
    ])[-1]  # fmt: skip
    assert (last.status, last.start, last.end, last.place, last.format) == (
        "occurred", "2023-03-20", "2023-03-20", "Moscow", "in_person",
    )  # fmt: skip
    assert (last.articles, last.langs) == (3, ("fr", "zh"))
    assert (last.report.stated.start, last.report.origin.article, last.confidence) == ("2023-03", "c", 0.6)
    assert last.reason


def test_what_was_told_last_is_found_without_a_date() -> None:
    """A report without a day finds the last events of its type, however many there were before."""
    told = [
        reported(f"a{n}", [mention(start=f"20{n:02d}-03-20")], published=f"20{n:02d}-03-20")
        for n in range(99)
    ]
    events = resolved([*told, reported("b", [mention(start="")], published="2098-03-21")])
    assert events[-1].event == events[-2].event


def test_what_changed_is_told_with_what_it_was() -> None:
    """A turn names the value before it."""
    plan = {"status": "planned", "place": "Moscow"}
    events = resolved([
        reported("a", [mention(start="2023-03-20", **plan)], published="2023-03-17"),
        reported("b", [mention(start="2023-03-27", **plan)], published="2023-03-18"),
        reported("c", [mention(start="2023-03-27", place="Moscow")], published="2023-03-27"),
    ])  # fmt: skip
    assert [(e.change, e.before) for e in events] == [
        ("new", ""),
        ("date", "2023-03-20"),
        ("status", "planned"),
    ]
    assert events[1].start == "2023-03-27"


def test_one_article_never_tells_one_event_twice() -> None:
    """Two mentions of one article are two events, also where the second would fit the first."""
    said = [mention(start="2023-03"), mention(start="2023-03-20")]
    assert numbered(resolved([reported("a", said)])) == ["new:1", "new:2"]


def test_two_mentions_of_one_article_find_their_events() -> None:
    """What is held and what is planned next are told apart also the second time."""
    said = [
        mention(start="2023-03-20", place="Moscow"),
        mention(status="planned", start="2023-10", place="Beijing"),
    ]
    assert numbered(resolved([reported("a", said), reported("b", said)])) == [
        "new:1",
        "new:2",
        "more:1",
        "more:2",
    ]


def test_an_edited_article_is_one_article() -> None:
    """Its second version tells more of the same event and counts once."""
    first = reported("a", [mention()])
    second = EventMentions(id="classify/a/2", dyad=first.dyad, origin=first.origin, mentions=first.mentions)
    events = resolved([first, second])
    assert numbered(events) == ["new:1", "more:1"]
    assert (events[-1].articles, events[-1].lineages) == (1, 1)


def test_an_article_without_events_says_nothing() -> None:
    """It leaves no trace."""
    state: State = {}
    assert resolved([reported("a", [])], state) == []
    assert state == {}


@pytest.mark.parametrize(
    ("texts", "agencies", "expected"),
    [
        ([AGENCY], ["AFP"], 1),
        ([AGENCY, AGENCY], ["AFP", "AFP"], 1),
        ([AGENCY, f"{AGENCY} Avec notre rédaction."], ["AFP", ""], 1),
        ([AGENCY, AGENCY.rsplit(".", 2)[0]], ["", ""], 1),
        ([AGENCY, OWN], ["AFP", ""], 2),
        ([AGENCY, OWN], ["AFP", "AFP"], 2),
        ([AGENCY, OWN, AGENCY, OWN], ["", "", "", ""], 2),
    ],
)
def test_copies_of_one_text_are_one_lineage(texts: list[str], agencies: list[str], expected: int) -> None:
    """Fifty outlets that print one agency's text are one origin; an outlet's own words are another."""
    reports = [
        reported(f"a{n}", [mention()], sketch=sketch.of(text), agency=agency)
        for n, (text, agency) in enumerate(zip(texts, agencies, strict=True))
    ]
    last = resolved(reports)[-1]
    assert (last.articles, last.lineages) == (len(texts), expected)


def test_texts_without_a_sketch_are_origins_of_their_own() -> None:
    """What cannot be compared is no copy; one article always is one of itself."""
    assert lineages([origin("a"), origin("b"), origin("a")]) == [0, 1, 0]


SKETCHES = st.lists(st.integers(0, 2), min_size=8, max_size=8) | st.just([1, 1, 1, 1])
ORIGINS = st.lists(
    st.builds(
        lambda article, values, agency: origin(article, sketch=tuple(values), agency=agency),
        st.sampled_from("abcdefgh"), SKETCHES | st.just([]), st.sampled_from(["", "AFP", "TASS"]),
    ),
    max_size=12,
)  # fmt: skip


@given(ORIGINS)
def test_copies_are_found_as_if_all_were_compared(origins: list[Origin]) -> None:
    """An origin belongs to the first text of which it is a copy, or begins a lineage of its own."""
    roots: list[Origin] = []
    expected = []
    for one in origins:
        copied = [n for n, other in enumerate(roots) if is_copy(one, other)]
        expected.append(copied[0] if copied else len(roots))
        roots += [] if copied else [one]
    assert lineages(origins) == expected


def is_copy(one: Origin, other: Origin) -> bool:
    """Compare two texts value by value."""
    alike = sketch.likeness(one.sketch, other.sketch)
    same_agency = bool(one.agency) and one.agency == other.agency
    return one.article == other.article or alike >= (SAME_AGENCY if same_agency else COPY)


DAYS = st.sampled_from(["", "2023-03", "2023-03-20", "2023-03-22", "2022-02-04"])
MENTIONS_OF = st.builds(
    lambda kind, start, place, status: mention(type=kind, start=start, place=place, status=status),
    st.sampled_from(["summit", "consultation", "energy"]),
    DAYS,
    st.sampled_from(["", "Moscow", "Russia", "Beijing"]),
    st.sampled_from(["planned", "occurred", "cancelled"]),
)
REPORTS = st.lists(st.lists(MENTIONS_OF, max_size=3), max_size=5).map(
    lambda articles: [reported(f"a{n}", said) for n, said in enumerate(articles)]
)


@given(REPORTS)
def test_every_mention_is_told_once(reports: list[EventMentions]) -> None:
    """As many events come out as mentions went in; new ones are new; in one article no event comes twice."""
    events = resolved(reports)
    assert [e.report.stated for e in events] == [said for report in reports for said in report.mentions]
    seen: set[str] = set()
    for event in events:
        assert (event.change == "new") == (event.event not in seen)
        seen.add(event.event)
    for report in reports:
        own = [e.event for e in events if e.report.origin.article == report.origin.article]
        assert len(own) == len(set(own))


@given(REPORTS)
def test_an_event_keeps_its_type_and_never_loses_a_source(reports: list[EventMentions]) -> None:
    """Articles and lineages only grow, type and first sight never change."""
    last: dict[str, Event] = {}
    for event in resolved(reports):
        before = last.get(event.event)
        if before:
            assert (before.type, before.first_seen) == (event.type, event.first_seen)
            assert before.articles <= event.articles
            assert before.lineages <= event.lineages
        assert 1 <= event.lineages <= event.articles
        last[event.event] = event
