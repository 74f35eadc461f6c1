"""One call of a stage, and what became of it: outputs, a reject or a failure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from schemas.envelope import Message
from sommet import clock
from sommet.errors import StorageError
from sommet.stage import Reject, State, Wake


class Outcome(NamedTuple):
    """What a stage did with one message or timer, and how many seconds it took."""

    outputs: Sequence[Message | Wake] = ()
    rejected: str | None = None
    failure: Exception | None = None
    seconds: float = 0.0


def attempt(
    call: Callable[[State, Any, datetime], Iterable[Message | Wake]],
    state: State,
    subject: Any,
    now: datetime,
) -> Outcome:
    """Call a stage's `step` or `wake`; only a `StorageError` is raised, as the stage is not its cause."""
    start = clock.monotonic()
    try:
        outputs = list(call(state, subject, now))
    except Reject as exc:
        return Outcome(rejected=str(exc), seconds=clock.monotonic() - start)
    except StorageError:
        raise
    except Exception as exc:  # noqa: BLE001 - whatever it is stops the stage, and its name is added there
        return Outcome(failure=exc, seconds=clock.monotonic() - start)
    return Outcome(outputs, seconds=clock.monotonic() - start)
