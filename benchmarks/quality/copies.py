"""How well copies are known again, on real syndicated copies and on two versions of one article.

    copies.py [--data ../shared] [--show found|missed N]

All items of a file are traced as if they were the reports of one event, so that every text stands beside
every other. The files group items by an equal headline, first paragraph or text; what a group holds
beside copies is told apart: a column, that is one publisher's texts with unlike headlines under a
standing first paragraph (live pages, ratings, weather), counts neither as found nor as missed.
`score.py` prints these figures and holds them against the floors.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from consumers.clean import step
from consumers.lineage import Descent, descents
from schemas.articles import Article, RawArticle
from schemas.envelope import EPOCH
from schemas.events import Origin
from sommet.knowledge.publishers import publisher
from sommet.language import bylines, sketch

SETS = ("copies.fr", "copies.ru", "versions.fr")
MAX_BYTES = 200
_HEAD = (
    "",
    "## Copies",
    "",
    "Pairs of real syndicated copies (`copies.*`) and of two versions of one article (`versions.fr`) that",
    "are known as one lineage, among all items as if they told one event. The groups were made by an equal",
    "headline or text, so that `found` flatters copies under a new headline. A column is one publisher's",
    "texts under a standing paragraph; its pairs are no copies and not counted.",
    "",
    "| | found | falsely joined | columns left out | bytes a sketch |",
    "|---|---|---|---|---|",
)
_CUT = re.compile(r"\s*… \[\+\d+ chars\]$")
_LIKE = 0.5
"""Two headlines of one publisher that share less are two texts of a column."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file: its group, its origin, its text for reading."""

    group: int
    origin: Origin
    shown: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs of items: of one group (less columns) and found, of two groups and joined all the same."""

    pairs: int
    found: int
    columns: int
    others: int
    joined: int
    bytes: int
    missed: tuple[tuple[Item, Item], ...]
    wrong: tuple[tuple[Item, Item], ...]


def main() -> int:
    """Print the figures, and the pairs behind them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    parser.add_argument("--show", choices=("missed", "wrong"), help="pairs missed or falsely joined")
    parser.add_argument("--number", type=int, default=20, help="how many pairs to show of each set")
    options = parser.parse_args()
    for name, counts in measured(options.data).items():
        print(line(name, counts))
        for one, other in getattr(counts, options.show)[: options.number] if options.show else ():
            print(f"    {one.shown}\n  + {other.shown}\n")
    return 0


def measured(data: Path) -> dict[str, Counts]:
    """Return the counts of each set that lies under `data`."""
    paths = {name: data / "data" / f"{name}.jsonl.gz" for name in SETS}
    return {name: _counted(_regrouped(list(_items(path)))) for name, path in paths.items() if path.exists()}


def figures(counts: Counts) -> dict[str, float]:
    """Return what floors are held against.

    `found` is the share of pairs that were found; `apart` is 1 less the per cent of other pairs that were
    joined (0.9 for one in a thousand); `small` is 1 where no sketch takes more than 200 bytes.
    """
    return {
        "found": round(counts.found / max(1, counts.pairs), 3),
        "apart": round(1 - 100 * counts.joined / max(1, counts.others), 3),
        "small": float(counts.bytes <= MAX_BYTES),
    }


def page(found: dict[str, Counts]) -> list[str]:
    """Return the figures as lines of the page on quality."""
    rows = [
        f"| {name} | {one.found / max(1, one.pairs):.3f}/{one.pairs} | "
        f"{one.joined / max(1, one.others):.3%} of {one.others:,} | {one.columns} | {one.bytes} |"
        for name, one in found.items()
    ]
    return [*_HEAD, *rows]


def line(name: str, counts: Counts) -> str:
    """Return a line of figures."""
    return (
        f"  {name:12} found {counts.found}/{counts.pairs} ({counts.found / max(1, counts.pairs):.3f}), "
        f"falsely joined {counts.joined}/{counts.others} ({counts.joined / max(1, counts.others):.4%}), "
        f"{counts.columns} pairs of columns left out, {counts.bytes} bytes an article at most"
    )


def _items(path: Path) -> Iterator[Item]:
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for group, row in enumerate(rows):
            found = json.loads(row)
            for number, item in enumerate(found.get("items") or found["versions"]):
                yield _item(group, f"{group}-{number}", {"url": found.get("url"), **item})


def _item(group: int, name: str, item: dict[str, Any]) -> Item:
    """Clean an item as an article is; the body of the Russian file has lost its letters and is left out."""
    body = _CUT.sub("", item.get("content") or "")
    parts = [item.get("description") or "", body if _readable(body) else ""]
    raw = RawArticle(
        id=name, article=name, url=item["url"] or "", source="", title=item["title"] or "",
        text="\n".join(filter(None, parts)), html=True, published=item["date"] or "",
    )  # fmt: skip
    (article,) = step({}, raw, EPOCH)
    return Item(group, origin_of(article), shown(article))


def origin_of(article: Article) -> Origin:
    """Return the origin of an article as `extract` and `classify` make it."""
    return Origin(
        article=article.article,
        url=article.url,
        source=article.source,
        title=article.title,
        lang=article.lang,
        published=article.published,
        agency=article.agency,
        cites=bylines.cites(article.title, article.text, article.lang),
        sketch=sketch.of_article(article),
    )


def shown(article: Article) -> str:
    """Return an article for reading: its date, address and beginning."""
    begin = f"{article.title} | {' '.join(article.text.split())[:240]}"
    return f"{article.published[:16]} {article.url[:60]}\n      {begin}"


def _readable(text: str) -> bool:
    return 2 * sum(character.isalpha() for character in text) > len(text)


def _regrouped(items: list[Item]) -> list[Item]:
    """Groups that hold one article, the same headline at the same address, are one group."""
    groups = {item.group: item.group for item in items}
    first: dict[tuple[str, str], int] = {}
    for item in items:
        known = _top(groups, first.setdefault((item.origin.url, item.origin.title), item.group))
        groups[_top(groups, item.group)] = known
    return [replace(item, group=_top(groups, item.group)) for item in items]


def _top(groups: dict[int, int], group: int) -> int:
    while groups[group] != group:
        group = groups[group]
    return group


def _counted(items: list[Item]) -> Counts:
    traced = {descent.article: descent for descent in descents(item.origin for item in items)}
    sketches = [item.origin.sketch for item in items]
    titles = sketch.compared(sketches).title
    pairs, columns, missed, wrong, others = 0, 0, [], [], 0
    for (i, one), (j, other) in combinations(enumerate(items), 2):
        joined = _root(traced, one) == _root(traced, other)
        if one.group != other.group:
            others += 1
            if joined:
                wrong.append((one, other))
        elif publisher(one.origin.url) == publisher(other.origin.url) and titles[i, j] < _LIKE:
            columns += 1
        else:
            pairs += 1
            if not joined:
                missed.append((one, other))
    size = max(len(f',"sketch":{json.dumps(s)}') for s in sketches)
    return Counts(pairs, pairs - len(missed), columns, others, len(wrong), size, tuple(missed), tuple(wrong))


def _root(traced: dict[str, Descent], item: Item) -> str:
    return traced[item.origin.article].root


if __name__ == "__main__":
    sys.exit(main())
