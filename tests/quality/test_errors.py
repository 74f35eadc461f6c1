"""What `make errors` calls a mistake, and the cause it names."""

import json
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sommet.commands.code import documents
from sommet.explain.build import explain
from sommet.explain.model import Explanation

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks" / "quality"
sys.path.insert(0, str(FOLDER))

SUMMIT = "Vladimir Poutine a reçu Xi Jinping lundi à Moscou."
LIST = "La Russie et la Chine figurent parmi les dix plus grands producteurs de blé du monde."
TEXTS = {
    "summit": SUMMIT,
    "gate": "Vladimir Poutine s'est exprimé lundi à Moscou.",
    "german": "Der russische Präsident Wladimir Putin trifft am Montag in Moskau Xi Jinping, so der Kreml.",
    "list": LIST,
    "weak": f"{SUMMIT} La Russie et la Chine ont tenu des consultations en mai 2019.",
}
SCORER = """
from datetime import date

def pairs(gold, pred):
    free, found = list(pred), []
    for one in gold:
        other = next((p for p in free if p["type"] == one["type"]), None)
        if other is not None:
            free = [p for p in free if p is not other]
            found.append((one, other))
    return found

def span(start, end):
    return (date.fromisoformat(start), date.fromisoformat(end or start)) if start else None

def same_date(gold, pred):
    return (gold["start"], gold["end"]) == (pred["start"], pred["end"])

def same_place(gold, pred):
    return gold["place"] == pred["place"]
"""


def scorer() -> Any:
    """Return a scorer that pairs by type alone."""
    names: dict[str, Any] = {}
    exec(SCORER, names)
    return SimpleNamespace(**names)


def event(**fields: Any) -> dict[str, Any]:
    """Return an event as labels and predictions write it."""
    known = {
        "type": "summit", "status": "occurred", "salience": "news", "format": "in_person",
        "start": "2026-10-12", "end": "2026-10-12", "place": "Moscow", "evidence": SUMMIT,
    }  # fmt: skip
    return {**known, **fields}


def row(*events: dict[str, Any], summit_news: bool = False) -> dict[str, Any]:
    """Return a document's label or prediction."""
    return {"relevant": bool(events), "summit_news": summit_news, "events": list(events)}


@cache
def explained(ident: str) -> Explanation:
    """Return one of the texts, explained."""
    line = json.dumps({"id": ident, "date": "2026-10-12", "lang": "fr", "text": TEXTS[ident]}).encode()
    (found,) = documents(line)
    assert found.raw is not None
    return explain(found.raw, "RUS-CHN")


def causes(ident: str, gold: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """Return the causes of the mistakes in one document."""
    from mistakes import mistakes  # type: ignore[import-not-found] # noqa: PLC0415 - a script's module

    found = mistakes({ident: gold}, {ident: said}, {ident: "fr"}, scorer(), explained)
    assert all((each.id, each.lang) == (ident, "fr") for each in found)
    return [each.cause for each in found]


CONSULTATION = event(type="consultation", evidence="La Russie et la Chine ont tenu des consultations")
MISSED: list[tuple[str, dict[str, Any], str]] = [
    ("gate", event(evidence=TEXTS["gate"]), "document missed: gate"),
    ("german", event(evidence=TEXTS["german"]), "document missed: language (de)"),
    ("list", event(evidence=LIST), "document missed: no frame, guess_abstained (trade)"),
    ("weak", CONSULTATION, "document missed: frame dropped_weak"),
    ("summit", event(), "document missed: joined away"),
    ("summit", event(type="energy"), "document missed: frame read as summit"),
]


@pytest.mark.parametrize(("ident", "gold", "cause"), MISSED)
def test_a_missed_document_says_where_it_was_lost(ident: str, gold: dict[str, Any], cause: str) -> None:
    """At the language, the gate, the frames, or behind them."""
    assert causes(ident, row(gold), row()) == [cause]


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"status": "planned"}, ["status: occurred read as planned"]),
    ({"salience": "background"}, ["salience: news read as background"]),
    ({"format": None}, ["format: in_person read as none"]),
    ({"start": None, "end": None}, ["date: missing"]),
    ({"start": "2026-10-01", "end": "2026-10-31"}, ["date: too wide"]),
    ({"start": "2026-10-13", "end": "2026-10-13"}, ["date: wrong day, within a week"]),
    ({"start": "2024-10-13", "end": "2024-10-13"}, ["date: wrong by more than a week"]),
    ({"place": None}, ["place: missing"]),
    ({"place": "Beijing"}, ["place: wrong"]),
    ({"type": "consultation"}, ["type: summit read as consultation"]),
    (
        {"type": "energy", "evidence": "x y z"},
        ["event missed: joined away", "event invented: energy"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG)
def test_each_attribute_is_a_cause_of_its_own(changes: dict[str, Any], expected: list[str]) -> None:
    """One wrong attribute is one mistake; another type of the same words is a confusion."""
    assert causes("summit", row(event()), row(event(**changes))) == expected


def test_false_documents_and_second_tellings() -> None:
    """A document that is not relevant counts once; an event told twice is named as that."""
    assert causes("summit", row(), row(event(), event(type="trade"))) == ["document false: summit+trade"]
    twice = row(event(), event(evidence="x"))
    assert causes("summit", row(event()), twice) == ["event invented: summit, told twice"]
    assert causes("summit", row(event(), summit_news=True), row(event())) == ["summit news missed"]


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    """Run the script in this process."""
    import errors  # type: ignore[import-not-found] # noqa: PLC0415 - a script

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["errors.py", *args])
    code: int = errors.main()
    return code


