"""Articles per second through the whole embedded pipeline, beside raw `nlp.pipe` in the same run.

    python benchmarks/speed/pipeline.py --data ../shared [--articles N] [--runs R] [--json] [--profile]

The stream under DATA (two months of French news) goes from a file through the log, all five stages, the
store and the outbox. Beside it the full French model (`fr_core_news_md`, all components) reads a fixed
sample of the same texts. Each run of either is a process of its own, with one thread; the ratio of their
CPU times for the same characters is what to compare between machines. Figures are medians with the range
of the runs. Where the data are missing nothing is measured and the exit code is 0.
"""

import argparse
import cProfile
import gzip
import json
import os
import platform
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STREAM = Path("data") / "stream.fr.2022-02_03.jsonl.gz"
MODEL = "fr_core_news_md"
SAMPLE = 120
"""Texts, evenly taken from the stream, that the raw model reads."""
GOAL = 50.0
"""Times as fast as the raw model, at the stream's own share of articles that pass the gate."""
STAGES = ("clean", "extract", "classify", "resolve", "alert")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1"}
Row = dict[str, Any]


def main() -> int:
    """Measure and print."""
    options = _options()
    if options.child:
        print(json.dumps(_child(options.child, options.files, options.started)))
        return 0
    stream = options.data / STREAM
    if not stream.is_file():
        print(f"speed: no {STREAM} under {options.data} (--data names another folder); nothing measured")
        return 0
    rows = _read(stream)[: options.articles or None]
    with tempfile.TemporaryDirectory(prefix="sommet-speed-") as folder:
        if options.profile:
            _profile(_written(rows, Path(folder) / "all.jsonl"))
            return 0
        found = _measured(rows, Path(folder), options.runs)
    print(json.dumps(found, indent=1) if options.json else _table(found))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--articles", type=int, default=0, help="only so many, from the beginning")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--profile", action="store_true", help="profile one pass instead")
    parser.add_argument("--child", choices=["pipeline", "raw"], help=argparse.SUPPRESS)
    parser.add_argument("--started", type=float, default=0.0, help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _read(path: Path) -> list[Row]:
    """Return the documents of the stream; each gets its number as id."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) | {"id": str(number)} for number, line in enumerate(lines)]


def _written(rows: Iterable[Row], path: Path) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


# The measurement: processes one after the other, pipeline and raw model in turn.


def _measured(rows: Sequence[Row], folder: Path, runs: int) -> dict[str, Any]:
    every = _written(rows, folder / "all.jsonl")
    sample = _written(rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE], folder / "sample.jsonl")
    passing = set(_spawned("pipeline", [every])["passing"])
    relevant = _written((row for row in rows if row["id"] in passing), folder / "relevant.jsonl")
    ours, raws = [], []
    for number in range(runs):
        ours.append(_spawned("pipeline", [every, relevant]))
        raws.append(_spawned("raw", [sample, relevant]))
        print(f"run {number + 1} of {runs} done", file=sys.stderr)
    return _figures(rows, [row for row in rows if row["id"] in passing], ours, raws)


def _spawned(kind: str, files: Sequence[Path]) -> dict[str, Any]:
    """Run one measurement in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--child",
        kind,
        "--started",
        str(time.monotonic()),
        *map(str, files),
    ]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _figures(
    rows: Sequence[Row], passing: Sequence[Row], ours: Sequence[Row], raws: Sequence[Row]
) -> dict[str, Any]:
    """Put the runs together; the raw model's time is that of as many characters."""
    characters, of_passing = _characters(rows), _characters(passing)
    raw_all = [characters * raw["passes"][0]["cpu"] / raw["passes"][0]["characters"] for raw in raws]
    raw_passing = [of_passing * raw["passes"][1]["cpu"] / raw["passes"][1]["characters"] for raw in raws]
    whole, only = [one["passes"][0] for one in ours], [one["passes"][1] for one in ours]
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: metadata.version(name) for name in ("sommet", "spacy", "fr-core-news-md")},
        "runs": len(ours),
        "articles": len(rows),
        "characters_an_article": round(characters / len(rows)),
        "passing": len(passing),
        "share": len(passing) / len(rows),
        "raw_sample": raws[0]["passes"][0]["articles"],
        "per_second_and_core": _spread(len(rows) / one["cpu"] for one in whole),
        "per_second": _spread(len(rows) / one["wall"] for one in whole),
        "raw_per_second_and_core": _spread(len(rows) / cpu for cpu in raw_all),
        "ratio": _spread(raw / one["cpu"] for raw, one in zip(raw_all, whole, strict=True)),
        "relevant_per_second_and_core": _spread(len(passing) / one["cpu"] for one in only),
        "raw_relevant_per_second_and_core": _spread(len(passing) / cpu for cpu in raw_passing),
        "relevant_ratio": _spread(raw / one["cpu"] for raw, one in zip(raw_passing, only, strict=True)),
        "cpu_seconds": _spread(one["cpu"] for one in whole),
        "stage_seconds": {name: _spread(one["stages"].get(name, 0.0) for one in whole) for name in STAGES},
        "part_seconds": {
            name: _spread(one["parts"][name] for one in whole) for name in ("read", "work", "send")
        },
        "start_seconds": _spread(one["start"] for one in ours),
        "start_cpu_seconds": _spread(one["start_cpu"] for one in ours),
        "peak_mb": _spread(one["peak_mb"] for one in ours),
        "raw_peak_mb": _spread(one["peak_mb"] for one in raws),
        "events": whole[0]["events"],
    }


