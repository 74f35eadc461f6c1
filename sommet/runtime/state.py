"""A stage's state as the stage sees it: a mapping whose changes wait to be stored."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping


class Overlay(MutableMapping[str, bytes]):
    """The stored state, under the changes of this batch, under those of this message.

    `fetch(key)` returns a stored value or None, `keys()` all stored keys. What was fetched is kept as long
    as the overlay: nobody else writes meanwhile. Iteration is in the order of the keys, over a copy, and
    costs as much as the state is large.
    """

    def __init__(
        self, fetch: Callable[[str], bytes | None], keys: Callable[[], Iterable[str]] = tuple
    ) -> None:
        self._fetch = fetch
        self._keys = keys
        self._fetched: dict[str, bytes | None] = {}
        self._message: dict[str, bytes | None] = {}
        self.changes: dict[str, bytes | None] = {}

    def keep(self) -> None:
        """Make the changes of this message part of the batch."""
        if self._message:
            self.changes.update(self._message)
            self._message.clear()

    def discard(self) -> None:
        """Undo the changes of this message."""
        self._message.clear()

    def __getitem__(self, key: str) -> bytes:
        if key in self._message:
            value = self._message[key]
        elif key in self.changes:
            value = self.changes[key]
        elif key in self._fetched:
            value = self._fetched[key]
        else:
            value = self._fetched[key] = self._fetch(key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: bytes) -> None:
        if not isinstance(key, str) or not isinstance(value, bytes):
            raise TypeError(f"state maps str to bytes, not {type(key).__name__} to {type(value).__name__}")
        key.encode()  # a lone surrogate fails here, in the step, and not in the database
        self._message[key] = value

    def __delitem__(self, key: str) -> None:
        self[key]
        self._message[key] = None

    def __iter__(self) -> Iterator[str]:
        keys = set(self._keys())
        for layer in (self.changes, self._message):
            keys.update(layer)
            keys.difference_update([key for key, value in layer.items() if value is None])
        return iter(sorted(keys))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _none(key: str) -> None:  # noqa: ARG001 - the signature of `fetch`
    return None


class Stateless(Overlay):
    """The state of a stage that says it has none: empty, and not to be written."""

    def __init__(self) -> None:
        super().__init__(_none)

    def __setitem__(self, key: str, value: bytes) -> None:
        raise TypeError(f"a stateless stage writes {key!r} to its state")
