"""A mail server that wants STARTTLS, and a feed made from documents."""

import asyncio
import email
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from producers.receive import moment
from sommet.dates import published_at


@dataclass
class MailServer:
    """A running mail server: where it is, who certifies it, what it took."""

    port: int
    ca_file: Path
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example.org", tls_context=self.tls, require_starttls=True)

    def __init__(self, handler: MailServer, tls: ssl.SSLContext) -> None:
        self.tls = tls
        super().__init__(handler, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        """Find the port that the system gave before the first connection is made."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """Run a mail server on loopback that takes nothing in the clear; its authority lies in `folder`."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = MailServer(0, folder / "ca.pem")
    authority.cert_pem.write_to_path(str(server.ca_file))
    controller = _Controller(server, context)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def feed(rows: Sequence[dict[str, str]], built: datetime) -> bytes:
    """Return an RSS feed of documents, the newest first, with their texts as HTML."""
    items = "".join(_item(row) for row in _newest_first(rows))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Press</title>'
        f"<lastBuildDate>{format_datetime(built)}</lastBuildDate>{items}</channel></rss>"
    ).encode()


def _newest_first(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return documents from the last to the first; those of one time in the reverse of their order."""
    return sorted(rows, key=_published)[::-1]


def _item(row: dict[str, str]) -> str:
    body = "".join(f"<p>{escape(part)}</p>" for part in row["text"].split("\n") if part.strip())
    return (
        f"<item><title>{escape(row['title'])}</title><link>{escape(row['url'])}</link>"
        f"<pubDate>{format_datetime(_published(row))}</pubDate>"
        f"<content:encoded>{escape(body)}</content:encoded></item>"
    )


def _published(row: dict[str, str]) -> datetime:
    found = published_at(row["date"])
    assert found is not None
    return moment(found).astimezone(UTC)
