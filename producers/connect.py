"""Connections to public addresses only, within a deadline.

What a name resolves to is checked, and the checked address is the one connected to, so that neither odd
spellings of an address (`0x7f.1`, `[::ffff:127.0.0.1]`) nor a name that changes its mind reach a private
network. Every read, the TLS handshake and the look-up of the name end at the deadline.
"""

import errno
import ipaddress
import os
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx

from sommet import clock
from sommet.errors import SommetError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
Allowed = Callable[[Address], bool]

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_RELAY = ipaddress.ip_network("192.88.99.0/24")
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")
_WIRE_OVERHEAD = 300_000
"""Bytes beside the body: headers (100 KB at most in httpcore), chunk sizes, the TLS handshake."""


class UnreachableError(SommetError):
    """No connection; `reason` is one short word for the metrics."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Deadline:
    """A moment on the monotonic clock by which everything is over."""

    def __init__(self, seconds: float) -> None:
        self._at = clock.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raises `UnreachableError` when there are none."""
        left = self._at - clock.monotonic()
        if left <= 0:
            raise UnreachableError("timeout", "it took too long")
        return left

    @property
    def passed(self) -> bool:
        """Whether it is too late."""
        return clock.monotonic() >= self._at


def is_public(address: Address) -> bool:
    """Whether `address` belongs to a host on the public internet, also inside IPv6 wrappers of IPv4."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address not in _RELAY
    inner = _wrapped(address)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global and address not in _DOCUMENTATION


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def _within(deadline: Deadline, resolve: Resolver, host: str, port: int) -> list[str]:
    """Resolve in a thread of its own, because the system's resolver knows no deadline."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        found = answer.get(timeout=deadline.left())
    except queue.Empty:
        raise UnreachableError("timeout", "its name took too long to resolve") from None
    if isinstance(found, Exception) or not found:
        raise UnreachableError("dns", "its name does not resolve")
    return found


class _Stream(httpcore.NetworkStream):
    """A connection that ends at its deadline and after so many bytes."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, max_bytes: int) -> None:
        self._inner, self._deadline, self._left = inner, deadline, max_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours counts
        data = self._inner.read(max_bytes, self._deadline.left())
        self._left -= len(data)
        if self._left < 0:
            raise UnreachableError("too_large", "it sends more than the limit")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - ours counts
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours counts
    ) -> httpcore.NetworkStream:
        left = self._deadline.left()
        # A second handle, because the handshake takes the socket over; shutting it down ends the handshake.
        with socket.socket(fileno=os.dup(self._inner.get_extra_info("socket").fileno())) as handle:
            timer = threading.Timer(left, _shut, [handle])
            timer.daemon = True
            timer.start()
            try:
                inner = self._inner.start_tls(ssl_context, server_hostname, left)
            except (httpcore.ConnectError, ssl.SSLError, ValueError) as error:
                self._deadline.left()
                raise UnreachableError("tls", _tls_words(error)) from error
            finally:
                timer.cancel()
                timer.join()
        return _Stream(inner, self._deadline, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


_ERRNO_WORDS = {
    errno.ECONNREFUSED: "it refuses the connection",
    errno.ECONNRESET: "it cut the connection",
    errno.EHOSTUNREACH: "no way leads to it",
    errno.ENETUNREACH: "no way leads to its network",
    errno.ETIMEDOUT: "it does not answer",
}


def _connect_words(error: Exception | None) -> str:
    """Return why there is no connection; httpcore keeps the system's error as the cause."""
    return _ERRNO_WORDS.get(getattr(error and error.__cause__, "errno", 0) or 0, "no connection")


def _tls_words(error: Exception) -> str:
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not acceptable: {cause.verify_message.rstrip('.')}"
    reason = str(getattr(cause, "reason", None) or "").replace("_", " ").lower()
    return f"its TLS is not acceptable: {reason}" if reason else "its TLS is not acceptable"


def _shut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


_REFUSED = "its address is not on the public internet; `feeds.private_addresses: true` allows it"


class _Backend(httpcore.NetworkBackend):
    """Opens TCP connections to addresses that were resolved and checked here."""

    def __init__(self, deadline: Deadline, max_bytes: int, allowed: Allowed, resolve: Resolver) -> None:
        self._deadline, self._max_bytes = deadline, max_bytes
        self._allowed, self._resolve = allowed, resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours counts
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _within(self._deadline, self._resolve, host.strip("[]"), port)
        if not all(self._allowed(ipaddress.ip_address(address)) for address in addresses):
            raise UnreachableError("refused_address", _REFUSED)
        last: Exception | None = None
        for address in addresses[:4]:
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    address, port, self._deadline.left(), local_address, socket_options
                )
            except httpcore.ConnectTimeout as error:
                raise UnreachableError("timeout", "it does not answer") from error
            except httpcore.ConnectError as error:
                last = error
            else:
                return _Stream(stream, self._deadline, self._max_bytes)
        raise UnreachableError("connect", _connect_words(last)) from last

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:  # noqa: ARG002
        """Is never asked for."""
        raise UnreachableError("refused_address", "it is a local socket")


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Any:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class Transport(httpx.BaseTransport):
    """HTTP over such connections, for one fetch. Knows no proxies, keeps no connection for later."""

    def __init__(
        self,
        *,
        deadline: Deadline,
        max_bytes: int,
        ssl_context: ssl.SSLContext,
        allowed: Allowed = is_public,
        resolve: Resolver = system_resolver,
    ) -> None:
        backend = _Backend(deadline, max_bytes + _WIRE_OVERHEAD, allowed, resolve)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context, network_backend=backend, max_keepalive_connections=0
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._pool.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; raises `UnreachableError` and the errors of httpcore."""
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))
