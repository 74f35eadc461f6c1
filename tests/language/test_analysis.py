"""Whole articles read: who is meant, when, where, from sentence to sentence, in four languages."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.articles import AnnotatedArticle, Article, Frame
from sommet.knowledge.actors import load
from sommet.language import analysis, blocks
from sommet.language.analysers import analyser
from sommet.language.people import People

DYAD = "RUS-CHN"


def read(text: str, published: str = "2023-03-17", *, title: str = "", lang: str = "fr") -> AnnotatedArticle:
    """Return an article with all that is read in it."""
    article = Article(
        article="a",
        url="https://example.org/a",
        source="example",
        title=title,
        text=text,
        lang=lang,
        published=published,
        blocks=blocks.split(title, text),
    )
    return analyser(lang, DYAD).annotate(article)


def frames(found: AnnotatedArticle, concept: str) -> list[Frame]:
    """Return the frames of one concept."""
    return [frame for frame in found.frames if frame.concept == concept]


def actors(found: AnnotatedArticle, frame: Frame) -> set[str]:
    """Return who takes part in a frame."""
    return {found.mentions[i].actor for i in frame.actors}


LEADERS = {"vladimir-putin", "xi-jinping"}
STATES = {"russia", "china"}
OURS = "Vladimir Poutine et Xi Jinping se sont entretenus mardi."
OURS_EN = "Vladimir Putin and Xi Jinping spoke on Tuesday."

MEANT = [
    ("fr", f"{OURS} Les deux dirigeants ont signé un accord.", "SIGN", LEADERS),
    ("fr", f"{OURS} Les deux pays ont signé un accord.", "SIGN", STATES),
    ("fr", "Xi Jinping est arrivé à Moscou. Il rencontrera Vladimir Poutine mardi.", "TALK", LEADERS),
    ("fr", "Vladimir Poutine a rencontré mardi son homologue chinois.", "TALK", {"vladimir-putin", "china"}),
    ("fr", "Le président russe a rencontré mardi le président chinois.", "TALK", LEADERS),
    ("fr", "Les présidents russe et chinois se sont rencontrés mardi.", "TALK", LEADERS),
    (
        "fr",
        "Emmanuel Macron a reçu Xi Jinping. Les deux dirigeants ont signé un accord avec la Russie.",
        "SIGN",
        None,
    ),
    ("fr", f"{OURS} Joe Biden a appelé Xi Jinping. Les deux dirigeants ont signé un accord.", "SIGN", None),
    ("fr", "Joe Biden a appelé Vladimir Poutine. Il rencontrera Xi Jinping mardi.", "TALK", None),
    ("en", f"{OURS_EN} Both leaders signed an agreement.", "SIGN", LEADERS),
    ("en", f"{OURS_EN} The two countries signed an agreement.", "SIGN", STATES),
    ("en", "Xi Jinping arrived in Moscow. He will meet Vladimir Putin on Tuesday.", "TALK", LEADERS),
    (
        "en",
        "The Russian president met his Chinese counterpart on Tuesday.",
        "TALK",
        {"vladimir-putin", "china"},
    ),
    ("en", "Joe Biden met Xi Jinping. Both leaders signed an agreement about Russia.", "SIGN", None),
    (
        "ru",
        "Путин и Си Цзиньпин провели переговоры. Лидеры двух стран подписали соглашение.",
        "SIGN",
        LEADERS,
    ),
    ("zh", "习近平同普京举行会谈。两国元首签署协议。", "SIGN", LEADERS),
]


@pytest.mark.parametrize(("lang", "text", "concept", "expected"), MEANT)
def test_who_is_meant(lang: str, text: str, concept: str, expected: set[str] | None) -> None:
    """Words that point back are resolved to the watched pair, or to nobody where a third party is meant."""
    found = read(text, lang=lang)
    meant = [actors(found, frame) for frame in frames(found, concept)]
    assert meant[-1:] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "published", "first", "last"),
    [
        (OURS, "2023-03-17", "2023-03-14", "2023-03-14"),
        (OURS, "2023-03-21", "2023-03-21", "2023-03-21"),
        (OURS, "", "", ""),
        ("Vladimir Poutine et Xi Jinping se parleront mardi.", "2023-03-17", "2023-03-21", "2023-03-21"),
        ("Vladimir Poutine et Xi Jinping se sont parlé le 4 février 2022.", "", "2022-02-04", "2022-02-04"),
        ("Vladimir Poutine et Xi Jinping se sont parlé en mars.", "2023-03-17", "2023-03", "2023-03"),
        (
            "Vendredi, le Kremlin a annoncé que Vladimir Poutine rencontrera Xi Jinping lundi.",
            "2023-03-17",
            "2023-03-20",
            "2023-03-20",
        ),
        ("Vladimir Poutine et Xi Jinping se parlent depuis dix ans.", "2023-03-17", "", ""),
    ],
)
def test_when(text: str, published: str, first: str, last: str) -> None:
    """A day counts from the day of publication, in the direction of the verb; without it, it is unknown."""
    found = read(text, published)
    dates = [(found.times[i].first, found.times[i].last) for f in frames(found, "TALK") for i in f.times]
    assert dates == ([(first, last)] if first else [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Vladimir Poutine a rencontré Xi Jinping à Pékin.", "beijing"),
        ("Vladimir Poutine a rencontré Xi Jinping au Kremlin.", "kremlin"),
        ("À Samarcande, Vladimir Poutine a rencontré Xi Jinping.", "samarkand"),
        ("Vladimir Poutine a rencontré Xi Jinping jeudi à Samarcande.", "samarkand"),
        ("Vladimir Poutine a rencontré Xi Jinping.", ""),
        ("Pékin annonce que Vladimir Poutine a rencontré Xi Jinping.", ""),
    ],
)
def test_where(text: str, place: str) -> None:
    """A place is where something is; a capital that speaks is no place."""
    found = read(text)
    (frame,) = frames(found, "TALK")
    assert [found.mentions[i].actor for i in frame.places][:1] == ([place] if place else [])


@pytest.mark.parametrize(
    ("text", "published", "leaders"),
    [
        (OURS, "2023-03-17", "RC"),
        ("Dmitri Medvedev et Xi Jinping se sont entretenus.", "2022-12-21", "C"),
        ("Dmitri Medvedev et Hu Jintao se sont entretenus.", "2010-09-27", "RC"),
        ("Sergueï Lavrov et Wang Yi se sont entretenus.", "2022-12-21", ""),
        ("Vladimir Poutine et Wang Yi se sont entretenus.", "2023-02-22", "R"),
    ],
)
def test_who_leads(text: str, published: str, leaders: str) -> None:
    """A leader is who leads on the day of the article."""
    (frame,) = frames(read(text, published), "TALK")
    assert frame.leaders == leaders


def test_talks_are_taken_up_again_with_their_day() -> None:
    """What is said of "the visit" gives the talks told before their day."""
    found = read("Xi Jinping rencontrera Vladimir Poutine à Moscou. La visite commencera lundi.")
    last = found.frames[-1]
    assert (found.times[last.times[0]].first, last.leaders, last.status) == ("2023-03-20", "RC", "planned")
    assert actors(found, last) == LEADERS


def test_a_third_partys_visit_is_not_taken_up() -> None:
    """Where another one is named, the visit is his."""
    found = read(
        "Xi Jinping rencontrera Vladimir Poutine. Joe Biden sera à Paris, la visite commencera lundi."
    )
    assert {frame.sentence for frame in found.frames} == {0}


def test_an_article_is_read_up_to_a_limit() -> None:
    """A text of thousands of sentences costs no more than one of four hundred."""
    found = read("Путин встретился с Си Цзиньпином. " * 450, lang="ru")
    assert len(found.sentences) == 450
    assert {frame.sentence for frame in found.frames} == set(range(analysis.MAX_SENTENCES))


def test_the_article_itself_stays() -> None:
    """Analysis adds; it changes nothing of what was cleaned."""
    found = read(OURS, title="Sommet")
    assert (found.id, found.title, found.text, found.published) == (
        "extract/a/1",
        "Sommet",
        OURS,
        "2023-03-17",
    )
    assert found.sentences[0].kind == "title"


PEOPLE = People(load())


def test_people() -> None:
    """Who leads on a day, what stands for a state, what a place is called."""
    assert PEOPLE.is_leader("vladimir-putin", date(2023, 3, 17))
    assert not PEOPLE.is_leader("dmitry-medvedev", date(2023, 3, 17))
    assert not PEOPLE.is_leader("nobody", None)
    assert PEOPLE.leader_of("CHN", date(2010, 1, 1)) == "hu-jintao"
    assert PEOPLE.leader_of("RUS", date(2010, 1, 1)) == "dmitry-medvedev"
    assert (PEOPLE.state_of("CHN"), PEOPLE.state_of("XXX")) == ("china", "")
    assert PEOPLE.name("moscow") == "Russia"
    assert PEOPLE.place("moscow") == ("Moscow", True)
    assert PEOPLE.place("kremlin") == ("Moscow", True)
    assert PEOPLE.place("china") == ("China", False)
    assert PEOPLE.place("xi-jinping") == ("", False)
    assert PEOPLE.is_forum("brics")
    assert not PEOPLE.is_forum("winter-olympics")


WORDS = [
    "Vladimir Poutine",
    "Xi Jinping",
    "Joe Biden",
    "les deux dirigeants",
    "Il",
    "mardi",
    "à Moscou",
    "rencontrera",
    "a vu",
    ".",
    "\n",
    ",",
    "et",
    "习近平",
    "10 milliards de dollars",
    "son homologue chinois",
    "sino-russe",
    "La visite commencera",
    "’",
    "\u00a0",
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), st.sampled_from(["2023-03-17", ""]))
def test_any_article_can_be_read(text: str, published: str) -> None:
    """Every offset lies in the content and every index in its list, whatever the text."""
    found = read(text, published)
    size = len(found.content)
    spans = (*found.sentences, *found.mentions, *found.times, *found.quantities, *found.frames)
    assert all(0 <= span.start < span.end <= size for span in spans)
    for frame in found.frames:
        sentence = found.sentences[frame.sentence]
        assert sentence.start <= frame.start <= frame.trigger < frame.end <= sentence.end
        assert max((*frame.actors, *frame.places), default=-1) < len(found.mentions)
        assert max(frame.times, default=-1) < len(found.times)
        assert max(frame.quantities, default=-1) < len(found.quantities)
