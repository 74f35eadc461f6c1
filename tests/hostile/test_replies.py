"""Hostile answers of servers: whatever comes, the fetcher says `FetchError` or gives an answer."""

from datetime import UTC, datetime

import httpx
import pytest

from producers.fetch import Fetcher, FetchError
from sommet.config import Feeds

NOW = datetime(2026, 3, 12, tzinfo=UTC)
WAITS = (
    b"Mon, 20 Nov 2026 19:12:08 -99999999999999",
    b"Mon, 31 Dec 9999 23:59:59 -2359",
    b"Mon, 01 Jan 0001 00:00:00 +2359",
    b"Mon, 20 Nov 2026 99:99:99 GMT",
    b"9" * 400,
    b"-5",
    b"1e9",
    b"\xff\xfe",
    b",",
    b"0 0 0 0 0 0",
)


@pytest.mark.parametrize("value", WAITS)
def test_no_retry_after_breaks_the_fetcher(value: bytes) -> None:
    """A wait that is no wait is ignored; one that is too long is cut to a day."""
    transport = httpx.MockTransport(lambda _: httpx.Response(429, headers=[(b"Retry-After", value)]))
    with pytest.raises(FetchError) as caught:
        Fetcher(Feeds(), transport=transport).fetch("https://x.example/feed", NOW)
    wait = caught.value.retry_after
    assert wait is None or 0 <= wait.total_seconds() <= 86_400
