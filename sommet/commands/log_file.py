"""Where the log of the embedded engine is, for the commands that read it."""

from pathlib import Path

from sommet.config import Config
from sommet.errors import StorageError

ELSEWHERE = "a log on Kafka is named with --log kafka://HOST:PORT"
ONLY_HERE = "a replay reads only logs of the embedded engine, none on Kafka"


def log_file(config: Config, hint: str) -> Path:
    """Return the file of the log. Raises `StorageError` with `hint` where there is none."""
    path = config.data / "log.db"
    if not path.exists():
        raise StorageError(f"{path} does not exist: check the path; {hint}")
    return path
