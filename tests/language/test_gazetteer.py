"""Actors found in texts of four languages."""

from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.articles import Mention
from sommet.knowledge.actors import load
from sommet.language.aliases import entries, plain
from sommet.language.folding import fold
from sommet.language.gazetteer import Gazetteer

DAY = date(2023, 3, 17)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer of the shipped knowledge, built once."""
    return Gazetteer(load())


def found(text: str, day: date | None = DAY) -> str:
    """Return what is found as one line: actor=surface for every mention."""
    mentions = gazetteer().mentions(text, "fr", day)
    return " ".join(f"{m.actor}={text[m.start : m.end].replace(' ', '_')}" for m in mentions)


CASES = Path(__file__).with_name("gazetteer.txt").read_text(encoding="utf-8").splitlines()[1:]
TABLE = [tuple(part.strip() for part in line.split(" |", 1)) for line in CASES]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_text_names_these_actors_and_no_others(text: str, expected: str) -> None:
    """Names, adjectives, offices and traps of four languages."""
    assert found(text) == expected


def test_the_table_is_large_enough() -> None:
    """At least 150 cases, and none twice."""
    assert len({text for text, _ in TABLE}) == len(TABLE) >= 150


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Poutine à Pékin", {"RUS", "CHN"}),
        ("La Russie\nXi Jinping a parlé.", {"RUS", "CHN"}),
        ("Putin, Xi hold talks", {"RUS", "CHN"}),
        ("Си Цзиньпин в Москве", {"RUS", "CHN"}),
        ("中俄", {"RUS", "CHN"}),
        ("Sino-Russian", {"RUS", "CHN"}),
        ("Gazprom et CNPC", {"RUS", "CHN"}),
        ("TASS et Xinhua", set()),
        ("Selon TASS, la Chine", {"CHN"}),
        ("白俄罗斯和中国", {"BLR", "CHN"}),
        ("l’URSS et Hong Kong", {"SUN", "HKG"}),
        ("montagnes russes en Chine", {"CHN"}),
        ("Russia Today and China Daily", set()),
        ("", set()),
    ],
)
def test_the_gate_names_the_sides(text: str, sides: set[str]) -> None:
    """Title and text together; agencies name nobody."""
    assert gazetteer().gate(text) == sides


@pytest.mark.parametrize(
    ("text", "surface", "actor"),
    [
        ("a\u200bb Vladimir\xa0Poutine", "Vladimir\xa0Poutine", "vladimir-putin"),
        ("\u202aXi\u202c Jin\u00adping.", "Xi\u202c Jin\u00adping", "xi-jinping"),
        ("Xi  \u200b Jinping", "Xi  \u200b Jinping", "xi-jinping"),
        ("в Китаи\u0306.", "Китаи\u0306", "china"),
        ("Fe\u0301de\u0301ration de Russie", "Fe\u0301de\u0301ration de Russie", "russia"),
        ("ＢＲＩＣＳ峰会", "ＢＲＩＣＳ", "brics"),
        ("People’s Republic of China", "People’s Republic of China", "china"),
    ],
)
def test_offsets_count_in_the_original(text: str, surface: str, actor: str) -> None:
    """Whatever is invisible in a name lies inside the mention."""
    mention = gazetteer().mentions(text, "fr", None)[0]
    assert (text[mention.start : mention.end], mention.actor) == (surface, actor)


def test_kinds_are_those_of_the_schema() -> None:
    """An office names an office, an anaphor points at its holder, an agency is a body of no side."""
    text = "Le président russe et le dirigeant chinois, dit TASS, à Moscou avec Gazprom et la Chine."
    kinds = [(m.kind, m.side) for m in gazetteer().mentions(text, "fr", DAY)]
    assert kinds == [
        ("office", "RUS"),
        ("anaphor", "CHN"),
        ("body", ""),
        ("place", "RUS"),
        ("company", "RUS"),
        ("state", "CHN"),
    ]


@pytest.mark.parametrize(
    ("text", "day", "actor"),
    [
        ("le président chinois", date(2012, 6, 1), "hu-jintao"),
        ("le président chinois", date(2022, 2, 4), "xi-jinping"),
        ("le président chinois", None, "xi-jinping"),
        ("le ministre chinois de la Défense", date(2023, 11, 15), "china"),
    ],
)
def test_an_office_goes_to_its_holder(text: str, day: date | None, actor: str) -> None:
    """By the day of the article; a vacant office goes to the state."""
    assert [m.actor for m in gazetteer().mentions(text, "fr", day)] == [actor]


def test_an_undated_office_goes_to_the_holder_whom_the_text_names() -> None:
    """Without a day, the text decides."""
    assert found("Hu Jintao parla. Le président chinois partit.", None).endswith(
        "hu-jintao=président_chinois"
    )


@lru_cache(maxsize=1)
def spellings() -> frozenset[str]:
    """Return every folded spelling that the gazetteer knows."""
    return frozenset(key for key, _ in entries(load()))


PIECES = [
    "Xi",
    "Xi Jinping",
    "Poutine",
    "中俄",
    "俄",
    "Си",
    "Путин",
    "Fe\u0301de\u0301ration de Russie",
    "sino-russe",
]
NOISE = [
    " ",
    "  ",
    "\u200b",
    "\u0301",
    "\xad",
    "\n",
    "İ",
    "ß",
    "’",
    "-",
    ".",
    "\ud800",
    "\x00",
    "é",
    "𝔛",
    "李强调",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES + NOISE) | st.text(max_size=4), max_size=25).map("".join))
def test_offsets_always_slice_to_an_alias(text: str) -> None:
    """Any text: nothing raises, every mention is an alias when folded, none overlaps, the gate agrees."""
    mentions = gazetteer().mentions(text, "fr", DAY)
    for mention in mentions:
        surface = fold(text[mention.start : mention.end])
        assert {surface, plain(surface)} & spellings()
    places = sorted({(m.start, m.end) for m in mentions})
    assert all(first[1] <= second[0] for first, second in pairwise(places))
    assert {m.side for m in mentions} - {""} == gazetteer().gate(text)


@pytest.mark.parametrize(
    "piece", ["俄", "Xi ", "中俄", "US", "a\u0301", " \u200b", "Xi Jinping ", "\ud800", "Хи"]
)
def test_a_hundred_thousand_hostile_characters_stay_bounded(piece: str) -> None:
    """Not more mentions than characters, each with a place of its own."""
    text = (piece * 100_000)[:100_000]
    mentions = gazetteer().mentions(text, "fr", DAY)
    assert len(mentions) <= 2 * len(text)
    assert all(isinstance(m, Mention) and 0 <= m.start < m.end <= len(text) for m in mentions)


def test_every_name_of_a_place_is_found_by_itself() -> None:
    """No stop phrase and no longer name hides it."""
    places = [actor for actor in load().by_id.values() if actor.kind in {"place", "capital"}]
    hidden = [
        alias.text
        for actor in places
        for alias in actor.names
        if not alias.needs
        and [m.actor for m in gazetteer().mentions(alias.text, alias.lang, None)] != [actor.id]
    ]
    assert hidden == []
