"""The command line, as a person or a script meets it."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from sommet.cli import app
from sommet.config_file import example
from tests.outbox.fakes import slack_server

SUMMIT = (
    "Le président russe Vladimir Poutine se rendra jeudi 15 octobre à Pékin pour y rencontrer son "
    "homologue chinois Xi Jinping, a annoncé lundi le Kremlin."
)
COMMAND = [sys.executable, "-c", "from sommet.cli import main; main()"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test works in a folder of its own, with a configuration that uses no network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "sommet.yaml").write_text("catalogue: false\nmetrics: {port: 0}\nalerts: {max_age: null}\n")
    return tmp_path


def call(*args: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code, output and errors."""
    result = CliRunner().invoke(app, list(args), input=stdin, env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def spawn(*args: str, **options: Any) -> subprocess.Popen[str]:
    """Start a command as a process of its own."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [*COMMAND, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, **options
    )


def documents(*rows: dict[str, Any], name: str = "docs.jsonl") -> str:
    """Write documents; return the file's name."""
    Path(name).write_bytes(b"\n".join(map(msgspec.json.encode, rows)) + b"\n")
    return name


def summit(ident: str = "a", **changes: Any) -> dict[str, Any]:
    """Return a document that announces a summit."""
    row = {
        "id": ident,
        "date": "2026-10-12T06:42:00Z",
        "source": "Exemple",
        "lang": "fr",
        "title": "Poutine à Pékin",
    }
    return row | {"text": SUMMIT} | changes


def test_help_lists_the_commands_and_exit_codes() -> None:
    """Every command stands there with one sentence, and what the exit codes mean."""
    code, out, _ = call("--help")
    assert code == 0
    commands = ("run", "demo", "code", "explain", "events", "event", "replay", "diff", "check-config", "init")
    assert all(name in out for name in commands)
    assert "4 an alert" in out
    assert "130 interrupted" in " ".join(out.split())


def test_the_command_line_loads_nothing_heavy() -> None:
    """Help and configuration checks start at once: no model, database or HTTP client is imported."""
    script = (
        "import sys; from typer.testing import CliRunner; from sommet.cli import app; r = CliRunner();"
        "r.invoke(app, ['--help']); r.invoke(app, ['check-config']);"
        "print(sorted({'spacy', 'sqlalchemy', 'httpx', 'trafilatura', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def test_version() -> None:
    """The version is one line."""
    code, out, _ = call("--version")
    assert (code, bool(re.fullmatch(r"sommet \d+\.\d+\.\d+\n", out))) == (0, True)


@pytest.mark.parametrize(
    "args", [["fly"], ["events", "--limit", "x"], ["code"], ["run", "--twice"], ["events", "--limit", "0"]]
)
def test_wrong_usage_is_2(args: list[str]) -> None:
    """A wrong command or option is a usage error."""
    assert call(*args)[0] == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["events", "--type", "sumit"], "did you mean summit?"),
        (["events", "--status", "plan"], "did you mean planned?"),
        (["events", "--since", "soon"], "expected a day such as"),
        (["event", ""], "ID: empty"),
        (["run", "--once", ""], "PATH: empty"),
        (["code", " "], "DOCS.jsonl: empty"),
        (["run", "--config", "/dev/zero"], "/dev/zero: is no regular file"),
        (["demo", "--language", "de"], "expected en or fr"),
        (["run", "--once", "--log-level", "loud"], "expected one of debug"),
    ],
)
def test_wrong_values_are_2_with_a_hint(args: list[str], said: str) -> None:
    """A wrong value says what was expected."""
    code, _, err = call(*args)
    assert (code, said in err) == (2, True)


def test_init_writes_once(folder: Path) -> None:
    """An example is written, never over a file that is there, but with `--force`."""
    assert call("init", "new.yaml")[0] == 0
    assert (folder / "new.yaml").read_text("utf-8") == example()
    (folder / "new.yaml").write_text("mine")
    code, _, err = call("init", "new.yaml")
    assert (code, "--force" in err, (folder / "new.yaml").read_text()) == (1, True, "mine")
    assert call("init", "new.yaml", "--force")[0] == 0
    assert (folder / "new.yaml").read_text("utf-8") == example()
    assert call("init", "none/new.yaml")[0] == 1


