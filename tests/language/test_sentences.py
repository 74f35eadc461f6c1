"""Sentences are cut before a parser sees them, also where the text glued them together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.language.sentences import cut

CASES = [
    ("fr", "Xi est arrivé.| Poutine l'attendait."),
    ("fr", "Xi est arrivé à Moscou.|Des relations exemplaires."),
    ("fr", "Des relations exemplaires|En entamant la réunion, Xi a souri."),
    ("fr", "Un partenariat.|«Nous avançons», a dit Xi."),
    ("fr", "« Nous avançons. »| Xi a souri."),
    ("fr", "Vraiment ?| Oui !| Bien sûr…| Peut-être."),
    ("fr", "M. Poutine et Mme Zakharova ont salué MM. Xi et Li."),
    ("fr", "V. Poutine et S. V. Lavrov sont à Pékin."),
    ("fr", "Le 4 févr. 2022 à 10.30, 38,5 milliards ont été signés."),
    ("fr", "La réunion a coûté 3.5 millions.| Elle a duré 2 h."),
    ("fr", "Voir aussi www.example.org et sommet.ru pour la suite."),
    ("fr", "Les États-Unis, l'OTAN, etc. Pékin, lui, se tait."),
    ("fr", "Titre sans point\n|Première phrase."),
    ("fr", "Il a dit : « Oui. » puis il est parti."),
    ("fr", "Poutine a déclaré.| 20 accords sont signés."),
    ("fr", "McDonald et YouTube quittent la Russie."),
    ("fr", "PetroChina et CNPC achètent du gaz."),
    ("en", "Xi arrived on Monday.| Putin met him."),
    ("en", "U.S. President Joe Biden spoke at 5 p.m. Eastern time."),
    ("en", "Mr. Putin met Gen. Zhang and Dr. Li in St. Petersburg."),
    ("en", "It was signed on Feb. 4 in Beijing.| Xi smiled."),
    ("en", "“We are friends.”| Xi smiled."),
    ("en", "Gazprom Co. Ltd. and CNPC Inc. signed."),
    ("en", "He left.(Reporting by Jane)"),
    ("ru", "Си прибыл в Москву.| Путин его встретил."),
    ("ru", "В. В. Путин и г-н Си подписали договор на 5 млрд. Руководители довольны."),
    ("ru", "Договор 2001 г. продлён.| Стороны довольны."),
    ("ru", "«Мы друзья».| Си улыбнулся."),
    ("ru", "Встреча прошла в Кремле.|Си улыбнулся."),
    ("zh", "习近平抵达莫斯科。|普京迎接。"),
    ("zh", "“我们是朋友。”|普京说。"),
    ("zh", "贸易额增长3.5%；|双方满意！|是吗？|是。"),
    ("zh", "习近平说：“很好！”\n|普京点头。"),
]


def sentences(text: str, lang: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[start:end] for start, end in cut(text, lang)]


@pytest.mark.parametrize(("lang", "marked"), CASES)
def test_cases(lang: str, marked: str) -> None:
    """A bar marks each cut; there are no others."""
    expected = [part.strip() for part in marked.split("|")]
    assert sentences(marked.replace("|", ""), lang) == expected


def test_a_stretch_of_a_text() -> None:
    """Only the stretch that is asked for is cut, and offsets count in the whole text."""
    text = "Avant. Xi arrive. Poutine attend. Après."
    assert [text[a:b] for a, b in cut(text, "fr", 7, 33)] == ["Xi arrive.", "Poutine attend."]


PARTS = st.sampled_from(
    [
        "Xi",
        "a",
        "Poutine",
        "M",
        "U.S",
        "янв",
        "г",
        "习近平",
        " ",
        ".",
        "...",
        "!",
        "?",
        "。",
        "；",
        "»",
        "«",
        "”",
        "\n",
        "1",
        "\u00a0",
        "…",
        "É",
    ]
)


@given(st.lists(PARTS, max_size=30).map("".join), st.sampled_from(["fr", "en", "ru", "zh"]))
def test_sentences_lie_apart_in_order_and_cover_the_text(text: str, lang: str) -> None:
    """Nothing is lost but spaces, nothing stands in two sentences, and none begins or ends with a space."""
    spans = list(cut(text, lang))
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())


@given(st.lists(PARTS, max_size=30).map("".join), st.sampled_from(["fr", "en", "ru", "zh"]))
def test_no_sentence_reaches_over_a_line(text: str, lang: str) -> None:
    """A line feed always cuts."""
    assert all("\n" not in sentence for sentence in sentences(text, lang))


@pytest.mark.parametrize(
    ("text", "count"),
    [("." * 10_000, 1), (" " * 50_000, 0), ("!?" * 5_000, 1), ("» " * 5_000, 1), ("A. " * 20_000, 1)],
    ids=lambda value: str(value)[:4],
)
def test_runs_of_marks(text: str, count: int) -> None:
    """A long run of marks or spaces is cut no further."""
    assert len(sentences(text, "fr")) == count
