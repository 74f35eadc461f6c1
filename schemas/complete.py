"""Struct types that several threads may read messages into.

msgspec learns the fields of a struct when the first message is read into it. A second thread that reads one
at that moment finds a type half made, and the process dies with a segmentation fault (msgspec 0.22). So each
such type is made whole where it is defined, before there are threads.
"""

from typing import TypeVar

import msgspec

S = TypeVar("S", bound=type)
COMPLETE: set[type] = set()
"""All types that are whole, without those that they hold."""


def complete(kind: S) -> S:
    """Make a struct type whole, with all that it holds; a decorator."""
    msgspec.json.Decoder(kind)
    COMPLETE.add(kind)
    return kind
