"""`sommet explain`, as a person or a script meets it."""

import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from producers.fetch import Fetched, FetchError
from sommet.cli import app
from sommet.commands.explain import explained
from sommet.commands.explain_input import Given
from sommet.config import Config
from sommet.errors import ConfigError
from tests.producers.web import Answer, serving

SUMMIT = (
    "Le président russe Vladimir Poutine se rendra jeudi à Pékin pour y rencontrer son homologue chinois "
    "Xi Jinping, a annoncé lundi le Kremlin."
)
PAGE = (
    '<html lang="fr"><head><title>Poutine à Pékin</title>'
    '<meta property="article:published_time" content="2026-10-12T08:00:00Z"></head>'
    f"<body><nav>Accueil</nav><article><h1>Poutine à Pékin</h1><p>{SUMMIT}</p>"
    "<p>Les deux pays ont signé en mai un contrat de gaz, et d'autres contrats doivent suivre.</p>"
    "</article></body></html>"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test works in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "sommet.yaml").write_text("catalogue: false\nfeeds: {private_addresses: true}\n")
    return tmp_path


def call(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run the command in this process; return its exit code, output and errors."""
    result = CliRunner().invoke(app, ["explain", *args], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def told(*args: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    """Return what `--json` says."""
    code, out, err = call(*args, "--json", stdin=stdin)
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def text(name: str = "a.txt", content: str = f"Poutine à Pékin\n{SUMMIT}\n") -> str:
    """Write a text; return its name."""
    Path(name).write_text(content, "utf-8")
    return name


def documents(*rows: dict[str, Any]) -> bytes:
    """Return JSON Lines."""
    return b"\n".join(map(msgspec.json.encode, rows)) + b"\n"


ROWS = documents(
    {"id": "a", "date": "2026-10-12", "title": "Poutine à Pékin", "text": SUMMIT},
    {"id": 7, "date": "2026-10-01", "title": "Météo", "text": "Il pleuvra sur Paris et sur Lyon."},
)


def test_a_text_file_begins_with_its_title() -> None:
    """With `--date`, its days are dated."""
    (found,) = told(text(), "--date", "2026-10-12")
    assert (found["title"], found["content"].count("\n")) == ("Poutine à Pékin", 1)
    assert (found["events"][0]["mention"]["type"], found["events"][0]["mention"]["start"]) == (
        "summit",
        "2026-10-15",
    )


def test_options_say_what_the_input_does_not() -> None:
    """A title of one's own leaves the first line to the text; the language is a claim."""
    (found,) = told(text(content=SUMMIT), "--title", "Visite", "--lang", "fr", "--date", "12 octobre 2026")
    assert (found["title"], found["content"]) == ("Visite", f"Visite\n{SUMMIT}")
    assert (found["claimed"], found["published"]) == ("fr", "2026-10-12")


def test_standard_input() -> None:
    """A text, or whatever a file may hold."""
    (found,) = told("-", "--date", "2026-10-12", stdin=f"Poutine à Pékin\n{SUMMIT}".encode())
    assert found["source"] == "standard input"
    assert [row["id"] for row in told("-", stdin=ROWS)] == ["a", "7"]


def test_documents_in_their_order_or_one_by_its_id() -> None:
    """As `sommet code` takes them."""
    Path("docs.jsonl").write_bytes(ROWS)
    assert [row["id"] for row in told("docs.jsonl")] == ["a", "7"]
    (found,) = told("docs.jsonl", "--id", "7")
    assert (found["title"], found["gate"]["passes"]) == ("Météo", False)


def test_a_wrong_line_does_not_hide_another_document() -> None:
    """Only where all are asked for."""
    Path("docs.jsonl").write_bytes(ROWS + b"{broken\n")
    assert len(told("docs.jsonl", "--id", "a")) == 1
    code, _, err = call("docs.jsonl")
    assert (code, "docs.jsonl:3:" in err) == (2, True)


def test_pages_arrays_and_zipped_documents() -> None:
    """What other commands read can be explained."""
    Path("page.html").write_text(PAGE, "utf-8")
    (page,) = told("page.html")
    assert (page["title"], page["published"][:10]) == ("Poutine à Pékin", "2026-10-12")
    assert "Accueil" not in page["content"]
    Path("docs.json").write_bytes(b"[" + ROWS.strip().replace(b"\n", b",") + b"]")
    assert len(told("docs.json", "--id", "a")) == 1
    Path("docs.jsonl.gz").write_bytes(gzip.compress(ROWS))
    assert len(told("docs.jsonl.gz")) == 2


def test_an_address_is_fetched_as_feeds_are() -> None:
    """With the project's own fetching; a plain text is one too."""
    with serving() as web:
        web.answers["/a"] = Answer(body=PAGE.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        web.answers["/b.txt"] = Answer(
            body=f"Poutine à Pékin\n{SUMMIT}".encode(), headers={"Content-Type": "text/plain"}
        )
        (page,) = told(f"{web.url}/a")
        (plain,) = told(f"{web.url}/b.txt", "--date", "2026-10-12")
        missing = call(f"{web.url}/none")
    assert page["url"] == f"{web.url}/a"
    assert page["events"][0]["mention"]["start"] == "2026-10-15"
    assert plain["title"] == "Poutine à Pékin"
    assert missing[0] == 2
    assert missing[2].count("\n") == 1
    assert "could not be fetched" in missing[2]


FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Exemple</title>'
    "<item><title>Météo</title><link>https://exemple.test/2</link>"
    "<pubDate>Tue, 13 Oct 2026 08:00:00 GMT</pubDate><description>Il pleuvra.</description></item>"
    "<item><title>Poutine à Pékin</title><link>https://exemple.test/1</link>"
    f"<pubDate>Mon, 12 Oct 2026 08:00:00 GMT</pubDate><description>{SUMMIT}</description></item>"
    "</channel></rss>"
).encode()


@pytest.mark.parametrize("kind", ["application/xml", "application/rss+xml", "text/html", "text/plain", ""])
def test_a_feed_by_address_is_a_feed_by_file(kind: str) -> None:
    """Its articles, whatever type the server gives it."""
    Path("feed.xml").write_bytes(FEED)
    (*by_file,) = told("feed.xml")
    with serving() as web:
        web.answers["/feed.xml"] = Answer(body=FEED, headers={"Content-Type": kind} if kind else {})
        (*by_address,) = told(f"{web.url}/feed.xml")
    assert [one["title"] for one in by_file] == ["Poutine à Pékin", "Météo"]
    for one in (*by_file, *by_address):
        del one["source"]
    assert by_address == by_file


def test_private_addresses_stay_closed(folder: Path) -> None:
    """Unless the configuration opens them."""
    (folder / "sommet.yaml").write_text("catalogue: false\n")
    code, _, err = call("http://127.0.0.1:9/a")
    assert (code, err.count("\n")) == (2, 1)


def test_an_address_that_does_not_answer_is_explained_from_what_is_kept(folder: Path) -> None:
    """The copy of the last `run`, whatever tracking the address carries; another address stays unknown."""
    row = {"id": "a", "url": "https://example.org/poutine", "date": "2026-10-12", "text": SUMMIT}
    Path("docs.jsonl").write_bytes(documents(row))
    (folder / "sommet.yaml").write_text("catalogue: false\nmetrics: {port: 0}\n")
    assert CliRunner().invoke(app, ["run", "--once", "docs.jsonl"]).exit_code == 0
    gone = failing(FetchError("dns", "https://example.org/poutine", "no such host"))
    given = Given("https://www.example.org/poutine?utm_source=x")
    (found,) = explained(given, Config(), io.BytesIO(), fetch=gone)
    assert found.events[0].mention.start == "2026-10-15"
    with pytest.raises(ConfigError, match="no such host"):
        list(explained(Given("https://example.org/other"), Config(), io.BytesIO(), fetch=gone))


def failing(error: Exception) -> Callable[[str], Fetched]:
    """Return a fetch that fails."""

    def fetch(url: str) -> Fetched:
        raise error

    return fetch


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (failing(FetchError("timeout", "http://x.org/a", "it took too long")), "it took too long"),
        (lambda url: Fetched(url, b"<html></html>", "text/html"), "holds no article"),
        (lambda url: Fetched(url, b"<rss version='2.0'/>", "text/xml"), "no article is in it"),
        (lambda url: Fetched(url, b"<opml/>", "text/xml"), "is no feed that can be read"),
        (lambda url: Fetched(url, b"", "text/plain"), "empty"),
        (lambda url: Fetched(url, b"\xff\xfe\xfa", "text/plain"), "not UTF-8"),
    ],
)
def test_what_goes_wrong_with_an_address(answer: Callable[[str], Fetched], said: str) -> None:
    """One sentence."""
    with pytest.raises(ConfigError, match=said):
        list(explained(Given("http://x.org/a"), Config(), io.BytesIO(), fetch=answer))


