"""One message of a log that may be in use, by the beginning of its id. Never writes."""

from pathlib import Path

from schemas.topics import M, Topic
from sommet.runtime.database import Reader
from sommet.runtime.log import Entry, readable

_LAST = """
SELECT offset, id, payload FROM log WHERE topic = ? AND id >= ? AND id < ? ORDER BY offset DESC LIMIT 1
"""


def last(path: Path, topic: Topic[M], begin: str) -> M | None:
    """Return the last message of `topic` whose id begins with `begin`, None where there is none.

    Raises `StorageError` where the file cannot be read.
    """
    beyond = begin[:-1] + chr(ord(begin[-1]) + 1)
    with Reader(path) as reader:
        rows = reader.rows(_LAST, topic.name, begin, beyond)
    found = readable((Entry(*row) for row in rows), topic.type)
    return next((message for _, message in found), None)
