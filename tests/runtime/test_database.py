"""Faults of the file: one clear sentence each, and the file stays as it was."""

import contextlib
import hashlib
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sommet.errors import StorageError
from sommet.runtime.database import SCHEMA, Database, Reader
from sommet.runtime.embedded import Embedded
from tests.nobody import as_nobody
from tests.runtime.driver import said
from tests.runtime.pipeline import END, NUMBERS, STAGES, START, TOPICS, Number, numbers


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a database with messages, closed."""
    path = tmp_path / "data" / "log.sqlite"
    with opened(path) as driver:
        driver.append(numbers(300))
        driver.run_until_idle(END)
    return path


def opened(path: Path, patience: float = 0.2) -> Embedded:
    """Open the pipeline on `path`."""
    return Embedded(path, STAGES, topics=TOPICS, brake=None, patience=patience)


def alter(path: Path, *statements: str) -> None:
    """Let another program write to a database."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def scribble(path: Path) -> None:
    """Overwrite all pages but the first."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def flip(path: Path) -> None:
    """Make the header of a page in the middle one that no page has."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 8192 * 4096)
        file.write(b"\xff" * 64)


def junk(path: Path) -> None:
    """Put a page of the web in its place."""
    path.write_bytes(b"<html>not found</html>" * 500)


def text(path: Path) -> None:
    """Put a few letters in its place."""
    path.write_text("note")


def foreign(path: Path) -> None:
    """Put a bookmark collection in its place."""
    path.unlink()
    alter(path, "CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('x')")


def stranger(path: Path) -> None:
    """Put an empty database of another program in its place."""
    path.unlink()
    alter(path, "PRAGMA application_id=7")


