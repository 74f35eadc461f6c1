"""Opens regular files under one root, and nothing else.

No symbolic link below the root is followed, no FIFO, device or socket is opened; every step is taken
relative to an open directory, so that nothing can be exchanged in between.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MAX_DEPTH = 32
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC

Found = tuple[str, BinaryIO | str]
"""A path, and the open file or the reason why it is not read."""


def files(root: Path) -> Iterator[Found]:
    """Yield the files at or under `root`, sorted by name; the root itself may be a link.

    Names that begin with a dot are left out. Each file is closed when the next one is asked for.
    """
    try:
        fd = os.open(root, _READ)
    except (OSError, ValueError) as error:
        yield str(root), _reason(error)
        return
    if stat.S_ISDIR(os.fstat(fd).st_mode):
        with _closing(fd):
            yield from _walk(fd, str(root), 0)
    else:
        yield from _file(fd, str(root))


@contextmanager
def _closing(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)


def _walk(folder: int, path: str, depth: int) -> Iterator[Found]:
    for name in sorted(os.listdir(folder)):
        if name.startswith("."):
            continue
        below = f"{path}/{name}"
        try:
            fd = os.open(name, _READ | os.O_NOFOLLOW, dir_fd=folder)
        except OSError as error:
            yield below, _reason(error)
            continue
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            yield from _file(fd, below)
            continue
        with _closing(fd):
            if depth >= MAX_DEPTH:
                yield below, f"deeper than {MAX_DEPTH} folders"
            else:
                yield from _walk(fd, below, depth + 1)


def _file(fd: int, path: str) -> Iterator[Found]:
    with os.fdopen(fd, "rb") as file:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            yield path, file
        else:
            yield path, "not a regular file"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:  # the answer to O_NOFOLLOW
        return "a symbolic link"
    return (getattr(error, "strerror", None) or str(error)).lower()
