"""All exceptions of the project.

SommetError
├── Reject              (sommet.stage) this message can never work
├── ConfigError         the user's configuration is wrong: file, line, key, expectation
├── KnowledgeError      a knowledge file is wrong: file, entry, expectation
├── StorageError        a database cannot be used: which, why, what to do
│   └── Unreachable     its server is away just now: the same may work later
├── FetchError          (producers.fetch) a URL could not be fetched
└── FeedError           (producers.feeds) bytes that are no feed
"""


class SommetError(Exception):
    """The base of all of them; its text is one sentence for the person who reads it."""


class ConfigError(SommetError):
    """The configuration is wrong; the text names file, line and key."""


class KnowledgeError(SommetError):
    """A knowledge file is wrong; the text names file and entry."""


class StorageError(SommetError):
    """A database cannot be used; the text says which one, why, and what to do."""


class Unreachable(StorageError):  # noqa: N818 - names what is wrong
    """A server does not answer or lets nobody in just now; what was not committed can be done again."""

    server = "the database"
    """What people call it."""
