"""What a mention costs the `resolve` stage, by how many events are open: as ratios within one run.

    python benchmarks/speed/growth.py [--events N ...] [--json] [--profile]

A made-up stream (`made_up.py`) is resolved into a file of the embedded driver, in batches, once for each
number of events, each in a process of its own. Of the last mentions are measured time, reads and writes of
the state; of the process and the file, how they grew. At the end, ten thousand events of the parties that
one thousand have otherwise; 400 reports of one event and an archive of three years, in random order.
"""

import argparse
import cProfile
import gc
import json
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import made_up

from consumers import resolve
from schemas.events import EventMentions
from sommet.runtime import tables
from sommet.runtime.database import Database

STAGE = "resolve"
BATCH = 100
MEASURED = 1000
SIZES = (1_000, 10_000, 50_000)
GOAL = 2.0
DENSE, CROWDED = "dense", 10_000
ONE_EVENT, ARCHIVE = 400, 3_000
Row = dict[str, Any]
Messages = Sequence[tuple[datetime, EventMentions]]


def main() -> int:
    """Measure and print."""
    options = _options()
    if options.child:
        print(json.dumps(_child(options.child)))
        return 0
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(_child, options.profile)
        pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(45)
        return 0
    rows = [_spawned(str(events)) for events in options.events]
    others = [_spawned(kind) for kind in (f"{DENSE}{CROWDED}", "event", "archive")]
    found = {"sizes": rows, "others": others}
    print(json.dumps(found, indent=1) if options.json else _table(rows, others))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--profile", default="", help="profile one instead: a number of events, dense10000, event, archive"
    )
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _spawned(kind: str) -> Row:
    command = [sys.executable, __file__, "--child", kind]
    found: Row = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    print(f"{kind} done in {found['seconds']:.0f} s", file=sys.stderr)
    return found


def _child(kind: str) -> Row:
    with tempfile.TemporaryDirectory(prefix="sommet-growth-") as folder:
        _Resolving(Path(folder) / "start.db").taken(made_up.Stream(10, seed=1).reports(), 1)
        resolving = _Resolving(Path(folder) / "state.db")
        if kind == "event":
            return {"kind": kind} | resolving.taken(made_up.one_event(ONE_EVENT), ONE_EVENT)
        if kind == "archive":
            return {"kind": kind} | resolving.taken(made_up.archive(ARCHIVE), ARCHIVE)
        stream = made_up.Stream(int(kind.removeprefix(DENSE)), dense=kind.startswith(DENSE))
        messages = [pair for pair in stream.reports() if pair[0] < made_up.END]
        return {"kind": kind} | resolving.taken(messages, MEASURED)


