"""What the store keeps, and what it answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from schemas.articles import Article
from schemas.envelope import Message
from schemas.events import Delivery
from sommet.store import AmbiguousId, Store
from sommet.store.tables import Words
from tests.outbox.fakes import NOW, MemoryLog, an_alert, an_event

POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store in a database of its own."""
    store = Store(store_url)
    yield store
    store.close()


def an_article(number: int = 1, **fields: object) -> Article:
    """Return one article."""
    known = {
        "id": f"clean/{number}/{fields.get('version', 1)}",
        "article": f"article-{number}",
        "url": f"https://exemple.test/{number}",
        "source": "exemple",
        "lang": "fr",
        "title": "Titre",
        "received": NOW + timedelta(minutes=number),
    }
    return Article(**(known | fields))  # type: ignore[arg-type]


def a_delivery(number: int = 1, **fields: object) -> Delivery:
    """Return what became of one alert."""
    known = {
        "id": f"delivery-{number}",
        "alert": f"alert-{number}",
        "receiver": "desk",
        "key": "k",
        "result": "sent",
        "finished": NOW,
    }
    return Delivery(**(known | fields))  # type: ignore[arg-type]


def filled(*messages: Message) -> MemoryLog:
    """Return a log with `messages`."""
    log = MemoryLog()
    log.append(messages)
    return log


def test_follows_its_topics(store: Store) -> None:
    """Articles, events, reports, alerts and deliveries are kept and counted."""
    log = filled(an_article(), an_article(2, lang="ru"), an_event(), an_alert(), a_delivery())
    assert store.follow(log) == 5
    counts = store.counts()
    assert (counts.articles, counts.events, counts.reports, counts.alerts, counts.sent) == (2, 1, 1, 1, 1)
    assert counts.articles_by_lang == {"fr": 1, "ru": 1}
    assert counts.events_by_type == {"summit": 1}
    assert store.alerts()[0].event.participants == ("Vladimir Putin", "Xi Jinping")
    assert store.deliveries()[0].finished == NOW


def test_takes_each_message_once(store: Store) -> None:
    """A second look at the same log takes in nothing; a longer log only what is new."""
    log = filled(*(an_event(number) for number in range(1, 4)))
    assert store.follow(log) == 3
    assert store.follow(log) == 0
    log.append([an_event(4)])
    assert store.follow(log) == 1


def test_a_replay_changes_nothing(store: Store) -> None:
    """Messages that come again at other offsets leave the same state."""
    log = filled(an_article(), an_event(), an_event(2), an_alert(), a_delivery())
    store.follow(log)
    before = (store.events(), store.alerts(), store.deliveries(), store.articles(), store.counts())
    again = MemoryLog()
    for name, messages in log.topics.items():
        again.topics[name] = messages * 3
    store.follow(again)
    assert (store.events(), store.alerts(), store.deliveries(), store.articles(), store.counts()) == before


def test_more_than_one_batch(store: Store) -> None:
    """A long log is taken in to its end."""
    log = MemoryLog()
    log.topics["articles.v1"] = [an_article(number) for number in range(1, 1203)]
    assert store.follow(log) == 1202
    assert store.counts().articles == 1202


def test_a_failure_leaves_position_and_rows_as_they_were(store: Store) -> None:
    """What was read with a message that cannot be written is not half taken in."""
    log = filled(an_event(), an_event(2))
    log.topics["events.v1"][1] = an_alert()
    with pytest.raises(AttributeError):
        store.follow(log)
    assert store.counts().events == 0
    log.topics["events.v1"][1] = an_event(2)
    assert store.follow(log) == 2


def test_two_stores_on_one_database_share_their_position(store_url: str) -> None:
    """What one has taken in, the other does not take in again."""
    one, other = Store(store_url), Store(store_url)
    log = filled(an_event())
    assert (one.follow(log), other.follow(log)) == (1, 0)
    assert other.events() == one.events()
    one.close()
    other.close()


def test_a_later_version_replaces_an_earlier_one_and_not_the_reverse(store: Store) -> None:
    """Whatever the order, the last version of an article stays."""
    store.follow(filled(an_article(version=2, title="corrigé"), an_article(version=1, title="premier")))
    assert [(article.title, article.version) for article in store.articles()] == [("corrigé", 2)]


