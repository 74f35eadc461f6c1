"""Whose copy a text is."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.lineage import Descent, Lineages, descents, lineages
from schemas.events import Origin
from sommet.language import sketch
from tests.consumers.made import origin

AGENCY = (
    "Les présidents russe et chinois se sont entretenus mercredi pendant plus d'une heure, a annoncé le "
    "service de presse du Kremlin. Ils ont évoqué la sécurité en Europe, la livraison de gaz et les Jeux "
    "d'hiver, auxquels Vladimir Poutine assistera en février. Une nouvelle rencontre est prévue ce jour-là. "
    "Les deux hommes se sont parlé trois fois cette année, selon la même source, et les échanges entre "
    "leurs pays ont augmenté d'un tiers depuis janvier."
)
EDITED = AGENCY.replace("mercredi ", "").replace("a annoncé le service de presse du Kremlin", "dit Moscou")
REWRITTEN = (
    "Moscou et Pékin resserrent leurs liens. Les présidents russe et chinois se sont entretenus mercredi "
    "pendant plus d'une heure, une conversation très attendue dans les deux capitales. Au programme : la "
    "sécurité en Europe, la livraison de gaz et les Jeux d'hiver, auxquels Vladimir Poutine assistera en "
    "février. Les analystes y voient un signe adressé aux Occidentaux, alors que les tensions montent."
)
OWN = (
    "Mercredi, Vladimir Poutine a consacré une longue matinée à son homologue Xi Jinping. Au menu de leur "
    "conversation par écrans interposés figuraient l'Ukraine, Taïwan et le commerce, qui bat des records. "
    "Les observateurs y voient une réponse à la pression des capitales occidentales, sans illusion aucune."
)
WHOLE = f"{AGENCY} " + " ".join(f"Le point {n} porte sur {n * 3} tonnes de gaz." for n in range(50))
CHINESE = (
    "国家主席习近平十五日下午在北京同俄罗斯总统普京举行视频会晤，双方就双边关系和共同关心的问题交换意见。"
)
RUSSIAN = (
    "Президенты России и Китая в среду беседовали более часа, сообщила пресс-служба Кремля. Они обсудили "
    "безопасность в Европе, поставки газа и зимние Игры, на которые приедет президент."
)
HEADLINE = "Poutine et Xi se parlent pendant une heure au téléphone"
DAY = "Guerre en Ukraine : ce que l'on sait au jour {} de l'invasion"
SHORT = "Poutine et Xi se parlent"


def told(article: str, text: str = "", title: str = "", *, host: str = "", **fields: Any) -> Origin:
    """Return an origin of its own site unless said otherwise."""
    url = f"https://{host or f'{article}.example'}/{article}"
    return origin(article, **{"url": url, "sketch": sketch.of(title, text), **fields})


PAIRS = [
    ("exact", told("a", AGENCY), told("b", AGENCY)),
    ("exact", told("a", AGENCY, "Un titre"), told("b", AGENCY.upper(), "Un autre")),
    ("edited", told("a", AGENCY), told("b", EDITED)),
    ("edited", told("a", AGENCY, HEADLINE), told("b", REWRITTEN, HEADLINE)),
    ("edited", told("a", AGENCY), told("b", f"{AGENCY} Notre rédaction.")),
    ("cut", told("a", WHOLE), told("b", AGENCY)),
    ("cut", told("a", WHOLE), told("b", f"MOSCOU — {AGENCY[:300]}…")),
    ("cut", told("a", WHOLE), told("b", WHOLE[-900:])),
    ("agency", told("a", AGENCY, agency="AFP"), told("b", REWRITTEN, agency="AFP")),
    ("agency", told("a", AGENCY, host="www.afp.com"), told("b", REWRITTEN, agency="AFP")),
    ("agency", told("a", AGENCY, agency="TASS"), told("b", REWRITTEN, cites=("TASS",))),
    ("publisher", told("a", AGENCY, host="www.lejsl.com"), told("b", REWRITTEN, host="www.bienpublic.com")),
    ("title", told("a", AGENCY, HEADLINE), told("b", OWN, f"{HEADLINE} - Le Courrier")),
    ("title", told("a", "", SHORT), told("b", OWN, SHORT)),
    ("title", told("a", "", HEADLINE), told("b", "", HEADLINE)),
    ("translation", told("a", RUSSIAN, agency="TASS", lang="ru"), told("b", AGENCY, agency="TASS")),
    ("translation", told("a", CHINESE, host="www.news.cn", lang="zh"), told("b", AGENCY, agency="Xinhua")),
    ("translation", told("a", RUSSIAN, host="tass.ru", lang="ru"), told("b", AGENCY, cites=("TASS",))),
    ("", told("a", AGENCY), told("b", OWN)),
    ("", told("a", AGENCY), told("b", REWRITTEN)),
    ("", told("a", AGENCY, agency="AFP"), told("b", OWN, agency="AFP")),
    ("", told("a", AGENCY, agency="AFP"), told("b", REWRITTEN, agency="AFP", published="2023-03-30")),
    ("", told("a", AGENCY, HEADLINE), told("b", REWRITTEN, HEADLINE, published="2023-03-30")),
    ("", told("a", AGENCY, agency="AFP"), told("b", REWRITTEN, agency="Reuters")),
    ("", told("a", AGENCY, host="x.example"), told("b", REWRITTEN, host="x.example")),
    ("", told("a", AGENCY, SHORT), told("b", OWN, SHORT)),
    ("", told("a", AGENCY, HEADLINE), told("b", OWN, f"{HEADLINE} mardi")),
    ("", told("a", AGENCY, HEADLINE, host="x.example"), told("b", OWN, HEADLINE, host="x.example")),
    ("title", told("a", "", HEADLINE, host="x.example"), told("b", OWN, HEADLINE, host="x.example")),
    ("", told("a", "", DAY.format(390), host="x.example"), told("b", OWN, DAY.format(391), host="x.example")),
    ("", told("a", AGENCY, HEADLINE), told("b", OWN, HEADLINE, published="2023-03-25")),
    ("", told("a", AGENCY, HEADLINE, published=""), told("b", OWN, HEADLINE, published="")),
    ("", told("a", RUSSIAN, agency="TASS", lang="ru"), told("b", AGENCY, agency="AFP")),
    ("", told("a", RUSSIAN, agency="TASS", lang="ru"), told("b", AGENCY, agency="TASS", published="2023")),
    ("", told("a", RUSSIAN, cites=("TASS",), lang="ru"), told("b", AGENCY, cites=("TASS",))),
    ("", told("a", RUSSIAN, agency="TASS", lang="ru"), told("b", WHOLE, cites=("TASS",))),
    ("", told("a", RUSSIAN, agency="TASS", lang=""), told("b", AGENCY, agency="TASS")),
    ("", told("a", "Deux mots."), told("b", "Deux mots.")),
    ("", told("a"), told("b")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "one", "other"), PAIRS)
def test_why_a_text_is_a_copy(kind: str, one: Origin, other: Origin) -> None:
    """Text, lead, headline, agency, publisher, language and day tell it, whichever came first."""
    for first, second in ((one, other), (other, one)):
        found = descents([first, second])
        assert [descent.kind for descent in found] == ["", kind]
        assert lineages([first, second]) == (1 if kind else 2)


def test_copies_are_a_tree() -> None:
    """Each copy hangs on the earlier text that it is most like; the first published is the root."""
    found = descents([
        told("c", EDITED + " Fin.", published="2023-03-21T10:00:00+00:00"),
        told("a", AGENCY, published="2023-03-20T08:00:00+00:00"),
        told("b", EDITED, published="2023-03-20T09:00:00+00:00"),
        told("d", OWN, published="2023-03-20T07:00:00+00:00"),
        told("e", AGENCY, published=""),
    ])  # fmt: skip
    tree = [(descent.article, descent.parent, descent.root, descent.kind) for descent in found]
    assert tree == [
        ("d", "", "d", ""),
        ("a", "", "a", ""),
        ("b", "a", "a", "edited"),
        ("c", "b", "a", "edited"),
        ("e", "a", "a", "exact"),
    ]
    assert [descent.likeness for descent in found if descent.kind == "exact"] == [1.0]


def test_of_one_day_the_first_id_is_the_root() -> None:
    """A root must not depend on which report was read first."""
    found = descents([told("b", AGENCY), told("a", AGENCY), told("c", AGENCY)])
    assert [(d.article, d.root) for d in found] == [("a", "a"), ("b", "a"), ("c", "a")]


def test_a_text_of_two_origins_joins_them_not() -> None:
    """Who prints one agency's text and then another's is the copy of one, and the two stay apart."""
    both = told("c", f"{AGENCY} {OWN}", published="2023-03-21")
    found = descents([told("a", AGENCY), told("b", OWN), both])
    assert [descent.parent for descent in found] == ["", "", "a"]


def test_an_article_counts_once() -> None:
    """Its latest version counts."""
    old, new = told("a", AGENCY), told("a", OWN, version=2)
    assert descents([new, old, told("b", OWN)]) == (Descent("a", "a"), Descent("b", "a", "a", "exact", 1.0))


def test_of_nothing_nothing_descends() -> None:
    """An event that nobody tells has no origin."""
    assert descents([]) == ()
    assert lineages([]) == 0


SOME = [told("a", AGENCY), told("b", EDITED, agency="AFP"), told("c", OWN, HEADLINE), told("d", "", HEADLINE)]


@pytest.mark.parametrize("order", list(permutations(range(4)))[1:])
def test_the_order_is_all_one(order: tuple[int, ...]) -> None:
    """Reports come in any order; their lineages are the same."""
    assert descents([SOME[n] for n in order]) == descents(SOME)


TEXTS = st.sampled_from(["", AGENCY, EDITED, REWRITTEN, OWN, WHOLE, CHINESE, RUSSIAN])
ORIGINS = st.lists(
    st.builds(
        lambda number, text, title, lang, agency, day: told(
            f"a{number}", text, title, lang=lang, agency=agency, published=day
        ),
        st.integers(0, 9),
        TEXTS,
        st.sampled_from(["", HEADLINE, SHORT]),
        st.sampled_from(["", "fr", "ru", "zh"]),
        st.sampled_from(["", "AFP", "TASS"]),
        st.sampled_from(["", "2023-03", "2023-03-20", "2023-03-21T10:00:00+00:00"]),
    ),
    max_size=12,
)


@given(ORIGINS, st.randoms())
def test_descents_are_a_forest(origins: list[Origin], random: object) -> None:
    """Every article stands in one tree, under a parent that came before it; no order changes a tree."""
    found = descents(origins)
    before: dict[str, Descent] = {}
    for descent in found:
        assert descent.root == (before[descent.parent].root if descent.parent else descent.article)
        assert bool(descent.parent) == bool(descent.kind)
        before[descent.article] = descent
    assert set(before) == {origin.article for origin in origins}
    assert len(found) == len(before)
    assert lineages(origins) == len({descent.root for descent in found})
    known, by_article = Lineages(), {one.article: one for one in origins}
    ordered = [by_article[descent.article] for descent in found]
    if len(by_article) == len(origins):
        assert len({known.of(one) for one in ordered}) == len({descent.root for descent in found})
    assert descents(origins[::-1]) == found


@pytest.mark.parametrize("remembered", [1, 3, 10_000])
def test_what_is_remembered_changes_nothing(monkeypatch: pytest.MonkeyPatch, remembered: int) -> None:
    """Origins that come between known ones get the same roots, whatever was compared before."""
    monkeypatch.setattr("consumers.lineage.REMEMBERED", remembered)
    texts = [AGENCY, OWN, EDITED, AGENCY, REWRITTEN, OWN, WHOLE]
    origins = [told(f"x{n}", text, HEADLINE if n % 2 else "") for n, text in enumerate(texts)]
    for left_out in range(len(origins) + 1):
        row = [one for n, one in enumerate(origins) if n != left_out]
        growing = Lineages()
        roots = [growing.of(one) for one in row]
        found = {one.article: one.root for one in descents(row)}
        first = {root: one.article for one, root in reversed(list(zip(row, roots, strict=True)))}
        assert {one.article: first[root] for one, root in zip(row, roots, strict=True)} == found
