"""What goes through a driver, what it stamps, and what it keeps for a stage."""

from datetime import datetime
from typing import Any

import pytest

from schemas.envelope import Message
from sommet.errors import SommetError
from sommet.runtime.failures import StageFailed
from sommet.stage import State
from tests.runtime.driver import Fresh, Log, at, said, stage
from tests.runtime.pipeline import (
    DOUBLES,
    NUMBERS,
    STAGES,
    START,
    Doubled,
    Number,
    numbers,
)  # fmt: skip


class Messages:
    """What goes through a driver, what it stamps, and what it keeps for a stage."""

    def test_what_is_appended_is_read_in_order(self, fresh: Fresh) -> None:
        """Messages come back as they went in, page by page, and the log outlives the driver."""
        harness = fresh()
        with harness.open(STAGES) as driver:
            assert driver.append(numbers(5)) == 5
        with harness.open(STAGES) as driver:
            whole = driver.read(NUMBERS, 0)
            assert sorted(m.number for _, m in whole) == [0, 1, 2, 3, 4]
            assert [offset for offset, _ in whole] == sorted({offset for offset, _ in whole})
            first = driver.read(NUMBERS, 0, 2)
            assert first + driver.read(NUMBERS, first[-1][0], 10) == whole
            assert driver.read(NUMBERS, whole[-1][0]) == []

    def test_an_id_stands_in_a_topic_once(self, fresh: Fresh) -> None:
        """What is appended twice, in one call or two, is there once."""
        with fresh().open(STAGES) as driver:
            assert driver.append(numbers(3) + numbers(2)) == 3
            assert driver.append(numbers(4)) == 1
            assert len(said(driver, NUMBERS)) == 4
            assert driver.append([]) == 0

    @pytest.mark.parametrize(
        ("message", "complaint"),
        [
            (Number(number=1, at=START), "has no id"),
            (Number(id="x", number=1, at=START.replace(tzinfo=None)), "without time zone"),
            (Message(id="x", at=START), "no topic for a Message"),
            (Number(id="x", number=1, key="\ud800", at=START), "cannot be written"),
        ],
    )
    def test_what_cannot_be_known_again_is_refused(
        self, fresh: Fresh, message: Message, complaint: str
    ) -> None:
        """A message without id, zone or topic, or with half a character, is refused with its whole call."""
        with fresh().open(STAGES) as driver:
            with pytest.raises(SommetError, match=complaint):
                driver.append([*numbers(2), message])
            assert said(driver, NUMBERS) == []

    def test_readers_pass_over_poison(self, fresh: Fresh) -> None:
        """A reader sees the message behind bytes that are none, even where a whole page is poison."""
        harness = fresh()
        for i in range(5):
            harness.plant(NUMBERS, f"bad{i}", b"\xff")
        with harness.open(STAGES) as driver:
            driver.append(numbers(1))
            assert [m.id for _, m in driver.read(NUMBERS, 0, 2)] == ["n0"]

    # the envelope

    def test_outputs_are_stamped(self, fresh: Fresh) -> None:
        """Outputs inherit time and history, name their cause and versions, and have derived ids."""
        step = lambda state, message, now: [  # noqa: E731
            Doubled(number=1), Doubled(number=2), Doubled(id="own", number=3),
        ]  # fmt: skip
        with fresh().open([stage(step)], versions=("1.2", "k3")) as driver:
            driver.append([Number(id="n", number=1, at=at(5), history=True)])
            driver.run_until_idle(at(5))
            found = said(driver, DOUBLES)
        envelope: dict[str, Any] = {
            "at": at(5),
            "cause": "n",
            "history": True,
            "code": "1.2",
            "knowledge": "k3",
        }
        assert found == [
            Doubled(id=ident, number=number, **envelope)
            for ident, number in [("under-test/n/0", 1), ("under-test/n/1", 2), ("own", 3)]
        ]

    def test_an_output_known_by_its_id_is_written_once(self, fresh: Fresh) -> None:
        """A stage that gives its outputs ids of its own says the same thing once."""
        observer = Log()
        step = lambda state, message, now: [Doubled(id=message.key, number=1)]  # noqa: E731
        with fresh().open([stage(step)], observer=observer) as driver:
            observer.driver = driver
            driver.append([Number(id=f"n{i}", number=i, at=START) for i in range(3)])
            driver.run_until_idle(START)
            assert [m.id for m in said(driver, DOUBLES)] == ["a"]
        assert [outputs for _, _, outputs in observer.steps] == [["a"], [], []]

    # the state

    def test_state_outlives_the_driver(self, fresh: Fresh) -> None:
        """Values set, changed and deleted are found again so, by the stage and from outside."""
        seen: list[dict[str, bytes]] = []

        def step(state: State, message: Number, now: datetime) -> list[Message]:
            seen.append(dict(state))
            state[f"k{message.number}"] = b"1"
            state["last"] = message.id.encode()
            state.pop(f"k{message.number - 2}", None)
            return []

        harness = fresh()
        for number in range(4):
            with harness.open([stage(step)]) as driver:
                driver.append([Number(id=f"n{number}", number=number, at=START)])
                driver.run_until_idle(START)
                held = driver.state("under-test")
        assert held == {"k2": b"1", "k3": b"1", "last": b"n3"}
        assert list(seen[3]) == ["k1", "k2", "last"]
        assert len(seen) == 4

    @pytest.mark.parametrize("bad", [("k", "text"), (1, b""), ("\ud800", b"")])
    def test_state_takes_nothing_but_bytes(self, fresh: Fresh, bad: tuple[Any, Any]) -> None:
        """A value that could not be stored stops the stage in the step, not in the commit."""

        def step(state: State, message: Number, now: datetime) -> list[Message]:
            state[bad[0]] = bad[1]
            return []

        with fresh().open([stage(step)]) as driver:
            driver.append(numbers(1))
            with pytest.raises(StageFailed, match="under-test stopped at message 'n0'"):
                driver.run_until_idle(START)
            assert driver.lag() == {"under-test": 1}
