"""Receivers from the configuration."""

from collections.abc import Mapping

from rich.console import Console

from sommet import config
from sommet.errors import ConfigError
from sommet.outbox.console import ConsoleReceiver
from sommet.outbox.mail import MailReceiver
from sommet.outbox.receiver import Receiver
from sommet.outbox.slack import SlackReceiver


def build_receivers(
    configured: Mapping[str, config.Receiver], console: Console | None = None
) -> dict[str, Receiver]:
    """Return a receiver for each configured one; raises `ConfigError` naming the one that is wrong.

    `console` is the one that paints the terminal in place, where something does.
    """
    return {name: _named(name, one, console) for name, one in configured.items()}


def _named(name: str, one: config.Receiver, console: Console | None) -> Receiver:
    try:
        return _built(one, console)
    except ConfigError as error:
        raise ConfigError(f"receivers.{name}: {error}") from error


def _built(one: config.Receiver, console: Console | None) -> Receiver:
    match one:
        case config.Console():
            return ConsoleReceiver(language=one.language, console=console)
        case config.Slack():
            return SlackReceiver(one.url, language=one.language)
        case config.Mail():
            return MailReceiver(
                host=one.host,
                sender=one.sender,
                to=one.to,
                port=one.port,
                security=one.security,
                user=one.user,
                password=one.password,
                ca_file=one.ca_file,
                language=one.language,
            )
