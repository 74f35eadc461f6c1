"""Mail: what is sent, over what connection, and what it never holds."""

import asyncio
import email
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from hypothesis import given
from hypothesis import strategies as st

from sommet.errors import ConfigError
from sommet.outbox.mail import MailReceiver, refused
from sommet.outbox.mail_html import html
from sommet.outbox.receiver import SENT
from sommet.outbox.render import render, render_digest
from tests.outbox.fakes import NOW, an_alert, an_event

KEY = "0123456789abcdef"
ADDRESSES = ("Rédaction <desk@example.org>", "other@example.org")


@dataclass
class Inbox:
    """A mail server's memory, and what it answers: to DATA, and to each recipient."""

    data: str = "250 OK"
    refuses: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.data.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append((list(envelope.rcpt_tos), mail))
            self.raw.append(envelope.content)
        return self.data


class Server(Controller):
    """A mail server on loopback, on a port of its own."""

    def __init__(self, inbox: Inbox, **options: Any) -> None:
        self._options = options
        super().__init__(inbox, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example.org", **self._options)

    def _trigger_server(self) -> None:
        """Find the port that the system gave before the first connection is made."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Page(HTMLParser):
    """The elements of a page: names and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def tags(self) -> list[str]:
        """The names of all elements, in order."""
        return [tag for tag, _ in self.elements]


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who certifies our mail server."""
    return trustme.CA()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Server]:
    """A mail server without encryption."""
    with running(Server(inbox)) as server:
        yield server


@pytest.fixture
def safe(inbox: Inbox, authority: trustme.CA) -> Iterator[Server]:
    """A mail server that wants STARTTLS, then user and password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"canary-of-mail", handled=False)

    options = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": check,
        "auth_required": True,
    }
    with running(Server(inbox, **options)) as server:
        yield server


class running:  # noqa: N801 - reads like a word
    """Starts a server and stops it."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def __enter__(self) -> Server:
        self.server.start()
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.stop()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    """The authority's certificate in a file."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def receiver(server: Server | None = None, **fields: Any) -> MailReceiver:
    """Return a receiver for `server`."""
    known: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port if server else 9,
        "sender": "sommet <alerts@example.org>",
        "to": ADDRESSES,
        "security": "none",
        "now": lambda: NOW,
    }
    return MailReceiver(**(known | fields))


def test_a_mail_arrives_with_text_and_html(inbox: Inbox, server: Server) -> None:
    """Both say the same; the headers say who sent it, when, and that a program did."""
    assert receiver(server).send(render(an_alert(), "fr"), KEY) == SENT
    [(to, mail)] = inbox.mails
    assert to == ["desk@example.org", "other@example.org"]
    assert mail["Subject"].startswith(
        "Sommet prévu\u00a0: Vladimir Poutine et Xi Jinping, Moscou, du\u00a020"
    )
    assert mail["Message-ID"] == f"<{KEY}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail["To"].addresses[0].display_name == "Rédaction"
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "«\u00a0Le président chinois se rendra" in text.get_content()
    assert "<mark" in page.get_content()
    assert all(len(line) <= 998 for line in inbox.raw[0].splitlines())
    assert inbox.raw[0].isascii()


def test_the_same_key_is_the_same_mail(inbox: Inbox, server: Server) -> None:
    """A second attempt has the same Message-ID."""
    for _ in range(2):
        receiver(server).send(render(an_alert(), "fr"), KEY)
    assert inbox.mails[0][1]["Message-ID"] == inbox.mails[1][1]["Message-ID"]


def test_starttls_with_password(inbox: Inbox, safe: Server, ca_file: str) -> None:
    """The certificate is checked against the given authority, then the password is sent."""
    one = receiver(safe, security="starttls", ca_file=ca_file, user="u", password="canary-of-mail")
    assert one.send(render(an_alert(), "en"), KEY) == SENT
    assert len(inbox.mails) == 1


def test_an_unknown_certificate_is_refused(inbox: Inbox, safe: Server) -> None:
    """Without the authority there is no safe connection, and no password is sent."""
    outcome = receiver(safe, security="starttls", user="u", password="canary-of-mail").send(
        render(an_alert(), "en"), KEY
    )
    assert outcome.result == "held"
    assert "no safe connection" in outcome.detail
    assert inbox.mails == []


