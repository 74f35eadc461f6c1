"""Bytes become articles or one `FeedError` with a reason; nothing else comes out."""

import os
import tarfile
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers import feeds
from producers.wire import Pace
from schemas.articles import RawArticle
from schemas.envelope import encode
from tests.producers.odd_feeds import ODD, jsonfeed, rss

URL = "https://news.example/feeds/world.xml"
REASONS = {
    "empty", "html_page", "entity", "encoding", "attributes", "too_many_items", "json", "not_a_feed",
    "broken",
}  # fmt: skip
SHARED = Path(os.environ.get("SOMMET_DATA", Path(__file__).parents[3] / "shared"))
ARCHIVE = SHARED / "data" / "feeds.feedparser.tar.gz"


def one(inside: str, **known: str) -> RawArticle:
    """Return the article of a feed with one item."""
    (article,) = feeds.parse(rss(f"<item>{inside}</item>"), url=URL, **known).items
    return article


def outcome(body: bytes) -> int | str:
    """Return the number of items or the reason; every item must be fit to travel."""
    try:
        found = feeds.parse(body, url=URL)
    except feeds.FeedError as error:
        return error.reason if error.reason in REASONS else "unknown"
    for item in found.items:
        assert msgspec.json.decode(encode(item), type=RawArticle) == item
        assert len(item.title) <= 1_000
        assert len(item.text) <= 1_000_000
        assert item.url.startswith(("http://", "https://"))
    return len(found.items)


def named(end: int | str) -> str:
    """Return a reason, or whether there were items."""
    return end if isinstance(end, str) else "items" if end else "no items"


def inside(text: str) -> bytes:
    """Return a feed with `text` in the place of an item's fields."""
    return rss("<item>{}</item>").replace(b"{}", text.encode("utf-8", "replace"))


@pytest.mark.parametrize("name", ODD)
def test_odd_feeds_have_a_known_end(name: str) -> None:
    """A number of items or a reason."""
    body, expected = ODD[name]
    assert outcome(body) == expected


def test_every_feed_of_a_large_collection_has_a_known_end() -> None:
    """Feeds that others collected for their oddity, where they are at hand; our own ones elsewhere."""
    if ARCHIVE.exists():
        with tarfile.open(ARCHIVE) as archive:
            members = [m for m in archive if m.name.endswith(".xml")]
            bodies = [file.read() for m in members if (file := archive.extractfile(m))]
        expected = Counter({"items": 874, "no items": 884, "not_a_feed": 8, "entity": 2})
    else:
        bodies = [body for body, _ in ODD.values()]
        expected = Counter(named(end) for _, end in ODD.values())
    assert Counter(named(outcome(body)) for body in bodies) == expected


@given(st.binary(max_size=2000) | st.text(max_size=500).map(inside))
@settings(max_examples=300)
def test_no_bytes_break_it(body: bytes) -> None:
    """Random bytes and random insides of an item."""
    outcome(body)


@given(st.sampled_from(sorted(ODD)), st.integers(0, 400), st.binary(max_size=12))
@settings(max_examples=300)
def test_no_damage_breaks_it(name: str, place: int, damage: bytes) -> None:
    """The odd feeds, damaged somewhere."""
    body = ODD[name][0][:20_000]
    outcome(body[:place] + damage + body[place + len(damage) :])


def test_an_item_becomes_a_raw_article() -> None:
    """Every field is filled from what the item and the feed state."""
    article = one(
        "<title>Rencontre à Kazan</title><link>https://news.example/a?utm_source=rss</link>"
        "<description>Court.</description><pubDate>Thu, 13 Feb 2025 10:02:53 +0100</pubDate>",
        source="fra/essai/world",
        outlet="L'Essai",
        lang="fr",
    )
    assert article.title == "Rencontre à Kazan"
    assert (article.text, article.html) == ("Court.", False)
    assert article.published == "2025-02-13T09:02:53+00:00"
    assert (article.source, article.outlet, article.lang) == ("fra/essai/world", "L'Essai", "fr")
    assert article.id.startswith(f"raw/{article.article}/")


