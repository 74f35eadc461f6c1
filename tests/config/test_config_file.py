"""The configuration file: what it may say, and what a user reads where it is wrong."""

import os
import re
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sommet.config import Config, Mail, Slack
from sommet.config_file import example, load, parse, summary
from sommet.config_nodes import MAX_CHARACTERS
from sommet.config_values import WRONG, duration, struct_type
from sommet.errors import ConfigError
from sommet.outbox.build import build_receivers
from sommet.outbox.mail import MailReceiver
from sommet.outbox.render import render
from tests.outbox.fakes import an_alert

BAD: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("bad_files.yaml").read_text("utf-8"))
RECEIVERS = """
receivers:
  desk:
    kind: mail
    host: mail.example.org
    sender: sommet@example.org
    to: [desk@example.org]
    user: sommet
    password: ${PASSWORD}
  team: {kind: slack, url: "https://hooks.example.org/${TOKEN:-none}"}
alerts:
  rules:
    - receivers: [console, desk, team]
"""


def says(text: str, environ: dict[str, str] | None = None) -> str:
    """Return what the user reads about `text`."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "f.yaml", environ or {})
    return str(caught.value)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["fact"])
def test_every_mistake_is_named_exactly(case: dict[str, Any]) -> None:
    """A wrong file is refused with these lines, each with its line number, and with no others."""
    assert says(case["file"]).split("\n") == [f"f.yaml:{line}" for line in case["says"]]


def test_the_table_of_wrong_files_is_long() -> None:
    """At least forty kinds of mistakes stand in the table, each once."""
    assert len({case["fact"] for case in BAD}) == len({case["file"] for case in BAD}) == len(BAD) >= 40


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}\n"])
def test_a_file_that_says_nothing_says_the_defaults(text: str) -> None:
    """Every key is optional."""
    assert parse(text, "f.yaml", {}) == Config()


def test_the_example_says_the_defaults() -> None:
    """What `sommet init` writes changes nothing."""
    assert parse(example(), "f.yaml", {}) == Config()


def test_the_example_with_its_examples_is_right() -> None:
    """The commented examples are right when the `#` is removed."""
    text = re.sub(r"(?m)^#(?=  )", "", example())
    config = parse(text, "f.yaml", {"SLACK_WEBHOOK_URL": "https://hooks.example.org/x", "SMTP_PASSWORD": "p"})
    assert (len(config.sources), len(config.files), len(config.alerts.rules)) == (1, 1, 2)
    assert set(config.receivers) == {"console", "team", "desk"}


@pytest.mark.parametrize("text", ["sources:\nfiles:\n", "sources: null\nfiles: ~\n", "sources: []\n"])
def test_a_list_may_have_nothing_behind_its_key(text: str) -> None:
    """That is an empty one."""
    assert parse(text, "f.yaml", {}) == Config()


def test_the_snippet_of_the_readme_is_a_whole_file() -> None:
    """What README shows may replace what `sommet init` wrote."""
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    snippet = textwrap.dedent(readme.partition("```yaml\n")[2].partition("```")[0])
    config = parse(snippet, "f.yaml", {"SLACK_WEBHOOK_URL": "https://hooks.example.org/x"})
    assert set(config.receivers) == {"console", "newsroom"}


def keys(kind: Any) -> set[str]:
    """Return the names of all keys under a struct."""
    found: set[str] = set()
    for entry in kind.fields:
        found.add(entry.encode_name)
        pending = [entry.type]
        while pending:
            inner = pending.pop()
            pending += getattr(inner, "types", ())
            pending += [getattr(inner, name) for name in ("item_type", "value_type") if hasattr(inner, name)]
            found |= keys(inner) if hasattr(inner, "fields") else set()
    return found


@pytest.mark.parametrize("file", ["sommet/sommet.example.yaml", "docs/configuration.md"])
def test_every_key_is_described(file: str) -> None:
    """The example and the manual name every key there is."""
    text = (Path(__file__).parents[2] / file).read_text("utf-8")
    assert {key for key in keys(struct_type(Config)) if not re.search(rf"\b{key}\b", text)} == set()


def test_secrets_come_from_the_environment_and_are_never_shown() -> None:
    """A variable is filled in; what people may look at shows neither it nor a password in an address."""
    text = RECEIVERS + 'sources: [{feed: "https://u:CANARY@news.example.org/a?key=CANARY"}]\n'
    config = parse(
        f"store: postgresql://u:CANARY@db/x{text}", "f.yaml", {"PASSWORD": "CANARY", "TOKEN": "CANARY"}
    )
    mail, slack = config.receivers["desk"], config.receivers["team"]
    assert isinstance(mail, Mail)
    assert isinstance(slack, Slack)
    assert (mail.password, slack.url) == ("CANARY", "https://hooks.example.org/CANARY")
    assert "CANARY" not in summary(config)


@pytest.mark.parametrize(
    ("value", "environ", "expected"),
    [
        ("${A}", {"A": "x"}, "x"),
        ("a${A}b${B}", {"A": "1", "B": "2"}, "a1b2"),
        ("${A:-d}", {}, "d"),
        ("${A:-d}", {"A": ""}, "d"),
        ("${A:-}", {}, ""),
        ("${A:-http://x}", {}, "http://x"),
        ("$${A}", {}, "${A}"),
        ("$A and $", {"A": "x"}, "$A and $"),
        ("${A}", {"A": "${B}"}, "${B}"),
    ],
)
def test_variables(value: str, environ: dict[str, str], expected: str) -> None:
    """Variables are filled in once, with a fallback where one stands; a double dollar stands for itself."""
    config = parse(f"files: ['{value}x']", "f.yaml", environ)
    assert config.files == (f"{expected}x",)


def test_a_variable_may_come_from_a_file(tmp_path: Path) -> None:
    """Secrets of a container are files; the variable itself comes first."""
    secret = tmp_path / "secret"
    secret.write_text("CANARY\n", "utf-8")
    config = parse("store: 'postgresql://u:${PW}@db/x'", "f.yaml", {"PW_FILE": str(secret)})
    assert config.store == "postgresql://u:CANARY@db/x"
    both = {"PW_FILE": str(secret), "PW": "other"}
    assert parse("store: 'postgresql://u:${PW}@db/x'", "f.yaml", both).store == "postgresql://u:other@db/x"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "f.yaml:1: files[1]: the file that PW_FILE names cannot be read (No such file or directory)"),
        (b"\n", "f.yaml:1: files[1]: the file that PW_FILE names is empty"),
        (b"\xff\xfe", "f.yaml:1: files[1]: the file that PW_FILE names cannot be read (no text)"),
    ],
)
def test_a_file_without_a_secret_is_named(tmp_path: Path, content: bytes | None, expected: str) -> None:
    """It is a mistake of the configuration, with its line; what the file holds is not shown."""
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    assert expected in says("files: ['${PW}']", {"PW_FILE": str(secret)})


def test_a_variable_may_hold_a_number_or_a_duration() -> None:
    """What a variable says is read as the type of its key."""
    config = parse("metrics: {port: '${PORT}'}\nfeeds: {every: '${EVERY:-10m}'}", "f.yaml", {"PORT": "9000"})
    assert (config.metrics.port, config.feeds.every) == (9000, timedelta(minutes=10))


def test_a_wrong_secret_is_not_repeated() -> None:
    """The message about a wrong value from the environment does not contain it."""
    text = says(RECEIVERS, {"PASSWORD": "CANARY", "TOKEN": "CA NARY"})
    assert "receivers.team.url: the value is not a web address" in text
    assert "NARY" not in text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20s", 20), ("5m", 300), ("1h30m", 5400), ("3d", 259_200), ("2w", 1_209_600), ("90m", 5400), ("0s", 0)],
)
def test_durations(text: str, seconds: int) -> None:
    """Numbers with units, added up."""
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "5M", "1.5h", "P3D", "٣d", "9999999999w"])
def test_what_is_no_duration(text: str) -> None:
    """Anything else is refused, never guessed."""
    assert duration(text) is WRONG


def test_null_lifts_the_age_limit() -> None:
    """`max_age: null` means no limit."""
    assert parse("alerts: {max_age: null}", "f.yaml", {}).alerts.max_age is None


def test_the_console_is_always_there() -> None:
    """A rule may name the console although the file lists other receivers only."""
    config = parse(RECEIVERS, "f.yaml", {"PASSWORD": "p"})
    assert list(config.receivers) == ["console", "desk", "team"]


def test_a_local_slack_may_be_plain_http() -> None:
    """Plain http is fine where it does not leave the machine."""
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert parse(f"receivers: {{t: {{kind: slack, url: 'http://{host}:8080/x'}}}}", "f.yaml", {})


def test_all_mistakes_of_a_file_come_in_the_order_of_their_lines() -> None:
    """The user mends a file in one go, from top to bottom."""
    numbers = [
        int(line.split(":")[1]) for line in says("b: 1\nworkers: x\n\nc: 1\nstore: 1\nfeeds: 1\n").split("\n")
    ]
    assert numbers == [1, 2, 4, 5, 6]


def test_after_fifty_mistakes_only_their_number_is_told() -> None:
    """Nobody reads five thousand lines."""
    lines = says("\n".join(f"k{n}: 1" for n in range(1_300))).split("\n")
    assert (len(lines), lines[-1]) == (51, "f.yaml: and 1,250 more")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://h/x", "postgresql://u:p@h:5432/x", "postgresql+psycopg://u:p/w@[::1]:5432/x",
        "postgresql:///x?host=/run/postgresql", "postgresql://h/x?sslmode=require", "sqlite:///a b.db",
    ],
)  # fmt: skip
def test_addresses_of_databases(url: str) -> None:
    """What SQLAlchemy can take apart is right; spaces stand in no address."""
    config, error = outcome(f"store: '{url}'")
    assert (config is None) == (" " in url) == bool(error)


def test_what_is_right_builds_its_receivers() -> None:
    """What the file may say is what a start accepts: a name before an address, a login on this machine."""
    text = (
        "receivers: {w: {kind: mail, host: localhost, security: none, user: u, password: p, "
        "sender: 'Sommet <a@b.example>', to: ['Rédaction <c@d.example>', e@f.example]}, "
        "s: {kind: slack, url: 'http://127.0.0.1:8080/x'}}"
    )
    receivers = build_receivers(parse(text, "f.yaml", {}).receivers)
    mail = receivers["w"]
    assert isinstance(mail, MailReceiver)
    assert mail.mail(render(an_alert(), "fr"), "k")["From"].addresses[0].addr_spec == "a@b.example"


@pytest.mark.parametrize("host", ["mail.example.org", "127.0.0.1", "::1", "2001:db8::1"])
def test_hosts(host: str) -> None:
    """Names and addresses of both kinds."""
    assert parse(f"metrics: {{host: '{host}'}}", "f.yaml", {}).metrics.host == host


def test_a_huge_file_is_refused() -> None:
    """A file far larger than any configuration is not parsed."""
    assert says("#" * (MAX_CHARACTERS + 1)).startswith("f.yaml:1: the file has 256,001 characters")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder, a device, a FIFO and a file in another encoding are named at once."""
    fifo, large = tmp_path / "pipe", tmp_path / "large.yaml"
    os.mkfifo(fifo)
    large.write_bytes(b"#" * (4 * MAX_CHARACTERS + 1))
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"language: fr\n# caf\xe9\n")
    table = {
        tmp_path
        / "none.yaml": "none.yaml: cannot be read: No such file or directory; `sommet init` writes one",
        tmp_path: f"{tmp_path.name}: cannot be read: Is a directory",
        Path("/dev/zero"): "/dev/zero: is no regular file",
        fifo: "pipe: is no regular file",
        large: "large.yaml:1: the file is too large",
        latin: "latin.yaml:2: not UTF-8",
    }
    for path, expected in table.items():
        with pytest.raises(ConfigError) as caught:
            load(path, {})
        assert expected in str(caught.value)


def test_without_a_name_sommet_yaml_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sommet.yaml` in the folder is read if it is there; otherwise the defaults hold."""
    monkeypatch.chdir(tmp_path)
    assert load(None, {}) == Config()
    (tmp_path / "sommet.yaml").write_bytes(b"\xef\xbb\xbflanguage: fr\n")
    assert load(None, {}).language == "fr"


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(":-[]{}&*!|>'\"%@`# \n\t$"), max_size=60))
def test_no_text_breaks_the_loader(text: str) -> None:
    """Whatever stands in the file, the answer is a configuration or a `ConfigError`."""
    for document in (text, f"sources: [{{feed: {text}}}]", f"feeds:\n  {text}: 1\n"):
        config, error = outcome(document)
        assert isinstance(config, Config) or error.startswith("f.yaml:")


def outcome(text: str) -> tuple[Config | None, str]:
    """Return the configuration or the error that `text` leads to."""
    try:
        return parse(text, "f.yaml", {}), ""
    except ConfigError as error:
        return None, str(error)
