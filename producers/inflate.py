"""Decodes gzip and deflate piece by piece, so that no bomb grows beyond the limit."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

PIECE = 65_536
ACCEPTED = "gzip, deflate"


class TooLarge(Exception):  # noqa: N818 - a signal inside the producers, always translated
    """The decoded bytes exceed the limit."""


class BadEncoding(Exception):  # noqa: N818 - the same
    """The bytes are not what their Content-Encoding says, or it is none of ours."""


def inflate(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Return the decoded body; never holds more than `max_bytes` and one piece.

    `encoding` is the Content-Encoding, empty for none. Raises `TooLarge`, and `BadEncoding` for
    damaged data and for an encoding that is none of ours, also for several, one in the other.
    """
    body = bytearray()
    try:
        for piece in _decoded(chunks, encoding.strip().lower()):
            body += piece
            if len(body) > max_bytes:
                raise TooLarge
    except zlib.error as error:
        raise BadEncoding("its compressed bytes are damaged") from error
    return bytes(body)


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip"}:
        yield from _pieces(chunks, zlib.decompressobj(wbits=31))
    elif encoding == "deflate":
        yield from _deflated(chunks)
    else:
        raise BadEncoding(f"its Content-Encoding is none of {ACCEPTED}")


def _deflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Some servers mean zlib by `deflate`, as the standard does, others the bare stream."""
    stream = (chunk for chunk in chunks if chunk)
    first = next(stream, b"")
    wrapped = first[:1] != b"" and first[0] & 0x0F == 8 and first[0] >> 4 <= 7
    yield from _pieces(chain([first], stream), zlib.decompressobj(wbits=15 if wrapped else -15))


def _pieces(chunks: Iterable[bytes], decoder: "zlib._Decompress") -> Iterator[bytes]:
    for chunk in chunks:
        data = chunk
        while data and not decoder.eof:
            yield decoder.decompress(data, PIECE)
            data = decoder.unconsumed_tail
    yield decoder.flush(PIECE)
