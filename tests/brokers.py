"""A real Kafka node for tests: the one that KAFKA_BOOTSTRAP names, else one of our own on free ports."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

NODE = Path(__file__).parents[1] / "ops" / "kafka" / "node.sh"


@contextlib.contextmanager
def node(folder: Path) -> Iterator[str]:
    """Run a node whose data lie in `folder`; yield its bootstrap address.

    Skips where Java or Maven is missing; with CI set that is a failure.
    """
    if given := os.environ.get("KAFKA_BOOTSTRAP"):
        yield given
        return
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    if missing:
        why = f"a Kafka node needs {' and '.join(missing)}; without them set KAFKA_BOOTSTRAP to one that runs"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    port, controller = free_ports(2)
    env = {**os.environ, "DATA": str(folder), "PORT": str(port), "CONTROLLER": str(controller), "NODES": "1"}
    try:
        done = subprocess.run([NODE, "start"], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield done.stdout.strip()
    finally:
        subprocess.run([NODE, "stop"], env=env, check=True)


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
