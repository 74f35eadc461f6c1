"""When timers fire, and what they say."""

from datetime import datetime
from typing import Any

import pytest

from schemas.envelope import Message
from sommet.runtime.failures import StageFailed
from sommet.stage import Reject, State, Wake
from tests.runtime.driver import Fresh, alarm, at, said, stage, story
from tests.runtime.pipeline import (
    DOUBLES,
    START,
    Doubled,
    Number,
    numbers,
)  # fmt: skip


class Timers:
    """When timers fire, and what they say."""

    @pytest.mark.parametrize("batch", [1, 2, 100])
    @pytest.mark.parametrize(
        ("messages", "wall", "expected"),
        [
            ([(0, 10)], 9, [0]),
            ([(0, 10)], 10, [0, "10"]),
            ([(0, 10), (9, 0)], 9, [0, 9]),
            ([(0, 10), (10, 0)], 10, [0, "10", 10]),
            ([(0, 10), (50, 0)], 0, [0, "10", 50]),
            ([(0, 30), (5, 10), (40, 0)], 0, [0, 5, "15", 40]),
            ([(0, -5), (1, 0)], 1, [0, "-5", 1]),
            ([(0, 10), (3, 20)], 12, [0, 3]),
            ([(0, 10), (3, 20)], 23, [0, 3, "23"]),
        ],
    )
    def test_timers_fire_in_the_order_of_time(
        self,
        fresh: Fresh,
        messages: list[tuple[int, int]],
        wall: int,
        expected: list[int | str],
        batch: int,
    ) -> None:
        """A timer fires before the first message at or after it, or by the wall; a later one replaces it.

        Pairs are the second of a message and how much later it wakes the stage, 0 for never.
        """
        with fresh().open([stage(*alarm())], batch=batch) as driver:
            driver.append([Number(id=f"n{i}", number=gap, at=at(s)) for i, (s, gap) in enumerate(messages)])
            driver.run_until_idle(at(wall))
            assert story(driver) == expected

    @pytest.mark.parametrize("batch", [1, 2, 100])
    @pytest.mark.parametrize(
        ("messages", "walls", "expected"),
        [
            ([(0, 10, "h"), (50, 0, "h")], [0, 100], [0, 50, "10"]),
            ([(0, 10, "h"), (50, 0, "l")], [0, 100], [0, 50, "10"]),
            ([(0, 10, "h"), (5, 80, "h")], [50, 100], [0, 5, "85"]),
            ([(0, 10, "h"), (2, 30, "l"), (50, 0, "h")], [0], [0, 2, "32", 50]),
            ([(0, 10, "l"), (2, 30, "h"), (50, 0, "h")], [0], [0, 2, 50]),
        ],
    )
    def test_timers_of_history_wait_for_the_rest_of_it(
        self, fresh: Fresh, messages: list[Any], walls: list[int], expected: Any, batch: int
    ) -> None:
        """A timer that history sets fires when the source is dry and the wall has passed it, at its time."""
        with fresh().open([stage(*alarm())], batch=batch) as driver:
            driver.append(
                [
                    Number(id=f"n{i}", number=gap, at=at(s), history=kind == "h")
                    for i, (s, gap, kind) in enumerate(messages)
                ]
            )
            for wall in walls:
                driver.run_until_idle(at(wall))
            assert story(driver) == expected

    def test_a_timer_let_go_is_like_any_other(self, fresh: Fresh) -> None:
        """Once the history is through, its timers of the future fire before the first later message."""
        with fresh().open([stage(*alarm())]) as driver:
            driver.append([Number(id="old", number=10, at=at(0), history=True)])
            driver.run_until_idle(at(5))
            driver.append([Number(id="new", number=0, at=at(20))])
            driver.run_until_idle(at(5))
            assert story(driver) == [0, "10", 20]

    def test_what_a_timer_says_is_stamped(self, fresh: Fresh) -> None:
        """Its time is the timer's, its cause the message that set it, its id its own."""
        harness = fresh()
        with harness.open([stage(*alarm())]) as driver:
            driver.append([Number(id="n", number=10, at=at(0), history=True)])
            driver.run_until_idle(at(1))
        with harness.open([stage(*alarm())], versions=("1", "2")) as driver:
            driver.run_until_idle(at(99))
            (found,) = (m for m in said(driver, DOUBLES) if m.key == "wake")
        assert found == Doubled(
            id="under-test/n/k@2030-01-01T00:00:10+00:00/0", number=10, key="wake",
            at=at(10), cause="n", history=True, code="1", knowledge="2",
        )  # fmt: skip

    def test_timers_fire_by_time_then_key_and_may_set_others(self, fresh: Fresh) -> None:
        """Equal times go by key; a timer that a timer sets takes its place in the order."""

        def step(state: State, message: Number, now: datetime) -> list[Wake]:
            return [Wake(key, at(due)) for key, due in [("c", 5), ("b", 5), ("a", 9), ("z", 1)]]

        def wake(state: State, key: str, now: datetime) -> list[Message | Wake]:
            state["order"] = state.get("order", b"") + key.encode()
            return [Wake("d", at(7))] if key == "b" else []

        with fresh().open([stage(step, wake)]) as driver:
            driver.append(numbers(1))
            driver.run_until_idle(at(100))
            assert driver.state("under-test") == {"order": b"zbcda"}

    def test_a_timer_may_fail_as_a_message_may(self, fresh: Fresh) -> None:
        """A reject drops the timer into the dead letters, anything else stops the stage before it."""
        fault: Exception = ZeroDivisionError("by nought")

        def wake(state: State, key: str, now: datetime) -> list[Message]:
            state["woken"] = b"1"
            raise fault

        step = lambda s, m, n: [Wake("k", at(10))]  # noqa: E731
        with fresh().open([stage(step, wake)]) as driver:
            driver.append([Number(id="n", number=1, at=START)])
            with pytest.raises(StageFailed, match="'n/k@2030-01-01T00:00:10"):
                driver.run_until_idle(at(10))
            fault = Reject("no use")
            driver.run_until_idle(at(10))
            (letter,) = driver.dead_letters()
            assert (letter.reason, letter.payload) == ("no use", b"")
            assert driver.state("under-test") == {}

    def test_a_timer_cannot_run_for_ever(self, fresh: Fresh) -> None:
        """A wake that asks to be woken no later than now stops the stage."""
        again = lambda s, k, n: [Wake(k, n)]  # noqa: E731
        with fresh().open([stage(lambda s, m, n: [Wake("k", n)], again)]) as driver:
            driver.append(numbers(1))
            with pytest.raises(StageFailed, match="it would never end"):
                driver.run_until_idle(at(10))