class _Resolving:
    """The stage over a file, as the embedded driver runs it: state in batches, a transaction each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database(path)
        self.counts: Counter[str] = Counter()

    def taken(self, messages: Messages, measured: int) -> Row:
        """Take all messages in; measure the last ones."""
        gc.freeze()  # a pipeline reads its messages from the log; here they wait in memory, all at once
        began, before, spent = time.process_time(), _resident(), []
        writing, cpu = 0.0, time.process_time()
        for start in range(0, len(messages), BATCH):
            state = tables.overlay(self.database, STAGE)
            fetch = state._fetch  # noqa: SLF001 - counts what reaches the file
            state._fetch = lambda key, fetch=fetch: self._counted(fetch, key)  # type: ignore[method-assign,misc]  # noqa: SLF001
            if start + BATCH > len(messages) - measured and not spent:
                self.counts.clear()
            for at, message in messages[start : start + BATCH]:
                begin = time.perf_counter()
                list(resolve.step(state, message, at))
                spent.append(time.perf_counter() - begin)
                self.counts["writes"] += len(state._message)  # noqa: SLF001 - what this message changed
                self.counts["written"] += sum(len(value or b"") for value in state._message.values())  # noqa: SLF001
                state.keep()
            if start + BATCH <= len(messages) - measured:
                spent.clear()
                cpu = time.process_time()
            begin = time.perf_counter()
            with self.database.transaction() as connection:
                tables.save_state(connection, STAGE, state.changes)
            writing = writing + time.perf_counter() - begin if spent else 0.0
        ended = time.process_time()
        found = {
            "ms_cpu": 1e3 * (ended - cpu) / len(spent),
            "seconds": ended - began,
            "resident_mb": (_resident() - before) / 2**20,
        }
        return self._figures(spent, writing, len(messages)) | found

    def _counted(self, fetch: Any, key: str) -> bytes | None:
        self.counts["reads"] += 1
        value: bytes | None = fetch(key)
        self.counts["read"] += len(value or b"")
        return value

    def _figures(self, spent: Sequence[float], writing: float, articles: int) -> Row:
        known = sorted(spent)
        shelves = Counter(
            key.split("/", 1)[0]
            for (key,) in self.database.rows("SELECT key FROM state WHERE stage = ?", STAGE)
        )
        (size,) = self.database.rows(
            "SELECT SUM(LENGTH(key) + LENGTH(value)) FROM state WHERE stage = ?", STAGE
        )[0]
        with suppress(ZeroDivisionError):
            return {
                "mentions": articles,
                "events": shelves["event"],
                "keys": sum(shelves.values()),
                "shelves": dict(shelves),
                "ms_median": 1e3 * statistics.median(known),
                "ms_mean": 1e3 * statistics.fmean(known),
                "ms_p95": 1e3 * known[int(0.95 * len(known))],
                "ms_max": 1e3 * known[-1],
                "ms_writing": 1e3 * writing / len(known),
                **{name: self.counts[name] / len(known) for name in ("reads", "read", "writes", "written")},
                "bytes_an_event": size / shelves["event"],
                "bytes_a_mention": size / articles,
            }
        return {}


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * 4096


NAMES = {
    "events": "events",
    "mentions": "mentions",
    "ms_cpu": "ms a mention of CPU, with the commit, mean",
    "ms_median": "ms a mention, median",
    "ms_mean": "ms a mention, mean",
    "ms_p95": "ms a mention, 95th percentile",
    "ms_max": "ms a mention, worst",
    "ms_writing": "ms a mention to commit",
    "reads": "entries read a mention",
    "read": "bytes read a mention",
    "writes": "entries written a mention",
    "written": "bytes written a mention",
    "resident_mb": "resident memory grown, MB",
    "bytes_an_event": "bytes of state an event",
    "bytes_a_mention": "bytes of state a mention",
    "keys": "entries of the state",
}


TITLES = {
    f"{DENSE}{CROWDED}": f"{CROWDED:,} events of the same parties",
    "event": f"{ONE_EVENT} reports of one event in random order",
    "archive": f"{ARCHIVE:,} articles of three years in random order",
}


def _table(rows: Sequence[Row], others: Sequence[Row]) -> str:
    head = "".join(f"{int(row['kind']):>12,}" for row in rows)
    lines = [f"{'events told':42}{head}   ratios to the first"]
    for key, name in NAMES.items():
        ratios = "".join(f"{row[key] / rows[0][key]:>9.2f}" for row in rows[1:] if rows[0][key])
        lines.append(f"{name:42}{_cells(row[key] for row in rows)}{ratios}")
    cpu, size = (rows[-1][key] / rows[0][key] for key in ("ms_cpu", "bytes_a_mention"))
    lines += [
        "",
        f"goal: CPU and state a mention grow {GOAL:.0f} times at the most; reached: {cpu:.2f} and {size:.2f}",
    ]
    for row in others:
        lines.append(
            f"{TITLES[row['kind']]}: {row['mentions']:,} mentions in {row['seconds']:.1f} s of CPU; "
            f"ms a mention: CPU in the mean {row['ms_cpu']:.2f}, "
            f"wall median {row['ms_median']:.2f}, 95th percentile {row['ms_p95']:.2f}, "
            f"worst {row['ms_max']:.1f}"
        )
    return "\n".join(lines)


def _cells(values: Iterable[float]) -> str:
    return "".join(f"{value:>12,.0f}" if value >= 1000 else f"{value:>12.2f}" for value in values)


if __name__ == "__main__":
    sys.exit(main())
