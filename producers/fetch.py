"""HTTP, politely and safely: the only code that fetches.

One fetch has one deadline and one limit of decoded bytes, over all its redirects. It asks only for what
changed, follows at most five redirects by hand, and connects to public addresses only (`producers.connect`).
"""

import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from producers.articles import shown
from producers.connect import (
    Allowed,
    Deadline,
    Resolver,
    Transport,
    UnreachableError,
    is_public,
    system_resolver,
)
from producers.inflate import ACCEPTED, BadEncoding, TooLarge, inflate
from sommet.config import Feeds
from sommet.errors import SommetError

MAX_HOPS = 5
MAX_URL = 4_000
MAX_RETRY_AFTER = timedelta(hours=24)
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,8})", re.IGNORECASE)
_HOST = re.compile(rb"[A-Za-z0-9._:-]+$")
_WANTED = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines hold whole URLs, secrets included


class FetchError(SommetError):
    """A URL could not be fetched.

    `reason` is one short word for the metrics (`timeout`, `too_large`, `dns`, `connect`, `tls`,
    `refused_address`, `bad_url`, `bad_redirect`, `too_many_redirects`, `bad_encoding`, `protocol`,
    `status_404` …), `detail` what happened without the URL, `status` the server's answer or 0, `retry_after`
    what it asked for, at most 24 hours.
    """

    def __init__(
        self, reason: str, url: str, detail: str, *, status: int = 0, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{shown(url)} could not be fetched: {detail}.")
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with its last answer, to be asked whether it still holds."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A server's answer. `unchanged`: it was 304; `moved`: the new URL, if all redirects were permanent."""

    url: str
    body: bytes = b""
    content_type: str = ""
    validators: Validators = Validators()
    max_age: timedelta | None = None
    unchanged: bool = False
    moved: str = ""


class Fetcher:
    """Fetches URLs; used by several threads at once.

    `transport` replaces the network (tests), `allowed` and `resolve` decide about addresses and names.
    """

    def __init__(
        self,
        config: Feeds,
        *,
        transport: httpx.BaseTransport | None = None,
        allowed: Allowed | None = None,
        resolve: Resolver = system_resolver,
    ) -> None:
        self._config = config
        self._transport = transport
        self._allowed = allowed or ((lambda _: True) if config.private_addresses else is_public)
        self._resolve = resolve
        self._ssl_context = ssl.create_default_context()

    def fetch(self, url: str, now: datetime, validators: Validators = Validators()) -> Fetched:
        """Return what is at `url`; `now` turns a Retry-After date into a time span.

        Raises `FetchError` and nothing else.
        """
        deadline = Deadline(self._config.deadline.total_seconds())
        try:
            with self._network(deadline) as transport:
                return self._follow(transport, url, now, validators, deadline)
        except UnreachableError as error:
            raise FetchError(error.reason, url, str(error)) from error
        except TooLarge as error:
            limit = f"{self._config.max_bytes:,}"
            raise FetchError("too_large", url, f"it is larger than feeds.max_bytes ({limit})") from error
        except BadEncoding as error:
            raise FetchError("bad_encoding", url, str(error)) from error
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            raise FetchError("timeout", url, "it took too long") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol) as error:
            raise FetchError("bad_url", url, "it is no http or https address") from error
        except (httpx.HTTPError, httpcore.ProtocolError, httpcore.NetworkError, ValueError, OSError) as error:
            reason = "timeout" if deadline.passed else "protocol"
            raise FetchError(reason, url, f"the server broke off ({type(error).__name__})") from error

    def _network(self, deadline: Deadline) -> httpx.BaseTransport:
        return self._transport or Transport(
            deadline=deadline,
            max_bytes=self._config.max_bytes,
            ssl_context=self._ssl_context,
            allowed=self._allowed,
            resolve=self._resolve,
        )

    def _follow(
        self,
        transport: httpx.BaseTransport,
        url: str,
        now: datetime,
        validators: Validators,
        deadline: Deadline,
    ) -> Fetched:
        """Send one request after another; `httpx.Client` would look into redirects before we do."""
        here, permanent, cookies = url, True, httpx.Cookies()
        for _ in range(MAX_HOPS + 1):
            request = self._request(_checked(here), validators)
            cookies.set_cookie_header(request)
            with closing(transport.handle_request(request)) as response:
                response.request = request
                if response.status_code not in _REDIRECTS:
                    moved = here if permanent and here != url and not _weaker(url, here) else ""
                    return self._answer(response, here, moved, now, deadline)
                cookies.extract_cookies(response)
                here, permanent = _target(response, here), permanent and response.status_code in _PERMANENT
        raise FetchError("too_many_redirects", url, f"it redirects more than {MAX_HOPS} times")

    def _request(self, url: httpx.URL, validators: Validators) -> httpx.Request:
        headers = {
            "User-Agent": self._config.user_agent,
            "Accept": _WANTED,
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
            "If-None-Match": validators.etag,
            "If-Modified-Since": validators.modified,
        }
        request = httpx.Request("GET", url, headers={name: value for name, value in headers.items() if value})
        if url.username or url.password:
            request = next(httpx.BasicAuth(url.username, url.password).auth_flow(request))
        return request

    def _answer(
        self, response: httpx.Response, url: str, moved: str, now: datetime, deadline: Deadline
    ) -> Fetched:
        headers = response.headers
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Fetched(url, unchanged=True, max_age=_max_age(headers), moved=moved)
        if response.status_code != httpx.codes.OK:
            raise FetchError(
                f"status_{response.status_code}",
                url,
                f"the server answered {response.status_code}",
                status=response.status_code,
                retry_after=_retry_after(headers, now),
            )
        encoding = headers.get("content-encoding", "")
        body = inflate(_timed(response, deadline), encoding, self._config.max_bytes)
        return Fetched(
            url=url,
            body=body,
            content_type=_field(headers, "content-type"),
            validators=Validators(_field(headers, "etag"), _field(headers, "last-modified")),
            max_age=_max_age(headers),
            moved=moved,
        )


