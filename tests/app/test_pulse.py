"""When a process is live, and when it is ready."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.envelope import Message
from schemas.topics import ALERTS
from sommet import clock
from sommet.config import Metrics as Where
from sommet.metrics import Metrics
from sommet.pulse import Beating, Pulse
from sommet.runtime.embedded import Embedded
from sommet.runtime.standing import Standing

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A monotonic clock that stands where its last entry says."""
    seconds = [0.0]
    monkeypatch.setattr(clock, "monotonic", lambda: seconds[-1])
    return seconds


def test_work_that_stands_still_is_not_live(ticking: list[float]) -> None:
    """Rounds and messages are beats; a process is ready after the first one, as long as it is live."""
    pulse = Pulse(Metrics(now=lambda: NOW), still=60)
    assert pulse.live() == (True, "ok")
    assert pulse.ready() == (False, "starting")
    for beat in (
        pulse.beat,
        lambda: pulse.stepped("clean", Message(), (), 0.1),
        lambda: pulse.rejected("clean", Message(), "no"),
    ):
        ticking.append(ticking[-1] + 61)
        assert pulse.live() == pulse.ready() == (False, "the work has stood still for 61 s")
        beat()
        assert pulse.live() == pulse.ready() == (True, "ok")


def test_what_is_missing_is_asked_at_each_beat() -> None:
    """The thread that works is the one that is asked."""
    missing = ["clean has 2 partitions to restore"]
    pulse = Pulse(Metrics(now=lambda: NOW))
    pulse.unready = lambda: missing[-1]
    pulse.beat()
    assert pulse.ready() == (False, "clean has 2 partitions to restore")
    missing.append("")
    assert not pulse.ready()[0]
    pulse.beat()
    assert pulse.ready() == (True, "ok")


def test_each_answer_of_the_log_is_a_beat(tmp_path: Path, ticking: list[float]) -> None:
    """A follower that reads a long history is live."""
    pulse = Pulse(Metrics(now=lambda: NOW))
    with Embedded(tmp_path / "log.db", ()) as log:
        beating = Beating(log, pulse)
        for ask in (lambda: beating.read(ALERTS, 0), lambda: beating.append(())):
            ticking.append(ticking[-1] + 200)
            assert not pulse.live()[0]
            ask()
            assert pulse.live()[0]


def test_what_waits_is_measured() -> None:
    """Partition by partition, as long as the block lasts."""
    metrics = Metrics(now=lambda: NOW)
    row = Standing(stage="clean", topic="articles.raw.v1", partition=1, position=2, end=7, lag=5)
    asked = threading.Event()

    def standings() -> list[Standing]:
        asked.set()
        return [row]

    with Pulse(metrics).measuring(standings) as running:
        assert asked.wait(30)
    running.check()
    assert metrics.registry.get_sample_value("sommet_stage_lag", {"stage": "clean", "partition": "1"}) == 5


def test_without_a_port_nothing_is_served() -> None:
    """The block runs all the same."""
    with Pulse(Metrics()).serving(Where(port=0)) as server:
        assert server is None
