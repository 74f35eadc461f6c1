"""Statements of one event in one article become one mention."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from consumers.joining import AT_MOST, Candidate, join
from tests.consumers.made import LEADERS

NUMBERS = count()


def said(**fields: Any) -> Candidate:
    """Return a candidate of its own sentence: unless said otherwise, fresh, certain and undated."""
    at = next(NUMBERS) * 100
    start = str(fields.get("start", ""))
    kind = fields.get("type", "summit")
    known: dict[str, Any] = {
        "type": kind, "status": "occurred", "salience": "news", "weight": 1.0, "rule": "test",
        "block": "body", "format": "in_person" if kind == "summit" else "",
        "start": start, "end": start, "dated": bool(start), "place": "", "exact": bool(fields.get("place")),
        "participants": LEADERS, "quantities": (), "evidence": (at, at + 50), "sentence": (at, at + 60),
    }  # fmt: skip
    return Candidate(**{**known, **fields})


def told(*candidates: Candidate) -> list[str]:
    """Return what is joined, one line each."""
    return [
        " ".join(filter(None, (c.type, c.status, c.start, c.place, c.format.replace("in_person", ""))))
        for c in join(list(candidates))
    ]


CASES: dict[str, Any] = yaml.load(
    Path(__file__).with_name("joining.yaml").read_text("utf-8"), Loader=yaml.BaseLoader
)
READ: dict[str, Any] = {
    "weight": float,
    "exact": lambda text: text == "true",
    "sentence": lambda pair: tuple(map(int, pair)),
    "participants": tuple,
    "quantities": tuple,
}


def written(fields: dict[str, Any]) -> Candidate:
    """Return a candidate as the table writes it."""
    return said(**{name: READ.get(name, str)(value) for name, value in fields.items()})


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    """These statements are these events, in the order of the text."""
    assert told(*map(written, CASES[name]["said"])) == CASES[name]["events"]


@pytest.mark.parametrize(("kind", "most"), AT_MOST.items())
def test_limits(kind: str, most: int) -> None:
    """An article states no more than so many acts of a kind; the surest stay."""
    many = [
        said(type=kind, start=f"20{n:02d}-01-01", weight=1 - n / 100, quantities=(str(n),))
        for n in range(10, 20)
    ]
    kept = join(many)
    assert len(kept) == most
    assert {c.weight for c in kept} == {c.weight for c in many[:most]}


def test_amounts_are_gathered() -> None:
    """Two sentences on one contract give both amounts, each once."""
    (found,) = join(
        [said(type="energy", quantities=("30 ans", "10 t")), said(type="energy", quantities=("10 t", "5 %"))]
    )
    assert set(found.quantities) == {"30 ans", "10 t", "5 %"}


CANDIDATES = st.lists(
    st.builds(
        lambda kind, start, status, place, form, salience, block, weight: said(
            type=kind, start=start, status=status, place=place, format=form if kind == "summit" else "",
            salience=salience, block=block, weight=weight,
        ),
        st.sampled_from(["summit", "consultation", "energy", "agreement", "trade", "multilateral"]),
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
