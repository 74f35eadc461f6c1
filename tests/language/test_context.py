"""Who "the two leaders", "he" and "his Chinese counterpart" are."""

import pytest

from sommet.language.marks import Mark, slots, slotted
from tests.language.marked import last_marks, unmarked

OURS = "<Rp!:Poutine> et <Cp!:Xi> se sont rencontrés."
MINISTERS = "<Rp:Lavrov> et <Cp:Wang Yi> se sont rencontrés."
OTHERS = "<Rp!:Poutine> a rencontré <Op!:Biden>."
OURS_EN = "<Rp!:Putin> and <Cp!:Xi> met."
OTHERS_EN = "<Op!:Biden> and <Cp!:Xi> met."

FRENCH = [
    ([OURS, "Les deux dirigeants ont parlé du gaz."], "Les_deux_dirigeants=Bp!"),
    ([OURS, "Les deux chefs d’État ont signé."], "Les_deux_chefs_d'État=Bp!"),
    ([OURS, "Les deux hommes ont dîné."], "Les_deux_hommes=Bp!"),
    ([OURS, "Les deux pays sont proches."], "Les_deux_pays=Bs"),
    ([OURS, "Il pleuvait.", "Les deux pays sont proches."], "Les_deux_pays=Bs"),
    ([MINISTERS, "Les deux ministres ont parlé du gaz."], "Les_deux_ministres=Bp"),
    ([MINISTERS, "Les deux hommes ont dîné."], "Les_deux_hommes=Bp"),
    ([OURS, "Les deux dirigeants ont parlé de <Os:l'Ukraine>."], "Les_deux_dirigeants=Bp! l'Ukraine=Os"),
    (["<Rs:Moscou> et <Cs:Pékin> se parlent.", "Les deux pays ont signé."], "Les_deux_pays=Bs"),
    ([OTHERS, "Les deux dirigeants ont parlé du gaz."], ""),
    ([OURS, OTHERS, "Les deux dirigeants ont parlé du gaz."], ""),
    ([OTHERS, OURS, "Les deux dirigeants ont parlé du gaz."], "Les_deux_dirigeants=Bp!"),
    (["<Rs:Moscou> et <Os:Kiev> négocient.", "Les deux pays ont signé."], ""),
    (
        [
            "<Op!:Biden> a appelé son homologue <Ca:chinois>.",
            "Les deux dirigeants ont parlé de <Rs:la Russie>.",
        ],
        "la_Russie=Rs",
    ),
    (["Les deux dirigeants ont parlé."], ""),
    (["<Rp!:Poutine> a parlé.", "Il ira en <Cg:Chine>."], "Il=Rp! Chine=Cg"),
    (["<Cp!:Xi> est arrivé.", "Il a souri.", "Il a rencontré <Rp!:Poutine>."], "Il=Cp! Poutine=Rp!"),
    (["<Op!:Biden> a appelé <Cp!:Xi>.", "Il a rencontré <Rp!:Poutine>."], "Il=Op! Poutine=Rp!"),
    (["<Rp!:Poutine> a parlé.", "Mais il ira en <Cg:Chine>."], "Chine=Cg"),
    (["<Rp!:Poutine> a parlé.", "<Rp:Lavrov> a écouté.", "Il ira en <Cg:Chine>."], "Il=Rp Chine=Cg"),
    (["<Rp!:Poutine> a appelé son homologue <Ca:chinois>."], "Poutine=Rp! chinois=Cp!"),
    (["<Rp:Lavrov> a appelé son homologue <Ca:chinois>."], "Lavrov=Rp chinois=Cp"),
    (
        ["<Rp:Lavrov> a appelé son nouvel homologue <Ca:chinois> <Cp:Qin Gang>."],
        "Lavrov=Rp chinois=Cp Qin_Gang=Cp",
    ),
    (["Les présidents <Ra:russe> et <Ca:chinois> se sont vus."], "russe=Rp! chinois=Cp!"),
    (["Les ministres <Ra:russe> et <Ca:chinois> se sont vus."], "russe=Rp chinois=Cp"),
    (["Les relations <Ra:russes> et <Ca:chinoises>."], "russes=Ra chinoises=Ca"),
    (["Les entreprises <Ca:chinoises> achètent."], "chinoises=Ca"),
    (["Les présidents <Oa:américain> et <Ca:chinois> se sont vus.", "Les deux dirigeants rient."], ""),
]

