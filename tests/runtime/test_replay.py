"""A replay says what was said, byte for byte."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.letters import Settled
from sommet.errors import StorageError
from sommet.runtime.desk import FileDesk
from sommet.runtime.embedded import Embedded
from sommet.runtime.replay import replay
from sommet.stage import Reject, Stage, State
from tests.runtime.driver import said, snapshot, stage
from tests.runtime.pipeline import (
    DOUBLES,
    END,
    LINKS,
    NUMBERS,
    STAGES,
    START,
    TOPICS,
    TOTALS,
    Doubled,
    Link,
    Number,
    numbers,
)  # fmt: skip
from tests.runtime.test_embedded import Files

OPTIONS: dict[str, Any] = {"topics": TOPICS, "brake": None, "versions": ("1", "2")}


def recorded(path: Path, cuts: list[tuple[int, int]], *, history: int = 0) -> Any:
    """Let messages arrive in portions, each followed by a quiet time in seconds; return what came of it."""
    messages = numbers(history, history=True) + numbers(90)[history:]
    start = 0
    with Embedded(path, STAGES, **OPTIONS) as driver:
        for cut, quiet in [*sorted(cuts), (len(messages), 0)]:
            driver.append(messages[start:cut])
            driver.run_until_idle(messages[max(0, cut - 1)].at + timedelta(seconds=quiet))
            start = max(start, cut)
        return snapshot(driver)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 100)), max_size=6),
    history=st.integers(0, 30),
    batch=st.integers(1, 50),
)
def test_a_replay_repeats_every_byte(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]], history: int, batch: int
) -> None:
    """However messages and quiet times came, the same log, state and dead letters come of the replay.

    A quiet time may outlast the next message: what the wall clock did first is repeated first.
    """
    path = tmp_path_factory.mktemp("replay") / "log"
    expected = recorded(path, cuts, history=history)
    with replay(path, NUMBERS, STAGES, batch=batch, **OPTIONS) as again:
        assert snapshot(again) == expected
        assert set(again.lag().values()) == {0}


def test_a_replay_may_start_at_a_date(tmp_path: Path) -> None:
    """Messages of an earlier date are left out; two replays of the same are the same."""
    recorded(tmp_path / "log", [(50, 20)])
    since = numbers(90)[30].at
    outcomes = []
    for batch in (7, 100):
        with replay(tmp_path / "log", NUMBERS, STAGES, since=since, batch=batch, **OPTIONS) as again:
            outcomes.append(snapshot(again))
            assert [m.number for m in said(again, NUMBERS)] == list(range(30, 90))
    assert outcomes[0] == outcomes[1]


def test_a_replay_may_end_at_a_date(tmp_path: Path) -> None:
    """Later messages are left out, and what the wall clock did later is not repeated."""
    before = numbers(90)[50].at
    told: list[int] = []
    recorded(tmp_path / "log", [(50, 20)])
    with Embedded(tmp_path / "early", STAGES, **OPTIONS) as driver:
        driver.append(numbers(50))
        driver.drain()
        expected = snapshot(driver)
    with replay(
        tmp_path / "log", NUMBERS, STAGES, before=before, begun=told.append, **OPTIONS
    ) as again:  # fmt: skip
        assert snapshot(again) == expected
    assert told == [50]


def test_a_file_without_topics_is_told(tmp_path: Path) -> None:
    """A log that was never written to the end is no log."""
    (tmp_path / "log").touch()
    with pytest.raises(StorageError, match="log is empty"), replay(tmp_path / "log", NUMBERS, STAGES):
        pass


def test_a_replay_may_start_in_the_middle_with_other_rules(tmp_path: Path) -> None:
    """Any topic may be the source, any stages may read it; what they say is stamped anew."""
    recorded(tmp_path / "log", [])
    rule = Stage("rule", TOTALS, (LINKS,), lambda s, m, n: [Link(number=-m.number, chain="")])
    with replay(tmp_path / "log", TOTALS, [rule], topics=TOPICS, versions=("9", "9")) as again:
        links = said(again, LINKS)
        assert [link.number for link in links] == [-m.number for m in said(again, TOTALS)]
        assert {(link.code, link.knowledge) for link in links} == {("9", "9")}
        assert said(again, DOUBLES) == []


def test_timers_that_are_left_fire_where_the_replay_says_so(tmp_path: Path) -> None:
    """Without `until` a replay ends where the source ended; with it, as if that time had come."""
    recorded(tmp_path / "log", [])
    with Embedded(tmp_path / "log", STAGES, **OPTIONS) as driver:
        before = snapshot(driver)
    with replay(tmp_path / "log", NUMBERS, STAGES, **OPTIONS) as again:
        assert snapshot(again) == before
    with Embedded(tmp_path / "log", STAGES, **OPTIONS) as driver:
        driver.run_until_idle(END)
        after = snapshot(driver)
    with replay(tmp_path / "log", NUMBERS, STAGES, until=END, **OPTIONS) as again:
        assert snapshot(again) == after != before


def test_a_replay_reads_only(tmp_path: Path) -> None:
    """The source may be in use, and stays as it is; poison in it is rejected again."""
    Files(tmp_path / "log").plant(NUMBERS, "poison", b"?")
    recorded(tmp_path / "log", [])
    before = (tmp_path / "log").read_bytes()
    with (
        Embedded(tmp_path / "log", STAGES, **OPTIONS) as running,
        replay(tmp_path / "log", NUMBERS, STAGES, since=START, **OPTIONS) as again,
    ):
        assert snapshot(again) == snapshot(running)
        assert again.dead_letters("double")[0].id == "poison"
    assert (tmp_path / "log").read_bytes() == before


def test_a_replay_goes_into_a_new_file(tmp_path: Path) -> None:
    """The result may be kept; a file that exists is not written over."""
    expected = recorded(tmp_path / "log", [])
    with replay(tmp_path / "log", NUMBERS, STAGES, into=tmp_path / "again", **OPTIONS):
        pass
    with Embedded(tmp_path / "again", STAGES, **OPTIONS) as driver:
        assert snapshot(driver) == expected
    with (
        pytest.raises(StorageError, match="exists: a replay needs a new file"),
        replay(tmp_path / "log", NUMBERS, STAGES, into=tmp_path / "again"),
    ):
        pass


def test_what_was_put_back_is_replayed_where_it_stood_first(tmp_path: Path) -> None:
    """It is in its topic twice, and goes through the stages once."""
    live, refused = tmp_path / "live", [True]

    def step(state: State, message: Number, now: datetime) -> list[Doubled]:
        if refused[0] and message.number == 0:
            raise Reject("not yet")
        return [Doubled(number=message.number)]

    with Embedded(live, [stage(step)], topics=(NUMBERS, DOUBLES), brake=None) as log:
        log.append(numbers(3))
        log.run_until_idle(START)
        (letter,) = FileDesk(live).letters()
        ruling = Settled(id="dead-letter/1", at=START, letter=1, stage="under-test", outcome="retried")
        assert FileDesk(live).settle(letter, ruling)
        refused[0] = False
        log.run_until_idle(START)
        assert [m.number for m in said(log, DOUBLES)] == [1, 2, 0]
    with replay(live, NUMBERS, [stage(step)], topics=(NUMBERS, DOUBLES)) as again:
        assert [m.number for m in said(again, DOUBLES)] == [0, 1, 2]
        assert again.dead_letters() == []
