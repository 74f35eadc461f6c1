"""What may vary without any effect: batches, copies, portions, restarts, processes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime.driver import Fresh, run, snapshot
from tests.runtime.pipeline import (
    END,
    STAGES,
    Number,
    numbers,
)  # fmt: skip


class Laws:
    """What may vary without any effect: batches, copies, portions, restarts, processes."""

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_batches_and_copies_change_nothing(self, fresh: Fresh, data: st.DataObject) -> None:
        """Any batch size, any order of copies behind their originals, history or not: the same."""
        count = data.draw(st.integers(0, 60))
        messages = numbers(
            count, gap=data.draw(st.sampled_from([1, 4, 12])), history=data.draw(st.booleans())
        )
        copies = data.draw(st.lists(st.integers(0, count), max_size=10))
        check_copies(fresh, messages, copies, data.draw(st.integers(1, 70)))

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cuts=st.lists(st.integers(0, 60), max_size=6), batch=st.integers(1, 30))
    def test_cuts_change_nothing(self, fresh: Fresh, cuts: list[int], batch: int) -> None:
        """Live messages that arrive in any portions, with restarts between them, come to the same."""
        check_cuts(fresh, cuts, batch)

    @pytest.mark.parametrize(("workers", "batch"), [(1, 200), (2, 13)])
    def test_workers_change_nothing(self, fresh: Fresh, workers: int, batch: int) -> None:
        """Any number of worker processes writes the same log in the same order."""
        assert run(fresh, numbers(130), workers=workers, batch=batch) == run(fresh, numbers(130))


def check_copies(fresh: Fresh, messages: list[Number], copies: list[int], batch: int) -> None:
    """Compare messages with copies behind their originals to the messages alone."""
    doubled = list(messages)
    for place in copies:
        doubled[place:place] = doubled[: place // 2]
    assert run(fresh, doubled, batch=batch) == run(fresh, messages)


def check_cuts(fresh: Fresh, cuts: list[int], batch: int) -> None:
    """Compare messages in portions, with restarts between them, to all at once."""
    messages = numbers(60)
    harness = fresh()
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 60], strict=True):
        with harness.open(STAGES, batch=batch, brake=None) as driver:
            driver.append(messages[max(0, start - 3) : end])  # three come again
            driver.run_until_idle(messages[max(0, end - 1)].at)
    with harness.open(STAGES, brake=None) as driver:
        driver.run_until_idle(END)
        assert snapshot(driver) == run(fresh, messages)
