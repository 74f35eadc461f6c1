"""What `resolve` keeps does not grow for ever, and what it let go of is found again."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest

from consumers import resolve
from consumers.forgetting import CHUNK, Forgetting
from consumers.life import Member, life
from consumers.memory import Memory
from consumers.sweep import STEP
from schemas.events import Event, EventMentions
from sommet.language import sketch
from sommet.stage import State
from tests.consumers.made import DYAD, mention, origin, reported

DAY = datetime(2023, 3, 20, 12, tzinfo=UTC)


def told(state: State, article: str, days: int, **said: object) -> Event:
    """Return the event of one report that comes, and is published, some days behind 20 March 2023."""
    now = DAY + timedelta(days=days)
    report = reported(article, [mention(**said)], published=now.isoformat())
    (event,) = (m for m in resolve.step(state, report, now) if isinstance(m, Event))
    return event


def shelves(state: Iterable[str], part: str) -> list[str]:
    """Return the entries of the index that have a part in their keys."""
    return sorted(key for key in state if key.startswith("index/") and part in key)


def test_the_days_on_which_events_were_told_are_forgotten() -> None:
    """A year of daily reports leaves two months of such entries."""
    state: State = {}
    for day in range(365):
        told(state, f"a{day}", day, type="trade", start=(DAY + timedelta(days=day)).date().isoformat())
    first = (DAY + timedelta(days=304)).date().isoformat()
    assert min(key.rsplit("/", 1)[1] for key in shelves(state, "/told/")) >= first
    assert len([key for key in state if key.startswith("due/")]) < 3 * 62


def test_a_plan_that_is_never_told_again_leaves_the_list_of_plans() -> None:
    """An undated report does not look for it any more."""
    state: State = {}
    told(state, "a", 0, status="planned", start="2023-04-20")
    assert len(shelves(state, "/plan")) == 3
    told(state, "b", 300, type="trade")
    assert shelves(state, "/plan") == []


def test_a_plan_that_is_told_again_stays_and_comes_back() -> None:
    """What was told within the window is kept; what was let go of is listed again once it is recalled."""
    state: State = {}
    plan = {"status": "planned", "start": "2024-04-20"}
    first = told(state, "a", 0, **plan)
    told(state, "b", 100, **plan)
    told(state, "c", 130, type="trade")
    assert len(shelves(state, "/plan")) == 3
    told(state, "d", 300, type="trade")
    assert shelves(state, "/plan") == []
    assert told(state, "e", 301, **plan).event == first.event
    assert len(shelves(state, "/plan")) == 3


@pytest.mark.parametrize("years", [1, 4])
@pytest.mark.parametrize("said", [{}, {"type": "consultation"}])
def test_an_old_meeting_is_found_again_by_its_day(said: dict[str, object], years: int) -> None:
    """However long ago it was, whatever was told since."""
    state: State = {}
    first = told(state, "a", 0, **said)
    told(state, "b", 200, type="trade")
    told(state, "c", 365 * years - 1, type="trade")
    again = told(state, "d", 365 * years, salience="background", **said)
    assert (again.event, again.change) == (first.event, "more")


def test_an_old_article_may_still_be_corrected() -> None:
    """Its record stays, for its versions and for a person's rulings."""
    state: State = {}
    first = told(state, "a", 0)
    told(state, "b", 200, type="trade")
    now = DAY + timedelta(days=201)
    edit = EventMentions(id="classify/a/2", dyad=DYAD, origin=origin("a", version=2), mentions=(mention(),))
    (event,) = (m for m in resolve.step(state, edit, now) if isinstance(m, Event))
    assert event.event == first.event


def test_what_is_due_comes_once_in_its_order() -> None:
    """However much is noted for one day, and however many days pass at once."""
    state: State = {}
    forgetting = Forgetting(state)
    assert list(forgetting.passed(DAY)) == []
    entries = [f"entry {n}" for n in range(3 * CHUNK + 1)]
    for entry in entries:
        forgetting.note(entry, 60)
    assert list(forgetting.passed(DAY + timedelta(days=59))) == []
    assert list(forgetting.passed(DAY + timedelta(days=400))) == entries
    assert list(forgetting.passed(DAY)) == []
    assert list(state) == ["today"]


def test_a_sketch_takes_less_than_200_bytes() -> None:
    """What finds near copies costs as much an article where the statements are kept."""
    with_it = origin(
        sketch=sketch.of("Un accord à Kazan", "Les deux délégations ont signé un accord de transit à Kazan.")
    )
    bare = msgspec.structs.replace(with_it, sketch="")
    sizes = [len(msgspec.msgpack.encode(one)) for one in (with_it, bare)]
    assert 0 < sizes[0] - sizes[1] <= 200


def test_a_big_event_is_kept_in_parts() -> None:
    """One more report of it rewrites one part of its statements."""
    state: State = {}
    for n in range(100):
        told(state, f"a{n:03d}", 0)
    before = dict(state)
    event = told(state, "b", 1).event
    members = [key for key in state if key.startswith("members/")]
    assert len(members) == 7
    assert sum(state[key] != before.get(key) for key in members) == 1
    kept: list[Member] = Memory(state).members(event)
    assert len({member.name for member in kept}) == 101


def test_a_big_event_is_what_all_its_reports_say_in_any_order() -> None:
    """However much of it is remembered from one report to the next."""
    state: State = {}
    said = [
        {},
        {"place": "Moscow", "country": "RUS"},
        {"place": "Kazan", "country": "RUS"},
        {"start": "2023-03"},
    ]
    dice = Random(7)
    reports = [
        reported(f"a{n:03d}", [mention(**dice.choice(said))], published=f"2023-03-{dice.randrange(20, 24)}")
        for n in range(2 * STEP + 9)
    ]
    dice.shuffle(reports)
    for report in reports:
        (event,) = {m.event for m in resolve.step(state, report, DAY) if isinstance(m, Event)}
        memory = Memory(state)
        assert life(event, memory.members(event)).known == memory.known(event)
    assert len(memory.members(event)) == len(reports)