def lines(*rows: dict[str, Any]) -> str:
    """Return JSON Lines."""
    return "".join(f"{json.dumps(each)}\n" for each in rows)


def test_without_data_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `make score` does."""
    assert run(monkeypatch, "--data", str(tmp_path)) == 0
    assert capsys.readouterr().out.startswith(f"errors: no evaluation data under {tmp_path}")


def test_the_script_counts_and_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts first, then each mistake with its id, language and evidence; nothing is written."""
    data = tmp_path / "eval"
    data.mkdir()
    (data / "score.py").write_text(SCORER)
    docs = [{"id": "a", "lang": "fr", "date": "2026-10-12", "text": SUMMIT}]
    docs.append({"id": "b", "lang": "fr", "date": "2026-10-12", "text": TEXTS["gate"] + "\x1b[2J"})
    (data / "dev.docs.jsonl").write_text(lines(*docs))
    gold = [{"id": "a", **row(event(place="Kazan"), summit_news=True)}]
    gold.append({"id": "b", **row(event(evidence=f"{TEXTS['gate']}\x1b[2J"))})
    (data / "dev.gold.jsonl").write_text(lines(*gold))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    options = ("--data", str(tmp_path), "--set", "dev")
    assert run(monkeypatch, *options) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 mistakes\n")
    assert out.index("1  place: wrong") < out.index("place: wrong: 1\n")
    assert "dev b fr  summit occurred news 2026-10-12 Moscow" in out
    assert "\x1b" not in out
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    said = tmp_path / "said.jsonl"
    said.write_text(lines({"id": "a", **row(event(), summit_news=True)}, {"id": "b", **row()}))
    for args, count in (("--cause", "place"), 1), (("--lang", "ru"), 0), ((), 2):
        assert run(monkeypatch, *options, "--predictions", str(said), *args) == 0
        assert capsys.readouterr().out.startswith(f"{count} mistakes\n")
    assert run(monkeypatch, "--data", str(tmp_path), "--set", "none") == 2
    assert run(monkeypatch, "--data", str(tmp_path), "--predictions", str(said)) == 2


def test_the_mistakes_of_held_out_sets_are_never_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither with all other sets, nor by name: once read, they would be held out no more."""
    import errors  # noqa: PLC0415 - a script

    data = tmp_path / "eval"
    data.mkdir()
    (data / "score.py").write_text(SCORER)
    names = ["dev", "own-held.fr", "own-blind.zh", "own-blind2.fr-mt", "own-open2.fr"]
    for name in names:
        (tmp_path / f"{name}.docs").touch()
    read: list[str] = []
    known = [(name, tmp_path / f"{name}.docs", tmp_path / f"{name}.gold") for name in names]
    monkeypatch.setattr(errors, "sets", lambda _: known)

    def noted(docs: Path, *_: object) -> list[object]:
        read.append(docs.stem)
        return []

    monkeypatch.setattr(errors, "_of", noted)
    assert run(monkeypatch, "--data", str(tmp_path)) == 0
    assert read == ["dev", "own-open2.fr"]
    for name in names[1:4]:
        assert run(monkeypatch, "--data", str(tmp_path), "--set", name) == 2
    assert read == ["dev", "own-open2.fr"]
    assert "own-held" not in capsys.readouterr().out.split("expected")[-1]
