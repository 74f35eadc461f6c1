"""Messages by mail: text and HTML in one, sent by SMTP."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Literal

from sommet import clock
from sommet.config_checks import is_loopback, parsed_address
from sommet.errors import ConfigError
from sommet.outbox.lines import lines
from sommet.outbox.mail_html import html
from sommet.outbox.message import Rendered
from sommet.outbox.receiver import SENT, Outcome
from sommet.outbox.text import clean

_SUBJECT = 200
_STEP = 10.0
_WHOLE = 45.0
"""Seconds: for one answer of the server, and for the whole delivery."""


_BUSY = 421
_LOGIN = frozenset({454, 530, 534, 535, 538})
"""Codes of a login that is missing, wrong, or cannot be checked."""
_ADDRESS = frozenset({550, 551, 552, 553})
"""Codes of a mailbox that is not there or takes no mail."""


class _Policy(EmailPolicy):
    """That of SMTP, but for subjects: its folding puts a second blank before an encoded word."""

    def fold(self, name: str, value: str) -> str:
        """Return a header in lines."""
        return _subject(str(value), self.linesep) if name == "Subject" else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header in lines, as bytes."""
        if name == "Subject":
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _subject(text: str, linesep: str) -> str:
    header = Header(text, "us-ascii" if text.isascii() else "utf-8", header_name="Subject")
    return f"Subject: {header.encode(linesep=linesep)}{linesep}"


_POLICY = _Policy(cte_type="7bit", linesep="\r\n")
_HELLO = "[127.0.0.1]"
"""What we call ourselves: a name of this machine would be looked up, and tell more than needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReceiver:
    """Sends to all of `to` in one mail by the server `host`.

    `security` is `starttls` and `tls` with the certificate checked, against `ca_file` if given; `none`
    only as an explicit choice, and with a password only on this machine. `now` dates the mails.
    """

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    language: str = ""
    pace: timedelta = timedelta(0)
    now: Callable[[], datetime] = field(default=clock.now, repr=False)

    def __post_init__(self) -> None:
        """Raise `ConfigError` for addresses that are none and for a password in the clear."""
        for address in (self.sender, *self.to):
            _checked(address)
        if not self.to:
            raise ConfigError(f"The mail receiver at {self.host} has no addresses under “to”.")
        if self.security == "none" and self.password and not is_loopback(self.host):
            raise ConfigError(
                f"A password for {self.host} would travel in the clear; set security: starttls."
            )
        try:
            self._context()
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"The ca_file {self.ca_file} for {self.host} holds no certificates.") from error

    def send(self, message: Rendered, key: str) -> Outcome:
        """Send `message`; its Message-ID is made from `key`, so that mail systems know it again."""
        mail = self.mail(message, key)
        delivery = _Delivery(clock.monotonic)
        try:
            return self._deliver(mail, delivery)
        except smtplib.SMTPResponseException as error:
            return refused(error.smtp_code, delivery.step)
        except ssl.SSLError as error:
            detail = f"no safe connection to the mail server ({type(error).__name__})"
            return Outcome("held" if isinstance(error, ssl.SSLCertVerificationError) else "retry", detail)
        except smtplib.SMTPNotSupportedError:
            return Outcome("held", "the mail server does not offer what the configuration asks for")
        except (OSError, smtplib.SMTPException) as error:
            detail = f"the mail server did not answer at {delivery.step} ({type(error).__name__})"
            return Outcome("retry", detail, uncertain=delivery.step == "data")

    def mail(self, message: Rendered, key: str) -> EmailMessage:
        """Return `message` as a mail."""
        mail = EmailMessage(policy=_POLICY)
        # An encoded word of an article's own would be decoded on its way into the header.
        mail["Subject"] = clean(message.title.replace("=?", "= ?"), _SUBJECT)
        mail["From"] = _checked(self.sender)
        mail["To"] = [_checked(address) for address in self.to]
        mail["Date"] = format_datetime(self.now())
        mail["Message-ID"] = f"<{key}@{_checked(self.sender).domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = message.language
        mail.set_content("\n".join([*lines(message), "", "-- ", message.footer, ""]))
        mail.add_alternative(html(message), subtype="html")
        return mail

    def _deliver(self, mail: EmailMessage, delivery: "_Delivery") -> Outcome:
        smtp = self._connected(delivery)
        try:
            delivery.at("login", smtp)
            if self.user:
                smtp.login(self.user, self.password)
            return _transmit(smtp, mail, [_checked(address).addr_spec for address in self.to], delivery)
        finally:
            _leave(smtp)

    def _connected(self, delivery: "_Delivery") -> smtplib.SMTP:
        delivery.at("connect")
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, _HELLO, timeout=_STEP, context=self._context())
        smtp = smtplib.SMTP(self.host, self.port, _HELLO, timeout=_STEP)
        if self.security == "starttls":
            try:
                delivery.at("starttls", smtp)
                smtp.starttls(context=self._context())
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)


class _Delivery:
    """Which step is under way, and how long all of them may take."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._deadline = monotonic() + _WHOLE
        self.step = ""

    def at(self, step: str, smtp: smtplib.SMTP | None = None) -> None:
        """Begin `step`; its answers have what is left of the time."""
        self.step = step
        left = self._deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError
        if smtp is not None and smtp.sock is not None:
            smtp.sock.settimeout(min(_STEP, left))


def _transmit(smtp: smtplib.SMTP, mail: EmailMessage, to: list[str], delivery: _Delivery) -> Outcome:
    """Hand `mail` over; those who are refused do not hold up the others."""
    delivery.at("sender", smtp)
    smtp.ehlo_or_helo_if_needed()
    _expect(smtp.mail(str(mail["From"].addresses[0].addr_spec)))
    codes: list[int] = []
    for address in to:
        delivery.at("recipient", smtp)
        code, _ = smtp.rcpt(address)
        if code not in (250, 251):
            codes.append(code)
    if len(codes) == len(to):
        return min((refused(code, delivery.step) for code in codes), key=_hope)
    delivery.at("data", smtp)
    _expect(smtp.data(mail.as_bytes()))
    if not codes:
        return SENT
    listed = ", ".join(str(code) for code in sorted(set(codes)))
    return Outcome("sent", f"the mail server refused {len(codes)} of {len(to)} addresses ({listed})")


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code != 250:
        raise smtplib.SMTPResponseException(code, text)


def _leave(smtp: smtplib.SMTP) -> None:
    """Close the connection; the answer to QUIT changes nothing any more."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def refused(code: int, step: str) -> Outcome:
    """Return what a reply code means: whose fault it is, and whether it may pass. Its text is not repeated.

    Source: RFC 5321, and RFC 4954 for the codes of a login. Until an address or the content is looked at,
    what is refused is the login, the sender or this machine: every message would be.
    """
    detail = f"the mail server answered {code} at {step}"
    if code in _LOGIN or (step in {"login", "starttls"} and code != _BUSY):
        return Outcome("held", detail)
    if not 500 <= code < 600:
        return Outcome("retry", detail)
    message = step == "data" or (step == "recipient" and code in _ADDRESS)
    return Outcome("failed" if message else "held", detail)


def _hope(outcome: Outcome) -> int:
    """Order outcomes: what may pass by itself first, what is lost last."""
    return ("retry", "held", "failed").index(outcome.result)


def _checked(address: str) -> Address:
    """Return a mail address; raises `ConfigError` for what is none, or would break a header."""
    found = parsed_address(address)
    if found is None:
        raise ConfigError(f"“{clean(address, 80)}” is no mail address; expected name@example.org.")
    return found
