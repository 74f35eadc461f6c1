"""One worker of a stage of the small pipeline, as a process: `worker.py HOSTS PREFIX STAGE NAME [KILL]`.

NAME may be empty. With KILL (`stage:step:number`) the process kills itself at that point. It ends at SIGTERM.
"""

import faulthandler
import signal
import sys
import threading

from sommet.errors import Unreachable
from sommet.runtime import crash
from sommet.runtime.kafka import Kafka
from sommet.runtime.kafka_client import Cluster
from tests.runtime.pipeline import STAGES, START, TOPICS


def main(hosts: str, prefix: str, stage: str, name: str, kill: str = "") -> None:
    """Work until the end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    faulthandler.register(signal.SIGUSR1, all_threads=True)  # where does it stand still?
    crash.arm(kill or None)
    cluster = Cluster(tuple(hosts.split(",")), prefix, wait=50, patience=120)
    options = {"topics": TOPICS, "work": [stage], "member": name, "batch": 20, "brake": None}
    with Kafka(cluster, STAGES, **options) as driver:  # type: ignore[arg-type]
        while not stop.wait(0.02):
            try:
                driver.run_until_idle(START)
            except Unreachable as exc:
                sys.stderr.write(f"{stage}: {exc}\n")
                stop.wait(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