def test_ids_follow_the_address_and_the_words() -> None:
    """Tracking parameters do not make another article; other words make another message of it."""
    link = "<link>https://news.example/a{}</link>"
    first = one("<title>Un</title>" + link.format(""))
    tracked = one("<title>Un</title>" + link.format("?utm_source=rss"))
    edited = one("<title>Deux</title>" + link.format(""))
    assert first.id == tracked.id
    assert (first.article, first.id) != (edited.article, edited.id)
    assert first.article == edited.article


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>/a</link>", "https://news.example/a"),
        ("<link>a.html</link>", "https://news.example/feeds/a.html"),
        ("<link>//other.example/a</link>", "https://other.example/a"),
        ("<link> https://news.example/a b </link>", "https://news.example/a%20b"),
        ("<guid>https://news.example/a</guid>", "https://news.example/a"),
        ("<guid isPermaLink='false'>https://news.example/a</guid>", "https://news.example/a"),
        ("<link>javascript:alert(1)</link><guid>https://news.example/a</guid>", "https://news.example/a"),
        ("<link>https://news.example/</link><guid>https://news.example/a</guid>", "https://news.example/a"),
        ("<link>https://news.example/新闻</link>", "https://news.example/新闻"),
    ],
)
def test_links_are_resolved(inside: str, url: str) -> None:
    """Against the feed's own address; only web addresses count, and a front page is no article."""
    assert one(f"<title>Un</title>{inside}").url == url


@pytest.mark.parametrize(
    "link",
    [
        "",
        "<link/>",
        "<link>javascript:alert(1)</link>",
        "<link>http://[</link>",
        "<link>https://news.example/</link>",
        "<link>file:///etc/passwd</link>",
        f"<link>https://news.example/{'x' * 3000}</link>",
    ],
)
def test_items_without_a_link_are_told_apart(link: str) -> None:
    """Their address is made of the feed's and of what identifies the item; it stays the same."""
    items = [f"<item><title>{title}</title>{link}</item>" for title in ("Un", "Deux")]
    first, second = (feeds.parse(rss("".join(items)), url=URL).items for _ in range(2))
    assert len({item.article for item in first}) == 2
    assert len({item.url for item in first}) == 2
    assert [item.id for item in first] == [item.id for item in second]
    assert all(item.url.startswith("https://news.example/") for item in first)


def test_a_guid_keeps_an_item_without_link_together() -> None:
    """Edited words are another version of the same article."""
    first, second = (
        one(f"<guid isPermaLink='false'>tag:1</guid><title>{title}</title>") for title in ("Un", "Deux")
    )
    assert first.article == second.article
    assert first.id != second.id


def test_secrets_of_the_feeds_address_stay_out() -> None:
    """An address made for an item shows no user, password or query."""
    (item,) = feeds.parse(
        rss("<item><title>Un</title></item>"), url="https://u:canary@news.example/f?key=canary"
    ).items
    assert "canary" not in item.url


