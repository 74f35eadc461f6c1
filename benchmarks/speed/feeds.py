"""Items per second through `producers.feeds.parse`, beside raw feedparser in the same run.

    python benchmarks/speed/feeds.py [--items 1000] [--runs 5]

Both read the same bytes: an invented feed of short summaries, and one with bodies of 3 KB. The ratios are
what to compare between machines: ours / feedparser as it comes (sanitising), and ours / feedparser set as
we set it. CPU time, median and range of the runs.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

from feedparser.api import parse

from producers import feeds

SITE = "https://essai.example"
SENTENCE = "Les deux délégations ont parlé pendant trois heures du gaz, des ports et des chemins de fer. "


def feed(items: int, sentences: int) -> bytes:
    """Return an RSS feed with bodies of so many sentences in HTML."""
    text = escape(f"<p>{SENTENCE * sentences}</p>")
    body = "".join(
        f"<item><title>Rencontre numéro {n}</title><link>{SITE}/monde/{n}?utm_source=rss</link>"
        f"<guid>{SITE}/monde/{n}</guid><pubDate>Mon, 02 Mar 2026 11:{n % 60:02}:00 GMT</pubDate>"
        f"<description>{text}</description></item>"
        for n in range(items)
    )
    return f"<rss version='2.0'><channel><title>Essai</title>{body}</channel></rss>".encode()


def bare(body: bytes, clean: bool | None) -> Any:
    """Return what feedparser reads, with or without its cleaning of HTML."""
    headers = {"content-type": "application/xml"}
    return parse(  # type: ignore[no-untyped-call]
        io.BytesIO(body), response_headers=headers, sanitize_html=clean, resolve_relative_uris=clean
    )


def cpu(work: Callable[[], object], runs: int) -> list[float]:
    """Return the CPU seconds of each run, after one that warms up."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return seconds


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--items", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=5)
    asked = arguments.parse_args()
    for name, sentences in (("summaries", 2), ("bodies of 3 KB", 32)):
        body = feed(asked.items, sentences)
        readers: dict[str, Callable[[], object]] = {
            "feeds.parse": partial(feeds.parse, body, url=f"{SITE}/feed"),
            "feedparser": partial(bare, body, None),
            "feedparser, bare": partial(bare, body, False),  # noqa: FBT003 - as feedparser names it
        }
        print(f"{asked.items:,} items, {name} ({len(body) / 1e6:.1f} MB)")
        medians = {}
        for reader, work in readers.items():
            seconds = cpu(work, asked.runs)
            medians[reader] = statistics.median(seconds)
            spread = f"{asked.items / max(seconds):,.0f}-{asked.items / min(seconds):,.0f}"
            print(f"  {reader:18} {asked.items / medians[reader]:9,.0f} items/s  ({spread})")
        for reader in ("feedparser", "feedparser, bare"):
            print(f"  ratio to {reader:18} {medians[reader] / medians['feeds.parse']:.2f}")


if __name__ == "__main__":
    main()
