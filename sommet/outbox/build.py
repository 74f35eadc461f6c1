"""Receivers from the configuration."""

from collections.abc import Mapping

from sommet import config
from sommet.errors import ConfigError
from sommet.outbox.console import ConsoleReceiver
from sommet.outbox.mail import MailReceiver
from sommet.outbox.receiver import Receiver
from sommet.outbox.slack import SlackReceiver


def build_receivers(configured: Mapping[str, config.Receiver]) -> dict[str, Receiver]:
    """Return a receiver for each configured one; raises `ConfigError` naming the one that is wrong."""
    return {name: _named(name, one) for name, one in configured.items()}


def _named(name: str, one: config.Receiver) -> Receiver:
    try:
        return _built(one)
    except ConfigError as error:
        raise ConfigError(f"receivers.{name}: {error}") from error


def _built(one: config.Receiver) -> Receiver:
    match one:
        case config.Console():
            return ConsoleReceiver(language=one.language)
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
