"""What is known, kept for queries: one code for SQLite and PostgreSQL."""

from sommet.store.database import Database
from sommet.store.results import Counts, EventHistory, StoredArticle, StoredReport
from sommet.store.store import AmbiguousId, Store

__all__ = ["AmbiguousId", "Counts", "Database", "EventHistory", "Store", "StoredArticle", "StoredReport"]
