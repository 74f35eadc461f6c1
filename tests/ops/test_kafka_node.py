"""`make kafka` and `make kafka-stop`, as a person or a script reads them; no node is started."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

KAFKA = Path(__file__).parents[2] / "ops" / "kafka"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A copy of the script that has fetched nothing yet."""
    folder = tmp_path / "ops" / "kafka"
    shutil.copytree(KAFKA, folder)
    return folder / "node.sh"


def call(script: Path, command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        [script, command], env=os.environ | env, capture_output=True, text=True, check=False
    )


def test_the_first_start_says_that_it_fetches(script: Path, tmp_path: Path) -> None:
    """On standard error, without Maven's escapes; standard output is for the address."""
    programs = tmp_path / "bin"
    programs.mkdir()
    maven = programs / "mvn"
    maven.write_text(
        '#!/bin/sh\nfor a; do case "$a" in -DoutputDirectory=*) mkdir -p "${a#*=}";; esac; done\n'
        "printf '\\033[0mnews of Maven\\033[0m\\n'\nexit ${CODE:-0}\n"
    )
    maven.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    failed = call(script, "fetch", PATH=path, CODE="1")
    first, second = (call(script, "fetch", PATH=path) for _ in range(2))
    assert failed.returncode == 1
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr == "fetching Apache Kafka from Maven Central…\nnews of Maven\n"
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_a_stop_says_what_it_stopped(script: Path, tmp_path: Path) -> None:
    """Each node with its process, or that none was running."""
    data = tmp_path / "data"
    node = data / "1"
    node.mkdir(parents=True)
    with subprocess.Popen(["sleep", "600"]) as process:
        (node / "pid").write_text(str(process.pid))
        with subprocess.Popen(
            [script, "stop"], env=os.environ | {"DATA": str(data)}, stdout=subprocess.PIPE, text=True
        ) as stop:
            process.wait(20)
            told, _ = stop.communicate(timeout=30)
    assert told == f"stopped node 1 (process {process.pid})\n"
    assert call(script, "stop", DATA=str(data)).stdout == "no node was running\n"
