"""What becomes of messages that a stage cannot take, and who is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from schemas.envelope import Message, encode
from sommet.runtime.dead_letters import Brake
from sommet.runtime.failures import StageFailed, TooManyRejects
from sommet.stage import Reject, Stage, State, Wake
from tests.runtime.driver import Fresh, Log, said, stage
from tests.runtime.pipeline import (
    DOUBLES,
    END,
    LINKS,
    NUMBERS,
    QUIETS,
    STAGES,
    START,
    Doubled,
    Link,
    Number,
    Total,
    numbers,
)  # fmt: skip


class Fates:
    """What becomes of messages that a stage cannot take, and who is told."""

    def test_a_reject_goes_to_the_dead_letters_and_the_rest_goes_on(self, fresh: Fresh) -> None:
        """A rejected message leaves its origin in the dead letters and no other trace."""

        def step(state: State, message: Number, now: datetime) -> list[Message]:
            state["seen"] = state.get("seen", b"") + message.id.encode()
            if message.number == 1:
                raise Reject("one too many \ud800")
            return [Doubled(number=message.number)]

        observer = Log()
        with fresh().open([stage(step)], observer=observer) as driver:
            observer.driver = driver
            driver.append([Number(id=f"n{i}", number=i, at=START) for i in range(3)])
            assert driver.run_until_idle(START) == 3
            (letter,) = driver.dead_letters()
            assert [m.number for m in said(driver, DOUBLES)] == [0, 2]
            assert driver.state("under-test") == {"seen": b"n0n2"}
            assert driver.dead_letters("another") == []
            assert driver.dead_letters(after=letter.number) == []
            message = next(m for _, m in driver.read(NUMBERS, letter.offset - 1, 1))
        assert (letter.stage, letter.topic, letter.id) == ("under-test", "numbers.v1", "n1")
        assert (letter.reason, letter.payload) == ("one too many \\ud800", encode(message))
        assert observer.rejects == [("under-test", "n1", "one too many \\ud800")]

    @pytest.mark.parametrize(
        "payload",
        [b"", b"\xff\xfe", b"[]", b'{"number":"one"}', b'{"id":"p"}', b"[" * 100_000, b'{"number":NaN}',
         b'{"number":1,"at":"2030-01-01T00:00:00"}'],
        ids=["empty", "no-utf8", "list", "type", "missing", "deep", "nan", "no-zone"],
    )  # fmt: skip
    def test_poison_is_rejected(self, fresh: Fresh, payload: bytes) -> None:
        """Bytes that are no message of the topic's type are rejected as they stand."""
        harness = fresh()
        harness.plant(NUMBERS, "poison", payload)
        with harness.open(STAGES) as driver:
            driver.append(numbers(1))
            driver.run_until_idle(START)
            (letter,) = driver.dead_letters()
            assert [m.cause for m in said(driver, DOUBLES)] == ["n0"]
        assert (letter.stage, letter.id, letter.payload) == ("double", "poison", payload)
        assert letter.reason.startswith("no Number")

    @pytest.mark.parametrize("batch", [1, 7, 1000])
    @pytest.mark.parametrize(
        ("rejected", "brake", "stop"),
        [
            (range(0), Brake(), (None, "")),
            (range(30, 300, 40), Brake(), (None, "")),
            ((3, 18), Brake(), (None, "")),
            ((3, 19), Brake(), (19, "2 of the last 20 messages")),
            ((*range(40, 220, 20), 222, 223, 224), Brake(), (223, "11 of the last 200 messages")),
            ((50, 100, 101, 102, 103, 104, 105), Brake(), (104, "6 of the last 105 messages")),
            (range(100, 120), Brake(share=1), (119, "20 messages in a row")),
            (range(100, 119), Brake(share=1), (None, "")),
            (range(300), None, (None, "")),
        ],
    )
    def test_too_many_rejects_stop_the_stage(
        self,
        fresh: Fresh,
        rejected: Sequence[int],
        brake: Brake | None,
        stop: tuple[int | None, str],
        batch: int,
    ) -> None:
        """More than 5 %, or 20 in a row, stop the stage at the same message whatever the batch."""

        def step(state: State, message: Number, now: datetime) -> list[Message]:
            if message.number in rejected:
                raise Reject("no")
            return []

        harness = fresh()
        stops_at, why = stop
        before = len(rejected) if stops_at is None else [*rejected].index(stops_at)
        with harness.open([stage(step)], batch=batch, brake=brake) as driver:
            driver.append([Number(id=f"n{i}", number=i, at=START) for i in range(300)])
            if stops_at is None:
                driver.run_until_idle(START)
            else:
                with pytest.raises(TooManyRejects, match=f"at message 'n{stops_at}': {why}"):
                    driver.run_until_idle(START)
            assert len(driver.dead_letters()) == before
            assert driver.lag() == {"under-test": 0 if stops_at is None else 300 - stops_at}
        if stops_at is not None:  # a restart does not loosen the brake; without one, all is let through
            with harness.open([stage(step)], batch=batch) as driver, pytest.raises(TooManyRejects):
                driver.run_until_idle(START)
            with harness.open([stage(step)], batch=batch, brake=None) as driver:
                driver.run_until_idle(START)
                assert len(driver.dead_letters()) == len(rejected)

    @pytest.mark.parametrize("batch", [1, 3, 100])
    def test_anything_else_stops_the_stage_at_its_message(self, fresh: Fresh, batch: int) -> None:
        """What precedes the fault is committed, nothing of the fault is, and a corrected stage goes on."""
        broken = True

        def step(state: State, message: Number, now: datetime) -> list[Message]:
            state["seen"] = state.get("seen", b"") + message.id.encode()
            if broken and message.number == 4:
                raise ZeroDivisionError("by nought")
            return [Doubled(number=message.number)]

        after = Stage("after", DOUBLES, (LINKS,), lambda s, m, n: [Link(number=m.number, chain="")])
        observer = Log()
        with fresh().open([stage(step), after], batch=batch, observer=observer) as driver:
            observer.driver = driver
            driver.append([Number(id=f"n{i}", number=i, at=START) for i in range(9)])
            with pytest.raises(
                StageFailed, match="under-test stopped at message 'n4': ZeroDivision"
            ) as caught:
                driver.run_until_idle(START)
            assert isinstance(caught.value.__cause__, ZeroDivisionError)
            assert (caught.value.stage, caught.value.message) == ("under-test", "n4")
            assert driver.state("under-test") == {"seen": b"n0n1n2n3"}
            assert [m.number for m in said(driver, LINKS)] == [0, 1, 2, 3]
            assert driver.lag() == {"under-test": 5, "after": 0}
            assert driver.dead_letters() == []
            broken = False
            assert driver.run_until_idle(START) == 10
            assert driver.state("under-test") == {"seen": b"n0n1n2n3n4n5n6n7n8"}
        assert [ident for name, ident, _ in observer.steps if name == "under-test"] == [
            f"n{i}" for i in range(9)
        ]
        assert observer.early == []

    @pytest.mark.parametrize(
        ("step", "complaint"),
        [
            (lambda s, m, n: [Total(number=1)], "stage under-test has no topic for a Total"),
            (lambda s, m, n: [Number(number=1)], "no topic for a Number"),
            (lambda s, m, n: None, "TypeError"),
            (lambda s, m, n: ["text"], "no topic for a str"),
            (lambda s, m, n: [Doubled(number=1, key="\ud800")], "UnicodeEncodeError"),
            (lambda s, m, n: [Wake("k", n.replace(tzinfo=None))], "without a zone"),
        ],
    )
    def test_a_stage_that_breaks_the_contract_stops(self, fresh: Fresh, step: Any, complaint: str) -> None:
        """Outputs of a type that is none of the sinks', and the like, are errors of the program."""
        with fresh().open([stage(step)]) as driver:
            driver.append(numbers(1))
            with pytest.raises(StageFailed, match=complaint):
                driver.run_until_idle(START)
            assert driver.lag() == {"under-test": 1}

    @pytest.mark.parametrize(
        ("step", "complaint"),
        [
            (lambda s, m, n: s.update(k=b"v") or [], "stateless stage writes 'k'"),
            (lambda s, m, n: [Wake("k", n)], "stateless stage asks for a timer"),
        ],
    )
    def test_a_stateless_stage_has_no_state(self, fresh: Fresh, step: Any, complaint: str) -> None:
        """A stage that says it has no state is held to it, with and without workers."""
        with fresh().open([stage(step, stateless=True)]) as driver:
            driver.append(numbers(1))
            with pytest.raises(StageFailed, match=complaint):
                driver.run_until_idle(START)

    # the observer

    def test_observers_hear_of_what_is_committed(self, fresh: Fresh) -> None:
        """Every message and timer is reported once, and what is reported is already in the log."""
        observer = Log()
        with fresh().open(STAGES, observer=observer, batch=3) as driver:
            observer.driver = driver
            driver.append(numbers(41))
            taken = driver.run_until_idle(END)
            quiets = len(said(driver, QUIETS))
        assert observer.early == []
        assert len(observer.steps) + len(observer.rejects) == taken + quiets
        assert {stage for stage, _, _ in observer.rejects} == {"double", "tally"}

    def test_lag_counts_what_waits(self, fresh: Fresh) -> None:
        """Lag is the number of messages that a stage has not taken."""
        with fresh().open(STAGES) as driver:
            driver.append(numbers(5))
            assert driver.lag() == {"double": 5, "tally": 0, "link": 0}
            assert driver.run_until_idle(START) == 15
            assert driver.lag() == {"double": 0, "tally": 0, "link": 0}
            assert driver.run_until_idle(START) == 0
