"""A person's word on the identity of events holds, before and behind the reports that it is about."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers import alert, resolve
from consumers.memory import Memory
from schemas.events import Event, EventMentions, Mentioned, Ruling
from sommet.config import Alerts, Rule
from sommet.stage import State
from tests.consumers.made import DYAD, NOW, mention, origin, reported, resolved
from tests.consumers.test_orders import WEEKS, told

MOSCOW = mention(place="Moscow", country="RUS")
KAZAN = mention(start="2023-03-28", place="Kazan", country="RUS")
SOCHI = mention(start="2023-05-05", place="Sochi", country="RUS")
MERGE = Ruling(kind="merge", groups=(("a/summit/1",), ("b/summit/1",)))
SPLIT = Ruling(kind="split", groups=(("a/summit/1",), ("b/summit/1",)))


def ruled(ruling: Ruling, ident: str = "ruling/1") -> EventMentions:
    """Return a person's ruling as it comes."""
    return EventMentions(id=ident, dyad=DYAD, origin=origin(""), ruling=ruling)


def report(article: str, said: Mentioned, day: str = "2023-03-20") -> EventMentions:
    """Return one report."""
    return reported(article, [said], published=day)


def together(state: State) -> set[frozenset[str]]:
    """Return which statements are one event."""
    memory = Memory(state)
    keys = [key.removeprefix("event/") for key in state if key.startswith("event/")]
    return {frozenset(member.name for member in memory.members(key)) for key in keys}


def after(*messages: EventMentions) -> set[frozenset[str]]:
    """Return which statements are one event after some messages."""
    state: State = {}
    resolved(messages, state)
    return together(state)


def named(*groups: str) -> set[frozenset[str]]:
    """Return sets of summits, by the letters of their articles."""
    return {frozenset(f"{article}/summit/1" for article in group) for group in groups}


def test_two_events_are_made_one() -> None:
    """The first one's id stays, the other points to it, and their reports are told as moved."""
    state: State = {}
    first, second = resolved([report("a", MOSCOW), report("b", KAZAN, "2023-03-28")], state)
    changes = resolved([ruled(MERGE)], state)
    assert together(state) == named("ab")
    assert [(one.change, one.event, one.into) for one in changes] == [
        ("merged", second.event, first.event),
        ("moved", first.event, ""),
    ]
    assert (changes[1].former, changes[1].articles) == (second.event, 2)


def test_one_event_is_made_two() -> None:
    """What the first list names stays with all else; the other is an event of its own."""
    state: State = {}
    (first, _, _) = resolved([report(article, MOSCOW) for article in "abc"], state)
    (moved, *_) = [one for one in resolved([ruled(SPLIT)], state) if one.change == "moved"]
    assert together(state) == named("ac", "b")
    assert (moved.former, moved.report.origin.article) == (first.event, "b")
    assert moved.event != first.event


def test_a_ruling_may_come_before_its_statements() -> None:
    """It holds for what is yet to come, with the same effect."""
    for ruling, reports in [
        (MERGE, [report("a", MOSCOW), report("b", KAZAN, "2023-03-28")]),
        (SPLIT, [report("a", MOSCOW), report("b", MOSCOW), report("c", MOSCOW)]),
        (Ruling(kind="merge", groups=(("b/summit/1",), ("c/summit/1",))),
         [report("a", MOSCOW), report("b", MOSCOW, "2023-03-21"), report("c", KAZAN, "2023-03-28")]),
    ]:  # fmt: skip
        assert after(ruled(ruling), *reports) == after(*reports, ruled(ruling))


def test_a_later_report_joins_what_was_made_one() -> None:
    """It may speak of either of the two that are one now."""
    reports = [report("a", MOSCOW), report("b", KAZAN, "2023-03-28"), ruled(MERGE)]
    assert after(*reports, report("c", KAZAN, "2023-03-29")) == named("abc")
    assert after(*reports, report("c", MOSCOW, "2023-03-29")) == named("abc")


def test_a_later_report_does_not_join_again_what_was_split() -> None:
    """It goes to one of the two."""
    found = after(report("a", MOSCOW), report("b", MOSCOW), ruled(SPLIT), report("c", MOSCOW, "2023-03-21"))
    assert found in (named("ac", "b"), named("a", "bc"))


def test_a_late_report_undoes_no_ruling() -> None:
    """Reports behind it are placed anew, and what is one by a ruling stays one, with all else in it."""
    merge = Ruling(kind="merge", groups=(("b/summit/1",), ("c/summit/1",)))
    reports = [
        report("a", MOSCOW, "2023-03-20"),
        report("b", MOSCOW, "2023-03-22"),
        report("c", KAZAN, "2023-03-23"),
        ruled(merge),
    ]
    assert after(*reports) == named("abc")
    assert after(*reports, report("d", MOSCOW, "2023-03-21")) == named("abcd")
    split = [report("a", MOSCOW), report("b", MOSCOW, "2023-03-21"), ruled(SPLIT)]
    assert after(*split, report("d", MOSCOW, "2023-03-19")) in (named("ad", "b"), named("a", "bd"))


