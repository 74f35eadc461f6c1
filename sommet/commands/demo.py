"""`sommet demo`: a bundled week of news through everything, offline, in a folder that vanishes."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Literal

from babel.dates import format_date
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from producers import files
from producers.receive import moment
from schemas.articles import Article, RawArticle
from schemas.envelope import EPOCH, Message
from schemas.events import Alert, Event, EventMentions
from sommet import config as settings
from sommet.app import App
from sommet.config_checks import EVENT_TYPES
from sommet.dates import published_at
from sommet.knowledge.phrases import Phrases, counted, phrases
from sommet.outbox.render import coverage, date
from sommet.terminal import safe
from sommet.watch import Watcher

Fate = Literal["", "both", "none", "recalled"]
"""Why an article led to no alert, by the name of its words; empty where one might come."""


def demo(console: Console, language: str) -> int:
    """Play the week, as if each article came when it was published; return the exit code."""
    playing = [EPOCH]
    seen = Seen(console, phrases("fr" if language == "fr" else "en"))
    with (
        tempfile.TemporaryDirectory(prefix="sommet-") as folder,
        resources.as_file(resources.files("sommet").joinpath("demo/articles.jsonl")) as path,
    ):
        articles = files.read(path).articles
        config = _config(Path(folder), language)
        with App(config, watchers=[seen], now=lambda: playing[0]) as app:
            for raw in articles:
                playing[0] = max(playing[0], _published(raw) or playing[0])
                seen.day(playing[0])
                app.take([raw])
                app.work()
                app.send()
            app.work()
            _sum_up(console, seen, len(articles))
    return 0


def _config(folder: Path, language: str) -> settings.Config:
    """Every type of event is worth an alert here; nothing is fetched and nothing stays."""
    rule = settings.Rule(name="demo", types=EVENT_TYPES)
    return settings.Config(
        data=folder,
        language="fr" if language == "fr" else "en",
        catalogue=False,
        alerts=settings.Alerts(rules=(rule,)),
        metrics=settings.Metrics(port=0),
    )


def _published(raw: RawArticle) -> datetime | None:
    published = published_at(raw.published) if raw.published else None
    return moment(published) if published else None


class Seen(Watcher):
    """Remembers what became of each article, and says so where no alert does."""

    def __init__(self, console: Console, words: Phrases) -> None:
        self._console, self.words = console, words
        self._day = ""
        self.langs: Counter[str] = Counter()
        self.titles: dict[str, str] = {}
        self.fate: dict[str, Fate] = {}
        self.events: dict[str, Event] = {}
        self.alerts: Counter[str] = Counter()

    def day(self, now: datetime) -> None:
        """Begin a day with a line."""
        day = format_date(now.astimezone(UTC), "EEEE d MMMM y", locale=self.words.language)
        day = day[0].upper() + day[1:]
        if day != self._day:
            self._console.print(Rule(Text(day, style="bold"), align="left", style="dim"))
        self._day = day

    def stepped(self, stage: str, message: Message, outputs: Sequence[Message], seconds: float) -> None:  # noqa: ARG002 - the observer's signature
        """Take in one step."""
        if isinstance(message, RawArticle):
            self.fate[message.article] = "both"
        for output in outputs:
            if isinstance(output, Article):
                self.titles[output.article] = f"{output.title} ({output.outlet or output.source})"
                self.fate[output.article] = "both" if stage == "clean" else "none"
                self.langs[output.lang] += stage == "clean"
            elif isinstance(output, EventMentions) and output.mentions:
                news = any(mention.salience == "news" for mention in output.mentions)
                self.fate[output.origin.article] = "" if news and output.origin.published else "recalled"
            elif isinstance(output, Event):
                self._event(output)
            elif isinstance(output, Alert):
                self.alerts[output.event.event] += 1

    def _event(self, event: Event) -> None:
        self.events[event.event] = event
        if event.change == "more" and event.salience == "news":
            origin, words = event.report.origin, self.words
            text = words.demo.again.format(
                outlet=origin.outlet or origin.source,
                lang=origin.lang,
                type=words.explain.types[event.type],
                date=date(event, words),
                coverage=coverage(event, words),
            )
            _print_line(self._console, text)


def _print_line(console: Console, text: str) -> None:
    """Print one dim line, cut where a terminal ends and nowhere in a file."""
    if console.is_terminal:
        console.print(Text(safe(text)), style="dim", no_wrap=True, overflow="ellipsis")
    else:
        console.print(Text(safe(text)), soft_wrap=True)


def _sum_up(console: Console, seen: Seen, articles: int) -> None:
    words = seen.words
    said, language = words.demo, words.language
    console.print(Rule(Text(said.result, style="bold"), align="left", style="dim"))
    told = said.told.format(
        articles=counted(said.articles, articles, language),
        langs=", ".join(f"{count} {lang}" for lang, count in seen.langs.most_common()),
        events=counted(said.events, len(seen.events), language),
        alerts=counted(said.alerts, seen.alerts.total(), language),
    )
    console.print(Text(told))
    most = max(seen.events.values(), key=lambda event: event.articles, default=None)
    if most:
        alone = said.most.format(
            type=words.explain.types[most.type],
            date=date(most, words),
            coverage=coverage(most, words),
            alerts=counted(said.alerts, seen.alerts[most.event], language),
        )
        console.print(Text(alone))
    for fate, reason in (("both", said.both), ("none", said.none), ("recalled", said.recalled)):
        titles = [seen.titles[article] for article, found in seen.fate.items() if found == fate]
        if titles:
            head = said.silent.format(reason=reason, n=len(titles))
            console.print(Text(f"\n{head}", style="bold"))
        for title in titles:
            _print_line(console, f"  {title}")