WRONG: list[tuple[list[str], bytes, str]] = [
    (["none.txt"], b"", "none.txt: cannot be read: No such file"),
    (["."], b"", "cannot be read: Is a directory"),
    ([" "], b"", "URL|FILE|-: empty"),
    (["-"], b"", "standard input: empty"),
    (["-"], b" \n\t ", "standard input: empty"),
    (["-"], "Titre\nétait".encode("latin-1"), "standard input:2: not UTF-8"),
    (["-", "--date", "hier"], b"x", "--date hier: no date"),
    (["-", "--lang", "de"], b"x", "--lang de: expected one of fr, en, ru, zh"),
    (["-", "--language", "de"], b"x", "--language de: expected en or fr"),
    (["-", "--id", "b"], ROWS, "--id b: no such document"),
    (["-", "--id", "b"], b"Un titre", "--id b: no such document"),
    (["-"], b'{"id": 1}\n', "standard input:1: neither title nor text"),
    (["-"], b"<rss></rss>", "standard input:"),
    (["-"], b"[1", "standard input: no JSON array"),
    (["-", "--html", "p.html", "--json"], b"x", "--html and --json: expected one of them"),
    (["-", "--html", "none/p.html"], b"x", "--html none/p.html: cannot be written"),
    (["-", "--html", ""], b"x", "--html"),
]


