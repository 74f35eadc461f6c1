"""A sender that kills itself: `doomed.py STORE LOG SLACK STEP` dies without a word at the named step."""

import os
import signal
import sys
from pathlib import Path

from sommet.outbox.outbox import Outbox
from sommet.outbox.slack import SlackReceiver
from sommet.store import Database
from tests.outbox.fakes import NOW, FileLog


def main(store: str, log_file: str, slack: str, step: str) -> None:
    """Send what is due until the step is reached."""

    def checkpoint(name: str) -> None:
        if name == f"outbox:{step}":
            os.kill(os.getpid(), signal.SIGKILL)

    log = FileLog(Path(log_file))
    database = Database(store)
    receivers = {"chat": SlackReceiver(slack)}
    outbox = Outbox(database, receivers, log=log, now=lambda: NOW, checkpoint=checkpoint)
    outbox.follow(log)
    outbox.send_due(NOW)


if __name__ == "__main__":
    main(*sys.argv[1:])
