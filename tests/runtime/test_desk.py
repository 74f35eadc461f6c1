"""What people do with dead letters, on both drivers."""

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.letters import Settled
from schemas.topics import SETTLED
from sommet.errors import SommetError, StorageError
from sommet.runtime.desk import Desk, FileDesk, Open, origin
from sommet.runtime.embedded import Embedded
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from sommet.runtime.kafka_desk import KafkaDesk
from sommet.stage import Reject, Stage, State
from tests.runtime.driver import said, stage
from tests.runtime.pipeline import DOUBLES, NUMBERS, START, Doubled, Number, numbers

KINDS = (NUMBERS, DOUBLES, SETTLED)
_numbers = itertools.count()


@dataclass
class Picky:
    """A stage that rejects some numbers, until its mind is changed; and counts those that it takes."""

    refused: set[int] = field(default_factory=set)

    def __call__(self, state: State, message: Number, now: datetime) -> list[Doubled]:
        if message.number in self.refused:
            raise Reject(f"{message.number} is not wanted")
        state["taken"] = str(int(state.get("taken", b"0")) + 1).encode()
        return [Doubled(number=2 * message.number, key=message.key)]


@dataclass
class Place:
    """An empty log: its driver and its desk."""

    path: Path
    cluster: Cluster | None = None

    def open(self, stages: Sequence[Stage[Any]], **options: Any) -> Any:
        if self.cluster:
            return Kafka(self.cluster, stages, topics=KINDS, member="m", **options)
        return Embedded(self.path, stages, topics=KINDS, **options)

    @property
    def desk(self) -> Desk:
        return KafkaDesk(self.cluster) if self.cluster else FileDesk(self.path)


