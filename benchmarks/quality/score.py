"""Quality on the evaluation data, beside the project's own labelled set, against pinned floors.

    score.py [--data ../shared] [--update] [--lower REASON] [--report docs/quality.md]

Runs `sommet code` on every set, scores it with the data's own scorer, prints the figures and compares
them with `floors.json`. A figure below its floor fails; `--update` raises floors to what was reached
(less a margin of 0.01); lowering one takes `--lower` and a reason, which is written beside it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import copies
import data
import guesses

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
MARGIN = 0.01
PAGE = """# Quality

Written by `benchmarks/quality/score.py --report docs/quality.md`.
A figure is followed by how many cases it rests on. `relevant`, `summit_news`, `events`,
`news_events` and `identity` are F1; the others are the share that is right.

`seeds`, `dev` and `dev-mt` are real articles that the rules were developed on:
read their figures as an upper bound. `own-held` are texts of the project's own that no rule
was written for, harder and fewer; `own-tune` were read.
`fr-mt` and `dev-mt` are French as machines translate it."""
SHOWN = (
    "relevant",
    "summit_news",
    "events",
    "news_events",
    "identity",
    "status",
    "format",
    "date",
    "place",
    "evidence",
)


def main() -> int:
    """Score, print, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    parser.add_argument("--update", action="store_true", help="raise the floors to what was reached")
    parser.add_argument("--lower", metavar="REASON", help="allow floors to fall, for this reason")
    parser.add_argument("--keep", type=Path, help="a folder to keep the predictions in")
    parser.add_argument("--report", type=Path, help="a page to write the figures to")
    options = parser.parse_args()
    scorer = options.data / "eval" / "score.py"
    if not scorer.exists():
        print(f"score: no evaluation data under {options.data} (DATA=folder names another); nothing scored")
        return 0
    figures = {name: _score(scorer, docs, gold, options.keep) for name, docs, gold in sets(options.data)}
    for name, groups in figures.items():
        _print(name, groups)
    found = copies.measured(options.data)
    print("\ncopies")
    for name, counts in found.items():
        print(copies.line(name, counts))
    if options.report:
        asked = _asked(scorer, sets(options.data))
        options.report.write_text(_page(figures, asked, copies.page(found)), "utf-8")
    return _compare({**_flat(figures), **_flat_copies(found)}, update=options.update, lower=options.lower)


def sets(data: Path) -> list[tuple[str, Path, Path]]:
    """Return all sets: name, documents, labels."""
    found = [
        ("seeds", data / "seeds" / "docs.jsonl", data / "seeds" / "gold.jsonl"),
        ("dev", data / "eval" / "dev.docs.jsonl", data / "eval" / "dev.gold.jsonl"),
        ("dev-mt", data / "eval" / "dev-mt.docs.jsonl", data / "eval" / "dev-mt.gold.jsonl"),
    ]
    own = HERE / "own"
    found.extend(
        (
            f"own-{docs.name.removesuffix('.docs.jsonl')}",
            docs,
            docs.with_name(docs.name.replace(".docs.", ".gold.")),
        )
        for docs in sorted(own.glob("*.docs.jsonl"))
    )
    return found


def _score(scorer: Path, docs: Path, gold: Path, keep: Path | None) -> dict[str, dict[str, dict[str, float]]]:
    with tempfile.TemporaryDirectory() as folder:
        predictions = (keep or Path(folder)) / f"{docs.name}.predictions"
        predict(docs, predictions)
        command = [sys.executable, str(scorer), str(gold), str(predictions), "--docs", str(docs), "--json"]
        printed = subprocess.run(command, capture_output=True, check=True).stdout
    return json.loads(printed)  # type: ignore[no-any-return]


def predict(docs: Path, predictions: Path) -> None:
    """Write what `sommet code` says of some documents."""
    predictions.parent.mkdir(parents=True, exist_ok=True)
    with predictions.open("wb") as out:
        subprocess.run([sys.executable, "-m", "sommet", "code", str(docs)], stdout=out, check=True)


