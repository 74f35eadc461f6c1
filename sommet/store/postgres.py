"""A PostgreSQL database: how it is reached, and what its errors mean."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from sommet.errors import StorageError, Unreachable
from sommet.store.tables import APPLICATION_ID

_NETWORK = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "sommet",
}
"""What libpq is told unless the URL says otherwise: a server that vanished is noticed within a minute."""

_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
_LOCKED = "is locked by another program; stop that program or wait for it"
_AWAY = "does not answer; see whether the server runs, and whether host and port in `store` are right"
_REFUSED = "does not let this user in; check user and password in `store`, and the server's pg_hba.conf"
_STATES = {
    "08": _AWAY,
    "57014": "stops what takes longer than its statement_timeout; raise that for this user",
    "57": "is being stopped or started",
    "53300": "has no connection free; raise its max_connections or stop another program",
    "55P03": _LOCKED,
    "28": _REFUSED,
    "3D000": "is not there; create it, or name another one in `store`",
    "25006": "may only be read; name a server in `store` that is no copy of another one",
    "42P01": "has lost its tables; start again: what the topics hold is read in anew",
    "42501": "does not let this user do that; make the user the owner of the database",
    "53": "has no room left on its disk or in its memory",
    "XX00": "is damaged; create an empty one: what the topics hold is read in anew, nothing is sent twice",
}
_PASSING = ("08", "57", "53300", "55P03")
_TEXTS = (
    ("password", _REFUSED),
    ("pg_hba.conf", _REFUSED),
    ("role ", _REFUSED),
    ("permission denied", _REFUSED),
    ("database system is", _STATES["57"]),
    ("database ", _STATES["3D000"]),
    ("connection slots", _STATES["53300"]),
    ("too many clients", _STATES["53300"]),
    ("not known", "is on a host that is not known; check the host in `store`"),
    ("resolve", "is on a host that is not known; check the host in `store`"),
    ("translate host", "is on a host that is not known; check the host in `store`"),
    ("certificate", "offers no connection that can be trusted; check sslmode and the certificates"),
    ("SSL", "offers no connection that can be trusted; check sslmode and the certificates"),
)
"""A refused connection has no code; the words of a server may be in its own language."""
_ANSWER = ":  "
"""Stands before what a server said itself; libpq's own words have one blank."""


def shown(url: URL) -> str:
    """Return the address of a database for people: no password, no options."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return bare.render_as_string(hide_password=True)


def arguments(url: URL, patience: float) -> dict[str, Any]:
    """Return how to make an engine; `patience` is how many seconds to wait for a free connection."""
    return {
        "connect_args": {name: value for name, value in _NETWORK.items() if name not in url.query},
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "pool_timeout": patience,
        "pool_use_lifo": True,
    }


def connected(connection: Any, patience: float) -> None:
    """Prepare a new connection: times in UTC, `patience` seconds for a lock, commits that reach the disk.

    A message that was sent must stay sent, whatever the server does for others.
    """
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute(f"SET lock_timeout = {max(1, round(patience * 1000))}")
    connection.execute(_DURABLE)
    connection.commit()


def began(connection: Connection) -> None:
    """Let one writer at a time in, as SQLite does: no step is lost between a read and its write."""
    if not connection.get_execution_options().get("reads", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")


def explained(name: str, error: DBAPIError) -> StorageError:
    """Return what an error means for the person who runs the program."""
    state = getattr(error.orig, "sqlstate", None) or ""
    words = str(error.orig).strip()
    if not state and isinstance(error, ProgrammingError):
        return StorageError(f"The database {name} has options after the ? in `store` that are not known.")
    if not state and (error.connection_invalidated or isinstance(error, OperationalError)):
        return Unreachable(f"The database {name} {_refusal(words)}.")
    for code, text in _STATES.items():
        if state.startswith(code):
            passing = error.connection_invalidated or code in _PASSING
            return (Unreachable if passing else StorageError)(f"The database {name} {text}.")
    return StorageError(f"The database {name} cannot be used ({state or type(error.orig).__name__}).")


def _refusal(words: str) -> str:
    """Return what the words of a refused connection mean; they may hold the password, and are not shown."""
    _, answered, said = words.rpartition(_ANSWER)
    return next((text for sign, text in _TEXTS if sign in said), _REFUSED if answered else _AWAY)