@pytest.fixture(params=["embedded", "kafka"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Give an empty log of each kind."""
    if request.param == "embedded":
        return Place(tmp_path / "log.db")
    bootstrap: str = request.getfixturevalue("kafka")
    return Place(tmp_path, Cluster((bootstrap,), f"desk-{os.getpid()}-{next(_numbers)}.", wait=10))


def ruling(number: int, outcome: Any = "retried") -> Settled:
    """Return a decision on a letter."""
    return Settled(id=f"dead-letter/{number}", at=START, letter=number, stage="under-test", outcome=outcome)


def test_what_is_put_back_goes_through_its_stage_once(place: Place) -> None:
    """The stage takes it as new, its output has the id of the first time, others have read it before."""
    picky = Picky({1, 2})
    with place.open([stage(picky)], brake=None) as log:
        log.append(numbers(4))
        log.run_until_idle(START)
        first, second = place.desk.letters()
        assert [(one.stage, one.topic, one.id) for one in (first, second)] == [
            ("under-test", "numbers.v1", "n1"), ("under-test", "numbers.v1", "n2"),
        ]  # fmt: skip
        picky.refused.clear()
        assert place.desk.settle(first, ruling(first.number))
        assert not place.desk.settle(first, ruling(first.number))
        assert not place.desk.settle(first, ruling(first.number, "dropped"))
        for _ in range(2):
            log.run_until_idle(START)
        assert [m.id for m in said(log, DOUBLES)] == [f"under-test/n{n}/0" for n in (0, 3, 1)]
        assert [m.cause for m in said(log, DOUBLES)] == ["n0", "n3", "n1"]
        assert log.state("under-test") == {"taken": b"3"}
        assert [m.id for m in said(log, NUMBERS)] == ["n0", "n1", "n2", "n3"]
        assert {number: one.outcome for number, one in place.desk.settled().items()} == {
            first.number: "retried"
        }
        assert place.desk.letters() == [first, second]


def test_what_is_dropped_stays_in_the_history(place: Place) -> None:
    """It is noted, and nothing goes through the stage."""
    with place.open([stage(Picky({0}))], brake=None) as log:
        log.append(numbers(1))
        log.run_until_idle(START)
        (letter,) = place.desk.letters()
        assert place.desk.settle(letter, ruling(letter.number, "dropped"))
        assert log.run_until_idle(START) == 0
    assert place.desk.letters() == [letter]
    assert place.desk.settled()[letter.number].outcome == "dropped"


def test_what_is_rejected_again_is_a_letter_of_its_own(place: Place) -> None:
    """It knows which one it was, and may be put back once more."""
    picky = Picky({0})
    with place.open([stage(picky)], brake=None) as log:
        log.append(numbers(1))
        for _ in range(2):
            log.run_until_idle(START)
            letter = place.desk.letters()[-1]
            assert place.desk.settle(letter, ruling(letter.number))
        log.run_until_idle(START)
        letters = place.desk.letters()
        assert [origin(one) for one in letters] == [
            (0, "n0"), (letters[0].number, "n0"), (letters[1].number, "n0"),
        ]  # fmt: skip
        picky.refused.clear()
        assert place.desk.settle(letters[-1], ruling(letters[-1].number))
        log.run_until_idle(START)
        assert [m.id for m in said(log, DOUBLES)] == ["under-test/n0/0"]


def test_open_letters_are_counted_anew_when_something_changed(place: Place) -> None:
    """A reject and a decision are noticed; where nothing happened nothing is read."""
    with place.open([stage(Picky({0, 1}))], brake=None) as log:
        log.append(numbers(2))
        log.run_until_idle(START)
        counted = Open()
        assert counted.look(log, log.dead_letters, 2)
        assert counted.counts == {"under-test": 2}
        assert not counted.look(log, log.dead_letters, 2)
        letter = place.desk.letters()[0]
        place.desk.settle(letter, ruling(letter.number, "dropped"))
        assert counted.look(log, log.dead_letters, 2)
        assert counted.counts == {"under-test": 1}


def test_a_letter_goes_back_to_its_partition(kafka: str) -> None:
    """What the stage remembers of its key is there."""
    cluster = Cluster((kafka,), f"desk-{os.getpid()}-{next(_numbers)}.", wait=10)
    picky = Picky({3})
    with Kafka(cluster, [stage(picky)], topics=KINDS, partitions=4, brake=None) as log:
        log.append([Number(id=f"n{i}", number=i, key=f"k{i}", at=START) for i in range(8)])
        log.run_until_idle(START)
        (letter,) = KafkaDesk(cluster).letters()
        KafkaDesk(cluster).settle(letter, ruling(letter.number))
        picky.refused.clear()
        assert log.run_until_idle(START) == 1
        partition = log._partitions[NUMBERS.name][letter.partition]
        records = log._reader.all(partition)
        assert (records[-1].value, records[letter.offset - 1].value) == (letter.payload,) * 2


def test_two_who_settle_at_once_put_it_back_once(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who began first is refused and told so."""
    cluster = Cluster((kafka,), f"desk-{os.getpid()}-{next(_numbers)}.", wait=10)
    with Kafka(cluster, [stage(Picky({0}))], topics=KINDS, brake=None) as log:
        log.append(numbers(1))
        log.run_until_idle(START)
        (letter,) = KafkaDesk(cluster).letters()
        slow, second = KafkaDesk(cluster), []

        def settled() -> dict[int, Settled]:
            second.append(KafkaDesk(cluster).settle(letter, ruling(letter.number)))
            return {}

        monkeypatch.setattr(slow, "settled", settled)
        with pytest.raises(SommetError, match="somebody else deals with dead letters"):
            slow.settle(letter, ruling(letter.number))
        assert second == [True]
        assert log.run_until_idle(START) == 1


def test_a_log_of_an_older_release_has_nothing_settled(kafka: str) -> None:
    """The topic is made when it is needed."""
    cluster = Cluster((kafka,), f"desk-{os.getpid()}-{next(_numbers)}.", wait=10)
    with Kafka(cluster, [stage(Picky({0}))], topics=KINDS[:2], brake=None) as log:
        log.append(numbers(1))
        log.run_until_idle(START)
    desk = KafkaDesk(cluster)
    assert desk.settled() == {}
    (letter,) = desk.letters()
    assert desk.settle(letter, ruling(letter.number, "dropped"))
    assert [*desk.settled()] == [letter.number]


def test_a_log_that_is_not_there_is_told(kafka: str, tmp_path: Path) -> None:
    """A file, and topics of a cluster."""
    for desk in (FileDesk(tmp_path / "log.db"), KafkaDesk(Cluster((kafka,), "nowhere."))):
        with pytest.raises(StorageError):
            desk.letters()
