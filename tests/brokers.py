"""A real Kafka node for tests: the one that KAFKA_BOOTSTRAP names, else one of our own on free ports."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

NODE = Path(__file__).parents[1] / "ops" / "kafka" / "node.sh"


class Nodes:
    """Kafka nodes of our own on free ports, whose data lie in `folder`."""

    def __init__(self, folder: Path, count: int = 1, **options: str) -> None:
        port, controller, inner = map(str, free_ports(3, count))
        self.folder, self.count = folder, count
        self._env = {
            **os.environ,
            "DATA": str(folder),
            "PORT": port,
            "CONTROLLER": controller,
            "INNER": inner,
            "NODES": str(count),
            **options,
        }

    def start(self) -> str:
        """Start all that are not running; return their address."""
        done = subprocess.run([NODE, "start"], env=self._env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def kill(self, number: int = 1, sign: int = signal.SIGKILL) -> None:
        """Send a signal to one node, by default the one that ends it at once."""
        os.kill(self.pid(number), sign)

    def pid(self, number: int) -> int:
        """Return the process of a node."""
        return int((self.folder / str(number) / "pid").read_text())

    def stop(self) -> None:
        """Stop all."""
        subprocess.run([NODE, "stop"], env=self._env, check=True)


def required() -> None:
    """Skip where Java or Maven is missing; with CI set that is a failure."""
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    if missing:
        why = f"a Kafka node needs {' and '.join(missing)}; without them set KAFKA_BOOTSTRAP to one that runs"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@contextlib.contextmanager
def nodes(folder: Path, count: int = 1, **options: str) -> Iterator[Nodes]:
    """Run nodes that a test may end and start."""
    required()
    found = Nodes(folder, count, **options)
    try:
        yield found
    finally:
        found.stop()


@contextlib.contextmanager
def node(folder: Path) -> Iterator[str]:
    """Run a node whose data lie in `folder`; yield its bootstrap address."""
    if given := os.environ.get("KAFKA_BOOTSTRAP"):
        yield given
        return
    with nodes(folder) as own:
        yield own.start()


def free_ports(many: int, count: int = 1) -> list[int]:
    """Return so many ports of this machine from each of which on `count` are free."""
    for _ in range(100):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            found = []
            for _ in range(many):
                first = stack.enter_context(socket.socket())
                first.bind(("127.0.0.1", 0))
                found.append(first.getsockname()[1])
                for number in range(1, count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", found[-1] + number))
            return found
    pytest.fail("no free ports")
