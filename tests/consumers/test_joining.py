"""Statements of one event in one article become one mention."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.joining import AT_MOST, Candidate, join
from tests.consumers.made import LEADERS

numbers = iter(range(1_000_000))


def said(kind: str = "summit", **fields: Any) -> Candidate:
    """Return a candidate of its own sentence: unless said otherwise, fresh, certain and undated."""
    at = next(numbers) * 100
    start = str(fields.get("start", ""))
    known: dict[str, Any] = {
        "type": kind, "status": "occurred", "salience": "news", "format": "in_person" if kind == "summit" else "",
        "start": start, "end": start, "dated": bool(start), "place": "", "exact": bool(fields.get("place")),
        "participants": LEADERS, "quantities": (), "evidence": (at, at + 50), "sentence": (at, at + 60),
        "weight": 1.0, "rule": "test", "block": "body",
    }  # fmt: skip
    return Candidate(**{**known, **fields})


def told(*candidates: Candidate) -> list[str]:
    """Return what is joined, one line each."""
    return [
        " ".join(filter(None, (c.type, c.status, c.start, c.place, c.format.replace("in_person", ""))))
        for c in join(list(candidates))
    ]


DAY = "2023-03-20"
CASES: list[tuple[str, list[Candidate], list[str]]] = [
    ("one meeting twice", [said(), said(start=DAY, place="Moscow")], ["summit occurred 2023-03-20 Moscow"]),
    ("the day says most", [said(start="2023-03"), said(start=DAY)], ["summit occurred 2023-03-20"]),
    ("two days", [said(start=DAY), said(start="2023-06-01", status="planned")], ["summit occurred 2023-03-20", "summit planned 2023-06-01"]),
    ("held and planned without a day", [said(start=DAY), said(status="planned", start="2023-05")], ["summit occurred 2023-03-20", "summit planned 2023-05"]),
    ("a call and a visit", [said(start=DAY, format="video"), said(start="2023-03", place="Moscow")], ["summit occurred 2023-03-20 video", "summit occurred 2023-03 Moscow"]),
    ("no place for a call", [said(start=DAY, format="video"), said(format="video", place="Moscow")], ["summit occurred 2023-03-20 video"]),
    ("a city says more than a country", [said(start=DAY, place="Russia", exact=False), said(start=DAY, place="Moscow")], ["summit occurred 2023-03-20 Moscow"]),
    ("captions beside a text", [said("energy", start=DAY), said(start="2022-02-04", block="caption")], ["energy occurred 2023-03-20"]),
    ("captions alone", [said(start="2022-02-04", block="caption")], ["summit occurred 2022-02-04"]),
    ("weak statements", [said("energy", weight=0.45)], []),
    ("weak talks where no leaders met", [said("consultation", weight=0.45)], ["consultation occurred"]),
    ("weak talks where leaders met", [said("consultation", weight=0.45), said(start=DAY)], ["summit occurred 2023-03-20"]),
    ("a forum in the sentence of the talks", [said(start=DAY, sentence=(0, 60)), said("multilateral", sentence=(0, 60))], ["summit occurred 2023-03-20"]),
    ("a forum in a sentence of its own", [said(start=DAY), said("multilateral")], ["summit occurred 2023-03-20", "multilateral occurred"]),
    ("a planned stance", [said("alignment", status="planned")], []),
    ("an undated act at dated talks", [said(start=DAY, place="Moscow"), said("agreement")], ["summit occurred 2023-03-20 Moscow", "agreement occurred 2023-03-20 Moscow"]),
    ("an undated position at dated talks", [said(start=DAY, place="Moscow"), said("alignment")], ["summit occurred 2023-03-20 Moscow", "alignment occurred 2023-03-20"]),
    ("a dated act keeps its day", [said(start=DAY), said("agreement", start="2023-03-18")], ["summit occurred 2023-03-20", "agreement occurred 2023-03-18"]),
    ("an act at one of two talks", [said(start=DAY), said(start="2023-03-15"), said("agreement")], ["summit occurred 2023-03-20", "summit occurred 2023-03-15", "agreement occurred"]),
    ("an act at recalled talks", [said(start="2022-02-04", salience="background"), said("agreement")], ["summit occurred 2022-02-04", "agreement occurred"]),
    ("an act at planned talks", [said(start=DAY, status="planned"), said("agreement")], ["summit planned 2023-03-20", "agreement occurred"]),
    ("trade has its own days", [said(start=DAY), said("trade")], ["summit occurred 2023-03-20", "trade occurred"]),
    ("a deal of its partners", [said("energy", participants=("Gazprom", "CNPC")), said("energy", participants=("Rosneft", "CNPC"))], ["energy occurred", "energy occurred"]),
    ("a deal in title and text", [said("energy", block="title", participants=("Gazprom", "CNPC")), said("energy", participants=("Gazprom", "China"))], ["energy occurred"]),
    ("fresh and recalled acts", [said("energy"), said("energy", salience="background", start="2014-05-21")], ["energy occurred", "energy occurred 2014-05-21"]),
    ("nothing", [], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("candidates", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_cases(candidates: list[Candidate], expected: list[str]) -> None:
    """These statements are these events, in the order of the text."""
    assert told(*candidates) == expected


@pytest.mark.parametrize(("kind", "most"), AT_MOST.items())
def test_limits(kind: str, most: int) -> None:
    """An article states no more than so many acts of a kind; the surest stay."""
    many = [
        said(kind, start=f"20{n:02d}-01-01", weight=1 - n / 100, quantities=(str(n),)) for n in range(10, 20)
    ]
    kept = join(many)
    assert len(kept) == most
    assert {c.weight for c in kept} == {c.weight for c in many[:most]}


def test_amounts_are_gathered() -> None:
    """Two sentences on one contract give both amounts, each once."""
    (found,) = join(
        [said("energy", quantities=("30 ans", "10 t")), said("energy", quantities=("10 t", "5 %"))]
    )
    assert set(found.quantities) == {"30 ans", "10 t", "5 %"}


CANDIDATES = st.lists(
    st.builds(
        lambda kind, start, status, place, form, salience, block, weight: said(
            kind, start=start, status=status, place=place, format=form if kind == "summit" else "",
            salience=salience, block=block, weight=weight,
        ),
        st.sampled_from(["summit", "consultation", "energy", "agreement", "trade", "statement", "multilateral"]),
        st.sampled_from(["", "2023", "2023-03", "2023-03-20", "2023-03-21", "2022-02-04"]),
        st.sampled_from(["planned", "occurred"]),
        st.sampled_from(["", "Moscow", "Beijing"]),
        st.sampled_from(["in_person", "video"]),
        st.sampled_from(["news", "background"]),
        st.sampled_from(["title", "body", "caption"]),
        st.sampled_from([0.4, 0.7, 1.0]),
    ),
    max_size=7,
)  # fmt: skip


@given(CANDIDATES)
def test_joining_invents_nothing(candidates: list[Candidate]) -> None:
    """Each mention keeps the evidence of one statement, in order, and days and places that were stated."""
    found = join(candidates)
    evidence = [c.evidence for c in found]
    assert len(found) <= len(candidates)
    assert evidence == sorted(evidence)
    assert set(evidence) <= {c.evidence for c in candidates}
    assert {(c.start, c.end) for c in found} <= {(c.start, c.end) for c in candidates}
    assert {c.place for c in found} <= {"", *(c.place for c in candidates)}


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(candidates: list[Candidate], random: Any) -> None:
    """Only what they state and where they stand does."""
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert join(shuffled) == join(candidates)
