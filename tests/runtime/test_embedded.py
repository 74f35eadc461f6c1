"""The embedded driver keeps the contract, and what only it promises."""

import itertools
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.topics import Topic
from sommet.errors import SommetError
from sommet.runtime.database import Database
from sommet.runtime.embedded import Embedded
from sommet.runtime.log import Writer
from sommet.stage import Log, Stage, State, Wake
from tests.runtime.contract import Contract
from tests.runtime.driver import Driver, Fresh, Harness, at, said, stage
from tests.runtime.pipeline import DOUBLES, NUMBERS, STAGES, START, TOPICS, Doubled, Number, Total, numbers


class Files:
    """A file that embedded drivers are opened on, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, stages: Any, **options: Any) -> Embedded:
        return Embedded(self.path, stages, **{"topics": TOPICS, **options})

    def plant(self, topic: Topic[Any], ident: str, payload: bytes) -> None:
        with Database(self.path) as database, database.transaction() as connection:
            Writer(connection).write(topic.name, ident, payload)


class TestContract(Contract):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Fresh:
        names = itertools.count()
        return lambda: Files(tmp_path / f"{next(names)}.sqlite")


def test_it_is_a_driver(tmp_path: Path) -> None:
    """Type checkers hold the driver and its harness to the protocols of the suite."""
    harness: Harness = Files(tmp_path / "log")
    driver: Driver
    with harness.open(STAGES) as driver:
        log: Log = driver
        assert log.append(()) == 0
        assert driver.lag() == {"double": 0, "tally": 0, "link": 0}


@pytest.mark.parametrize(
    ("stages", "complaint"),
    [
        ((STAGES[0], STAGES[0]), "two stages have the same name"),
        ((Stage("x", NUMBERS, (DOUBLES, Topic("more.v1", Doubled, str)), STAGES[0].step),), "two topics for"),
    ],
)
def test_stages_that_cannot_be_told_apart_are_refused(tmp_path: Path, stages: Any, complaint: str) -> None:
    """Names of stages and types of topics are unique."""
    with pytest.raises(SommetError, match=complaint):
        Embedded(tmp_path / "log", stages)


def test_dead_letters_are_found_by_number(tmp_path: Path) -> None:
    """A dead letter can be shown alone, and one that is not there is None."""
    with Embedded(tmp_path / "log", STAGES, topics=TOPICS) as driver:
        driver.append(numbers(82))
        driver.run_until_idle(START)
        letters = driver.dead_letters()
        assert [driver.dead_letter(letter.number) for letter in letters] == letters
        assert driver.dead_letter(99) is None
        assert driver.dead_letters(limit=1) == letters[:1]
        assert {letter.stage for letter in driver.dead_letters("double")} == {"double"}


def test_a_stage_that_is_added_starts_at_the_beginning(tmp_path: Path) -> None:
    """A stage that the file has not seen takes its source from the first message."""
    with Embedded(tmp_path / "log", STAGES[:1], topics=TOPICS) as driver:
        driver.append(numbers(6))
        driver.run_until_idle(START)
    with Embedded(tmp_path / "log", STAGES, topics=TOPICS) as driver:
        assert driver.lag() == {"double": 0, "tally": 6, "link": 0}


def test_producers_may_append_from_other_threads(tmp_path: Path) -> None:
    """Threads that append while the stages run lose nothing and double nothing."""
    with Embedded(tmp_path / "log", STAGES, topics=TOPICS, batch=5, brake=None) as driver:

        def produce(start: int) -> None:
            for message in numbers(160)[start::4]:
                driver.append([message])

        threads = [threading.Thread(target=produce, args=(start,)) for start in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            driver.run_until_idle(START)
        for thread in threads:
            thread.join()
        driver.run_until_idle(START)
        assert sorted(m.number for m in said(driver, NUMBERS)) == list(range(160))
        assert len({m.cause for m in said(driver, DOUBLES)}) == len(said(driver, DOUBLES)) == 157
        assert set(driver.lag().values()) == {0}


def test_an_interrupted_batch_is_made_again(tmp_path: Path) -> None:
    """Ctrl-C in a step leaves nothing of the batch behind, in the file or in memory."""
    interrupt = True

    def step(state: State, message: Number, now: datetime) -> list[Doubled]:
        state["count"] = str(int(state.get("count", b"0")) + 1).encode()
        if interrupt and message.number == 3:
            raise KeyboardInterrupt
        return [Doubled(number=1)]

    with Embedded(tmp_path / "log", [stage(step)], topics=TOPICS) as driver:
        driver.append(numbers(5))
        with pytest.raises(KeyboardInterrupt):
            driver.run_until_idle(START)
        assert driver.state("under-test") == {}
        interrupt = False
        driver.run_until_idle(START)
        assert driver.state("under-test") == {"count": b"5"}


def test_an_interrupted_timer_fires_again(tmp_path: Path) -> None:
    """A timer that fired in a batch that was interrupted has not fired."""
    interrupts = iter([False, True, False])

    def step(state: State, message: Number, now: datetime) -> list[Doubled | Wake]:
        if next(interrupts):
            raise KeyboardInterrupt
        return [Wake("k", at(10))] if message.number == 0 else []

    woken = lambda state, key, now: [Doubled(number=7)]  # noqa: E731
    with Embedded(tmp_path / "log", [stage(step, woken)], topics=TOPICS) as driver:
        driver.append([Number(id="n0", number=0, at=START)])
        driver.run_until_idle(START)
        driver.append([Number(id="n1", number=1, at=at(20))])
        with pytest.raises(KeyboardInterrupt):
            driver.run_until_idle(START)
        driver.run_until_idle(START)
        assert [m.number for m in said(driver, DOUBLES)] == [7]


def test_two_failures_are_told_together(tmp_path: Path) -> None:
    """Where two stages stop, the error of the first names the other in its notes."""

    def fail(state: State, message: Any, now: datetime) -> list[Total]:
        raise OSError("out of order")

    stages = [Stage(name, NUMBERS, (DOUBLES,), fail) for name in ("one", "two")]
    with Embedded(tmp_path / "log", stages, topics=TOPICS) as driver:
        driver.append(numbers(1))
        with pytest.raises(SommetError, match="stage one") as caught:
            driver.run_until_idle(START)
        assert "stage two stopped at message 'n0'" in caught.value.__notes__[0]


def test_a_batch_ends_behind_so_many_bytes(tmp_path: Path) -> None:
    """Large messages share a transaction with fewer others, and none is left out."""
    with Embedded(tmp_path / "log", STAGES[:1], topics=TOPICS, batch=1000) as driver:
        driver.append([Number(id=f"n{i}", number=i, key="x" * 6_000_000, at=START) for i in range(5)])
        assert len(driver.read(NUMBERS, 0)) == 3
        assert driver.run_until_idle(START) == 5
        assert [m.number for m in said(driver, DOUBLES)] == [0, 2, 4, 6, 8]