@pytest.mark.parametrize(("args", "stdin", "said"), WRONG)
def test_wrong_input_is_2_with_one_message(args: list[str], stdin: bytes, said: str) -> None:
    """One line on standard error, nothing on standard output."""
    code, out, err = call(*args, stdin=stdin)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_the_message_is_safe() -> None:
    """A hostile file name or id reaches no terminal."""
    code, _, err = call("-", "--id", "\x1b[2J\u202e", stdin=ROWS)
    assert (code, "\x1b" in err, "\u202e" in err) == (2, False, False)


def test_a_page_is_written_or_printed(folder: Path) -> None:
    """In the language asked for, else in that of the configuration."""
    assert call(text(), "--html", "p.html")[:2] == (0, "")
    assert '<html lang="en">' in (folder / "p.html").read_text("utf-8")
    (folder / "sommet.yaml").write_text("language: fr\n")
    _, out, _ = call(text(), "--html", "-")
    assert out.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert '<html lang="en">' in call(text(), "--html", "-", "--language", "en")[1]


def test_people_see_it_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe and with NO_COLOR; marks are written in brackets."""
    monkeypatch.setenv("NO_COLOR", "1")
    code, out, _ = call(text(), "--date", "2026-10-12")
    assert code == 0
    assert "\x1b" not in out
    assert re.search(r"\[Vladimir Poutine RUS\] se rendra\s+\[jeudi 2026-10-15\]", out)
    assert "summit  planned  news" in out
