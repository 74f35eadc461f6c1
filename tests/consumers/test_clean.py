"""Raw articles become clean ones: versions, dates, language, what is rejected."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers import clean
from schemas.topics import ARTICLES, RAW
from sommet.stage import Reject, State
from tests.consumers.made import cleaned

TEXT = "Vladimir Poutine et Xi Jinping se sont entretenus mercredi du gaz et de la sécurité en Europe."


def test_the_stage_reads_raw_and_writes_clean_articles() -> None:
    """It keeps a state, the versions, so its steps are not free to run anywhere."""
    stage = clean.stage()
    assert (stage.source, stage.sinks, stage.stateless) == (RAW, (ARTICLES,), False)


def test_the_same_content_says_nothing_new() -> None:
    """Fetched again, also with other markup or another date, an article is not told again."""
    state: State = {}
    (first,) = cleaned(state, title="Titre", text=TEXT, published="2021-12-15")
    assert (first.id, first.version) == ("clean/a/1", 1)
    assert cleaned(state, title="Titre", text=TEXT, published="2021-12-16") == []
    assert cleaned(state, title="<b>Titre</b> ", text=f"<p>{TEXT}</p>", html=True) == []


def test_edited_content_is_the_next_version() -> None:
    """Each edit counts up; an edit taken back is one more; another article counts for itself."""
    state: State = {}
    texts = [TEXT, f"{TEXT} Ils riaient.", TEXT, TEXT]
    assert [[a.version for a in cleaned(state, title="Titre", text=text)] for text in texts] == [
        [1],
        [2],
        [3],
        [],
    ]
    (other,) = cleaned(state, article="b", title="Titre", text=TEXT)
    assert (other.id, other.version) == ("clean/b/1", 1)


@pytest.mark.parametrize(
    ("published", "expected", "basis"),
    [
        ("2021-12-15", "2021-12-15", "source"),
        ("Wed, 15 Dec 2021 18:05:00 +0100", "2021-12-15T17:05:00+00:00", "source"),
        ("2021-12-15T23:30:00-03:00", "2021-12-16T02:30:00+00:00", "source"),
        ("15 décembre 2021", "2021-12-15", "source"),
        ("", "", "none"),
        ("hier", "", "none"),
        ("2022-01-02", "2022-01-02", "source"),
        ("2022-01-03", "", "none"),
        ("2099-12-31", "", "none"),
        ("1970-01-01T00:00:00Z", "", "none"),
        ("<script>", "", "none"),
    ],
)
def test_dates(published: str, expected: str, basis: str) -> None:
    """A date is what the source states, in UTC; where there is none, or one ahead, it is undated."""
    (article,) = cleaned(
        title="Titre", text=TEXT, published=published, received=datetime(2022, 1, 1, 12, tzinfo=UTC)
    )
    assert (article.published, article.published_basis) == (expected, basis)


@pytest.mark.parametrize(
    ("title", "text"),
    [("", ""), (" \n", "\t"), ("<p></p>", "<br>"), ("\u200b", "\ufeff"), ("&nbsp;", "<!-- x -->")],
)
def test_what_is_empty_is_rejected(title: str, text: str) -> None:
    """Nothing can be read in it, now or later."""
    with pytest.raises(Reject, match="no title and no text"):
        cleaned(title=title, text=text, html=True)


def test_a_rejected_article_leaves_no_trace() -> None:
    """Once it has a text, it is version 1."""
    state: State = {}
    with pytest.raises(Reject):
        cleaned(state)
    assert state == {}
    assert [a.version for a in cleaned(state, text=TEXT)] == [1]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": TEXT}, "fr"),
        ({"text": TEXT, "lang": "en"}, "fr"),
        ({"title": "普京访华"}, "zh"),
        ({"title": "Xi", "lang": "fr"}, "fr"),
        ({"title": "Xi"}, ""),
    ],
)
def test_language(fields: dict[str, str], expected: str) -> None:
    """The text tells; a short one believes its source."""
    assert cleaned(None, **fields)[0].lang == expected


def test_markup_becomes_text_with_blocks() -> None:
    """Tags go, lines stay, each with its kind; agency and machine translation are noted."""
    html = f"<p>MOSCOU (AFP) - {TEXT}</p><p>S&rsquo;inscrire</p><p>Traduit automatiquement</p>"
    (article,) = cleaned(title="Un&nbsp;titre\n &amp; la suite", text=html, html=True)
    assert article.title == "Un titre & la suite"
    assert "<" not in article.text
    assert [b.kind for b in article.blocks] == ["title", "body", "form", "body"]
    assert (article.agency, article.machine_translated) == ("AFP", True)
    assert all(article.content[b.start : b.end].strip() for b in article.blocks)


def test_markup_in_a_text_that_claims_to_be_plain() -> None:
    """Feeds that escape their markup twice are read all the same; a lone sign is kept."""
    assert cleaned(text=f"<p>{TEXT}</p>")[0].text == TEXT
    assert cleaned(text="Le gaz est < 3 euros & baisse.")[0].text == "Le gaz est < 3 euros & baisse."


def test_what_is_too_long_is_cut() -> None:
    """One article cannot fill the machine."""
    (article,) = cleaned(title="t " * 2000, text="Xi parle.\n" * 50_000)
    assert len(article.title) <= clean.MAX_TITLE
    assert len(article.text) <= clean.MAX_TEXT


def test_what_the_source_said_travels_on() -> None:
    """Source, outlet, address and the document's own id stay with the article."""
    (article,) = cleaned(text=TEXT, outlet="Le Journal", doc_id="d1", url="https://example.org/x?b=1")
    assert (article.outlet, article.doc_id, article.url, article.source) == (
        "Le Journal", "d1", "https://example.org/x?b=1", "example",
    )  # fmt: skip


@given(st.text(max_size=80), st.text(max_size=200), st.booleans())
def test_any_article_is_cleaned_or_rejected(title: str, text: str, html: bool) -> None:
    """Blocks lie in the content, which holds no control character; the same input gives the same article."""
    try:
        (article,) = cleaned(title=title, text=text, html=html)
    except Reject:
        return
    assert (article,) == tuple(cleaned(title=title, text=text, html=html))
    assert "\n" not in article.title
    assert all(0 <= b.start < b.end <= len(article.content) for b in article.blocks)
    assert not set(article.content) & set("\x00\r\u200b\u202e")