def _asked(scorer: Path, known: list[tuple[str, Path, Path]]) -> list[guesses.Asked]:
    """Return all that the classifier was asked in the development set."""
    docs, gold = next((docs, gold) for name, docs, gold in known if name == "dev")
    explained, module = data.explained(docs), data.scorer(scorer)
    return [
        one for ident, row in data.rows(gold).items() for one in guesses.asked(explained(ident), row, module)
    ]


def _page(
    figures: dict[str, dict[str, dict[str, dict[str, float]]]], asked: list[guesses.Asked], copied: list[str]
) -> str:
    """Return the figures as a page of the documentation."""
    lines = [PAGE]
    for name, groups in figures.items():
        lines += ["", f"## {name}", "", "| | " + " | ".join(SHOWN) + " |", "|---" * (len(SHOWN) + 1) + "|"]
        lines += [
            f"| {group} | " + " | ".join(_value(found.get(figure, {})) for figure in SHOWN) + " |"
            for group, found in groups.items()
            if group != "all" or len(groups) > 2
        ]
    if "dev" in figures:
        lines += _types(figures["dev"]["all"].get("types", {}))
    return "\n".join([*lines, *copied, *guesses.reliability(), *guesses.page(asked)]) + "\n"


def _types(found: Any) -> list[str]:
    """Return how each type of event is found in the development set."""
    rows = [
        f"| {name} | {one['p']:.3f} | {one['r']:.3f} | {one['f1']:.3f} | {one['n']} |"
        for name, one in sorted(found.items())
    ]
    head = ["", "## Types, on dev", "", "| type | precision | recall | F1 | cases |", "|---|---|---|---|---|"]
    return [*head, *rows]


def _print(name: str, groups: dict[str, dict[str, dict[str, float]]]) -> None:
    print(f"\n{name}")
    print("  " + " " * 8 + " ".join(f"{figure:>11}" for figure in SHOWN))
    for group, figures in groups.items():
        if group == "all" and len(groups) == 2:
            continue
        cells = [_value(figures.get(figure, {})) for figure in SHOWN]
        print(f"  {group:8}" + " ".join(f"{cell:>11}" for cell in cells))


def _value(figure: dict[str, float]) -> str:
    if not figure.get("n"):
        return "-"
    return f"{figure.get('f1', figure.get('acc', 0.0)):.3f}/{figure['n']}"


def _flat(figures: dict[str, dict[str, dict[str, dict[str, float]]]]) -> dict[str, float]:
    return {
        f"{name}/{group}/{figure}": round(values.get("f1", values.get("acc", 0.0)), 3)
        for name, groups in figures.items()
        for group, shown in groups.items()
        for figure in SHOWN
        if (values := shown.get(figure)) and values.get("n")
    }


def _flat_copies(found: dict[str, copies.Counts]) -> dict[str, float]:
    return {
        f"{name}/{figure}": value
        for name, counts in found.items()
        for figure, value in copies.figures(counts).items()
    }


def _compare(reached: dict[str, float], *, update: bool, lower: str | None) -> int:
    stored = json.loads(FLOORS.read_text()) if FLOORS.exists() else {"floors": {}, "lowered": {}}
    floors: dict[str, float] = stored["floors"]
    fallen = {
        key: (floors[key], value) for key, value in reached.items() if key in floors and value < floors[key]
    }
    for key, (floor, value) in fallen.items():
        print(f"below its floor: {key} {value:.3f} < {floor:.3f}")
        if lower:
            floors[key] = value
            stored["lowered"][key] = lower
    if update:
        for key, value in reached.items():
            floors[key] = max(floors.get(key, 0.0), round(value if value == 1.0 else value - MARGIN, 3))
    if update or lower:
        FLOORS.write_text(json.dumps({**stored, "floors": dict(sorted(floors.items()))}, indent=1) + "\n")
    print(f"\n{len(reached)} figures, {len(fallen)} below their floors")
    return 0 if lower or not fallen else 1


if __name__ == "__main__":
    sys.exit(main())