def test_a_server_without_starttls_gets_nothing(inbox: Inbox, server: Server) -> None:
    """Nothing is sent in the clear where encryption is asked for."""
    outcome = receiver(server, security="starttls").send(render(an_alert(), "en"), KEY)
    assert outcome.result == "held"
    assert inbox.mails == []


def test_a_wrong_password_is_the_receivers(safe: Server, ca_file: str) -> None:
    """Held, not lost; the detail names the step and the code, never the password."""
    one = receiver(safe, security="starttls", ca_file=ca_file, user="u", password="canary-wrong")
    outcome = one.send(render(an_alert(), "en"), KEY)
    assert (outcome.result, outcome.detail) == ("held", "the mail server answered 535 at login")
    assert "canary" not in repr(one)


def test_a_login_that_is_wanted_and_not_configured(safe: Server, ca_file: str) -> None:
    """The server answers 530; the configuration lacks a user, the message is not to blame."""
    outcome = receiver(safe, security="starttls", ca_file=ca_file).send(render(an_alert(), "en"), KEY)
    assert (outcome.result, outcome.detail) == ("held", "the mail server answered 530 at sender")


@pytest.mark.parametrize(
    ("code", "step", "result"),
    [
        (454, "login", "held"),
        (534, "login", "held"),
        (535, "login", "held"),
        (421, "login", "retry"),
        (554, "connect", "held"),
        (421, "connect", "retry"),
        (454, "starttls", "held"),
        (550, "sender", "held"),
        (530, "recipient", "held"),
        (554, "recipient", "held"),
        (450, "recipient", "retry"),
        (550, "recipient", "failed"),
        (551, "recipient", "failed"),
        (553, "recipient", "failed"),
        (530, "data", "held"),
        (451, "data", "retry"),
        (550, "data", "failed"),
        (552, "data", "failed"),
        (554, "data", "failed"),
    ],
)
def test_whose_fault_a_code_is(code: int, step: str, result: str) -> None:
    """Before the message is looked at it is the receiver's; an address or the content is the message's."""
    assert refused(code, step).result == result


@pytest.mark.parametrize(
    ("data", "refuses", "result"),
    [
        ("451 try later", {}, "retry"),
        ("554 no", {}, "failed"),
        ("250 OK", {"desk@example.org": "550 no"}, "sent"),
        ("250 OK", {"desk@example.org": "550 no", "other@example.org": "550 no"}, "failed"),
        ("250 OK", {"desk@example.org": "450 later", "other@example.org": "550 no"}, "retry"),
        ("250 OK", {"desk@example.org": "530 who?", "other@example.org": "550 no"}, "held"),
    ],
)
def test_what_an_answer_means(
    inbox: Inbox, server: Server, data: str, refuses: dict[str, str], result: str
) -> None:
    """4xx comes back, 5xx is for good, one refused address does not stop the others."""
    inbox.data, inbox.refuses = data, refuses
    assert receiver(server).send(render(an_alert(), "fr"), KEY).result == result
    assert len(inbox.mails) == (result == "sent")


def test_a_server_that_is_not_there() -> None:
    """It is tried again, and certainly did not arrive."""
    outcome = receiver().send(render(an_alert(), "fr"), KEY)
    assert (outcome.result, outcome.uncertain) == ("retry", False)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"to": ()}, "no addresses"),
        ({"to": ("nobody",)}, "no mail address"),
        ({"to": ("a@example.org\r\nBcc: b@example.org",)}, "no mail address"),
        ({"sender": "a@example.org\nX: y"}, "no mail address"),
        ({"host": "mail.example.org", "user": "u", "password": "canary"}, "in the clear"),
        ({"ca_file": "/nowhere/ca.pem"}, "no certificates"),
    ],
)
def test_a_wrong_configuration_is_refused_at_once(fields: dict[str, Any], says: str) -> None:
    """Not at the first alert."""
    with pytest.raises(ConfigError, match=says) as caught:
        receiver(**fields)
    assert "canary" not in str(caught.value)