def test_an_edit_undoes_no_ruling() -> None:
    """The statement of the same type and number in the new version stands where the old one stood."""
    edited = EventMentions(
        id="classify/b/2", dyad=DYAD, origin=origin("b", version=2, published="2023-03-28"), mentions=(KAZAN,)
    )
    reports = [report("a", MOSCOW), report("b", KAZAN, "2023-03-28")]
    assert after(*reports, ruled(MERGE), edited) == named("ab")
    emptied = EventMentions(
        id="classify/b/3", dyad=DYAD, origin=origin("b", version=3, published="2023-03-28")
    )
    assert after(*reports, ruled(MERGE), edited, emptied) == named("a")


def test_two_statements_of_one_article_may_be_one() -> None:
    """A new version takes both back."""
    twice = reported("a", [MOSCOW, KAZAN], published="2023-03-28")
    merge = Ruling(kind="merge", groups=(("a/summit/1",), ("a/summit/2",)))
    emptied = EventMentions(
        id="classify/a/2", dyad=DYAD, origin=origin("a", version=2, published="2023-03-28")
    )
    assert after(twice, ruled(merge)) == {frozenset({"a/summit/1", "a/summit/2"})}
    assert after(twice, ruled(merge), emptied) == set()


def test_rulings_add_up() -> None:
    """What one made one stays one when another adds to it; a split behind them parts it again."""
    reports = [
        report("a", MOSCOW),
        report("b", KAZAN, "2023-03-28"),
        report("c", SOCHI, "2023-05-05"),
    ]
    more = ruled(Ruling(kind="merge", groups=(("b/summit/1",), ("c/summit/1",))), "ruling/2")
    assert after(*reports, ruled(MERGE), more) == named("abc")
    assert after(*reports, ruled(MERGE), more, ruled(SPLIT, "ruling/3")) == named("ac", "b")


def test_a_wider_ruling_reaches_what_is_yet_to_come() -> None:
    """Statements that only the earlier one names go where it went, however often it was widened."""
    pairs = [("a", "b"), ("a", "c"), ("c", "d")]
    rulings = [
        ruled(Ruling(kind="merge", groups=tuple((f"{x}/summit/1",) for x in pair)), f"ruling/{number}")
        for number, pair in enumerate(pairs)
    ]
    reports = [
        report(article, mention(start=f"2023-{month}-05", place=place, country="RUS"), f"2023-{month}-05")
        for article, month, place in [
            ("a", "01", "Moscow"),
            ("b", "03", "Kazan"),
            ("c", "05", "Sochi"),
            ("d", "07", "Ufa"),
        ]
    ]
    a, b, c, d = reports
    assert after(a, *rulings, b, c, d) == named("abcd")
    assert after(*rulings, d, c, b, a) == named("abcd")
    assert after(a, c, *rulings[:2], b) == named("abc")
    split = ruled(Ruling(kind="split", groups=(("a/summit/1",), ("c/summit/1",))), "ruling/9")
    assert after(a, c, *rulings[:2], split, b) == named("ab", "c")


def test_a_ruling_that_comes_twice_changes_nothing_more() -> None:
    """Neither at once nor behind the one that widened it."""
    more = ruled(Ruling(kind="merge", groups=(("b/summit/1",), ("c/summit/1",))), "ruling/2")
    reports = [report("a", MOSCOW), report("b", KAZAN, "2023-03-28"), report("c", SOCHI, "2023-05-05")]
    assert after(*reports, ruled(MERGE), ruled(MERGE)) == named("ab", "c")
    assert after(*reports, ruled(MERGE), more, ruled(MERGE), more) == named("abc")


def test_what_was_told_is_not_told_again() -> None:
    """Neither a merge nor a split alerts by itself; a turn of what was split off does."""
    held = mention(place="Moscow", country="RUS", status="planned")
    config = Alerts(max_age=None, rules=(Rule(),))
    said: list[Event] = resolved([
        report("a", held), report("b", held), ruled(SPLIT), report("c", held),
        ruled(Ruling(kind="merge", groups=SPLIT.groups), "ruling/2"),
    ])  # fmt: skip
    state: State = {}
    step = alert.stage(config).step
    assert [one.reason for event in said for one in step(state, event, NOW)] == ["new"]  # type: ignore[union-attr]


@settings(max_examples=100, deadline=None)
@given(WEEKS, st.data())
def test_when_a_ruling_comes_does_not_matter(week: list[Any], data: st.DataObject) -> None:
    """Before, between or behind its statements: the same statements are one event."""
    reports = told(week)
    stated = {member.name for one in reports for member in resolve._members(one, NOW)}
    names = sorted(name for name in stated if "/summit/" in name)
    chosen = data.draw(st.lists(st.sampled_from(names), max_size=4, unique=True)) if names else []
    groups = tuple((name,) for name in chosen)
    kinds = [Ruling(kind="merge", groups=groups), Ruling(kind="split", groups=groups)]
    ruling = ruled(data.draw(st.sampled_from(kinds)))
    at = data.draw(st.integers(0, len(reports)))
    assert after(*reports[:at], ruling, *reports[at:]) == after(*reports, ruling)
