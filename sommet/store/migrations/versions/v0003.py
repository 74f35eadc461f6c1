"""The tables with which migrations began; those before were built anew from the log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = None

WORDS = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _positions()
    _articles()
    _events()
    _reports()
    _alerts()
    _deliveries()
    _outbox()


def _positions() -> None:
    op.create_table(
        "positions",
        sa.Column("reader", sa.String(40), primary_key=True),
        sa.Column("topic", sa.String(80), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("url", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("outlet", WORDS, nullable=False),
        sa.Column("lang", WORDS, nullable=False),
        sa.Column("published", WORDS, nullable=False),
        sa.Column("received", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("machine_translated", sa.Boolean(), nullable=False),
        sa.Column("agency", WORDS, nullable=False),
    )
    op.create_index("articles_received", "articles", ["received"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("dyad", WORDS, nullable=False),
        sa.Column("type", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("salience", WORDS, nullable=False),
        sa.Column("start", WORDS, nullable=False),
        sa.Column("end", WORDS, nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("lineages", sa.Integer(), nullable=False),
        sa.Column("unreported", sa.Boolean(), nullable=False),
        sa.Column("into", WORDS, nullable=False),
        sa.Column("first_seen", INSTANT, nullable=False),
        sa.Column("last_seen", INSTANT, nullable=False),
        sa.Column("data", WORDS, nullable=False),
    )
    op.create_index("events_last_seen", "events", ["last_seen"])
    op.create_index("events_of_status", "events", ["status", "last_seen"])
    op.create_index("events_of_type", "events", ["type", "last_seen"])
    op.create_index("events_of_type_and_status", "events", ["type", "status", "last_seen"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("event", WORDS, primary_key=True),
        sa.Column("statement", WORDS, primary_key=True),
        sa.Column("article", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("change", WORDS, nullable=False),
        sa.Column("before", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("salience", WORDS, nullable=False),
        sa.Column("start", WORDS, nullable=False),
        sa.Column("end", WORDS, nullable=False),
        sa.Column("basis", WORDS, nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("evidence", WORDS, nullable=False),
        sa.Column("sentence", WORDS, nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("url", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("outlet", WORDS, nullable=False),
        sa.Column("agency", WORDS, nullable=False),
        sa.Column("lang", WORDS, nullable=False),
        sa.Column("published", WORDS, nullable=False),
        sa.Column("received", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("machine_translated", sa.Boolean(), nullable=False),
        sa.Column("lineages", sa.Integer(), nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("data", WORDS, nullable=False),
    )
    op.create_index("reports_lang", "reports", ["lang", "event"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("event", WORDS, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("data", WORDS, nullable=False),
    )
    op.create_index("alerts_at", "alerts", ["at"])
    op.create_index("alerts_event", "alerts", ["event"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("alert", WORDS, nullable=False),
        sa.Column("receiver", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("result", WORDS, nullable=False),
        sa.Column("finished", INSTANT, nullable=False),
        sa.Column("data", WORDS, nullable=False),
    )
    op.create_index("deliveries_alert", "deliveries", ["alert"])
    op.create_index("deliveries_finished", "deliveries", ["finished"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", WORDS, primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("alert", WORDS, nullable=False),
        sa.Column("receiver", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("entered", INSTANT, nullable=False),
        sa.Column("data", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("tried", INSTANT),
        sa.Column("lease", INSTANT),
        sa.Column("sent_as", WORDS, nullable=False),
        sa.Column("detail", WORDS, nullable=False),
        sa.Column("finished", INSTANT),
        sa.Column("noted", sa.Boolean(), nullable=False),
    )
    op.create_index("outbox_noted", "outbox", ["noted", "state"])
    op.create_index("outbox_pending", "outbox", ["state", "receiver", "position"])
    op.create_index("outbox_tried", "outbox", ["receiver", "tried"])
