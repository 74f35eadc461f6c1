"""The same documents give the same bytes, whatever the process is like that reads them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.end_to_end.cases import ROOT

ARTICLES = ROOT / "sommet" / "demo" / "articles.jsonl"
SURROUNDINGS = {
    "plain": ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}, 0),
    "shanghai": ({"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"}, 2),
    "new-york": ({"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C"}, 0),
}
"""Hash seed, time zone and locale of a process, and how many workers it starts."""


def coded(folder: Path, environment: dict[str, str], workers: int) -> bytes:
    """Return what `sommet code` writes."""
    config = folder / "sommet.yaml"
    config.write_text(json.dumps({"workers": workers}))
    done = subprocess.run(
        [sys.executable, "-m", "sommet", "code", str(ARTICLES), "--config", str(config)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The output to compare with."""
    return coded(tmp_path_factory.mktemp("plain"), *SURROUNDINGS["plain"])


@pytest.mark.parametrize("name", ["shanghai", "new-york"])
def test_same_bytes_everywhere(plain: bytes, tmp_path: Path, name: str) -> None:
    """Hash seed, time zone, locale and worker processes change nothing."""
    assert coded(tmp_path, *SURROUNDINGS[name]).splitlines() == plain.splitlines()


def test_there_is_something_to_compare(plain: bytes) -> None:
    """One line for each document, in the order of the input, many of them with events."""
    lines = [msgspec.json.decode(line) for line in plain.splitlines()]
    given = [msgspec.json.decode(line)["id"] for line in ARTICLES.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == given
    assert sum(bool(line["events"]) for line in lines) > len(given) / 2