def test_check_config_says_what_it_means_or_what_is_wrong(folder: Path) -> None:
    """A right file is summed up without secrets; a wrong one is exit code 2 and all its lines."""
    (folder / "a.yaml").write_text(
        "receivers: {t: {kind: slack, url: '${HOOK}'}}\nalerts: {rules: [{receivers: [t]}]}\n"
    )
    code, out, err = call("check-config", "a.yaml", env={"HOOK": "https://hooks.example.org/CANARY"})
    assert (code, "summits: summit → t (slack)" in out, "CANARY" in out + err) == (0, True, False)
    (folder / "b.yaml").write_text("evry: 1\nworkers: x\n")
    code, out, err = call("check-config", "b.yaml")
    assert (code, out, len(err.splitlines())) == (2, "", 2)


def test_a_check_checks_what_a_start_checks(folder: Path) -> None:
    """What `run` refuses, `check-config` refuses with the same words."""
    (folder / "sommet.yaml").write_text(
        "receivers: {w: {kind: mail, host: smtp.example.org, sender: a@b.c, to: [a@b.c], security: none, "
        "user: u, password: hunter2}}\n"
    )
    checked, started = call("check-config"), call("run", "--once")
    assert checked == started
    assert (checked[0], "would travel in the clear" in checked[2], "hunter2" in checked[2]) == (
        2,
        True,
        False,
    )


@pytest.mark.parametrize("command", [["run", "--once"], ["events"], ["event", "a"], ["code", "docs.jsonl"]])
def test_no_command_starts_with_a_wrong_configuration(folder: Path, command: list[str]) -> None:
    """The line of the file is named, and there is no traceback."""
    (folder / "sommet.yaml").write_text("dyad: RU\n")
    code, out, err = call(*command)
    assert (code, out) == (2, "")
    assert err.startswith("sommet.yaml:1: dyad:")


def test_code_writes_a_line_for_each_document() -> None:
    """Documents come out in the order of the input, whatever their dates; two reports are one event."""
    rows = (
        {"id": "late", "date": "2026-10-13", "source": "B", "title": "Météo", "text": "Il pleut."},
        summit("b", date="2026-10-12T08:00:00Z", source="Autre"),
        summit("a"),
    )
    code, out, err = call("code", documents(*rows))
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, [line["id"] for line in lines]) == (0, ["late", "b", "a"])
    assert [(line["relevant"], line["summit_news"]) for line in lines] == [
        (False, False),
        (True, True),
        (True, True),
    ]
    first, second = lines[1]["events"][0], lines[2]["events"][0]
    assert first["event_id"] == second["event_id"] is not None
    assert {key: first[key] for key in ("type", "status", "salience", "start", "place")} == {
        "type": "summit", "status": "planned", "salience": "news", "start": "2026-10-15", "place": "Beijing",
    }  # fmt: skip
    assert first["evidence"] in f"{rows[1]['title']}\n{SUMMIT}"
    assert "3 of 3 documents" in err


def test_code_keeps_documents_apart_and_goes_on_after_bad_lines() -> None:
    """Equal ids, equal URLs and broken lines: one line of output for each line of input."""
    same = summit("a", url="https://news.example.org/a")
    lines = [msgspec.json.encode(same), b"{broken", b"", msgspec.json.encode(same), b'{"id": 7}']
    code, out, err = call("code", "-", stdin=b"\n".join(lines))
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, [(row["id"], row["relevant"]) for row in rows]) == (
        0,
        [("a", True), (None, False), ("a", True), (7, False)],
    )
    assert "-:2: no JSON document" in err
    assert "-:5: neither title nor text" in err


def test_code_without_a_file_is_1() -> None:
    """A missing file is one line."""
    assert call("code", "none.jsonl") == (1, "", "none.jsonl: cannot be read: No such file or directory\n")


