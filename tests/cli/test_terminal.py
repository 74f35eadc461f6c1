"""`sommet run` on a terminal."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import msgspec
import pytest

from tests.screen import screen

PLACES = ("Kazan", "Oulan-Bator", "Astana")


def on_terminal(*args: str, width: int, height: int, folder: Path) -> str:
    """Run sommet on a terminal of that size until it ends; return what it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    env = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "LINES", "NO_COLOR"}}
    env |= {"PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-c", "from sommet.cli import main; main()", *args],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=env,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65_536):
            written += part
    except OSError:  # Linux says so where the other end is closed
        pass
    finally:
        os.close(ours)
        process.wait(30)
    assert process.returncode == 0, written.decode()
    return written.decode()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 40)])
def test_alerts_stand_whole_above_the_board(tmp_path: Path, width: int, height: int) -> None:
    """With the default receiver, the board wipes none of them; they stand in the order of the alerts."""
    (tmp_path / "sommet.yaml").write_text("catalogue: false\nmetrics: {port: 0}\nalerts: {max_age: null}\n")
    rows = [
        {
            "date": "2026-10-12",
            "lang": "fr",
            "title": f"Un sommet à {place}",
            "text": f"Vladimir Poutine et Xi Jinping tiendront un sommet à {place} le {day} mai 2027, "
            "a annoncé lundi le Kremlin.",
        }
        for day, place in enumerate(PLACES, 3)
    ]
    (tmp_path / "docs.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, rows)) + b"\n")
    written = on_terminal("run", "--once", "docs.jsonl", width=width, height=height, folder=tmp_path)
    lines = [line.replace("\xa0", " ") for line in screen(written, height)]
    tops = [number for number, line in enumerate(lines) if line.startswith("╭")]
    ends = [number for number, line in enumerate(lines) if line.startswith("╰")]
    board = max(number for number, line in enumerate(lines) if line.startswith("sommet "))
    assert len(tops) == len(ends) == len(PLACES)
    assert ends[-1] < board
    for top, end in zip(tops, ends, strict=True):
        assert all(line.startswith("│") for line in lines[top + 1 : end])
    told = [day for line in lines[board:] for day in range(3, 6) if f"new → console  2027-05-0{day}" in line]
    panels = [
        day
        for top, end in zip(tops, ends, strict=True)
        for day in range(3, 6)
        if any(f"When: {day} May 2027" in line for line in lines[top:end])
    ]
    assert sorted(panels) == [3, 4, 5]
    assert told
    assert panels[::-1][: len(told)] == told
