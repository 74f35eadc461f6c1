"""The mistakes on the evaluation data, by cause. Prints to the terminal; writes nothing.

    errors.py [--data ../shared] [--set dev] [--lang ru] [--cause date] [--predictions FILE]

Pairs events as the data's own scorer does, and asks `sommet explain` where each loss happened. Counts
come first, then each mistake with its document, what was expected and found, and a short piece of
evidence. The events of a document that was missed, or wrongly taken as relevant, are counted with it.
The sets that only measure (`own-held.*`, `own-blind*.*`) are never listed: once its mistakes were read, a
set is held out no more.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import data
from mistakes import Mistake, mistakes
from score import predict, sets

from sommet.terminal import safe

HELD = ("own-held", "own-blind")
"""How the names of the sets begin that nobody may read the mistakes of."""
WIDTH = 150


def main() -> int:
    """Find, count, list."""
    options = _options()
    scorer = options.data / "eval" / "score.py"
    if not scorer.exists():
        print(f"errors: no evaluation data under {options.data} (DATA=folder names another); nothing listed")
        return 0
    known = [each for each in sets(options.data) if not each[0].startswith(HELD)]
    if options.set and options.set not in {name for name, _, _ in known}:
        print(f"errors: --set {options.set}: expected one of {', '.join(name for name, _, _ in known)}")
        return 2
    if options.predictions and not options.set:
        print("errors: --predictions: name their --set")
        return 2
    module = data.scorer(scorer)
    found: list[tuple[str, Mistake]] = []
    for name, docs, gold in known:
        if docs.exists() and options.set in {"", name}:
            found += [(name, each) for each in _of(docs, gold, options.predictions, module)]
    show(
        [
            (name, each)
            for name, each in found
            if options.lang in {"", each.lang} and options.cause.lower() in each.cause.lower()
        ]
    )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    parser.add_argument("--set", default="", help="one set, such as dev; else all that may be read")
    parser.add_argument("--lang", default="", help="documents of one language")
    parser.add_argument("--cause", default="", help="causes that contain this word")
    parser.add_argument("--predictions", type=Path, help="what `sommet code` said of the set; else it is run")
    return parser.parse_args()


def _of(docs: Path, gold: Path, predictions: Path | None, scorer: Any) -> list[Mistake]:
    """Return the mistakes of one set."""
    with tempfile.TemporaryDirectory() as folder:
        path = predictions or Path(folder) / "predictions"
        if predictions is None:
            predict(docs, path)
        found = data.rows(path)
    return mistakes(data.rows(gold), found, _langs(docs), scorer, data.explained(docs))


def show(found: Sequence[tuple[str, Mistake]]) -> None:
    """Print the counts, then each mistake."""
    langs = sorted({each.lang for _, each in found})
    counts = Counter(each.cause for _, each in found)
    by_lang = Counter((each.cause, each.lang) for _, each in found)
    print(f"{len(found)} mistakes\n")
    print(f"{'':>6}" + "".join(f"{lang:>6}" for lang in langs) + "  cause")
    for cause in sorted(counts):
        cells = "".join(f"{by_lang[cause, lang] or '':>6}" for lang in langs)
        print(f"{counts[cause]:6}{cells}  {cause}")
    for cause in sorted(counts):
        print(f"\n{cause}: {counts[cause]}")
        for name, each in found:
            if each.cause == cause:
                print(f"  {name} {safe(each.id, 40)} {each.lang}  {safe(each.detail, WIDTH)}")
                print(f"      {safe(each.evidence, WIDTH)}")


def _langs(docs: Path) -> Mapping[str, str]:
    return {ident: str(row.get("lang") or "?") for ident, row in data.rows(docs).items()}


if __name__ == "__main__":
    sys.exit(main())