def test_run_once_then_ask_what_is_known() -> None:
    """One round over a file; then the event is listed, shown by the letters of its id, and given as JSON."""
    code, out, err = call("run", "--once", documents(summit()), "--log-level", "error")
    assert (code, err) == (0, "")
    assert "event       2026-10-15 · summit planned · Beijing · Vladimir Putin, Xi Jinping" in out
    assert "1 new article, 1 new event, " in out
    code, out, _ = call("events")
    assert (code, "2026-10-15" in out, "Vladimir Putin, Xi Jinping" in out) == (0, True, True)
    code, out, _ = call("events", "--type", "summit", "--status", "planned", "--json")
    event = json.loads(out)
    assert (code, event["place"]) == (0, "Beijing")
    code, out, _ = call("event", event["event"][:6])
    assert (code, "Kremlin" in out or "Pékin" in out, "sommet:doc/" in out) == (0, True, True)
    code, out, _ = call("event", event["event"], "--json")
    assert json.loads(out)["event"]["event"] == event["event"]
    assert call("events", "--type", "energy")[:1] == (0,)


def test_reports_stand_in_the_order_of_their_publication() -> None:
    """Whatever order they came in; copies stand below what they were made from."""
    hours = ("13", "10", "12", "08")
    rows = [summit(hour, date=f"2026-10-12T{hour}:00:00Z", source=f"S{hour}") for hour in hours]
    call("run", "--once", documents(*rows), "--log-level", "error")
    code, out, _ = call("events", "--json")
    code, out, _ = call("event", json.loads(out)["event"], "--json")
    (first,) = json.loads(out)["reports"]
    copies = [row["origin"]["source"] for row in first["copies"]]
    assert (code, first["origin"]["source"], copies) == (0, "S08", ["S10", "S12", "S13"])


def test_a_file_that_cannot_be_read_is_1(folder: Path) -> None:
    """One round over a missing path does the rest and ends with 1; a wrong line of a file is told only."""
    rows = documents(summit())
    code, out, _ = call("run", "--once", "./nosuch.jsonl", rows, "--log-level", "error")
    assert code == 1
    assert "note        not read: nosuch.jsonl: no such file or directory" in out
    assert "1 new article, 1 new event, " in out
    (folder / "half.jsonl").write_text('{"title": "a"}\n{broken\n')
    assert call("run", "--once", "half.jsonl", "--log-level", "error")[0] == 0
    (folder / "empty.xml").write_text("")
    code, out, _ = call("run", "--once", "./empty.xml", "--log-level", "error")
    assert (code, "not read: empty.xml: no feed that can be read: it is empty." in out) == (1, True)
    assert call("events", "--since", "999999w")[0] == 0


def test_json_has_every_key() -> None:
    """What is not known is empty, not missing."""
    text = "La Chine et la Russie ont signé lundi un accord de coopération."
    call("run", "--once", documents(summit(title="Accord", text=text)), "--log-level", "error")
    [line] = call("events", "--json")[1].splitlines()
    event = json.loads(line)
    assert (event["place"], event["quantities"], event["articles"], event["lineages"]) == ("", [], 1, 1)
    assert event["report"]["stated"]["place"] == ""
    assert event["report"]["stated"]["evidence"] in text
    assert "sketch" not in event["report"]["origin"]
    one = json.loads(call("event", event["event"], "--json")[1])
    assert one["event"] | {"codes": one["codes"]} == event


def test_code_says_what_it_cannot_use() -> None:
    """A date that is none and a language that it does not read are told; the document is coded."""
    rows = documents(summit("a", date="le 20 novembre"), summit("b", lang="de"), summit("c"))
    code, out, err = call("code", rows)
    assert (code, len(out.splitlines())) == (0, 3)
    assert "docs.jsonl:1: no date that can be read in “le 20 novembre”; coded as undated" in err
    assert "docs.jsonl:2: lang “de” is none of fr, en, ru, zh; found from the text" in err
    assert "docs.jsonl:3" not in err


