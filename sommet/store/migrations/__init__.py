"""One file in `versions` for each change of the tables; `env.py` is what alembic runs."""
