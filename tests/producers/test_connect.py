"""No address that is not public is ever connected to, however it is written."""

import ipaddress
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from producers.connect import is_public
from producers.fetch import Fetcher, FetchError
from sommet.config import Feeds
from tests.producers.web import Answer, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIG = Feeds(deadline=timedelta(seconds=5))

OWN_MACHINE = [
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "0x7f000001", "0x7f.0.0.1", "0x7f.1",
    "2130706433", "017700000001", "0177.0.0.1", "0177.1", "0x7F.0x0.0x0.0x1", "00000177.0.0.1", "0",
    "0.0.0.0", "0x0", "localhost", "LOCALHOST", "localhost.", "user:word@127.0.0.1", "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::1]", "127。0。0。1",
    "①②⑦.⓪.⓪.①", "ｌｏｃａｌｈｏｓｔ", "127.0.0.1.",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.1",
    "198.18.0.1", "192.0.2.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
    "100::1", "4000::1", "3fff::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1",
    "64:ff9b:1::a00:1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "93.184.216.34", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700:4700::1111",
    "2001:4860:4860::8888", "::ffff:1.1.1.1", "64:ff9b::101:101",
]  # fmt: skip


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that listens everywhere on this machine."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        listening.setblocking(False)  # noqa: FBT003 - the standard library's signature
        yield listening


def untouched(listening: socket.socket) -> bool:
    """Whether nobody has knocked."""
    try:
        listening.accept()[0].close()
    except BlockingIOError:
        return True
    return False


@pytest.mark.parametrize("host", OWN_MACHINE)
def test_no_spelling_reaches_this_machine(listener: socket.socket, host: str) -> None:
    """Whatever the system makes of the spelling, nobody knocks at the door."""
    port = listener.getsockname()[1]
    with pytest.raises(FetchError) as caught:
        Fetcher(CONFIG).fetch(f"http://{host}:{port}/", NOW)
    assert caught.value.reason in {"refused_address", "dns", "bad_url"}
    assert untouched(listener)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", *PRIVATE])
def test_no_name_leads_to_a_private_address(listener: socket.socket, address: str) -> None:
    """What a name resolves to is what is checked, also among public addresses."""
    port = listener.getsockname()[1]
    for answers in ([address], ["1.1.1.1", address]):
        fetcher = Fetcher(CONFIG, resolve=lambda host, port, found=answers: found)  # type: ignore[misc]
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(f"http://news.example:{port}/", NOW)
        assert caught.value.reason == "refused_address"
    assert untouched(listener)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known(address: str) -> None:
    """The registries of special addresses, and IPv4 in its IPv6 wrappers."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    """The rest of the internet stays reachable."""
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:{port}/", "http://2130706434:{port}/", "//127.0.0.2:{port}/x"]
)
def test_every_hop_is_checked(target: str) -> None:
    """A public server that redirects into the private network gets no further."""
    first = ipaddress.ip_address("127.0.0.1")
    with serving("127.0.0.1") as public, serving("127.0.0.2") as private:
        location = target.format(port=private.port)
        public.answers["/feed"] = Answer(302, headers={"Location": location})
        fetcher = Fetcher(CONFIG, allowed=lambda address: address == first)
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(f"{public.url}/feed", NOW)
        assert caught.value.reason == "refused_address"
        assert private.asked == []


def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked() -> None:
    """It is resolved once for each connection; the second answer is never asked for."""
    with serving("127.0.0.1") as public, serving("127.0.0.2", public.port) as private:
        public.answers["/feed"] = Answer(body=b"<rss/>")
        answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"])
        fetcher = Fetcher(
            CONFIG,
            allowed=lambda address: str(address) == "127.0.0.1",
            resolve=lambda host, port: [next(answers)],
        )
        assert fetcher.fetch(f"http://news.example:{public.port}/feed", NOW).body == b"<rss/>"
        assert private.asked == []


def test_private_addresses_may_be_allowed() -> None:
    """`feeds.private_addresses` is for feeds in the user's own network."""
    with serving() as web:
        web.answers["/feed"] = Answer(body=b"<rss/>")
        fetcher = Fetcher(Feeds(private_addresses=True))
        assert fetcher.fetch(f"{web.url}/feed", NOW).body == b"<rss/>"


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve names by itself, unchecked."""
    with serving() as proxy, serving() as web:
        monkeypatch.setenv("http_proxy", proxy.url)
        web.answers["/feed"] = Answer(body=b"<rss/>")
        assert Fetcher(Feeds(private_addresses=True)).fetch(f"{web.url}/feed", NOW).body == b"<rss/>"
        assert proxy.asked == []
        assert httpx.Client()._mounts  # the variable does reach httpx's own client
