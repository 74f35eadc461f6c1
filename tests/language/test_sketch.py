"""Sketches tell copies of one text from texts of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.language import sketch

AGENCY = (
    "Les présidents russe et chinois se sont entretenus mercredi pendant plus d'une heure, a annoncé le "
    "service de presse du Kremlin. Ils ont évoqué la sécurité en Europe, la livraison de gaz et les Jeux "
    "d'hiver, auxquels Vladimir Poutine assistera en février. Une nouvelle rencontre est prévue ce jour-là."
)
OWN = (
    "Mercredi, Vladimir Poutine a consacré une longue matinée à son homologue Xi Jinping. Au menu de leur "
    "conversation par écrans interposés figuraient l'Ukraine, Taïwan et le commerce, qui bat des records. "
    "Les observateurs y voient une réponse à la pression des capitales occidentales."
)
CHINESE = (
    "国家主席习近平十五日下午在北京同俄罗斯总统普京举行视频会晤，双方就双边关系和共同关心的问题交换意见。"
)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (AGENCY, AGENCY, 1.0, 1.0),
        (AGENCY, AGENCY.upper(), 1.0, 1.0),
        (AGENCY, AGENCY.replace(", ", " , ").replace("\n", " "), 1.0, 1.0),
        (AGENCY, f"MOSCOU (agence) — {AGENCY} Notre rédaction.", 0.5, 1.0),
        (AGENCY, AGENCY.rsplit(".", 2)[0], 0.5, 1.0),
        (AGENCY, OWN, 0.0, 0.19),
        (CHINESE, CHINESE + "新华社", 0.5, 1.0),
        (CHINESE, AGENCY, 0.0, 0.1),
    ],
)
def test_copies_are_alike_and_other_texts_are_not(one: str, other: str, least: float, most: float) -> None:
    """Case, spaces, a head and a cut tail do not hide a copy; one's own words on one meeting are no copy."""
    likeness = sketch.likeness(sketch.of(one), sketch.of(other))
    assert least <= likeness <= most
    assert likeness == sketch.likeness(sketch.of(other), sketch.of(one))


@pytest.mark.parametrize(("one", "other"), [((), ()), ((), (1, 2)), ((1, 2), (1, 2, 3))])
def test_without_two_sketches_nothing_is_alike(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    """A missing or foreign sketch proves no copy."""
    assert sketch.likeness(one, other) == 0.0


@given(st.text(max_size=200))
def test_any_text_has_one_sketch(text: str) -> None:
    """Its length is fixed and it is the same at every call, so that it can be stored and compared."""
    assert len(sketch.of(text)) == sketch.PERMUTATIONS
    assert sketch.of(text) == sketch.of(text)
    assert sketch.likeness(sketch.of(text), sketch.of(text)) == 1.0
