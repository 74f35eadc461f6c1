"""When two statements speak of one event, and what the second one changes in it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.identity import Known, best, turned
from consumers.shelves import by_date, by_day_told, months, where_to_look
from schemas.events import Mentioned
from tests.consumers.made import LEADERS, mention, origin


def known(event: str = "e", told: str = "2023-03-20", **fields: Any) -> Known:
    """Return an event as one mention of it would be remembered."""
    said = mention(**fields)
    return Known(
        event=event,
        type=said.type,
        status=said.status,
        format=said.format,
        start=said.start,
        end=said.end,
        place=said.place,
        participants=said.participants,
        articles=("first",),
        last_published=told,
    )


VIDEO = {"format": "video"}
PLAN: dict[str, Any] = {"status": "planned"}
TALKS: dict[str, Any] = {"type": "consultation", "participants": ("Sergey Lavrov", "Wang Yi")}
DEAL: dict[str, Any] = {"type": "energy", "participants": ("Gazprom", "CNPC")}

CASES: list[tuple[str, dict[str, Any], dict[str, Any], str, bool]] = [
    ("the same day", {}, {}, "2023-03-20", True),
    ("another day", {}, {"start": "2023-04-20"}, "2023-04-20", False),
    ("a day of the month", {"start": "2023-03"}, {}, "2023-03-20", True),
    ("the month of a day", {}, {"start": "2023-03"}, "2023-09-01", True),
    ("the year of a day, much later", {}, {"start": "2023"}, "2023-12-01", False),
    ("the year of a day, told together", {}, {"start": "2023"}, "2023-03-21", True),
    ("a plan is held", PLAN, {}, "2023-03-20", True),
    ("a plan moves by days", PLAN, PLAN | {"start": "2023-03-27"}, "2023-03-21", True),
    ("a plan moves by months", PLAN, PLAN | {"start": "2023-06-20"}, "2023-03-21", False),
    ("a plan is called off", PLAN, {"status": "cancelled", "start": "2023-03-22"}, "2023-03-21", True),
    ("what was held does not move", {}, PLAN | {"start": "2023-03-27"}, "2023-03-21", False),
    ("another format", VIDEO, {}, "2023-03-20", False),
    ("both from afar", VIDEO, {"format": "phone"}, "2023-03-20", True),
    ("no format", VIDEO, {"format": ""}, "2023-03-20", True),
    ("another city", {"place": "Moscow"}, {"place": "Beijing"}, "2023-03-20", False),
    ("the city of the country", {"place": "Russia"}, {"place": "Moscow"}, "2023-03-20", True),
    (
        "the other country",
        {"start": "2023-03", "place": "Russia"},
        {"start": "2023-03", "place": "China"},
        "2023-03-20",
        False,
    ),
    ("no place", {"place": "Moscow"}, {}, "2023-03-20", True),
    (
        "two cities of one month",
        {"start": "2022-09", "place": "Samarkand"},
        {"start": "2022-09", "place": "Vladivostok"},
        "2022-09-16",
        False,
    ),
    (
        "the next days of one visit",
        {"place": "Moscow"},
        {"place": "Moscow", "start": "2023-03-22"},
        "2023-03-22",
        True,
    ),
    (
        "the same city a month on",
        {"place": "Moscow"},
        {"place": "Moscow", "start": "2023-04-22"},
        "2023-04-22",
        False,
    ),
    ("no day, told together", {}, {"start": ""}, "2023-03-22", True),
    ("no day, told later", {}, {"start": ""}, "2023-04-22", False),
    ("no day, of a plan", PLAN | {"start": ""}, {}, "2023-04-22", True),
    ("no day, no date of publication", {"start": ""}, {"start": ""}, "", False),
    ("another type", {}, TALKS, "2023-03-20", False),
    ("the same ministers", TALKS, TALKS, "2023-03-20", True),
    (
        "other ministers",
        TALKS,
        TALKS | {"participants": ("Sergey Shoygu", "Li Shangfu")},
        "2023-03-20",
        False,
    ),
    ("one of the ministers", TALKS, TALKS | {"participants": ("Sergey Lavrov", "China")}, "2023-03-20", True),
    ("states for ministers", TALKS, TALKS | {"participants": ("Russia", "China")}, "2023-03-20", True),
    ("one deal", DEAL, DEAL, "2023-03-21", True),
    ("other partners", DEAL, DEAL | {"participants": ("Rosneft", "Sinopec")}, "2023-03-20", False),
    ("one kind of act, told later", DEAL, DEAL, "2023-03-29", False),
]


@pytest.mark.parametrize(
    ("one", "other", "told", "same"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_one_event_or_two(one: dict[str, Any], other: dict[str, Any], told: str, same: bool) -> None:
    """Type, days, place, format and people agree, or they are two."""
    match = best(mention(**other), origin("b", published=told), [known(**one)])
    assert (match is not None) is same
    assert match is None or match.reason


def test_the_most_exact_match_wins() -> None:
    """A report of a day belongs to the event of that day rather than to one of the month."""
    month, day = known("month", start="2023-03"), known("day")
    for candidates in ([month, day], [day, month]):
        match = best(mention(), origin("b"), candidates)
        assert match
        assert match.known.event == "day"


def test_what_is_taken_is_left_out() -> None:
    """One article does not state one event twice."""
    assert best(mention(), origin("first"), [known()]) is None


@pytest.mark.parametrize(
    ("before", "after", "change", "old"),
    [
        (PLAN, {}, "status", "planned"),
        (PLAN, {"status": "cancelled"}, "status", "planned"),
        (PLAN, {"status": "denied"}, "status", "planned"),
        ({"status": "cancelled"}, PLAN, "status", "cancelled"),
        ({"status": "alleged"}, {}, "status", "alleged"),
        ({}, {"status": "denied"}, "status", "occurred"),
        ({}, PLAN, "more", ""),
        ({}, {"status": "cancelled"}, "more", ""),
        ({}, {"status": "alleged"}, "more", ""),
        (PLAN, {"status": "alleged"}, "more", ""),
        ({}, {}, "more", ""),
        (PLAN, PLAN, "more", ""),
        (PLAN | {"start": ""}, PLAN, "date", ""),
        (PLAN | {"start": "2023-03"}, PLAN, "date", "2023-03"),
        (PLAN, PLAN | {"start": "2023-03"}, "more", ""),
        (PLAN, PLAN | {"start": "2023-03-22"}, "date", "2023-03-20"),
        (PLAN, PLAN | {"start": ""}, "more", ""),
        ({"start": "2023-03"}, {}, "more", ""),
        (PLAN | {"place": "Moscow"}, PLAN | {"place": "Kazan"}, "place", "Moscow"),
        (PLAN | {"place": "Russia"}, PLAN | {"place": "Moscow"}, "more", ""),
        (PLAN, PLAN | {"place": "Moscow"}, "more", ""),
        ({}, {"salience": "background", "status": "denied"}, "more", ""),
        (PLAN, {"salience": "background"}, "status", "planned"),
    ],
)
def test_turns(before: dict[str, Any], after: dict[str, Any], change: str, old: str) -> None:
    """What a report changes in the life of an event, and what it was before."""
    assert turned(known(**before), mention(**after), "") == (change, old)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2023-03-20", "2023-03-22", ["2023-03"]),
        ("2023-03-31", "2023-04-01", ["2023-03", "2023-04"]),
        ("2022-12", "2023-01", ["2022-12", "2023-01"]),
        ("2023-03-20", "", ["2023-03"]),
        ("", "2023-03-20", ["2023-03"]),
        ("", "", []),
        ("2023", "2023", [f"2023-{month:02d}" for month in range(1, 13)]),
    ],
)
def test_months(start: str, end: str, expected: list[str]) -> None:
    """An event stands in the index of every month it covers; an undated one in that of none."""
    assert months(start, end) == expected


def test_an_endless_interval_fills_no_index() -> None:
    """Two years are enough."""
    assert len(months("1900", "2100")) == 24


DAYS = st.sampled_from(["", "2023", "2023-03", "2023-03-20", "2023-03-22", "2023-04-01"])
MENTIONS = st.builds(
    lambda start, place, form, status: mention(start=start, place=place, format=form, status=status),
    DAYS,
    st.sampled_from(["", "Moscow", "Russia", "Beijing"]),
    st.sampled_from(["", "in_person", "video"]),
    st.sampled_from(["planned", "occurred", "cancelled"]),
)


@given(MENTIONS)
def test_a_statement_told_again_is_the_same_event(said: Mentioned) -> None:
    """Word for word the same report of the same day finds its event and changes nothing."""
    fields = {name: getattr(said, name) for name in ("start", "end", "place", "format", "status")}
    match = best(said, origin("b"), [known(**fields)])
    assert match
    assert turned(match.known, said, "") == ("more", "")


@given(MENTIONS, MENTIONS)
def test_what_can_match_stands_in_a_common_index(one: Mentioned, other: Mentioned) -> None:
    """An event is looked for wherever it may have been put."""
    stored = Known(
        event="e",
        type=one.type,
        status=one.status,
        format=one.format,
        start=one.start,
        end=one.end,
        place=one.place,
        participants=LEADERS,
        last_published="2023-03-20",
    )
    if best(other, origin("b"), [stored]):
        shelves = {*by_date(stored), *by_day_told(stored.type, stored.participants, "2023-03-20")}
        assert shelves & set(where_to_look(other, origin("b")))
