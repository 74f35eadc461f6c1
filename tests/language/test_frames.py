"""Statements read in one sentence: who takes part, how firmly, in which format."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sommet.language import frames
from sommet.language.readings import Reading
from tests.language.marked import readings

TABLE = yaml.safe_load(Path(__file__).with_name("frames.yaml").read_text("utf-8"))
CASES = [
    pytest.param(lang, sentence, concept, expected, id=f"{lang}:{concept}:{sentence}")
    for lang, rows in TABLE.items()
    for sentence, concepts in rows
    for concept, expected in concepts.items()
]


def said(reading: Reading) -> str:
    """Return how firmly and in which way a frame states its act."""
    recalled = "recalled" if reading.recalled and reading.status == "occurred" else ""
    remote = reading.format.replace("in_person", "")
    return " ".join(filter(None, [reading.status, remote, recalled, reading.topic]))


@pytest.mark.parametrize(("lang", "sentence", "concept", "expected"), CASES)
def test_cases(lang: str, sentence: str, concept: str, expected: str) -> None:
    """Each sentence states this and no more of the concept."""
    found = [said(reading) for reading in readings(lang, sentence) if reading.concept.name == concept]
    assert ", ".join(found) == expected.replace("-", "")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("fr", "<Rp!:Vladimir Poutine> n'a pas rencontré <Cp!:Xi Jinping>."),
        ("fr", "<Rp!:Vladimir Poutine> et <Cp!:Xi Jinping> ne se sont pas rencontrés."),
        ("en", "<Rp!:Vladimir Putin> did not meet <Cp!:Xi Jinping>."),
        ("en", "<Rp!:Vladimir Putin> and <Cp!:Xi Jinping> have never met."),
        ("ru", "<Rp!:Путин> не встретился с <Cp!:Си Цзиньпином>."),
        ("zh", "<Cp!:习近平>没有会见<Rp!:普京>。"),
    ],
)
def test_what_did_not_happen_did_not_occur(lang: str, sentence: str) -> None:
    """A negated meeting is denied or nothing at all, but not held."""
    found = [reading for reading in readings(lang, sentence) if reading.concept.type == "meeting"]
    assert [reading.status for reading in found if reading.status == "occurred"] == []


def test_a_frame_holds_its_words() -> None:
    """The stretch of a frame covers its trigger and its participants, and lies in the sentence."""
    marked = "Hier, <Rp!:Vladimir Poutine> s'est entretenu avec <Cp!:Xi Jinping>, a dit le porte-parole."
    (found,) = [r for r in readings("fr", marked) if r.concept.name == "TALK"]
    assert found.first <= found.start < found.end <= found.last
    assert all(found.first <= m.start and m.end <= found.last for m in found.marks)
    assert [m.side for m in found.marks] == ["R", "C"]


@pytest.mark.parametrize(
    ("marked", "ours", "expected"),
    [
        ("<Rs:Moscou> annonce des manœuvres conjointes.", True, 1),
        ("<Rs:Moscou> annonce des manœuvres conjointes.", False, 0),
        ("<Rs:La Russie> et <Cs:la Chine> annoncent des manœuvres conjointes.", False, 1),
        ("<Rs:Moscou> annonce des manœuvres.", True, 0),
        ("<Os:Kiev> annonce des manœuvres conjointes.", True, 0),
    ],
)
def test_joint_manoeuvres_with_one_side_named(marked: str, ours: bool, expected: int) -> None:
    """What is joint needs no second name where the pair last spoken of is ours."""
    found = readings("fr", marked, ours=ours)
    assert len([r for r in found if r.concept.name == "MILITARY"]) == expected


def test_a_sentence_without_both_sides_says_nothing() -> None:
    """One side alone does nothing together."""
    assert readings("fr", "<Rp!:Vladimir Poutine> a rencontré <Op!:Joe Biden>.", ours=False) == []


def test_an_endless_sentence_is_not_read() -> None:
    """A list of thousands of names is no sentence, and costs nothing."""
    endless = "<Rp!:Vladimir Poutine> a rencontré <Cp!:Xi Jinping>, " * 200
    assert len(endless) > frames.MAX_SENTENCE
    assert readings("fr", endless) == []


WORDS = [
    "<Rp!:Poutine>",
    "<Cp!:Xi>",
    "<Op!:Biden>",
    "<Bs:les deux pays>",
    "<Rg:Moscou>",
    "<Ca:chinois>",
    "<Fs:l'ONU>",
    "a rencontré",
    "et",
    ",",
    "se rendra à",
    "un accord",
    "signent",
    "avec",
    "gaz",
    "a critiqué",
    "mercredi",
    "ne",
    "pas",
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), st.booleans())
def test_any_sentence_can_be_read(marked: str, ours: bool) -> None:
    """Frames lie in their sentence; there is one of a kind in one place; the same sentence says the same."""
    found = readings("fr", marked, ours=ours)
    assert all(0 <= r.first <= r.start < r.end <= r.last and r.marks and 0 < r.weight <= 1 for r in found)
    for one in found:
        others = [r for r in found if r is not one and r.concept.type == one.concept.type]
        assert all(other.last <= one.first or one.last <= other.first for other in others)
    assert found == readings("fr", marked, ours=ours)