def newer(path: Path) -> None:
    """Say that a later release wrote it."""
    alter(path, f"PRAGMA user_version={SCHEMA + 1}")


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (scribble, "is damaged and was left as it is: restore a backup"),
        (flip, "is damaged and was left as it is: restore a backup"),
        (junk, "is not a database: choose another path"),
        (text, "is not a database: choose another path"),
        (foreign, "is a database of another program: choose another path"),
        (stranger, "is a database of another program: choose another path"),
        (newer, f"has schema {SCHEMA + 1}, this release knows {SCHEMA}: use the release"),
    ],
)
def test_a_file_that_cannot_be_used_stays_as_it_is(
    path: Path, harm: Callable[[Path], None], complaint: str
) -> None:
    """Damaged, foreign and newer files are refused, by writer and reader, and not a byte of them changes."""
    harm(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    for opener in (opened, Database, Reader):
        with pytest.raises(StorageError, match=complaint) as caught:
            opener(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_damage_in_a_large_file_shows_when_it_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file too large to be checked at the start says so at its first bad page, and stays as it is."""
    monkeypatch.setattr("sommet.runtime.database.CHECKED_AT_OPEN", 0)
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * (path.stat().st_size - 2 * 4096))
    before = path.read_bytes()
    with opened(path) as driver, pytest.raises(StorageError, match="is damaged"):
        said(driver, NUMBERS)
    assert path.read_bytes() == before


@pytest.mark.parametrize("start", [None, b""])
def test_a_missing_or_empty_file_is_made(tmp_path: Path, start: bytes | None) -> None:
    """A path with nothing, an empty file and an empty database are where a new one may go."""
    path = tmp_path / "some" / "where" / "log"
    if start is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(start)
    with opened(path) as driver:
        assert driver.append(numbers(2)) == 2


def test_an_empty_database_is_made_ours(tmp_path: Path) -> None:
    """A kill between the first page and the tables leaves a database of nobody; it is taken."""
    alter(tmp_path / "log", "PRAGMA journal_mode=WAL")
    assert (tmp_path / "log").stat().st_size > 0
    with opened(tmp_path / "log") as driver:
        assert driver.append(numbers(2)) == 2


def test_a_second_instance_says_so_and_ends(path: Path) -> None:
    """The second of two processes on a file names the first; once that has ended, it may have the file."""
    code = (
        "import sys; from pathlib import Path; from sommet.runtime.database import Database\n"
        "with Database(Path(sys.argv[1])): print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        with pytest.raises(StorageError, match=rf"in use by another instance \(process {other.pid}\): end"):
            opened(path)
        other.kill()
        other.wait()
    with opened(path) as driver:
        assert driver.append(numbers(301)) == 1


def test_a_reader_may_look_while_another_writes(path: Path) -> None:
    """A running instance does not keep readers out."""
    with opened(path) as driver, Reader(path) as reader:
        driver.append([Number(id="new", number=1, at=START)])
        assert reader.rows("SELECT count(*) FROM log WHERE topic = 'numbers.v1'") == [(301,)]


def test_a_reader_needs_a_file(tmp_path: Path) -> None:
    """A reader makes no file where there is none."""
    with pytest.raises(StorageError, match="does not exist"):
        Reader(tmp_path / "log")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_stays_is_told(path: Path) -> None:
    """Where another program keeps the file locked, patience ends with a sentence and nothing is lost."""
    with opened(path) as driver, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="is locked by another process: end that process"):
            driver.append(numbers(301))
        other.execute("ROLLBACK")
        assert driver.append(numbers(301)) == 1


def test_a_lock_that_goes_is_waited_for(path: Path) -> None:
    """A lock that another program lets go in time costs nothing but the wait."""
    with (
        opened(path, patience=60) as driver,
        contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(1.3, other.execute, ["ROLLBACK"])
        release.start()
        assert driver.append(numbers(301)) == 1
        release.join()


@contextlib.contextmanager
def small_files() -> Iterator[None]:
    """Let files grow to two megabytes and no further."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * 2**20, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def small_disk(directory: Path) -> Iterator[None]:
    """Put a disk of two megabytes at `directory`; where this user may not, let files grow no further."""
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(directory)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        with small_files():
            yield
        return
    try:
        yield
    finally:
        subprocess.run(["umount", directory], check=True)


def large(count: int) -> list[Number]:
    """Return messages of a kilobyte each."""
    return [Number(id=f"n{i}", number=i, key="x" * 1000, at=START) for i in range(count)]


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path) -> None:
    """Where no file can grow, what is appended is refused whole; once there is room, it goes in."""
    path = tmp_path / "log"
    with opened(path) as driver:
        kept = driver.append(large(10))
        with small_files(), pytest.raises(StorageError, match=f"{path} cannot .* space"):
            driver.append(large(4000))
        assert len(said(driver, NUMBERS)) == kept
        driver.append(large(4000))
        assert len(said(driver, NUMBERS)) == 4000


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """On a full disk batches are refused whole, what was written is still there, also after a restart."""
    path = tmp_path / "disk" / "log"
    with small_disk(path.parent):
        written = 0
        with opened(path) as driver:
            with contextlib.suppress(StorageError):
                for message in large(4000):
                    written += driver.append([message])
            with pytest.raises(StorageError, match=f"{path} cannot .* space"):
                driver.append(large(4000))
            with pytest.raises(StorageError, match=f"{path} cannot .* space"):
                driver.run_until_idle(END)
            assert len(said(driver, NUMBERS)) == written > 100
        with Reader(path) as reader:
            taken = reader.rows("SELECT offset FROM positions WHERE stage = 'double'")
            said_by_it = reader.rows("SELECT count(*) FROM log WHERE topic = 'doubles.v1'")
            rejected = reader.rows("SELECT count(*) FROM dead_letters WHERE stage = 'double'")
            assert reader.rows("SELECT count(*) FROM log WHERE topic = 'numbers.v1'") == [(written,)]
        assert sum(row[0] for row in taken) == said_by_it[0][0] + rejected[0][0]


@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_file_that_may_not_be_written_is_told(path: Path, what: str) -> None:
    """Without the right to write the file, or its directory, the program says what it needs."""
    path.chmod(0o444)
    for file in path.parent.iterdir():
        file.chmod(0o444 if file == path else 0o666)
    path.parent.chmod(0o555 if what == "directory" else 0o777)
    if what == "directory":
        path.with_name(path.name + ".lock").unlink()
    for directory in (*path.parents[1:3], path.parent):
        directory.chmod(directory.stat().st_mode | 0o055)
    before = path.read_bytes()

    def work() -> None:
        with pytest.raises(StorageError, match=f"{path} cannot be .*(allow this user|may be written)"):
            opened(path)

    try:
        assert as_nobody(work) == 0
        assert path.read_bytes() == before
    finally:
        path.parent.chmod(0o755)


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    """An exception in the middle of a transaction undoes what came before it."""

    def half(database: Database) -> None:
        with database.transaction() as connection:
            connection.execute("DELETE FROM log")
            raise KeyboardInterrupt

    with Database(path) as database:
        before = database.rows("SELECT * FROM log")
        with pytest.raises(KeyboardInterrupt):
            half(database)
        assert database.rows("SELECT * FROM log") == before != []


def test_closing_twice_is_fine(path: Path) -> None:
    """Nothing happens when a driver is closed again."""
    driver = opened(path)
    driver.close()
    driver.close()
    with pytest.raises(StorageError):
        driver.append(numbers(1))


def test_a_path_that_is_no_place_for_files_is_told(tmp_path: Path) -> None:
    """A directory in place of the file, and a file in place of the directory."""
    (tmp_path / "file").write_text("")
    (tmp_path / "directory").mkdir()
    for path in (tmp_path / "file" / "log", tmp_path / "directory"):
        with pytest.raises(StorageError, match=f"{path} cannot be opened"):
            opened(path)


def test_a_file_has_an_id_that_lasts(path: Path, tmp_path: Path) -> None:
    """The next start, a copy and a reader find it; another file has another one."""
    with opened(path) as driver:
        first = driver.identity()
    with opened(path) as driver, Reader(path) as reader:
        assert driver.identity() == reader.identity() == first
    with opened(tmp_path / "other.sqlite") as other:
        assert other.identity() not in {first, ""}


def test_a_file_of_the_release_before_gets_an_id(path: Path) -> None:
    """With the first start; what it holds stays, and until then it can be read."""
    alter(path, "DROP TABLE identity", "PRAGMA user_version=1")
    with Reader(path) as reader:
        assert reader.identity() == ""
    for _ in range(2):
        with opened(path) as driver:
            assert len(driver.identity()) == 32
            assert len(said(driver, NUMBERS)) == 300