@pytest.mark.parametrize(
    ("inside", "text", "html"),
    [
        ("<description>Court.</description>", "Court.", False),
        ("<description>a &lt; b</description>", "a < b", False),
        ("<description>R&amp;D et AT&amp;T</description>", "R&D et AT&T", False),
        ("<description>&lt;p&gt;Court.&lt;/p&gt;</description>", "<p>Court.</p>", True),
        ("<description><![CDATA[L&#8217;accord]]></description>", "L&#8217;accord", True),
        (
            "<description>Court</description><content><![CDATA[<script>x</script>Un texte long.]]></content>",
            "<script>x</script>Un texte long.",
            True,
        ),
    ],
)
def test_the_longest_text_is_taken_as_it_is(inside: str, text: str, html: bool) -> None:
    """Nothing is cleaned; whether it is HTML is noted."""
    article = one(f"<title>Un</title>{inside}")
    assert (article.text, article.html) == (text, html)


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Thu, 13 Feb 2025 10:02:53 +0100", "2025-02-13T09:02:53+00:00"),
        ("2025-02-13T10:02:53+01:00", "2025-02-13T09:02:53+00:00"),
        ("2025-02-13", "2025-02-13"),
        ("jeudi 13 février 2025", "jeudi 13 février 2025"),
        ("demain", "demain"),
        ("", ""),
    ],
)
def test_the_date_is_kept_as_found(date: str, published: str) -> None:
    """Normalised where feedparser could read it, but a bare day stays a bare day."""
    assert one(f"<title>Un</title><pubDate>{date}</pubDate>").published == published


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type", "lang"),
    [
        ("utf-8", "", "", "fr"),
        ("utf-8", "", "text/xml", "fr"),
        ("utf-8", "", "text/xml; charset=iso-8859-1", "fr"),
        ("utf-8", "windows-1252", "text/html; charset=iso-8859-1", "fr"),
        ("iso-8859-1", "iso-8859-1", "", "fr"),
        ("iso-8859-1", "iso-8859-1", "text/xml", "fr"),
        ("iso-8859-1", "", "application/xml; charset=iso-8859-1", "fr"),
        ("windows-1252", "", "", "fr"),
        ("windows-1252", "", "text/plain", "fr"),
        ("utf-16", "", "", "fr"),
        ("utf-16", "utf-16", "text/xml; charset=utf-8", "fr"),
        ("utf-32", "", "", "ru"),
        ("utf-8", "", "", "zh"),
        ("gb18030", "gb2312", "", "zh"),
        ("gb18030", "", "", "zh"),
        ("big5", "big5", "", "zh"),
        ("windows-1251", "", "", "ru"),
        ("windows-1251", "windows-1251", "text/xml", "ru"),
        ("koi8-r", "koi8-r", "", "ru"),
    ],
)
def test_the_charset_is_found(encoding: str, declared: str, content_type: str, lang: str) -> None:
    """Servers that name a wrong one, and feeds that name none, do not garble the words."""
    word = {"fr": "Pékin été", "zh": "北京 中國", "ru": "Пекин"}[lang]
    word = word.replace("國", "国") if encoding.startswith("gb") else word
    word = word.replace("国", "國") if encoding == "big5" else word
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    body = rss(f"<item><title>{word}</title></item>", head).decode().encode(encoding)
    (item,) = feeds.parse(body, url=URL, content_type=content_type, lang=lang).items
    assert item.title == word


def test_the_language_is_the_one_claimed() -> None:
    """The caller's first, then the item's, then the feed's; odd tags are none."""
    assert (
        feeds.parse(rss("<language>fr-FR</language>" + "<item><title>Un</title></item>")).items[0].lang
        == "fr"
    )
    assert one("<title>Un</title>", lang="ru").lang == "ru"
    (item,) = feeds.parse(jsonfeed([{"title": "Un", "language": "zh-Hans"}], language="en")).items
    assert item.lang == "zh"
    assert feeds.parse(rss("<language>français</language><item><title>Un</title></item>")).items[0].lang == ""


def test_giants_are_cut() -> None:
    """Titles to 1,000 characters, texts to a million."""
    article = one(f"<title>{'t' * 5000}</title><description>{'x' * 1_200_000}</description>")
    assert (len(article.title), len(article.text)) == (1_000, 1_000_000)


@pytest.mark.parametrize(
    ("inside", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl>soon</ttl>", None),
        ("<ttl>-1</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 1440),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
    ],
)
def test_the_wish_of_a_feed_is_read(inside: str, minutes: int | None) -> None:
    """TTL in minutes, or the syndication module's period."""
    body = rss(inside).replace(b"<rss ", b"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' ")
    ttl = feeds.parse(body).pace.ttl
    assert (ttl and ttl.total_seconds() / 60) == minutes


def test_hours_and_days_to_skip_are_read() -> None:
    """Hours from 0 (24 is 0 too), days from Monday."""
    inside = "<skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    assert feeds.parse(rss(inside)).pace == Pace(None, frozenset({0, 1}), frozenset({6}))


def test_items_without_words_are_counted() -> None:
    """They are no articles."""
    assert feeds.parse(rss("<item><guid>1</guid></item><item><title>Un</title></item>")).blank == 1


def test_a_message_says_what_to_do() -> None:
    """One sentence, with the address but without its secrets."""
    with pytest.raises(feeds.FeedError, match="look there for the feed's own address") as caught:
        feeds.parse(b"<html>", url="https://news.example/?key=canary")
    assert "canary" not in str(caught.value)