def test_an_event_has_its_last_state_and_all_its_reports(store: Store) -> None:
    """A turn in the life of an event changes the event and adds a report."""
    later = an_event(
        2,
        event="event-1",
        status="occurred",
        change="status",
        before="planned",
        lineages=2,
        origin={"lang": "ru", "machine_translated": True},
    )
    store.follow(filled(an_event(), later))
    history = store.event("event-1")
    assert history is not None
    assert history.event.status == "occurred"
    assert [(report.article, report.status, report.lineages) for report in history.reports] == [
        ("article-1", "planned", 1),
        ("article-2", "occurred", 2),
    ]
    assert history.reports[1].machine_translated
    assert history.reports[0].sentence.startswith("Le président")
    assert history.reports[0].received == NOW


def test_events_come_newest_first_and_filtered(store: Store) -> None:
    """Each filter keeps its own."""
    log = filled(
        an_event(1),
        an_event(2, type="energy", origin={"lang": "ru"}),
        an_event(3, status="occurred", dyad="RUS-IND"),
    )
    store.follow(log)
    ids = {
        "all": [event.event for event in store.events()],
        "limit": [event.event for event in store.events(limit=1)],
        "type": [event.event for event in store.events(type="energy")],
        "status": [event.event for event in store.events(status="occurred")],
        "dyad": [event.event for event in store.events(dyad="RUS-CHN")],
        "lang": [event.event for event in store.events(lang="ru")],
        "since": [event.event for event in store.events(since=NOW + timedelta(seconds=2))],
    }
    assert ids == {
        "all": ["event-3", "event-2", "event-1"],
        "limit": ["event-3"],
        "type": ["event-2"],
        "status": ["event-3"],
        "dyad": ["event-2", "event-1"],
        "lang": ["event-2"],
        "since": ["event-3", "event-2"],
    }


def test_an_event_is_found_by_a_prefix_that_is_its_own(store: Store) -> None:
    """A prefix of several is refused; a whole id is never ambiguous; signs of LIKE mean themselves."""
    store.follow(filled(an_event(1), an_event(11), an_event(2)))
    for wanted, found in {"event-2": "event-2", "event-11": "event-11", "event-1": "event-1"}.items():
        history = store.event(wanted)
        assert history is not None
        assert history.event.event == found
    with pytest.raises(AmbiguousId, match="event-1, event-11, event-2"):
        store.event("event-")
    for nothing in ("x", "", "%", "event_2", "EVENT-2"):
        assert store.event(nothing) is None


def test_alerts_and_deliveries_of_one(store: Store) -> None:
    """Alerts are found by event, deliveries by alert."""
    store.follow(filled(an_alert(1), an_alert(2), a_delivery(1), a_delivery(2, result="failed")))
    assert [alert.id for alert in store.alerts(event="event-2")] == ["alert-2"]
    assert [delivery.result for delivery in store.deliveries(alert="alert-2")] == ["failed"]
    assert [alert.id for alert in store.alerts(limit=1)] == ["alert-2"]


def test_the_sketch_of_a_text_is_not_kept(store: Store) -> None:
    """Hundreds of numbers for comparing texts do not belong into answers."""
    store.follow(filled(an_event(), an_alert()))
    assert store.events()[0].report.origin.sketch == ""
    assert store.alerts()[0].event.report.origin.sketch == ""


@given(st.text(st.characters(), max_size=50))
def test_any_text_becomes_one_that_postgresql_takes(text: str) -> None:
    """NUL and lone surrogates are replaced, everything else stays."""
    kept = Words().process_bind_param(text, POSTGRESQL)
    assert kept is not None
    kept.encode("utf-8")
    assert "\0" not in kept
    if "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text):
        assert kept == text


@pytest.mark.parametrize("title", ["a\0b", "\ud800", "Pékin 北京 🇨🇳", "'; DROP TABLE articles;--"])
def test_hostile_titles_are_kept(store: Store, title: str) -> None:
    """Text is a value, never part of a statement."""
    store.follow(filled(an_article(title=title)))
    assert store.articles()[0].title == title.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


def test_times_come_back_in_utc(store: Store) -> None:
    """The zone of a time is not lost on SQLite."""
    moment = datetime(2023, 3, 17, 23, 30, 0, 5, tzinfo=timezone(timedelta(hours=3)))
    store.follow(filled(an_article(received=moment)))
    assert store.articles()[0].received == moment
    assert store.articles()[0].received.tzinfo is UTC