@pytest.mark.parametrize("columns", ["20", "80"])
def test_nothing_is_cut_or_folded_in_a_pipe(columns: str) -> None:
    """Each sentence stands whole on its line, and the id is one that `event` takes."""
    call("run", "--once", documents(summit()), "--log-level", "error")
    _, out, _ = call("events", env={"COLUMNS": columns})
    head, facts, said = out.splitlines()
    assert re.fullmatch(r"[0-9a-f]{8}  2026-10-15  summit planned  1 article, 1 origin", head)
    assert facts == "  Beijing · Vladimir Putin, Xi Jinping"
    assert said == f"  “{SUMMIT}”"
    code, out, _ = call("event", head[:8], env={"COLUMNS": columns})
    assert (code, f"  “{SUMMIT}”" in out.splitlines()) == (0, True)


def test_what_is_not_known_is_1() -> None:
    """Without a store, or with another id, one line says what to do."""
    code, out, err = call("events")
    assert (code, out, "does not exist yet" in err) == (1, "", True)
    call("run", "--once", "--log-level", "error")
    code, _, err = call("event", "zzz\x1b[31m")
    assert (code, "no event has an id that begins with zzz<1B>[31m" in err) == (1, True)


def test_a_database_that_cannot_be_used_is_3(folder: Path) -> None:
    """A file that is no database is left as it is."""
    (folder / "var").mkdir()
    (folder / "var/log.db").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    code, _, err = call("run", "--once")
    assert (code, "is not a database" in err, "Traceback" in err) == (3, True, False)
    assert (folder / "var/log.db").read_bytes().startswith(b"no database")


def test_hostile_text_reaches_no_terminal() -> None:
    """Control characters, direction marks and markup of an article come out as plain text."""
    hostile = summit(
        title="[red]Poutine[/red] \x1b]0;x\x07 à Pékin \u202e", text=SUMMIT + " \x9b31m", source="A\x1b[2J"
    )
    outputs = "".join(call(*args)[1] for args in (["run", "--once", documents(hostile)], ["events"]))
    assert "Vladimir Putin" in outputs
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", outputs)


def encoded(encoding: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of its own process whose streams have that encoding."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": encoding}
    done = subprocess.run([*COMMAND, *args], capture_output=True, env=env, check=False)
    assert b"Traceback" not in done.stderr
    return done


def test_no_encoding_stops_the_reading() -> None:
    """What a terminal cannot write becomes a mark; what `code` writes is UTF-8 whatever the terminal is."""
    rows = documents(summit(text=SUMMIT + " Il l’a dit : “oui” – 习近平."), name="é.jsonl")
    assert encoded("ascii", "run", "--once", rows).returncode == 0
    done = encoded("ascii", "code", rows)
    assert "Pékin" in json.loads(done.stdout.decode("utf-8"))["events"][0]["evidence"]


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1251"])
def test_no_encoding_stops_the_telling(encoding: str) -> None:
    """The same for what is known, for help, and for errors."""
    call("run", "--once", documents(summit(source="习近平")))
    outputs = {args: encoded(encoding, *args.split()) for args in ("events", "check-config", "--help")}
    assert all(done.returncode == 0 for done in outputs.values())
    assert "Vladimir Putin" in outputs["events"].stdout.decode(encoding)
    rows = encoded(encoding, "events", "--json").stdout.decode("utf-8")
    assert json.loads(rows)["report"]["origin"]["source"] == "习近平"
    assert encoded(encoding, "event", "no\u2019such").returncode == 1


