"""The days of a visit that is told day by day."""

from itertools import permutations

import pytest

from consumers import resolve
from consumers.facts import facts
from consumers.life import Member, life
from schemas.events import Event
from sommet.stage import State
from tests.consumers.made import DYAD, NOW, mention, origin, reported

Row = tuple[str, dict[str, str]]
DAYS: dict[str, tuple[list[Row], tuple[str, str]]] = {
    "each day on its day": (
        [("20", {}), ("21", {"start": "21"}), ("22", {"start": "22"})],
        ("20", "22"),
    ),
    "a day is told on the next one": ([("20", {}), ("22", {"start": "21"})], ("20", "21")),
    "most tell of the second day": (
        [("20", {}), ("21", {"start": "21"}), ("21", {"start": "21"})],
        ("20", "21"),
    ),
    "a day without news lies between": ([("20", {}), ("22", {"start": "22"})], ("20", "22")),
    "sources contradict each other afterwards": (
        [("22", {}), ("22", {}), ("22", {"start": "21"})],
        ("20", "20"),
    ),
    "a day is told long after": ([("20", {}), ("25", {"start": "21"})], ("20", "20")),
    "a day that was planned": ([("20", {}), ("20", {"start": "21", "status": "planned"})], ("20", "20")),
    "a day that the report only stands for": (
        [("20", {}), ("21", {"start": "21", "basis": "report"})],
        ("20", "20"),
    ),
    "a call is of one day": (
        [("20", {"format": "video"}), ("21", {"start": "21", "format": "video"})],
        ("20", "20"),
    ),
    "five days at the most": (
        [(f"{day}", {"start": f"{day}"}) for day in range(14, 24, 2)],
        ("14", "18"),
    ),
    "the whole visit is stated": (
        [("20", {}), ("21", {"start": "21"}), ("22", {"start": "20", "end": "22"})],
        ("20", "22"),
    ),
}


def told(rows: list[Row]) -> list[Member]:
    """Return reports of March 2023 of talks of that month."""
    members = []
    for number, (published, said) in enumerate(rows):
        day = said.get("start", "20")
        fields = {"format": "in_person", "basis": "text", **said}
        dates = {"start": f"2023-03-{day}", "end": f"2023-03-{said.get('end', day)}"}
        members.append(
            Member(
                source=f"{number}", number=0, name=f"a{number}", dyad=DYAD, at=NOW,
                origin=origin(f"a{number}", published=f"2023-03-{published}T20:00:00+00:00"),
                stated=mention(**{**fields, **dates}),
            )
        )  # fmt: skip
    return members


@pytest.mark.parametrize("name", DAYS)
def test_the_date_is_from_the_first_to_the_last_day_that_were_told(name: str) -> None:
    """Only days that were told while they were news."""
    rows, (first, last) = DAYS[name]
    known = life("e", told(rows)).known
    assert (known.start, known.end) == (f"2023-03-{first}", f"2023-03-{last}")


def test_any_order_of_arrival_shows_the_same_days() -> None:
    """A report of the first day may come last."""
    reports = [
        reported(f"a{day}", [mention(start=f"2023-03-{day}", place="Moscow", basis="text")],
                 published=f"2023-03-{day}T20:00:00+00:00")
        for day in (20, 21, 22)
    ]  # fmt: skip
    for order in permutations(reports):
        state: State = {}
        found = [list(resolve.step(state, report, NOW)) for report in order]
        last = [message for message in found[-1] if isinstance(message, Event)][-1]
        assert (last.start, last.end, last.articles) == ("2023-03-20", "2023-03-22", 3)


def test_each_day_of_such_a_visit_is_shown() -> None:
    """And a day that is none of it is not."""
    members = told([("20", {}), ("21", {"start": "21"}), ("25", {"start": "25", "status": "planned"})])
    values = facts([(member, n) for n, member in enumerate(members)], {"date": ("2023-03-20", "2023-03-21")})
    assert {value.text: value.shown for value in values["date"]} == {
        "2023-03-20": True, "2023-03-21": True, "2023-03-25": False,
    }  # fmt: skip