def _characters(rows: Iterable[Row]) -> int:
    return sum(len(row["title"]) + 1 + len(row["text"]) for row in rows)


def _spread(values: Iterable[float]) -> dict[str, float]:
    known = sorted(values)
    return {"median": statistics.median(known), "min": known[0], "max": known[-1]}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")


# What one process does.


def _child(kind: str, files: Sequence[Path], started: float) -> dict[str, Any]:
    found = _pipeline(files, started) if kind == "pipeline" else _raw(files)
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _pipeline(files: Sequence[Path], started: float) -> dict[str, Any]:
    """Bring the bundled week's French articles through, which loads everything; then measure each file.

    The first of them alone would leave the sentence encoder, which is loaded when it is first asked, to the
    measurement; nor does the raw model load itself there.
    """
    from sommet import logs  # noqa: PLC0415 - the import is part of the start
    from sommet.app import App  # noqa: PLC0415 - the same

    logs.configure({}, "error")
    with tempfile.TemporaryDirectory(prefix="sommet-speed-") as folder:
        week = map(json.loads, (ROOT / "sommet" / "demo" / "articles.jsonl").read_text("utf-8").splitlines())
        path = _written([row for row in week if row["lang"] == "fr"], Path(folder) / "first.jsonl")
        _pass(App, path, Path(folder) / "first")
        start, start_cpu = time.monotonic() - started, time.process_time()
        passes = [_pass(App, file, Path(folder) / file.stem) for file in files]
    passing = passes[0].pop("passing")
    for one in passes[1:]:
        del one["passing"]
    return {"start": start, "start_cpu": start_cpu, "passing": passing, "passes": passes}


def _pass(app_type: Any, file: Path, folder: Path) -> dict[str, Any]:
    """Bring the documents of a file through everything, as `sommet run --once` does."""
    heard = _heard()
    with app_type(_config(folder), watchers=[heard], receiving={"console": _Nobody()}) as app:
        cpu, wall, laps = time.process_time(), time.perf_counter(), [time.process_time()]
        for act in (lambda: app.read([str(file)]), app.work, app.send):
            act()
            laps.append(time.process_time())
        spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        counts = app.store.counts()
        assert sum(app.log.lag().values()) == 0
    return spent | {
        "parts": dict(zip(("read", "work", "send"), (b - a for a, b in pairwise(laps)), strict=True)),
        "stages": dict(heard.seconds),
        "passing": heard.passing,
        "events": counts.events,
    }


def _config(folder: Path) -> Any:
    from sommet.config import Alerts, Config, Metrics  # noqa: PLC0415 - the import is part of the start

    return Config(data=folder, catalogue=False, metrics=Metrics(port=0), alerts=Alerts(max_age=None))


