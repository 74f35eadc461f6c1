"""A replay of what an application has read: the same topics once more, in a folder of their own."""

import io
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consumers import alert, clean
from schemas.articles import Article, RawArticle
from schemas.envelope import Message
from schemas.events import Event
from schemas.topics import ARTICLES, EVENTS, RAW
from sommet.commands import replay as command
from sommet.commands.progress import Progress
from sommet.config import Alerts, Config, Rule
from sommet.errors import StorageError
from sommet.knowledge.phrases import phrases
from sommet.runtime.failures import StageFailed
from sommet.stage import Reject, Stage, State, Wake
from sommet.store import Store
from tests.app.small import NOW, Inbox, Opened, read_events

TOLD = ("articles.raw.v1", "articles.v1", "events.v1", "alerts.v1")
"""The topics that a replay writes; deliveries belong to the live run alone."""
ALERTS_OF_ALL = Alerts(max_age=None, rules=(Rule(),))


def read_and_remember(state: State, article: Article, now: datetime) -> Iterable[Message | Wake]:
    """Find events, and ask to be woken an hour later over each of them."""
    for event in read_events(state, article, now):
        assert isinstance(event, Event)
        state[event.event] = msgspec.json.encode(event)
        yield event
        yield Wake(event.event, now + timedelta(hours=1))


def call_off(state: State, key: str, now: datetime) -> Iterable[Message | Wake]:
    """Nobody told more of the event: it is called off."""
    event = msgspec.json.decode(state[key], type=Event)
    yield msgspec.structs.replace(event, id="", status="cancelled", change="status")


@pytest.fixture
def stages() -> tuple[Stage[Any], ...]:
    """A pipeline whose middle sets timers, which the wall clock fires between two polls."""
    middle = Stage("read", ARTICLES, (EVENTS,), read_and_remember, call_off)
    return (clean.stage(), middle, alert.stage(ALERTS_OF_ALL))


def raw(number: int, published: datetime = NOW, text: str = "a summit in Beijing") -> RawArticle:
    """Return one article."""
    ident = f"{number:03}"
    return RawArticle(
        id=f"raw/{ident}", article=ident, url=f"https://news.example.org/{ident}", source="example",
        title=f"News {number}", text=f"{text}, number {number}", lang="en", published=published.isoformat(),
    )  # fmt: skip


@pytest.fixture
def live(opened: Opened, config: Config) -> Config:
    """A live run of five polls, hours apart: fresh articles, old ones, one that is rejected."""
    at = NOW
    with opened(now=lambda: at) as app:
        for poll in range(5):
            at = NOW + timedelta(hours=1.5 * poll)
            old = NOW - timedelta(days=20 + poll)
            app.take([raw(3 * poll, at), raw(3 * poll + 1, old), raw(3 * poll + 2, at, "rain")])
            app.work()
            app.send()
    return config


