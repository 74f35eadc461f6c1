"""A position says in which log it counts, and which message stands there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Positions of before keep an empty log: the first that has what they say takes them over."""
    for name, kind in (("log", sa.String(40)), ("last", sa.Text(collation="C"))):
        op.add_column("positions", sa.Column(name, kind, nullable=False, server_default=""))
        op.alter_column("positions", name, server_default=None)
    op.drop_constraint("positions_pkey", "positions")
    op.create_primary_key("positions_pkey", "positions", ["log", "reader", "topic"])
