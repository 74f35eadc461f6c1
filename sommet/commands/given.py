"""What a person gives on the command line: times, and the language of what is said."""

from datetime import UTC, datetime, time, timedelta

from sommet import clock
from sommet.config_values import WRONG, duration
from sommet.dates import published_at
from sommet.errors import ConfigError
from sommet.knowledge.phrases import LANGUAGES, Phrases, phrases
from sommet.terminal import safe


def moment(text: str, option: str, *, after: bool = False) -> datetime | None:
    """Return the time that `text` names: a time, the beginning of a day, or how long ago (`7d`).

    With `after`, a day ends where the next one begins. None for an empty text; raises `ConfigError` for
    one that names no time.
    """
    if not text:
        return None
    ago = duration(text)
    if ago is not WRONG:
        return _before(clock.now(), ago)
    day = published_at(text)
    if day is None:
        raise ConfigError(
            f"{option} {safe(text, 40)}: expected a day such as 2026-10-12, or how long ago such as 7d"
        )
    if isinstance(day, datetime):
        return day
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(days=after)


def span(since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """Return when `--since` begins and `--until` ends, the last day included; raises `ConfigError`."""
    first, end = moment(since, "--since"), moment(until, "--until", after=True)
    if first and end and first >= end:
        raise ConfigError(
            f"--since {safe(since, 40)} is later than --until {safe(until, 40)}: expected an earlier time"
        )
    return first, end


def words(language: str) -> Phrases:
    """Return the words of `language`. Raises `ConfigError` for one without words."""
    if language not in LANGUAGES:
        raise ConfigError(f"--language {safe(language, 20)}: expected en or fr")
    return phrases(language)


def _before(now: datetime, ago: timedelta) -> datetime:
    """Return the time that long ago, or the first there is."""
    try:
        return now - ago
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
