"""The signs of life: beats, and what waits, looked at now and then."""

from collections.abc import Mapping
from datetime import UTC, datetime

from schemas.articles import Article
from sommet.app import STILL
from sommet.metrics import Metrics
from sommet.pulse import EVERY, SHARE, Pulse
from tests.app.small import NOW, Opened

ARTICLE = Article(article="a", url="u", source="s")


class Loop:
    """A main loop with its own time; a look at what waits costs `cost` seconds."""

    def __init__(self, cost: float = 0.0) -> None:
        self.at, self.looks, self.cost = 0.0, 0, cost
        self.metrics = Metrics(now=lambda: datetime.fromtimestamp(self.at, UTC))
        self.pulse = Pulse(self.metrics, self.lag, lambda: self.at)

    def lag(self) -> Mapping[str, int]:
        self.looks += 1
        self.at += self.cost
        return {"extract": 100 - self.looks}

    def value(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, labels)


def test_every_message_is_a_sign_of_life() -> None:
    """A batch of many minutes is no standstill, whatever becomes of its messages."""
    loop = Loop()
    loop.at = STILL + 1
    assert loop.pulse.still > STILL
    loop.pulse.stepped("clean", ARTICLE, (), 0.1)
    assert loop.pulse.still == 0
    loop.at += 7
    loop.pulse.rejected("clean", ARTICLE, "too long")
    assert loop.pulse.still == 0
    assert loop.value("sommet_heartbeat_time_seconds") == loop.at


def test_what_waits_is_looked_at_now_and_then() -> None:
    """At the first beat, then once an interval, however many messages go through."""
    loop = Loop()
    for second in range(int(2 * EVERY) + 1):
        loop.at = float(second)
        loop.pulse.beat()
    assert loop.looks == 3
    assert loop.value("sommet_stage_lag", stage="extract") == 97


def test_a_look_that_takes_long_is_rare() -> None:
    """It costs a twentieth of the time at most."""
    loop = Loop(cost=10.0)
    loop.pulse.beat()
    loop.at = 10.0 + SHARE * 10.0 - 1
    loop.pulse.beat()
    assert loop.looks == 1
    loop.at += 1
    loop.pulse.beat()
    assert loop.looks == 2


def test_an_application_tells_what_waits(opened: Opened) -> None:
    """The gauge is fed by the log; nothing waits after a round."""
    with opened(now=lambda: NOW) as app:
        app.metrics.lag({"clean": 7})
        app.work()
        value = app.metrics.registry.get_sample_value
        assert value("sommet_stage_lag", {"stage": "clean"}) == 0
        assert value("sommet_heartbeat_time_seconds") == NOW.timestamp()