def test_a_closed_pipe_is_no_failure() -> None:
    """Nobody reads on: the command ends quietly."""
    call("run", "--once", documents(*(summit(str(n), date=f"20{10 + n}-10-12") for n in range(10))))
    with spawn("events", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(30) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_run_cleanly(number: int) -> None:
    """A signal after the first event: the summary is printed, the exit code is 0, the store is whole."""
    with spawn("run", documents(summit()), "--log-level", "error") as process:
        assert process.stdout is not None
        assert any("event " in line for line in process.stdout)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert err in {"", "ending with what is under way; a second signal ends at once\n"}
    assert "1 new event," in out
    assert "Beijing" in call("events")[1]


def test_an_interrupted_round_says_so(folder: Path) -> None:
    """`run --once` that a signal ends: 130, a word, and the rest at the next start."""
    (folder / "sommet.yaml").write_text(
        "catalogue: false\nmetrics: {port: 0}\nalerts: {max_age: null}\nfeeds: {private_addresses: true}\n"
        "sources: [{feed: 'http://127.0.0.1:9/x'}]\n"
    )
    rows = documents(
        *(summit(str(number), date=f"2026-10-12T00:{number % 60:02}:00Z") for number in range(400))
    )
    with spawn("run", "--once", rows, "--log-level", "error") as process:
        assert process.stdout is not None
        assert any(line.startswith("event") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] in {"interrupted", "ended; what was not finished is done at the next start"}


def test_a_missing_source_is_a_line_and_no_traceback(folder: Path) -> None:
    """A feed that nobody serves: its reason, and what works without a network."""
    (folder / "sommet.yaml").write_text(
        "catalogue: false\nmetrics: {port: 0}\nfeeds: {private_addresses: true}\n"
        "sources: [{feed: 'http://127.0.0.1:9/CANARY?key=CANARY', name: Nobody}]\n"
    )
    code, out, err = call("run", "--once", "--log-level", "error")
    assert (code, "Traceback" in err) == (0, False)
    assert "source      Nobody: " in out
    assert "`sommet demo`" in out
    assert "key=CANARY" not in out + err


def test_what_is_owed_or_lost_is_4(folder: Path) -> None:
    """One round that reaches a receiver that refuses ends with 4 and says whom, why and until when."""
    with slack_server() as slack:
        (folder / "sommet.yaml").write_text(
            "catalogue: false\nmetrics: {port: 0}\n"
            f"receivers: {{chat: {{kind: slack, url: '{slack.url}'}}}}\n"
            "alerts: {max_age: null, rules: [{receivers: [chat]}]}\n"
        )
        slack.answers = [403] * 9
        code, out, err = call("run", "--once", documents(summit()))
        assert code == 4
        assert "1 alert, 0 sent, 1 still owed" in out
        said = r"chat: 1 owed, Slack answered 403: the webhook's address is wrong .*, again at \d\d:"
        assert len(re.findall(said, out)) == 2
        assert re.search(r"error\s.*delivery_attempted", err)
        slack.answers = [400]
        (folder / "var/store.db").unlink()
        code, out, _ = call("run", "--once")
        assert (code, "0 sent, 1 failed" in out) == (4, True)
        assert call("run", "--once")[0] == 0


@pytest.mark.parametrize(
    ("language", "days", "result", "sum_up"),
    [
        (
            "fr",
            "Lundi Mardi Mercredi Jeudi Vendredi Samedi Dimanche",
            "Bilan",
            r"\d+ événements",
        ),
        ("en", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday", "What came of it", r"\d+ events"),
    ],
)
def test_the_demo_plays_a_week_offline(
    folder: Path, language: str, days: str, result: str, sum_up: str
) -> None:
    """Every day has its line; alerts come with their sentence; each silent article has its reason."""
    before = sorted(folder.iterdir())
    code, out, err = call("demo", "--language", language)
    assert (code, err) == (0, "")
    assert re.findall(r"(?m)^(\w+) \d+ [Oo]cto\w+ 2026 ─", out) == days.split()
    head, tail = out.split(result)
    assert "Vladimir" in head
    assert head.count("https://example.") >= 4
    assert re.search(rf"46 articles \(21 fr, 10 en, 8 ru, 7 zh\), {sum_up}, \d+ alert", tail)
    assert "montagnes russes" in tail
    assert "…" not in tail
    assert sorted(folder.iterdir()) == before
