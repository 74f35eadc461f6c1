"""Runs migrations in the transaction of the connection that `sommet.store.migrate` gives."""

from alembic import context

from sommet.store.migrate import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
