"""What a fetch gives, and how each kind of trouble is named."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
import trustme

from producers.fetch import Fetched, Fetcher, FetchError, Validators
from sommet.config import Feeds
from tests.producers.web import Answer, Web, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIG = Feeds(private_addresses=True, deadline=timedelta(seconds=5), max_bytes=1_000_000)


@pytest.fixture
def web() -> Iterator[Web]:
    """A server on loopback."""
    with serving() as running:
        yield running


def fetch(url: str, validators: Validators | None = None, **settings: Any) -> Fetched:
    """Fetch with some settings changed."""
    config = msgspec.structs.replace(CONFIG, **settings)
    return Fetcher(config).fetch(url, NOW, validators or Validators())


def failure(url: str, **settings: Any) -> FetchError:
    """Return the error of a fetch."""
    with pytest.raises(FetchError) as caught:
        fetch(url, **settings)
    return caught.value


def test_a_body_comes_with_what_the_next_poll_needs(web: Web) -> None:
    """ETag, Last-Modified and max-age are kept; the request is polite."""
    headers = {
        "ETag": '"one"',
        "Last-Modified": "Sun, 01 Mar 2026 10:00:00 GMT",
        "Cache-Control": "public, max-age=600",
        "Content-Type": "application/rss+xml",
    }
    web.answers["/feed"] = Answer(body=b"<rss/>", headers=headers)
    got = fetch(f"{web.url}/feed")
    assert (got.body, got.content_type, got.max_age) == (
        b"<rss/>",
        "application/rss+xml",
        timedelta(minutes=10),
    )
    assert got.validators == Validators('"one"', "Sun, 01 Mar 2026 10:00:00 GMT")
    assert "sommet" in web.asked[0][1]["user-agent"]


def test_what_has_not_changed_is_not_sent_again(web: Web) -> None:
    """The validators are sent back, and a 304 is a result, not a failure."""
    web.answers["/feed"] = Answer(304, headers={"Content-Length": "0"})
    got = fetch(f"{web.url}/feed", Validators('"one"', "Sun, 01 Mar 2026 10:00:00 GMT"))
    assert got.unchanged
    assert web.asked[0][1]["if-none-match"] == '"one"'
    assert web.asked[0][1]["if-modified-since"] == "Sun, 01 Mar 2026 10:00:00 GMT"


def test_validators_that_could_not_be_sent_again_are_dropped(web: Web) -> None:
    """An ETag with bytes outside ASCII, or a giant one, is not stored."""
    for etag in ('"\xe9"', '"' + "x" * 600 + '"'):
        web.answers["/feed"] = Answer(body=b"x", headers={"ETag": etag})
        assert fetch(f"{web.url}/feed").validators.etag == ""


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("identity", bytes),
    ],
)
def test_compressed_bodies_are_decoded(web: Web, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    """Both readings of `deflate` are understood."""
    text = b"<rss>" + b"Moscou et Pekin " * 5000 + b"</rss>"
    web.answers["/feed"] = Answer(body=encode(text), headers={"Content-Encoding": encoding})
    assert fetch(f"{web.url}/feed").body == text


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip, gzip", gzip.compress(gzip.compress(b"x"))), ("gzip", b"no gzip"), ("zstd", b"x")],
)
def test_an_unreadable_encoding_has_a_name(web: Web, encoding: str, body: bytes) -> None:
    """Encodings in encodings, unknown ones and damaged bytes are one kind of failure."""
    web.answers["/feed"] = Answer(body=body, headers={"Content-Encoding": encoding})
    assert failure(f"{web.url}/feed").reason == "bad_encoding"


def test_a_bomb_costs_little_memory(web: Web) -> None:
    """200 MB in 200 KB are refused at the limit, with no more than 15 MB in memory."""
    web.answers["/feed"] = Answer(
        body=gzip.compress(bytes(200_000_000)), headers={"Content-Encoding": "gzip"}
    )
    tracemalloc.start()
    try:
        assert failure(f"{web.url}/feed", max_bytes=5_000_000).reason == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 15_000_000
    finally:
        tracemalloc.stop()


def test_a_body_beyond_the_limit_is_refused(web: Web) -> None:
    """Exactly the limit is accepted, one byte more is not."""
    web.answers["/fits"] = Answer(body=bytes(1_000_000))
    web.answers["/over"] = Answer(body=bytes(1_000_001))
    assert len(fetch(f"{web.url}/fits").body) == 1_000_000
    assert failure(f"{web.url}/over").reason == "too_large"


OK = b"HTTP/1.1 200 OK\r\n"


def endless(start: bytes, piece: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Return what sends `start` and then `piece` again and again for eight seconds."""

    def write(connection: socket.socket) -> None:
        connection.sendall(start)
        until = time.monotonic() + 8
        while time.monotonic() < until:
            connection.sendall(piece)
            time.sleep(pause)

    return write


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (endless(OK + b"\r\n", b"x", 0.05), {"timeout"}),
        (endless(b"", b"H", 0.05), {"timeout"}),
        (endless(OK, b"X-A: b\r\n", 0.05), {"timeout"}),
        (endless(OK, b"X-A: b\r\n" * 500), {"protocol", "too_large"}),
        (endless(OK + b"X: ", b"x" * 5000), {"protocol", "too_large"}),
        (endless(OK + b"\r\n", b"x" * 5000), {"too_large"}),
        (
            endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
            {"too_large"},
        ),
        (endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0;x=" * 999), {"protocol", "too_large"}),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), {"timeout", "too_large"}),
    ],
    ids=[
        "drip",
        "drip-status",
        "drip-headers",
        "headers",
        "header",
        "body",
        "chunks",
        "chunk-size",
        "continue",
    ],
)
def test_what_never_ends_is_ended(
    web: Web, answer: Callable[[socket.socket], None], reasons: set[str]
) -> None:
    """Servers that drip or pour for eight seconds are left at a limit, not at their end."""
    web.answers["/feed"] = Answer(raw=answer)
    assert failure(f"{web.url}/feed", deadline=timedelta(seconds=1)).reason in reasons


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0\1\2",
        b"HTTP/1.1 abc\r\n\r\n",
        OK + b"Content-Length: 10\r\n\r\nabc",
        OK + b": x\r\n\r\n",
        b"SSH-2.0-x\r\n",
    ],
)
def test_what_is_no_http_has_a_name(web: Web, sent: bytes) -> None:
    """Broken answers are one kind of failure."""
    web.answers["/feed"] = Answer(raw=lambda connection: connection.sendall(sent))
    assert failure(f"{web.url}/feed").reason == "protocol"


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503, 504])
def test_every_other_status_is_a_reason(web: Web, status: int) -> None:
    """The metric's word holds the number."""
    web.answers["/feed"] = Answer(status, headers={"Content-Length": "0"})
    error = failure(f"{web.url}/feed")
    assert (error.reason, error.status) == (f"status_{status}", status)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("999999999999", timedelta(hours=24)),
        ("Sun, 01 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Fri, 01 Mar 2036 12:00:00 GMT", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_and_capped(web: Web, value: str, wait: timedelta | None) -> None:
    """Seconds or a date, never more than a day."""
    web.answers["/feed"] = Answer(429, headers={"Retry-After": value})
    assert failure(f"{web.url}/feed").retry_after == wait


def test_redirects_are_followed_and_permanent_ones_noted(web: Web) -> None:
    """Only where every hop was permanent is the feed said to have moved."""
    web.answers["/old"] = Answer(301, headers={"Location": "/middle"})
    web.answers["/middle"] = Answer(308, headers={"Location": f"{web.url}/new"})
    web.answers["/loan"] = Answer(302, headers={"Location": "/new"})
    web.answers["/new"] = Answer(body=b"<rss/>")
    assert fetch(f"{web.url}/old").moved == f"{web.url}/new"
    loan = fetch(f"{web.url}/loan")
    assert (loan.moved, loan.url, loan.body) == ("", f"{web.url}/new", b"<rss/>")


def test_a_loop_of_redirects_ends_after_five(web: Web) -> None:
    """Six requests, then a failure."""
    web.answers["/feed"] = Answer(302, headers={"Location": "/feed"})
    assert failure(f"{web.url}/feed").reason == "too_many_redirects"
    assert len(web.asked) == 6


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://a.example/",
        "javascript:1",
        "http://[",
        "data:,x",
        "http://a:b:c/",
    ],
)
def test_a_redirect_to_anything_else_is_refused(web: Web, location: str) -> None:
    """Only http and https, at every hop."""
    web.answers["/feed"] = Answer(302, headers={"Location": location})
    assert failure(f"{web.url}/feed").reason == "bad_redirect"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "http:///x",
        "http://[::1",
        "//a.example/",
        "http://a.example/\n",
        "http://a.example/" + "x" * 5000,
        "http://exa mple/",
        "http://\ud800/",
        "http://a.example:99999/",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    """No request is made for it."""
    assert failure(url).reason == "bad_url"


