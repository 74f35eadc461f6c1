"""Nasty configuration files: exit code 2, few clear lines, no traceback, no secret."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sommet.cli import app

SECRET = "c4nary-f0r-you"
_MAIL = "receivers: {d: {kind: mail, host: h, sender: a@b.c, to: [a@b.c], password: "

REFUSED: dict[str, bytes] = {
    "cyclic anchor": b"a: &a [*a]\n",
    "bomb of anchors": b"a: &a [x, x]\nb: &b [*a, *a]\n",
    "merge key": b"<<: {workers: 2}\n",
    "every byte": bytes(range(256)) * 20,
    "NUL": b"dyad: RUS-CHN\0\n",
    "UTF-16": "dyad: RUS-CHN\n".encode("utf-16"),
    "huge": b"#" * 300_000,
    "deep lists": b"a: " + b"[" * 5_000,
    "deep mappings": b"a: " + b"{a: " * 5_000,
    "two documents": b"---\na: 1\n---\nb: 2\n",
    "endless number": b"workers: " + b"9" * 5_000,
    "infinite number": b"alerts: {rules: [{min_confidence: 1e999}]}\n",
    "no number": b"alerts: {rules: [{min_confidence: .nan}]}\n",
    "endless duration": b"history_after: " + b"999999w" * 3_000,
    "no such home": b"data: ~nobody-of-that-name/x\n",
    "half a database": b"store: 'postgresql://[::1'\n",
    "half an address": b"sources: [{feed: 'http://[::1/x'}]\n",
    "folded host": "sources: [{feed: 'http://a℀b.example/x'}]\n".encode(),
    "header with a line break": b'feeds: {user_agent: "a\\r\\nX: y"}\n',
    "terminal sequence as value": b'language: "\\e[31mfr"\n',
    "terminal sequence as key": b'"\\e[31mlanguage": fr\n',
    "direction override": "dyad: \u202eRUS-CHN-\n".encode(),
    "many wrong keys": b"\n".join(b"k%d: 1" % n for n in range(5_000)),
    "states nobody knows": b"dyad: RUS-XXX\n",
}
LEAKS: dict[str, str] = {
    "password that looks like an alias": f"{_MAIL}*{SECRET}}}}}\n",
    "password that looks like an anchor": f"{_MAIL}&{SECRET} x}}}}\n",
    "password that looks like a tag": f"{_MAIL}!{SECRET} x}}}}\n",
    "password that looks like a tag's handle": f"{_MAIL}!{SECRET}!x y}}}}\n",
    "password that looks like a directive": f"{_MAIL}%{SECRET}}}}}\n",
    "password in a list": f"{_MAIL}[{SECRET}]}}}}\n",
    "password in the host": f"receivers: {{d: {{kind: mail, sender: a@b, to: [a@b], host: '{SECRET}@'}}}}\n",
    "password of a database": f"store: mysql://u:{SECRET}@h/x\n",
    "password of a feed": f"sources: [{{feed: 'ftp://u:{SECRET}@h/x'}}]\n",
    "token of a feed, twice": f"sources: [{{feed: 'http://h/?k={SECRET}'}}, {{feed: 'http://h/?k={SECRET}'}}]\n",
    "token of a webhook in a mapping": f"receivers: {{d: {{kind: slack, url: {{{SECRET}: 1}}}}}}\n",
}


def said(path: Path) -> tuple[int, str]:
    """Return exit code and output of `sommet check-config`; any exception of its own is raised."""
    result = CliRunner().invoke(app, ["check-config", str(path)], catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize("name", REFUSED)
def test_a_nasty_file_is_refused_in_few_lines(tmp_path: Path, name: str) -> None:
    """Every mistake is a line with its place; there are no more lines than a person reads."""
    file = tmp_path / "f.yaml"
    file.write_bytes(REFUSED[name])
    code, output = said(file)
    lines = output.splitlines()
    assert code == 2
    assert 1 <= len(lines) <= 100
    assert all(line.startswith(str(file)) for line in lines[:20])
    assert all(line.isprintable() and len(line) < 500 + len(str(file)) for line in lines)


@pytest.mark.parametrize("name", LEAKS)
def test_a_misread_secret_is_not_repeated(tmp_path: Path, name: str) -> None:
    """Where YAML takes a secret for something else, the message does not show it."""
    file = tmp_path / "f.yaml"
    file.write_text(LEAKS[name], "utf-8")
    code, output = said(file)
    assert code == 2
    assert SECRET not in output


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a loop of links and a missing file are named in one line."""
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    for path in (tmp_path, tmp_path / "loop.yaml", tmp_path / "none.yaml"):
        code, output = said(path)
        assert (code, len(output.splitlines())) == (2, 1)
