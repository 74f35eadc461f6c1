"""Processes that make the steps of stateless stages; the order of their results is that of the messages."""

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from typing import Any

from schemas.envelope import Message, decode
from sommet.errors import SommetError
from sommet.runtime.attempt import Outcome, attempt
from sommet.runtime.failures import RemoteFailure, StageFailed, summary
from sommet.runtime.log import Entry, Poison, opened
from sommet.runtime.state import Stateless
from sommet.stage import Stage

PIECES = 4
"""A batch is cut into this many pieces a process, so that a slow message does not leave others idle."""

Job = tuple[Callable[..., Iterable[Any]], type[Message]]
_jobs: dict[str, Job] = {}


class WorkersDied(SommetError):  # noqa: N818 - says what happened
    """Worker processes died twice over the same batch."""


class Workers:
    """`count` processes, started when first needed, for the steps of all stateless `stages`.

    A step travels by pickle: a module's function, or an object that pickles itself.
    """

    def __init__(self, stages: Iterable[Stage[Any]], count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._jobs = {stage.name: (stage.step, stage.source.type) for stage in stages if stage.stateless}
        for name, job in self._jobs.items():
            try:
                pickle.dumps(job)
            except (pickle.PicklingError, AttributeError, TypeError) as exc:
                raise SommetError(
                    f"the step of stage {name} cannot be sent to worker processes ({exc}): "
                    "make it a function of a module, or set workers to 0"
                ) from exc

    def outcomes(self, stage: str, payloads: Sequence[bytes]) -> list[Outcome]:
        """Return what `stage` does with each message, up to the first failure.

        Workers that die are replaced once; raises `WorkersDied` when the new ones die too.
        """
        try:
            return self._outcomes(stage, payloads)
        except BrokenProcessPool:
            self.close()
        try:
            return self._outcomes(stage, payloads)
        except BrokenProcessPool as exc:
            self.close()
            raise WorkersDied(
                "its worker processes died twice over the same batch, for want of memory or already at "
                "their start (their own words are on standard error)"
            ) from exc

    def _outcomes(self, stage: str, payloads: Sequence[bytes]) -> list[Outcome]:
        if not payloads:
            return []
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._count, multiprocessing.get_context("spawn"), _start, (self._jobs,)
            )
        size = -(-len(payloads) // (self._count * PIECES))
        pieces = [payloads[at : at + size] for at in range(0, len(payloads), size)]
        results: list[Outcome] = []
        for piece in self._pool.map(_work, [stage] * len(pieces), pieces):
            results += piece
            if piece[-1].failure is not None:
                break
        return results

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def elsewhere(
    workers: Workers | None, stage: Stage[Any], entries: Sequence[Entry]
) -> Callable[[Message], Outcome] | None:
    """Have `workers` make the steps of a stateless stage; None where there are none."""
    if workers is None or not stage.stateless:
        return None
    sound = [entry for entry in entries if _is_sound(entry, stage)]
    try:
        outcomes = iter(workers.outcomes(stage.name, [entry.payload for entry in sound]))
    except Exception as exc:
        why = str(exc) if isinstance(exc, SommetError) else summary(exc)
        raise StageFailed(stage.name, sound[0].id, why) from exc
    return lambda _: next(outcomes)


def _is_sound(entry: Entry, stage: Stage[Any]) -> bool:
    try:
        opened(entry, stage.source.type)
    except Poison:
        return False
    return True


def _start(jobs: dict[str, Job]) -> None:
    """Prepare a worker: Ctrl-C is the parent's business, and the worker ends when the parent does."""
    _jobs.update(jobs)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _work(stage: str, payloads: Sequence[bytes]) -> list[Outcome]:
    step, kind = _jobs[stage]
    outcomes = []
    for payload in payloads:
        message = decode(payload, kind)
        outcome = _portable(attempt(step, Stateless(), message, message.at))
        outcomes.append(outcome)
        if outcome.failure is not None:
            break
    return outcomes


def _portable(outcome: Outcome) -> Outcome:
    """Return an outcome that surely survives the way back: not every exception can be pickled."""
    if outcome.failure is None:
        return outcome
    exc = outcome.failure
    details = "".join(traceback.format_exception(exc))
    return Outcome(failure=RemoteFailure(summary(exc), details), seconds=outcome.seconds)
