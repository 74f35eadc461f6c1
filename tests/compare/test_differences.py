"""Events are matched by what they are made of, and each difference is told once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.compare.differences import Differences, differences
from sommet.compare.matching import matched
from tests.compare.made import Told, alert, event, renamed, reports, run

THREE = (("a", "s1"), ("b", "s1"), ("c", "s1"))


def outcome(found: Differences) -> list[tuple[str, str, str, list[str]]]:
    """Return each difference in events: where, which event in A and in B, which facts."""
    return [
        (each.run, each.a.event if each.a else "", each.b.event if each.b else "", sorted(each.facts))
        for each in found.events
    ]


def moves(found: Differences) -> list[tuple[str, str, str]]:
    """Return which article counts to which event elsewhere."""
    return [(part.run, part.article, part.elsewhere) for each in found.events for part in each.articles]


def test_another_id_is_no_difference() -> None:
    """The id comes from the first article read; the articles make the event."""
    told = reports("e1", THREE)
    found = differences(run(told), run(renamed(told[::-1], "e9")))
    assert found.equal


def test_the_same_id_is_no_match() -> None:
    """Two events that share nothing but an id are two events."""
    found = differences(run(reports("e1", [("a", "s1")])), run(reports("e1", [("b", "s2")])))
    assert outcome(found) == [("A", "e1", "", []), ("B", "", "e1", [])]


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"status": "occurred"}, ["status"]),
        ({"start": "2026-10-16", "end": "2026-10-16"}, ["dates"]),
        ({"basis": "report"}, ["dates"]),
        ({"place": "Moscow"}, ["place"]),
        ({"participants": ("Vladimir Putin",)}, ["participants"]),
        ({"participants": ("Xi Jinping", "Vladimir Putin")}, []),
        ({"format": "video"}, ["format"]),
        ({"quantities": ("3 tonnes",)}, ["quantities"]),
        ({"type": "consultation", "status": "cancelled"}, ["status", "type"]),
        ({"lineages": 2}, ["lineages"]),
        ({"confidence": 0.9}, []),
    ],
)
def test_the_facts_that_changed(changes: dict[str, Any], facts: list[str]) -> None:
    """An event of the same articles that is read otherwise has changed, in these facts alone."""
    found = differences(run(reports("e1", THREE)), run(reports("e2", THREE, **changes)))
    assert outcome(found) == ([("both", "e1", "e2", facts)] if facts else [])
    assert moves(found) == []


def test_a_split_tells_which_articles_moved() -> None:
    """The larger part is the event; the others are its lost articles and a new event."""
    a = run(reports("e1", THREE))
    b = run(reports("e1", THREE[:2]), reports("e2", THREE[2:]))
    found = differences(a, b)
    assert outcome(found) == [("both", "e1", "e1", []), ("B", "", "e2", [])]
    assert moves(found) == [("A", "c", "e2"), ("B", "c", "e1")]
    back = differences(b, a)
    assert outcome(back) == [("both", "e1", "e1", []), ("A", "e2", "", [])]
    assert moves(back) == [("B", "c", "e2"), ("A", "c", "e1")]


def test_an_article_may_change_its_event() -> None:
    """It is lost here and gained there."""
    one, two = [("a", "s1"), ("b", "s1")], [("c", "s2"), ("d", "s2")]
    a = run(reports("e1", [*one, ("x", "s")]), reports("e2", two, start="2026-11-03"))
    b = run(reports("e1", one), reports("e2", [*two, ("x", "s")], start="2026-11-03"))
    found = differences(a, b)
    assert [(each.run, each.facts) for each in found.events] == [("both", {}), ("both", {})]
    assert moves(found) == [("A", "x", "e2"), ("B", "x", "e1")]


def test_what_is_no_longer_read_belongs_to_no_event() -> None:
    """An article that the other run has read and drawn nothing from, and one that it has not read."""
    found = differences(run(reports("e1", THREE)), run(reports("e1", THREE[:1]), read=["b"]))
    assert moves(found) == [("A", "b", ""), ("A", "c", "")]
    assert [part.read for each in found.events for part in each.articles] == [True, False]


def test_two_events_in_one_sentence_stay_apart() -> None:
    """Those of one type are one; only what is left over may have another type."""
    told = [("a", "s1"), ("b", "s1")]
    a = run(reports("e1", told), reports("e2", told[:1], type="energy"))
    b = run(reports("f1", told[:1]), reports("f2", told, type="energy"))
    assert matched(a.events, b.events) == {"e1": "f1", "e2": "f2"}


def test_another_sentence_of_one_article() -> None:
    """The event of its type that may be of its day; not one of another day or type."""
    a = run(reports("e1", [("a", "s1")]))
    for facts, same in (
        ({}, True),
        ({"start": "", "end": ""}, True),
        ({"start": "2026-12-01", "end": "2026-12-01"}, False),
        ({"type": "energy"}, False),
    ):
        b = run(reports("f1", [("a", "s2")], **facts))
        assert matched(a.events, b.events) == ({"e1": "f1"} if same else {})


def test_alerts_are_the_same_where_they_say_the_same() -> None:
    """Another id is no difference; another fact, reason, rule or sentence is."""
    said = event("e1", ("a", "s1"))
    own = run([said], alerts=[alert(said)])
    same = event("e9", ("a", "s1"))
    assert differences(own, run([same], alerts=[alert(same)])).equal
    for other in (
        alert(event("e1", ("a", "s1"), place="Moscow")),
        alert(said, rule="all"),
        alert(said, reason="status"),
        alert(event("e1", ("a", "s2"))),
    ):
        found = differences(own, run([said], alerts=[other]))
        assert [(each.run, each.alert) for each in found.alerts] == [("A", own.alerts[0]), ("B", other)]


def test_an_alert_told_twice_is_one_more() -> None:
    """As often as it was told counts."""
    said = event("e1", ("a", "s1"))
    once, twice = run([said], alerts=[alert(said)]), run([said], alerts=[alert(said), alert(said)])
    assert [each.run for each in differences(once, twice).alerts] == ["B"]
    assert [each.run for each in differences(twice, once).alerts] == ["A"]


def test_differences_stand_in_the_order_of_their_days() -> None:
    """An undated event stands where it was first seen."""
    days = ("2026-11-01", "2026-09", "", "2026-10-11")
    events = [reports(f"e{i}", [(f"a{i}", "s")], start=day, end=day) for i, day in enumerate(days)]
    found = differences(run(*events), run())
    assert [each.event.start for each in found.events] == ["2026-09", "2026-10-11", "", "2026-11-01"]


STATEMENTS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("st")), min_size=1, max_size=4)
EVENTS = st.lists(
    st.tuples(STATEMENTS, st.sampled_from(["summit", "energy"]), st.sampled_from(["Beijing", "Moscow"])),
    max_size=6,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_a_run_equals_itself(told: list[tuple[list[Told], str, str]], random: Any) -> None:
    """Whatever its events share, under other ids, and in another order."""
    events = [reports(f"e{i}", said, type=kind, place=place) for i, (said, kind, place) in enumerate(told)]
    names = [f"f{i}" for i in range(len(told))]
    random.shuffle(names)
    others = [renamed(messages, name) for messages, name in zip(events, names, strict=True)]
    random.shuffle(others)
    assert differences(run(*events), run(*others)).equal


@given(EVENTS, EVENTS)
def test_an_event_has_one_counterpart_at_most(one: list[Any], other: list[Any]) -> None:
    """Every event of both runs is in one pair or in none, and is told of once at most."""
    a, b = (
        run(*(reports(f"{name}{i}", s, type=k, place=p) for i, (s, k, p) in enumerate(told)))
        for name, told in (("e", one), ("f", other))
    )
    pairs = matched(a.events, b.events)
    assert len(set(pairs.values())) == len(pairs)
    found = differences(a, b)
    alone = [each.event.event for each in found.events if each.run != "both"]
    assert sorted([*pairs, *pairs.values(), *alone]) == sorted([*a.events, *b.events])
