"""The command line at a time of one's own: `at.py 2027-01-04T12:00+00:00 run --once …`.

The clock begins there and goes on, so that no test depends on the day on which it runs.
"""

import sys
from datetime import datetime, timedelta

from sommet import clock


def main(start: str, *arguments: str) -> None:
    """Run a command whose clock begins at `start`."""
    first, begun = datetime.fromisoformat(start), clock.monotonic()

    def now() -> datetime:
        return first + timedelta(seconds=clock.monotonic() - begun)

    clock.now = now
    from sommet import cli  # noqa: PLC0415 - the application takes its clock when it is imported

    cli.main(arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
