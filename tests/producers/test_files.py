"""Files, directories and standard input become articles in the order of their dates."""

import gzip
import io
import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers import files
from schemas.envelope import encode
from tests.producers.odd_feeds import ITEM, jsonfeed, rss
from tests.producers.test_pages import PAGE

DOCUMENT = {"id": "7", "date": "2025-02-13", "source": "L'Essai", "title": "Un titre", "text": "Un texte."}


def lines(*documents: object) -> bytes:
    """Return JSON Lines."""
    return b"".join(json.dumps(document, ensure_ascii=False).encode() + b"\n" for document in documents)


def test_a_document_keeps_what_it_states(tmp_path: Path) -> None:
    """Its id is kept; without a URL, the address comes from its source and id."""
    path = tmp_path / "week.jsonl"
    path.write_bytes(lines(DOCUMENT | {"lang": "fr"}))
    (article,) = files.read(path).articles
    assert (article.doc_id, article.published, article.lang) == ("7", "2025-02-13", "fr")
    assert (article.source, article.outlet) == ("L'Essai", "L'Essai")
    assert (article.title, article.text, article.html) == ("Un titre", "Un texte.", False)
    assert article.url.startswith("sommet:doc/")


def test_ids_are_stable_and_distinct(tmp_path: Path) -> None:
    """The same when read again, from another place too; another id or source is another article."""
    documents = [
        DOCUMENT,
        DOCUMENT | {"id": "8"},
        DOCUMENT | {"source": "Autre"},
        {"title": "Sans id"},
        {"title": "Sans id non plus"},
        DOCUMENT | {"id": 9, "url": "https://essai.example/a"},
    ]
    (tmp_path / "a").mkdir()
    for path in (tmp_path / "week.jsonl", tmp_path / "a" / "week.jsonl"):
        path.write_bytes(lines(*documents))
    first, again, moved = (
        files.read(p).articles for p in (tmp_path / "week.jsonl", tmp_path / "week.jsonl", tmp_path / "a")
    )
    assert first == again == moved
    assert len({article.article for article in first}) == len(documents)


def test_articles_come_in_the_order_of_their_dates(tmp_path: Path) -> None:
    """Over all files of a directory; equal dates in the order of the files, undated ones last."""
    (tmp_path / "b.jsonl").write_bytes(lines({"title": "3", "date": "2025-02-14"}, {"title": "5"}))
    documents = [("4", "2025-03-01"), ("2", "2025-02-14"), ("1", "2025-02-13T10:00:00Z")]
    (tmp_path / "a.jsonl").write_bytes(lines(*({"title": title, "date": date} for title, date in documents)))
    assert [article.title for article in files.read(tmp_path).articles] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("name", "content", "titles"),
    [
        ("a.jsonl", lines(DOCUMENT), ["Un titre"]),
        ("a.JSONL", b"\xef\xbb\xbf" + lines(DOCUMENT) + b"\n  \n", ["Un titre"]),
        ("a.ndjson", lines(DOCUMENT).rstrip(), ["Un titre"]),
        (
            "a.jsonl.gz",
            gzip.compress(lines(DOCUMENT)) + gzip.compress(lines({"title": "b"})),
            ["Un titre", "b"],
        ),
        ("a.json", json.dumps([DOCUMENT, {"title": "b"}]).encode(), ["Un titre", "b"]),
        ("a.json", jsonfeed([{"title": "b"}]), ["b"]),
        ("a.txt", b"Un titre\n\nUn texte\nen deux lignes.\n", ["Un titre"]),
        ("a.txt", b"Un texte\nen deux lignes.", [""]),
        ("a.txt", "Un été à Pékin".encode("windows-1252"), ["Un été à Pékin"]),
        ("a.txt", "Un été".encode("utf-16"), ["Un été"]),
        ("a.md", b"# Un titre\n\nUn texte.", ["Un titre"]),
        ("a.html", PAGE.encode(), ["Rencontre à Kazan"]),
        ("a.xml", rss(ITEM), ["Un titre"]),
        ("a.rss", rss(ITEM), ["Un titre"]),
        ("a.atom", b"<feed><entry><title>a</title></entry></feed>", ["a"]),
    ],
)
def test_kinds_of_files(tmp_path: Path, name: str, content: bytes, titles: list[str]) -> None:
    """By suffix."""
    path = tmp_path / name
    path.write_bytes(content)
    got = files.read(path)
    assert got.failures == ()
    assert [article.title for article in got.articles] == titles
    assert [article.id for article in files.read(path).articles] == [article.id for article in got.articles]


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        (lines(DOCUMENT, {"title": "b"}), ["Un titre", "b"]),
        (gzip.compress(lines(DOCUMENT)), ["Un titre"]),
        (json.dumps([DOCUMENT]).encode(), ["Un titre"]),
        (b"Un titre\n\nUn texte.", ["Un titre"]),
        (rss(ITEM), ["Un titre"]),
        (PAGE.encode(), ["Rencontre à Kazan"]),
    ],
)
def test_standard_input_is_looked_at(content: bytes, titles: list[str]) -> None:
    """It has no suffix."""
    got = files.read("-", io.BytesIO(content))
    assert [article.title for article in got.articles] == titles


def test_texts_of_standard_input_are_told_apart() -> None:
    """Two texts are two articles."""
    first, second = (
        files.read("-", io.BytesIO(text)).articles[0] for text in (b"Un texte.", b"Autre texte.")
    )
    assert first.article != second.article