ENGLISH = [
    ([OURS_EN, "The two leaders discussed gas."], "The_two_leaders=Bp!"),
    ([OURS_EN, "Both leaders discussed gas."], "Both_leaders=Bp!"),
    ([OURS_EN, "The two countries signed."], "The_two_countries=Bs"),
    ([OURS_EN, "The pair dined."], "The_pair=Bp!"),
    (["<Rp:Lavrov> met <Cp:Wang Yi>.", "The two ministers dined."], "The_two_ministers=Bp"),
    ([OTHERS_EN, "The two leaders discussed <Rs:Russia>."], "Russia=Rs"),
    ([OURS_EN, OTHERS_EN, "Both leaders discussed <Rs:Russia>."], "Russia=Rs"),
    (["<Rp!:Putin> spoke.", "He will go to <Cg:China>."], "He=Rp! China=Cg"),
    (["<Op!:Biden> called <Cp!:Xi>.", "He met <Rp!:Putin>."], "He=Op! Putin=Rp!"),
    (["<Rp!:Putin> met his <Ca:Chinese> counterpart."], "Putin=Rp! Chinese=Cp!"),
    (["<Rp:Lavrov> met his <Ca:Chinese> counterpart <Cp:Wang Yi>."], "Lavrov=Rp Chinese=Cp Wang_Yi=Cp"),
    (["The <Ra:Russian> and <Ca:Chinese> leaders met."], "Russian=Rp! Chinese=Cp!"),
    (["The <Ra:Russian> and <Ca:Chinese> foreign ministers met."], "Russian=Rp Chinese=Cp"),
    (["<Ra:Russian> and <Ca:Chinese> ships sailed."], "Russian=Ra Chinese=Ca"),
]

OTHER = [
    (
        "ru",
        ["<Rp!:Путин> встретился с <Cp!:Си>.", "Лидеры двух стран обсудили газ."],
        "Лидеры_двух_стран=Bp!",
    ),
    ("ru", ["<Rp!:Путин> встретился с <Op!:Байденом>.", "Лидеры двух стран обсудили газ."], ""),
    ("ru", ["<Rp:Лавров> позвонил <Ca:китайскому> коллеге."], "Лавров=Rp китайскому=Cp"),
    ("zh", ["<Rp!:普京>和<Cp!:习近平>举行会谈。", "两国元首讨论了天然气。"], "两国元首=Bp!"),
    ("zh", ["<Op!:拜登>和<Cp!:习近平>举行会谈。", "两国元首讨论了<Rs:俄罗斯>。"], "俄罗斯=Rs"),
]
CASES = [("fr", *row) for row in FRENCH] + [("en", *row) for row in ENGLISH] + OTHER


@pytest.mark.parametrize(("lang", "sentences", "expected"), CASES)
def test_what_the_last_sentence_speaks_of(lang: str, sentences: list[str], expected: str) -> None:
    """They are ours where the last pair spoken of is ours; where a third party is in it, nobody."""
    assert last_marks(lang, sentences) == expected


def test_slots_stand_for_marks_and_lead_back() -> None:
    """In a sentence with slots one character is a mention; a stretch of it leads back to whole mentions."""
    text, marks = unmarked("Ce <Rp!:Poutine> a vu <Cp!:Xi Jinping>.")
    made = slotted(text, marks)
    assert len(made.text) == len("Ce R a vu C.")
    start, end = made.text.index(marks[0].slot), made.text.index(marks[1].slot) + 1
    assert made.span(start, end) == (3, len(text) - 1)
    assert made.within(start, end) == marks
    assert made.span(0, 2) == (0, 2)


@pytest.mark.parametrize(
    ("name", "count"), [("R", 4), ("RC", 8), ("C.ps", 2), ("O.a", 1), ("RCO.p", 3), ("RCOFB", 20)]
)
def test_a_slot_of_a_rule(name: str, count: int) -> None:
    """Sides without kinds stand for all kinds of them."""
    characters = slots(name).strip("[]")
    assert len(set(characters)) == len(characters) == count
    assert all(Mark(0, 1, side, "p", (0,)).slot in slots(side) for side in name.partition(".")[0])
