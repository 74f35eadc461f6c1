"""News and history are told apart by the publication date."""

from datetime import UTC, datetime, timedelta

import pytest

from producers.articles import raw_article
from producers.receive import in_order, received
from schemas.articles import RawArticle

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LIMIT = timedelta(days=3)


def article(published: str, title: str = "Un titre") -> RawArticle:
    """Return an article of that date."""
    return raw_article(
        url="https://news.example/a", title=title, text="Un texte.", source="s", published=published
    )


@pytest.mark.parametrize(
    ("published", "at", "history"),
    [
        ("", NOW, False),
        ("hier", NOW, False),
        ("2026-03-10T11:00:00Z", NOW, False),
        ("2026-03-07T12:00:00Z", NOW, False),
        ("2026-03-07T11:59:59Z", datetime(2026, 3, 7, 11, 59, 59, tzinfo=UTC), True),
        ("2026-03-07", NOW, False),
        ("2026-03-06", datetime(2026, 3, 6, 12, tzinfo=UTC), True),
        ("2023-03-17", datetime(2023, 3, 17, 12, tzinfo=UTC), True),
        ("Thu, 13 Feb 2025 10:02:53 +0100", datetime(2025, 2, 13, 9, 2, 53, tzinfo=UTC), True),
        ("2026-03-11T11:00:00Z", NOW, False),
        ("2036-03-10", NOW, False),
        ("0001-01-01", NOW, False),
    ],
)
def test_old_articles_are_history(published: str, at: datetime, history: bool) -> None:
    """`at` is the receipt for news and the publication for history; `received` is always the receipt."""
    got = received(article(published), NOW, LIMIT)
    assert (got.at, got.history, got.received) == (at, history, NOW)


def test_order_is_that_of_publication() -> None:
    """Undated articles keep their order behind the others; equal dates keep theirs."""
    found = in_order(
        [article("", "e"), article("2026-03-02", "c"), article("2026-03-02T13:00:00Z", "d"),
         article("2026-03-02T12:00:00Z", "c2"), article("x", "f"), article("2026-03-01", "a")]
    )  # fmt: skip
    assert [raw.title for raw in found] == ["a", "c", "c2", "d", "e", "f"]