def test_a_bad_line_is_one_failure(tmp_path: Path) -> None:
    """It is named with file, line and reason; the rest goes on."""
    path = tmp_path / "week.jsonl"
    bad = [
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"title": " "}',
        b'{"title": {}}',
        b"\xff",
        b"[" * 100_000,
        b'{"title": "\\ud800"}',
        b'{"title": "a", "x": ' + b"[" * 100_000,
    ]
    path.write_bytes(lines(DOCUMENT) + b"\n".join(bad) + b"\n" + lines(DOCUMENT | {"id": "8"}))
    got = files.read(path)
    assert [article.doc_id for article in got.articles] == ["7", "8"]
    assert [failure.where for failure in got.failures] == [f"{path}:{n}" for n in range(2, 2 + len(bad))]
    assert all(0 < len(failure.reason) < 250 for failure in got.failures)
    assert got.failed == len(bad)


def test_failures_are_counted_beyond_those_kept(tmp_path: Path) -> None:
    """A file of garbage fills no memory."""
    path = tmp_path / "week.jsonl"
    path.write_bytes(b"x\n" * 1500)
    got = files.read(path)
    assert (len(got.failures), got.failed) == (1000, 1500)


def test_a_giant_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines behind it are read."""
    monkeypatch.setattr(files, "MAX_DOCUMENT", 1000)
    path = tmp_path / "week.jsonl"
    path.write_bytes(lines(DOCUMENT) + b'{"title": "' + b"x" * 5000 + b'"}\n' + lines(DOCUMENT | {"id": "8"}))
    got = files.read(path)
    assert [article.doc_id for article in got.articles] == ["7", "8"]
    assert [failure.where for failure in got.failures] == [f"{path}:2"]


def test_a_bomb_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a zipped file may decode to is limited."""
    monkeypatch.setattr(files, "MAX_FILE", 100_000)
    path = tmp_path / "week.jsonl.gz"
    path.write_bytes(gzip.compress(lines(DOCUMENT) * 10_000))
    got = files.read(path)
    assert got.failed == 1
    assert len(got.articles) < 1_500


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.xml", "a.json"])
def test_a_giant_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """One document has its own limit."""
    monkeypatch.setattr(files, "MAX_DOCUMENT", 1000)
    monkeypatch.setattr(files, "MAX_ARRAY", 1000)
    (tmp_path / name).write_bytes(b" " * 2000)
    assert "larger" in files.read(tmp_path / name).failures[0].reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl.gz", b"no gzip"),
        ("a.jsonl.gz", gzip.compress(lines(DOCUMENT) * 99)[:-20]),
        ("a.json", b"[1, 2"),
        ("a.json", b"[" * 200_000),
        ("a.json", b'{"error": 1}'),
        ("a.txt", b""),
        ("a.html", b"<p>"),
        ("a.xml", b"<html>"),
        ("a.pdf", b"%PDF-1.4"),
    ],
)
def test_a_damaged_file_is_one_failure(tmp_path: Path, name: str, content: bytes) -> None:
    """Named with the file and a reason."""
    path = tmp_path / name
    path.write_bytes(content)
    (failure,) = files.read(path).failures
    assert str(failure).startswith(f"{path}: ")


@pytest.mark.parametrize("path", ["no/such/file.jsonl", "a\0b", "x" * 5000])
def test_a_path_that_leads_nowhere_is_a_failure(path: str) -> None:
    """No exception for a wrong word on the command line."""
    assert files.read(path).failed == 1


def test_other_files_of_a_directory_are_passed_over(tmp_path: Path) -> None:
    """Pictures and hidden files are no failure."""
    for name in ("a.png", ".a.jsonl", "README"):
        (tmp_path / name).write_bytes(lines(DOCUMENT))
    assert files.read(tmp_path) == files.Reading((), (), 0)


def test_nothing_outside_the_directory_is_read(tmp_path: Path) -> None:
    """Links, FIFOs, sockets and devices are named and left alone."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jsonl").write_bytes(lines(DOCUMENT))
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.jsonl").symlink_to(outside / "secret.jsonl")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "null.txt").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(inside / "socket.jsonl"))
        got = files.read(inside)
    assert got.articles == ()
    assert [failure.where.rpartition("/")[2] for failure in got.failures] == [
        "folder", "link.jsonl", "loop", "null.txt", "pipe.jsonl", "socket.jsonl",
    ]  # fmt: skip


def test_a_device_or_pipe_is_never_waited_for(tmp_path: Path) -> None:
    """Also when it is the path given."""
    os.mkfifo(tmp_path / "pipe.jsonl")
    for path in (tmp_path / "pipe.jsonl", Path("/dev/zero"), Path("/dev/null")):
        assert files.read(path).failures[0].reason == "not a regular file"


def test_folders_have_a_depth(tmp_path: Path) -> None:
    """What lies deeper than 32 folders is named."""
    (deep := tmp_path.joinpath(*"d" * 40)).mkdir(parents=True)
    (deep / "a.jsonl").write_bytes(lines(DOCUMENT))
    got = files.read(tmp_path)
    assert (got.articles, got.failed) == ((), 1)


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: json.dumps({"title": text, "url": text, "date": text}).encode())
)
def test_no_input_breaks_it(data: bytes) -> None:
    """Whatever comes in, every article is fit to travel."""
    for article in files.read("-", io.BytesIO(data)).articles:
        assert encode(article)
