"""Sketches tell copies of one text from texts of their own."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.articles import Article
from sommet.language import blocks, sketch

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
    likeness = sketch.likeness(sketch.of("", one), sketch.of("", other))
    assert least <= likeness <= most
    assert likeness == sketch.likeness(sketch.of("", other), sketch.of("", one))


FULL = sketch.of("Titre", AGENCY)


@pytest.mark.parametrize("broken", ["", "AQID", FULL[:-4], FULL + "AAAA", "*" * sketch.CHARACTERS, "é" * 184])
def test_without_two_sketches_nothing_is_alike(broken: str) -> None:
    """A missing, cut or foreign sketch proves no copy, not even of itself."""
    assert sketch.likeness(broken, FULL) == sketch.likeness(broken, broken) == 0.0


@given(st.text(max_size=40), st.text(max_size=200))
def test_any_text_has_one_sketch(title: str, text: str) -> None:
    """Its length is fixed and it is the same at every call; a text without a word has none."""
    found = sketch.of(title, text)
    assert len(found) in {0, sketch.CHARACTERS}
    assert found == sketch.of(title, text)
    assert sketch.likeness(found, found) == float(bool(sketch.of("", text)))


def test_a_sketch_is_small() -> None:
    """With its name in a message it takes no more than 200 bytes, whatever it is the sketch of."""
    assert sketch.CHARACTERS == 4 * sketch.BYTES / 3
    assert len(f',"sketch":"{FULL}"') <= 200


def test_a_text_cut_short_is_known_by_its_lead() -> None:
    """A tenth of a text shares few runs with the whole, but all of its lead."""
    whole = f"{AGENCY} {' '.join(f'{OWN} {n}' for n in range(9))}"
    found = sketch.compared([sketch.of("", whole), sketch.of("", AGENCY), sketch.of("", OWN)])
    assert found.text[0, 1] < 0.5
    assert found.lead[0, 1] > 0.7
    assert found.lead[0, 2] < 0.2


def test_what_is_missing_is_like_nothing() -> None:
    """A title alone is compared by its title, a text alone by its text."""
    found = sketch.compared([sketch.of("Un titre assez long", ""), sketch.of("Un titre assez long", AGENCY)])
    assert (found.title[0, 1], found.text[0, 1], found.lead[0, 1]) == (1.0, 0.0, 0.0)
    assert (found.runs[0], found.letters[0]) == (0, 16)


TITLE = "Poutine et Xi se parlent une heure au téléphone"


@pytest.mark.parametrize(
    ("title", "alike"),
    [
        (f"{TITLE} - Le Courrier du soir", True),
        (f"{TITLE} | Журнал/новости", True),
        (f"« {TITLE} ! »", True),
        (TITLE.upper(), True),
        ("Poutine attendu à Pékin en mai pour une visite", False),
        ("Gaz - Le Courrier du soir", False),
    ],
)
def test_the_outlet_behind_a_title_is_no_part_of_it(title: str, alike: bool) -> None:
    """Feeds of others append it; marks and case tell nothing either."""
    found = sketch.compared([sketch.of(TITLE, ""), sketch.of(title, "")])
    assert bool(found.title[0, 1] == 1.0) is alike


def test_captions_credits_and_notices_stay_out() -> None:
    """What stands around a text on a page does not make it another text."""
    around = f"Les deux présidents à Pékin.\nAFP / Pool\n{AGENCY}\nLire aussi : le gaz"
    sketches = []
    for text in (AGENCY, around):
        article = Article(id="a", article="a", url="", source="", title=TITLE, text=text)
        article = msgspec.structs.replace(article, blocks=blocks.split(TITLE, text))
        sketches.append(sketch.of_article(article))
    assert sketches[0] == sketches[1]