def _heard() -> Any:
    from sommet.watch import Watcher  # noqa: PLC0415 - the import is part of the start

    class Heard(Watcher):
        """Adds up the seconds of each stage, and notes which articles pass the gate."""

        def __init__(self) -> None:
            self.seconds: Counter[str] = Counter()
            self.passing: list[str] = []

        def stepped(self, stage: str, message: Any, outputs: Sequence[Any], seconds: float) -> None:
            """Take in one step."""
            self.seconds[stage] += seconds  # type: ignore[assignment]
            if stage == "extract" and outputs:
                self.passing.append(message.doc_id)

    return Heard()


class _Nobody:
    """A receiver that takes everything at once."""

    language = ""
    pace = timedelta(0)

    def send(self, message: object, key: str) -> Any:  # noqa: ARG002 - the protocol's signature
        from sommet.outbox.receiver import SENT  # noqa: PLC0415 - the import is part of the start

        return SENT


def _raw(files: Sequence[Path]) -> dict[str, Any]:
    """Let the full model read each file's texts, once it is warm."""
    import spacy  # noqa: PLC0415 - only this process needs it bare

    nlp = spacy.load(MODEL)
    list(nlp.pipe(["Un texte pour commencer."]))
    passes = []
    for file in files:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        texts = [f"{row['title']}\n{row['text']}" for row in rows]
        cpu = time.process_time()
        for _ in nlp.pipe(texts):
            pass
        spent = time.process_time() - cpu
        passes.append({"cpu": spent, "articles": len(texts), "characters": _characters(rows)})
    return {"passes": passes}


def _profile(file: Path) -> None:
    """Print where a pass spends its time."""
    from sommet.app import App  # noqa: PLC0415 - as in a child

    with tempfile.TemporaryDirectory(prefix="sommet-speed-") as folder:
        _pass(App, file, Path(folder) / "warm")
        profile = cProfile.Profile()
        profile.runcall(_pass, App, file, Path(folder) / "profiled")
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile).strip_dirs().sort_stats(order).print_stats(30)


# What people read.


def _table(found: dict[str, Any]) -> str:
    ratio = found["ratio"]["median"]
    lines = [
        f"{found['machine']}; {', '.join(f'{k} {v}' for k, v in found['versions'].items())}",
        f"{found['articles']} articles of {found['characters_an_article']} characters in the mean",
        f"{found['passing']} pass the gate ({found['share']:.1%}): {found['events']} events",
        f"median (range) of {found['runs']} runs; CPU time of one core where nothing else is said",
        "",
        f"{'':44}{'pipeline':>22}{'nlp.pipe, full model':>24}{'ratio':>22}",
        _line("articles a second", found, ("per_second_and_core", "raw_per_second_and_core", "ratio")),
        _line(
            "articles a second, only those that pass",
            found,
            ("relevant_per_second_and_core", "raw_relevant_per_second_and_core", "relevant_ratio"),
        ),
        _line("articles a second, wall clock", found, ("per_second",)),
        _line("peak memory, MB", found, ("peak_mb", "raw_peak_mb")),
        _line("start until everything is loaded, s", found, ("start_cpu_seconds",)),
        _line("  the same, wall clock", found, ("start_seconds",)),
        _line("CPU seconds of a pass", found, ("cpu_seconds",)),
        *(_line(f"  of it: {name}", found["part_seconds"], (name,)) for name in found["part_seconds"]),
        *(_line(f"  stage {name}, wall clock", found["stage_seconds"], (name,)) for name in STAGES),
        "",
        f"goal: {GOAL:.0f} times nlp.pipe at the stream's own share; reached: {ratio:.0f} times",
    ]
    return "\n".join(lines)


def _line(name: str, found: dict[str, Any], keys: Sequence[str]) -> str:
    cells = "".join(f"{_cell(found[key]):>{width}}" for key, width in zip(keys, (22, 24, 22), strict=False))
    return f"{name:44}{cells}"


def _cell(spread: dict[str, float]) -> str:
    median, low, high = spread["median"], spread["min"], spread["max"]
    places = 0 if median >= 100 else 1 if median >= 10 else 2
    return f"{median:,.{places}f} ({low:,.{places}f}-{high:,.{places}f})"


if __name__ == "__main__":
    sys.exit(main())