def topics(folder: Path, names: tuple[str, ...] = TOLD) -> list[tuple[str, int, str, bytes]]:
    """Return all that stands in some topics of a log, byte for byte."""
    with closing(sqlite3.connect(f"file:{folder / 'log.db'}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT topic, offset, id, payload FROM log ORDER BY topic, offset")
        return [row for row in rows if row[0] in names]


def stored(folder: Path) -> Store:
    """Open the store of a folder."""
    return Store(f"sqlite:///{folder / 'store.db'}")


@pytest.fixture
def again(live: Config, stages: tuple[Stage[Any], ...], progress: Progress) -> Callable[..., command.Done]:
    """Replay the live run with its stages."""

    def make(**options: Any) -> command.Done:
        return command.replay(live, progress, **{"stages": stages, **options})

    return make


@pytest.fixture
def progress() -> Progress:
    """Reports that nobody sees."""
    return Progress(io.StringIO(), "articles")


def test_a_replay_is_what_the_live_run_wrote(live: Config, again: Callable[..., command.Done]) -> None:
    """Byte for byte, also what timers did that the wall clock fired between two polls."""
    with closing(sqlite3.connect(live.data / "log.db")) as connection:
        assert connection.execute("SELECT count(*) FROM ticks").fetchone()[0] > 0
    done = again()
    written = topics(live.data)
    assert {row[0] for row in written} == set(TOLD)
    assert topics(done.folder) == written
    with closing(stored(live.data)) as store, closing(stored(done.folder)) as other:
        assert other.events(limit=100) == store.events(limit=100)
        assert other.alerts(limit=100) == store.alerts(limit=100)


def test_nothing_is_sent(live: Config, inbox: Inbox, again: Callable[..., command.Done]) -> None:
    """No receiver hears of a replay, and no delivery is noted or owed in it."""
    before = list(inbox.taken)
    done = again()
    assert before
    assert inbox.taken == before
    assert topics(done.folder, ("deliveries.v1",)) == []
    with closing(stored(done.folder)) as store:
        counts = store.counts()
    assert (counts.pending, counts.sent, counts.failed) == (0, 0, 0)
    assert counts.alerts == done.tally.alerts.total() > 0


def test_a_running_instance_goes_on(opened: Opened, live: Config, again: Callable[..., command.Done]) -> None:
    """Its log is only read, while it is open, and stays as it is."""
    with opened() as app:
        before = topics(live.data)
        done = again()
        assert topics(live.data) == before == topics(done.folder)
        assert app.take([raw(99)]) == 1


def test_a_replay_of_a_replay_is_the_same(
    live: Config, again: Callable[..., command.Done], progress: Progress, stages: tuple[Stage[Any], ...]
) -> None:
    """A replay notes what the wall clock did as the live run does."""
    done = again()
    second = command.replay(msgspec.structs.replace(live, data=done.folder), progress, stages=stages)
    assert second.folder.name == f"{done.folder.name}-replay"
    assert topics(second.folder) == topics(done.folder)


def test_only_some_days(again: Callable[..., command.Done]) -> None:
    """`since` and `before` choose by the time at which an article counts; what was before is not known."""
    whole, late = again(), again(since=NOW)
    assert (whole.tally.taken, late.tally.taken) == (15, 10)
    assert again(before=NOW).tally.taken == 5
    assert again(since=NOW, before=NOW + timedelta(hours=2)).tally.taken == 4


def test_no_article_is_an_error_and_leaves_nothing(live: Config, again: Callable[..., command.Done]) -> None:
    """Days without articles are told, and no folder is made."""
    with pytest.raises(command.NothingThere, match=r"the log has no articles\.raw\.v1 of these dates"):
        again(since=NOW + timedelta(days=400))
    assert list(live.data.parent.glob("var-*")) == []


def test_a_folder_that_is_there_stays_as_it_is(
    live: Config, tmp_path: Path, again: Callable[..., command.Done]
) -> None:
    """Neither the live folder, nor an earlier replay, nor one under way is written over."""
    with pytest.raises(StorageError, match="exists: a replay needs a new folder"):
        again(into=live.data)
    (tmp_path / "new.part").mkdir()
    with pytest.raises(StorageError, match="another replay writes it, or one was cut short"):
        again(into=tmp_path / "new")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be made"):
        again(into=tmp_path / "file" / "new")
    assert [again().folder.name for _ in range(3)] == ["var-replay", "var-replay-2", "var-replay-3"]


@pytest.mark.parametrize("trouble", [ZeroDivisionError, KeyboardInterrupt])
def test_what_fails_leaves_nothing(
    live: Config, tmp_path: Path, again: Callable[..., command.Done], trouble: type[BaseException]
) -> None:
    """A stage that breaks, or Ctrl-C: no half of a replay can be taken for a whole one."""

    def fail(_state: State, article: Article, _now: datetime) -> Iterable[Message]:
        if article.article == "007":
            raise trouble
        return ()

    stages = (clean.stage(), Stage("read", ARTICLES, (EVENTS,), fail))
    with pytest.raises((StageFailed, KeyboardInterrupt)):
        again(stages=stages, into=tmp_path / "new")
    assert list(tmp_path.glob("new*")) == []


def test_the_summary_says_what_came_of_it(live: Config, again: Callable[..., command.Done]) -> None:
    """Counts, alerts by rule, what `since` means, and where it stands; in French and English."""
    done = again(since=NOW)
    english = list(command.summary(done, phrases("en")))
    assert english[0].startswith("10 articles, 0 event mentions, 5 events, ")
    assert "alerts that would have been sent, 0 rejected, in " in english[0]
    assert english[1] == f"Alerts by rule: summits {done.tally.alerts['summits']}"
    assert "before 2026-10-12 12:00 UTC is not known here" in english[2]
    assert english[4:] == [
        f"  sommet events --data {done.folder}",
        f"  sommet diff {live.data} {done.folder}",
    ]
    french = list(command.summary(done, phrases("fr")))
    assert "alertes qui auraient été envoyées, 0 rejet, en " in french[0]
    assert french[1].startswith("Alertes par règle\u00a0: summits")


def test_rejects_are_counted_and_stop_nothing(live: Config, again: Callable[..., command.Done]) -> None:
    """Rules that reject everything are told by their number."""

    def refuse(_state: State, article: Article, _now: datetime) -> Iterable[Message]:
        raise Reject(article.article)

    done = again(stages=(clean.stage(), Stage("read", ARTICLES, (EVENTS,), refuse)))
    assert done.tally.rejected_by == {"read": 15}
    assert "15 rejected" in next(command.summary(done, phrases("en")))


def test_a_later_topic_is_a_shorter_way(live: Config, again: Callable[..., command.Done]) -> None:
    """From cleaned articles on, events and alerts are those of the live run."""
    done = again(begin=ARTICLES)
    names = ("articles.v1", "events.v1", "alerts.v1")
    assert topics(done.folder) == topics(live.data, names)
    assert RAW.name not in {row[0] for row in topics(done.folder)}
