"""A page's HTML becomes an article, or one `PageError`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers import pages

URL = "https://essai.example/monde/rencontre"
PARAGRAPH = "Les deux délégations ont parlé pendant trois heures du gaz, des ports et des chemins de fer. "
PAGE = f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
<title>Rencontre à Kazan - L'Essai</title>
<meta property="og:title" content="Rencontre à Kazan"><meta property="og:site_name" content="L'Essai">
<meta property="article:published_time" content="2025-02-13T10:02:53+01:00"></head>
<body><nav><a href="/">Accueil</a></nav><article><h1>Rencontre à Kazan</h1>
<p>{PARAGRAPH * 2}</p><p>{PARAGRAPH * 2}</p></article><footer>Mentions légales</footer></body></html>"""


def test_a_page_becomes_an_article() -> None:
    """Title, date, language and outlet are those that the page states; the frame is left out."""
    article = pages.parse(PAGE.encode(), url=URL, source="essai")
    assert (article.title, article.outlet, article.lang) == ("Rencontre à Kazan", "L'Essai", "fr")
    assert article.published == "2025-02-13"
    assert PARAGRAPH.strip() in article.text
    assert "Accueil" not in article.text
    assert not article.html
    assert (article.url, article.source) == (URL, "essai")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "no_text"),
        (b"x", "no_text"),
        (b"<html><body></body></html>", "no_text"),
        (b"\x89PNG\r\n\x1a\n", "no_text"),
        (b"<div>" * 250_000, "too_large"),
        (b"x" * 10_000_001, "too_large"),
    ],
)
def test_what_holds_no_article_has_a_reason(html: bytes, reason: str) -> None:
    """Empty, tiny, giant, no page at all."""
    with pytest.raises(pages.PageError) as caught:
        pages.parse(html, url=URL)
    assert caught.value.reason == reason


@given(
    st.binary(max_size=500)
    | st.text(max_size=300).map(lambda text: PAGE.replace("gaz", text).encode("utf-8", "replace"))
)
@settings(max_examples=40)
def test_no_page_breaks_it(html: bytes) -> None:
    """Random bytes, and random text in a page."""
    try:
        article = pages.parse(html, url=URL)
    except pages.PageError as error:
        article = None
        reason = error.reason
    assert article is not None or reason in {"no_text", "broken"}
