"""The bundled week, read in two rounds as it would come, replayed in other surroundings, and compared."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.cases import ROOT
from tests.end_to_end.test_determinism import SURROUNDINGS

ARTICLES = ROOT / "sommet" / "demo" / "articles.jsonl"
ROUNDS = ("2026-10-14T12:00:00+00:00", "2026-10-20T12:00:00+00:00")
WRITTEN = (
    "articles.raw.v1",
    "articles.v1",
    "articles.annotated.v1",
    "event-mentions.v1",
    "events.v1",
    "alerts.v1",
)
RULES = {"max_age": None, "rules": [{"name": "all", "types": ["summit", "energy", "trade", "military"]}]}


def sommet(folder: Path, *args: str, env: dict[str, str] | None = None, expected: int = 0) -> str:
    """Run a command in `folder`; return its output."""
    done = subprocess.run(
        [sys.executable, "-m", "sommet", *args],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | (env or {}),
        capture_output=True,
        check=False,
    )
    assert done.returncode == expected, done.stderr.decode()
    return done.stdout.decode()


def written(folder: Path, names: tuple[str, ...] = WRITTEN) -> list[tuple[str, int, str, bytes]]:
    """Return what stands in the topics of a log, byte for byte."""
    with closing(sqlite3.connect(f"file:{folder / 'log.db'}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT topic, offset, id, payload FROM log ORDER BY topic, offset")
        return [row for row in rows if row[0] in names]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which an instance has read the week: what had appeared by each round."""
    folder = tmp_path_factory.mktemp("instance")
    (folder / "sommet.yaml").write_text(
        json.dumps({"catalogue": False, "metrics": {"port": 0}, "alerts": RULES})
    )
    rows = [json.loads(line) for line in ARTICLES.read_text("utf-8").splitlines()]
    for number, at in enumerate(ROUNDS):
        known = folder / f"{number}.jsonl"
        known.write_text(
            "\n".join(json.dumps(row) for row in rows if str(row.get("date", "")) < at or number == 1),
            "utf-8",
        )
        subprocess.run(
            [sys.executable, str(ROOT / "tests/end_to_end/at.py"), at, "run", "--once", str(known)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
    return folder


@pytest.mark.parametrize("name", ["shanghai", "new-york"])
def test_the_same_bytes_everywhere(folder: Path, name: str) -> None:
    """Hash seed, time zone, locale and worker processes change nothing, nor that it came in rounds."""
    env, workers = SURROUNDINGS[name]
    config = folder / f"{name}.yaml"
    config.write_text(json.dumps({"workers": workers, "alerts": RULES}))
    out = sommet(folder, "replay", "--config", config.name, "--into", name, env=env)
    assert written(folder / name) == written(folder / "var")
    alerts = len(written(folder / "var", ("alerts.v1",)))
    assert alerts > 5
    assert out.startswith("46 articles, ")
    assert f" events, {alerts} alerts that would have been sent, 0 rejected, in " in out
    sommet(folder, "diff", "var", name)


@pytest.mark.parametrize("topic", ["articles.annotated", "event-mentions"])
def test_from_any_topic_on(folder: Path, topic: str) -> None:
    """What follows from a stored topic is what the live run drew from it."""
    sommet(folder, "replay", "--topic", topic, "--into", topic)
    names = WRITTEN[WRITTEN.index(f"{topic}.v1") :]
    assert written(folder / topic) == written(folder / "var", names)
    sommet(folder, "diff", "var", topic)


def test_a_replay_answers_queries(folder: Path) -> None:
    """`events` and `event` read it as they read the live folder."""
    sommet(folder, "replay", "--topic", "event-mentions", "--into", "asked")
    listed = sommet(folder, "events", "--data", "asked", "--json")
    assert listed == sommet(folder, "events", "--json")
    ident = json.loads(listed.splitlines()[0])["event"]
    assert sommet(folder, "event", ident, "--data", "asked") == sommet(folder, "event", ident)


def test_other_rules_give_other_alerts(folder: Path) -> None:
    """A trial of rules: the same events, and alerts that only one of the runs has, each with its evidence."""
    (folder / "trial.yaml").write_text(json.dumps({"alerts": {**RULES, "rules": [{"name": "summits"}]}}))
    sommet(folder, "replay", "--rules", "trial.yaml", "--into", "trial", "--topic", "event-mentions")
    lines = [
        json.loads(line) for line in sommet(folder, "diff", "var", "trial", "--json", expected=1).splitlines()
    ]
    assert {line["kind"] for line in lines} == {"alert"}
    assert {(line["run"], line["alert"]["rule"]) for line in lines} == {("A", "all"), ("B", "summits")}
    assert all(line["alert"]["event"]["report"]["stated"]["sentence"] for line in lines)
    shown = sommet(folder, "diff", "var", "trial", "--language", "fr", expected=1)
    assert "Alertes seulement dans B" in shown
    assert "https://example." in shown
    assert "Événements modifiés" not in shown


def test_a_replay_of_some_days_knows_nothing_earlier(folder: Path) -> None:
    """What continues an event is its first report here; the summary says so."""
    days = ("--since", "2026-10-15", "--until", "2026-10-20")
    out = sommet(folder, "replay", *days, "--topic", "event-mentions", "--into", "days")
    assert "What was known before 2026-10-15 is not known here" in out
    shown = sommet(folder, "diff", "var", "days", expected=1)
    assert "Changed events" in shown
    assert "that B has not read" in shown