def _checked(url: str) -> httpx.URL:
    """Return `url` if it is a sound http or https address; raises `httpx.InvalidURL`."""
    if len(url) > MAX_URL or not url.isprintable():
        raise httpx.InvalidURL("too long, or with control characters")
    parsed = httpx.URL(url)
    if parsed.scheme not in {"http", "https"} or not _HOST.match(parsed.raw_host):
        raise httpx.InvalidURL("no http or https address")
    if not 0 < (parsed.port or 80) < 65_536:
        raise httpx.InvalidURL("no port")
    return parsed


def _weaker(url: str, moved: str) -> bool:
    return url.startswith("https:") and not moved.startswith("https:")


def _target(response: httpx.Response, here: str) -> str:
    """Return where a redirect leads; every hop is checked like the first."""
    try:
        return str(_checked(str(httpx.URL(here).join(response.headers["location"]))))
    except (httpx.InvalidURL, ValueError, KeyError) as error:
        raise FetchError("bad_redirect", here, "it redirects to no http or https address") from error


def _timed(response: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield the bytes as sent: httpx's own decoding knows no limit."""
    stream = response.stream
    assert isinstance(stream, httpx.SyncByteStream)
    for chunk in stream:
        deadline.left()
        yield chunk


def _field(headers: httpx.Headers, name: str) -> str:
    """Return a header that may be stored and sent again, empty when it is odd."""
    value: str = headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= 500 else ""


def _max_age(headers: httpx.Headers) -> timedelta | None:
    found = _MAX_AGE.search(headers.get("cache-control", "")[:1000])
    return timedelta(seconds=int(found[1])) if found else None


def _retry_after(headers: httpx.Headers, now: datetime) -> timedelta | None:
    """Retry-After as a time span, between 0 and 24 hours; it states seconds or a date."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), MAX_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(value)
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return max(timedelta(0), min(wait, MAX_RETRY_AFTER))
