"""`sommet replay` and `sommet diff` as a person meets them: what they refuse, and how they end."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sommet.commands.log_file import ONLY_HERE
from tests.cli.test_cli import call, documents, folder, spawn, summit

__all__ = ["folder"]  # the fixture that every test here works in
CONFIG = "catalogue: false\nmetrics: {port: 0}\nalerts: {max_age: null}\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run keeps that has read one article."""
    place = tmp_path_factory.mktemp("kept")
    (place / "sommet.yaml").write_text(CONFIG)
    with contextlib.chdir(place):
        assert call("run", "--once", documents(summit()), "--log-level", "error")[0] == 0
    return place / "var"


@pytest.fixture
def var(folder: Path, kept: Path) -> Path:
    """The same in the folder of the test."""
    shutil.copytree(kept, folder / "var")
    return Path("var")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--since", "soon"], 2, "--since soon: expected a day such as"),
        (["--until", "2026-02-31"], 2, "--until 2026-02-31: expected a day such as"),
        (["--since", "2026-10-13", "--until", "2026-10-12"], 2, "is later than --until 2026-10-12"),
        (["--topic", "event-mention"], 2, "did you mean event-mentions?"),
        (["--topic", "alerts"], 2, "expected one of articles.raw, articles, "),
        (["--language", "de"], 2, "expected en or fr"),
        (["--rules", "none.yaml"], 2, "none.yaml: cannot be read"),
        (["--rules", "wrong.yaml"], 2, "wrong.yaml:1: alert: unknown key"),
        (["--data", "none"], 3, f"none/log.db does not exist: check the path; {ONLY_HERE}"),
        (["--data", "foreign"], 3, "log.db is a database of another program"),
        (["--data", "newer"], 3, "log.db has schema 99, this release knows "),
        (["--into", "var"], 3, "var exists: a replay needs a new folder"),
        (["--into", ""], 3, ". exists: a replay needs a new folder"),
        (["--since", "2030-01-01"], 1, "nothing to replay"),
    ],
)
def test_what_a_replay_refuses(var: Path, args: list[str], code: int, said: str) -> None:
    """One clear message each, nothing on standard output, and no folder is left behind."""
    Path("wrong.yaml").write_text("alert: {}\n")
    _foreign(Path("foreign/log.db"))
    _newer(var, Path("newer/log.db"))
    before = sorted(Path().iterdir())
    found, out, err = call("replay", *args)
    assert (found, out) == (code, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("none", "none does not exist"),
        (".", "log.db does not exist"),
        ("sommet.yaml", "sommet.yaml is not a database"),
        ("var/store.db", "var/store.db is a store"),
        ("foreign", "log.db is a database of another program"),
        ("newer/log.db", "log.db has schema 99, this release knows "),
        ("empty.db", "empty.db is empty"),
    ],
)
def test_what_cannot_be_compared_is_2(var: Path, other: str, said: str) -> None:
    """Neither equal nor different: one message says why, on whichever side it stands."""
    _foreign(Path("foreign/log.db"))
    _newer(var, Path("newer/log.db"))
    Path("empty.db").touch()
    for args in ((other, "var"), ("var", other)):
        code, out, err = call("diff", *args)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert said in err


def _foreign(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE addresses (name TEXT)")


def _newer(var: Path, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes((var / "log.db").read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def test_a_run_equals_its_replay(var: Path) -> None:
    """A folder or its log may be named; JSON of equal runs is empty."""
    code, out, err = call("replay", "--language", "fr")
    assert (code, "Traceback" in err) == (0, False)
    assert out.startswith("1 article, 1 mention d’événement, 1 événement, 1 alerte qui aurait été envoyée")
    assert call("diff", "var", "var-replay", "--json") == (0, "", "")
    code, out, _ = call("diff", "var/log.db", "var-replay")
    assert (code, out.splitlines()[-1][:19]) == (0, "The runs are equal:")


def test_a_run_differs_from_a_larger_one(var: Path) -> None:
    """The exit code says so, in JSON every key is there, and a closed pipe changes no answer."""
    assert call("replay")[0] == 0
    later = summit("b", date="2026-10-13", title="Xi", text="Xi Jinping recevra Vladimir Poutine à Harbin.")
    assert call("run", "--once", documents(later), "--log-level", "error")[0] == 0
    code, out, _ = call("diff", "var-replay", "var", "--json")
    line = json.loads(out.splitlines()[0])
    assert (code, line["kind"]) == (1, "event")
    assert set(line) == {"kind", "run", "a", "b", "facts", "articles"}
    assert "sketch" not in out
    with spawn("diff", "var-replay", "var", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(30)) == ("", 1)


def test_rules_may_name_receivers_of_the_instance(folder: Path, var: Path) -> None:
    """A file of rules alone will do; a receiver that neither file has is a mistake of its line."""
    (folder / "sommet.yaml").write_text(
        "catalogue: false\nmetrics: {port: 0}\nreceivers: {desk: {kind: slack, url: 'https://h.example/x'}}\n"
    )
    (folder / "a.yaml").write_text("alerts: {max_age: null, rules: [{name: trial, receivers: [desk]}]}\n")
    code, out, _ = call("replay", "--rules", "a.yaml")
    assert (code, "Alerts by rule: trial 1" in out) == (0, True)
    (folder / "b.yaml").write_text("alerts: {rules: [{name: trial, receivers: [dsk]}]}\n")
    code, _, err = call("replay", "--rules", "b.yaml")
    assert (code, err.startswith("b.yaml:1: "), "dsk" in err) == (2, True, True)


def test_help_says_what_since_means() -> None:
    """Nobody should be surprised by alerts on what was known."""
    for args in (["replay", "--help"], ["diff", "--help"]):
        code, out, _ = call(*args)
        assert code == 0
    assert "0 equal, 1 different, 2 cannot say" in " ".join(out.split())
    text = " ".join(call("replay", "--help")[1].split())
    assert "With --since nothing from before is known" in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_replay_leaves_nothing(folder: Path, number: int) -> None:
    """A signal in its middle: 130, a word, and no folder."""
    rows = documents(
        *(summit(str(number), date=f"2026-10-12T00:{number % 60:02}:00Z") for number in range(300))
    )
    assert call("run", "--once", rows, "--log-level", "error")[0] == 0
    with spawn("replay") as process:
        while not (folder / "var-replay.part").exists():
            assert process.poll() is None
            os.sched_yield()
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.splitlines()[-1]) == (130, "interrupted")
    assert list(folder.glob("var-*")) == []
