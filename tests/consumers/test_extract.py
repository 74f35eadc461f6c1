"""Only articles that name both sides are analysed, and each annotation points at its words."""

import pytest

from consumers import extract
from schemas.articles import Article
from sommet.stage import Stage
from tests.consumers.made import DYAD, NOW, annotated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vladimir Poutine a reçu Xi Jinping.", True),
        ("Moscou et Pékin se parlent.", True),
        ("Les relations sino-russes.", True),
        ("Le Kremlin salue la Chine.", True),
        ("Gazprom livre CNPC.", True),
        ("Putin and Xi met.", True),
        ("Встреча Путина и Си Цзиньпина.", True),
        ("习近平同普京会晤", True),
        ("中俄关系", True),
        ("Les montagnes russes de Shanghai en Chine.", False),
        ("La salade russe plaît en Chine.", False),
        ("白俄罗斯和中国签署协议", False),
        ("白俄罗斯总统访问北京", False),
        ("La Biélorussie et la Chine signent.", False),
        ("Selon TASS et Xinhua, il pleut.", False),
        ("Vladimir Poutine a reçu Narendra Modi.", False),
        ("Xi Jinping a reçu Joe Biden.", False),
        ("", False),
    ],
)
def test_the_gate(text: str, expected: bool) -> None:
    """Both sides must be named, by any name in any language; sound-alikes and news agencies name no side."""
    assert extract.passes(text, DYAD) is expected


def test_another_pair() -> None:
    """The watched pair is a parameter."""
    assert extract.passes("白俄罗斯和中国签署协议", "BLR-CHN")
    assert not extract.passes("中俄关系", "BLR-CHN")


@pytest.mark.parametrize("lang", ["", "es", "uk", "ja"])
def test_other_languages_end_here(lang: str) -> None:
    """What nobody can analyse is not analysed, even where it names both sides."""
    article = Article(article="a", url="u", source="s", text="Putin y Xi Jinping", lang=lang)
    stage: Stage[Article] = extract.stage(DYAD)
    assert list(stage.step({}, article, NOW)) == []


def test_the_stage_keeps_nothing() -> None:
    """It touches no state, so that it may run in other processes, and the same article reads the same."""
    stage = extract.stage(DYAD)
    assert stage.stateless
    fields = {"text": "Vladimir Poutine a reçu Xi Jinping à Moscou mercredi.", "published": "2023-03-20"}
    assert annotated(**fields) == annotated(**fields)


TEXTS = [
    (
        "fr",
        "Un sommet",
        "Vladimir Poutine a reçu Xi Jinping mercredi. Les deux pays ont signé un accord à 20 milliards.",
    ),
    (
        "en",
        "A summit",
        "Vladimir Putin met Xi Jinping in Moscow on Wednesday. The two countries signed a $20 billion deal.",
    ),
    (
        "ru",
        "Саммит",
        "Путин встретился с Си Цзиньпином в среду. Две страны подписали соглашение на 20 миллиардов.",
    ),
    ("zh", "会晤", "习近平星期三在莫斯科同普京举行会谈。两国签署了价值200亿美元的协议。"),
]


@pytest.mark.parametrize(("lang", "title", "text"), TEXTS, ids=[lang for lang, *_ in TEXTS])
def test_annotations_point_at_their_words(lang: str, title: str, text: str) -> None:
    """Every offset counts in the content, every index leads to an entry of its list, in each language."""
    (found,) = annotated(title=title, text=text, published="2023-03-22")
    assert (found.lang, found.id) == (lang, "extract/a/1")
    size = len(found.content)
    for span in (*found.sentences, *found.mentions, *found.times, *found.quantities, *found.frames):
        assert 0 <= span.start < span.end <= size
    for frame in found.frames:
        sentence = found.sentences[frame.sentence]
        assert sentence.start <= frame.start <= frame.trigger < frame.end <= sentence.end
        assert all(found.mentions[i].actor for i in (*frame.actors, *frame.places))
        assert all(found.times[i].first for i in frame.times)
        assert all(found.quantities[i].value for i in frame.quantities)
    assert {"TALK", "SIGN"} <= {frame.concept for frame in found.frames}
    assert found.sketch


def test_only_news_is_read() -> None:
    """Forms, links to other articles and what is printed twice have no sentences."""
    sentence = "Vladimir Poutine a reçu Xi Jinping mercredi à Moscou."
    (found,) = annotated(text=f"{sentence}\nÀ lire aussi : Xi Jinping à Moscou\nS'inscrire\n{sentence}")
    assert [found.content[s.start : s.end] for s in found.sentences] == [sentence]