def test_names_and_ports_that_do_not_answer_are_told_apart(web: Web) -> None:
    """A name that does not resolve, and a closed port."""

    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(host)

    with pytest.raises(FetchError) as caught:
        Fetcher(CONFIG, resolve=nowhere).fetch("http://no.example/", NOW)
    assert caught.value.reason == "dns"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert failure(f"http://127.0.0.1:{closed.getsockname()[1]}/").reason == "connect"


def test_a_resolver_that_hangs_is_left() -> None:
    """The deadline holds for the look-up of the name."""
    release = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        release.wait(30)
        return []

    config = msgspec.structs.replace(CONFIG, deadline=timedelta(seconds=0.2))
    with pytest.raises(FetchError) as caught:
        Fetcher(config, resolve=hanging).fetch("http://slow.example/", NOW)
    release.set()
    assert caught.value.reason == "timeout"


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    """The reason is `tls`, the server sees no request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, pytest.raises(OSError), context.wrap_socket(connection, server_side=True):  # noqa: PT011
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        error = failure(f"https://localhost:{listener.getsockname()[1]}/")
        assert (error.reason, "_ssl.c" in str(error)) == ("tls", False)
        assert error.detail.startswith("its certificate is not acceptable: ")
        thread.join()


def test_a_handshake_that_drips_is_left() -> None:
    """A TLS record that arrives byte by byte ends at the deadline too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                try:
                    connection.sendall(b"\x16\x03\x03\x3f\xff")
                    for _ in range(100):
                        connection.sendall(b"\x02")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        assert failure(url, deadline=timedelta(seconds=0.5)).reason == "timeout"
        thread.join()


def test_messages_hold_no_secrets(web: Web) -> None:
    """User, password and query of an address appear in no message."""
    url = f"http://user:canary@127.0.0.1:{web.port}/feed?token=canary"
    assert "canary" not in str(failure(url))
    assert "canary" not in str(failure("http://user:canary@[::1/?token=canary"))


def test_a_transport_may_be_given() -> None:
    """Without a network, the same rules hold."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x" * 11, headers={"ETag": '"a"'})

    fetcher = Fetcher(msgspec.structs.replace(CONFIG, max_bytes=11), transport=httpx.MockTransport(answer))
    assert fetcher.fetch("https://news.example/feed", NOW).body == b"x" * 11
    small = Fetcher(msgspec.structs.replace(CONFIG, max_bytes=10), transport=httpx.MockTransport(answer))
    with pytest.raises(FetchError) as caught:
        small.fetch("https://news.example/feed", NOW)
    assert caught.value.reason == "too_large"
