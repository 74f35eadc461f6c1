"""What a producer of transactions needs: that all has arrived, an end in time, a close that closes."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from kafka.errors import KafkaError, KafkaTimeoutError

ENDING = 12.0
"""Seconds that the end of a transaction may take: after the loss of a node the next one leads by then."""

ABORTING = 2.0
"""Seconds that a transaction may take that is given up; without an end the cluster aborts it later."""


def arrived(producer: Any, sent: Iterable[Any]) -> None:
    """Wait until all that was sent is written; raise what went wrong with the first that is not.

    The client itself only logs it, and would commit the transaction without what did not arrive.
    """
    producer.flush()
    for one in sent:
        if not one.succeeded():
            one.get(ENDING)


def ended(producer: Any, patience: float = 0.0) -> None:
    """Close a producer, within `patience` seconds, whatever is under way.

    The client's own way does not close where something is, and leaves its thread behind.
    """
    try:
        producer.close(timeout=patience)
    except KafkaError:
        producer._sender.force_close()  # noqa: SLF001
        producer._closed = True  # noqa: SLF001


def in_time(call: Callable[[], None], patience: float = ENDING) -> None:
    """Make a call that ends a transaction; raise `KafkaTimeoutError` where it is not back in time.

    The client waits for ever where the node that leads the transaction died at the wrong moment; whoever
    gives up and begins again finds the next leader.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as exc:  # noqa: BLE001 - raised again where it was called
            failed.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(patience)
    if thread.is_alive():
        raise KafkaTimeoutError("a transaction does not end")
    if failed:
        raise failed[0]