HOSTILE = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["<script>alert(1)</script>", "</td>", "<img src=https://evil.test/p.gif>", "\r\nBcc: x@y.test", "\0",
         '"onload="x', "javascript:alert(1)", "&lt;", "]]>", "<!--", "</style>", "\x1b[31m",
         "=?utf-8?q?=0D=0ABcc:_x?="]
    ),
    max_size=6,
).map("".join)  # fmt: skip


@given(text=HOSTILE, url=HOSTILE | HOSTILE.map("https://exemple.test/".__add__))
def test_text_of_an_article_is_never_markup_or_header(text: str, url: str) -> None:
    """Parsed back, the HTML has our own elements only, our own addresses, and the headers are ours."""
    event = an_event(
        evidence=text,
        sentence=f"avant {text} après",
        place=text,
        participants=(text,),
        origin={"title": text, "outlet": text, "url": url, "lang": text[:8]},
    )
    message = render(an_alert(event=event), "fr")
    plain = render(an_alert(), "fr")
    page = Page(html(message))
    assert set(page.tags) <= set(Page(html(plain)).tags)
    for _, attributes in page.elements:
        assert set(attributes) <= {
            "lang", "charset", "name", "content", "class", "style", "scope", "href", "cellpadding"
        }  # fmt: skip
        assert attributes.get("href", "https://exemple.test/").startswith("https://exemple.test/")
    mail = receiver().mail(message, KEY)
    parsed = email.message_from_bytes(mail.as_bytes(), policy=default)
    assert sorted(parsed.keys()) == sorted(receiver().mail(plain, KEY).keys())
    assert len(parsed["Subject"]) <= 200
    assert not any(char < " " for char in parsed["Subject"])


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "who", [(), ("Xi Jinping",), ("Vladimir Putin", "Xi Jinping"), ("Li", "Ding Xuexiang")]
)
@pytest.mark.parametrize("place", ["Beijing", "Sea of Japan", "Xi’an"])
def test_a_subject_is_the_title(language: str, who: tuple[str, ...], place: str) -> None:
    """Letter for letter, wherever its lines are folded."""
    message = render(an_alert(event=an_event(place=place, participants=who)), language)
    raw = receiver().mail(message, KEY).as_bytes()
    assert email.message_from_bytes(raw, policy=default)["Subject"] == message.title
    assert all(len(line) <= 78 for line in raw.split(b"\r\n\r\n")[0].splitlines())


def test_an_encoded_word_in_a_title_is_text() -> None:
    """It is not decoded, so it brings no line break along."""
    mail = receiver().mail(
        render(an_alert(event=an_event(place="=?utf-8?q?=0D=0ABcc:_x@example.org?=")), "en"), KEY
    )
    parsed = email.message_from_bytes(mail.as_bytes(), policy=default)
    assert "=0D=0ABcc" in parsed["Subject"]
    assert "Bcc" not in parsed


def test_a_subject_of_5000_characters_is_cut() -> None:
    """200 remain, the last an ellipsis."""
    mail = receiver().mail(
        render(an_alert(event=an_event(place="x" * 5000, participants=("y" * 900,) * 3)), "fr"), KEY
    )
    assert len(mail["Subject"]) <= 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_loads_nothing_and_adapts(language: str) -> None:
    """No image, script, font or style from elsewhere; light and dark; narrow screens."""
    page = html(render(an_alert(), language))
    elements = Page(page).elements
    assert {tag for tag, _ in elements}.isdisjoint({"img", "script", "link", "iframe", "object", "form"})
    assert not any(attributes.keys() & {"src", "background"} for _, attributes in elements)
    assert "url(" not in page
    assert "@import" not in page
    assert "prefers-color-scheme:dark" in page
    assert "max-width:600px" in page
    assert elements[0] == ("html", {"lang": language})


def test_a_digest_has_a_line_and_a_link_for_each_alert() -> None:
    """Thirty alerts are thirty links."""
    page = html(render_digest([an_alert(number) for number in range(30)], "fr"))
    links = [attributes["href"] for tag, attributes in Page(page).elements if tag == "a"]
    assert [link.partition("#")[0] for link in links] == [
        f"https://exemple.test/monde/{n}" for n in range(30)
    ]
