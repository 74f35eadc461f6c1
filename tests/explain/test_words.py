"""The words of an explanation, on the terminal and on the page."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
import yaml
from rich.console import Console

from sommet import knowledge
from sommet.explain.model import Why
from sommet.explain.page import page
from sommet.explain.terminal import show
from sommet.explain.words import Speaker, days
from sommet.knowledge.phrases import LANGUAGES, phrases
from sommet.trace import Reason
from tests.explain.texts import ALL, found

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
VOID = {"meta", "br", "img", "link", "input", "base"}


def shown(name: str, language: str = "en", width: int = 80, *, colour: bool = False) -> str:
    """Return what a terminal of some width shows of a text."""
    out = io.StringIO()
    system: Any = "truecolor" if colour else None
    console = Console(file=out, width=width, highlight=False, force_terminal=colour, color_system=system)
    show(found(name), console, Speaker(phrases(language)))
    return out.getvalue()


def written(*names: str, language: str = "en") -> str:
    """Return the page of some texts."""
    return page([found(name) for name in names], Speaker(phrases(language)))


class Tree(HTMLParser):
    """Notes elements, attributes and text as a browser would read them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.data: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.data.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_with_the_same_values(language: str) -> None:
    """What French fills in, English fills in too; no reason is without words."""
    reasons = phrases(language).explain.reasons
    english = phrases("en").explain.reasons

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert set(reasons) == set(get_args(Reason))
    assert {name: fields(text) for name, text in reasons.items()} == {
        name: fields(text) for name, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_every_reason_that_is_told_can_be_said(name: str, language: str) -> None:
    """Its values are those that its words ask for; none is left in braces."""
    explained, speaker = found(name), Speaker(phrases(language))
    whys = [why for said in explained.frames for why in (*said.why, *said.dropped)]
    whys += [why for event in explained.events for why in event.why]
    whys += [each.why for line in explained.sentences for each in line.refused]
    for why in whys:
        assert speaker.why(why)


def test_values_are_made_safe() -> None:
    """A word of the text that reached a reason reaches no terminal unescaped, nor a format string."""
    why = Why(reason="status_cue", values={"status": "planned", "text": "\x1b[31m{0} \u202e"})
    assert Speaker(phrases("en")).why(why) == "planned: “<1B>[31m{0} ” says so"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2023-03-20", "2023-03-20", "2023-03-20"),
        ("2023-03-20", "2023-03-22", "2023-03-20 – 2023-03-22"),
        ("2023", "", "2023"),
        ("", "2023-03", "… – 2023-03"),
        ("", "", ""),
    ],
)
def test_days(first: str, last: str, text: str) -> None:
    """One day, an interval, an open beginning."""
    assert days(first, last) == text


def test_a_terminal_shows_everything() -> None:
    """What cleaning and the gate decided, marked sentences, frames, refusals, events and why."""
    text = shown("fr", width=200)
    for part in (
        "language   fr, detected with",
        "credit of a photo: “Crédit photo : AFP”",
        "passes, both sides are named",
        "[Vladimir Poutine RUS] se rendra [jeudi 2026-10-15] à [Pékin CHN]",
        "[38 milliards de mètres cubes de gaz par an 38,000,000,000 m3]",
        "frame 3  VISIT  weight 1.00  → event 1",
        "trigger: “se rendra”",
        "not read: TALK “s'est entretenu”",
        "summit  planned  news",
        "weight 0.95: one word means both sides",
        "Classifier: not asked",
    ):
        assert part in text, part


def test_a_terminal_speaks_french() -> None:
    """Labels, reasons, names and places, with French quotation marks."""
    text = shown("fr", "fr", width=200)
    for part in ("prévu :\u00a0", "événement 1  sommet", "Vladimir Poutine (RUS)", "«\u00a0Crédit photo"):
        assert part.replace("prévu :", "prévu\u00a0:").replace(":\u00a0", ": ") in text, part


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ("Quotations", "quotation 1 « Nos", "said by", "word of saying", "“déclaré”", "not told")),
        (
            "fr",
            ("Citations", "citation 1 « Nos", "locuteur", "mot introducteur", "« déclaré »", "non précisé"),
        ),
    ],
)
def test_quotations_are_shown(language: str, parts: tuple[str, ...]) -> None:
    """Who says them and the word that tells so, on the terminal and on the page, made safe."""
    terminal = " ".join(shown("quoted", language, width=200).split())
    page = written("quoted", language=language)
    data = " ".join(" ".join(Tree(page).data).split())
    for part in (*parts, "Vladimir Poutine → Vladimir"):
        assert part in terminal, part
        assert part.replace("quotation 1", "1").replace("citation 1", "1") in data, part
    assert not CONTROL.search(terminal + page)


def test_a_quotation_is_set_off_in_the_text() -> None:
    """In all its sentences, and once linked to who says it."""
    page = written("quoted")
    assert page.count('href="#q1-1"') == 1
    assert page.count('class="said"') > 3
    assert 'class="said"' not in written("fr")


@pytest.mark.parametrize("width", [30, 46, 80, 200])
@pytest.mark.parametrize("name", ALL)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    """Narrow terminals too; Chinese characters take two columns."""
    from rich.cells import cell_len  # noqa: PLC0415 - only here

    assert all(cell_len(line) <= width for line in shown(name, width=width).split("\n"))


def test_colour_adds_nothing_that_is_not_written() -> None:
    """Without colour the same words stand there."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown("fr", colour=True))
    assert plain == shown("fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_text_is_shown_as_text(language: str) -> None:
    """No escape sequence, no hidden character, no markup of rich is acted on."""
    text = shown("hostile", language, width=200)
    assert not CONTROL.search(text)
    assert "[bold]x[/]" in text
    assert "<script>alert(1)</script>" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_and_its_links_lead_somewhere(language: str) -> None:
    """Every element is closed, every anchor is there once, also with several texts."""
    tree = Tree(written(*ALL, language=language))
    assert tree.open == []
    names = [value for name, value in tree.attributes if name == "id"]
    targets = {value for name, value in tree.attributes if name == "href" and value.startswith("#")}
    assert len(names) == len(set(names))
    assert targets <= {f"#{name}" for name in names}
    assert targets


def test_a_page_takes_in_nothing() -> None:
    """No script, no image, no address but links to the articles; the policy allows the style sheet alone."""
    tree = Tree(written(*ALL))
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & set(tree.tags)
    assert any(value.startswith("default-src 'none'; style-src 'sha256-") for _, value in tree.attributes)
    assert not [value for name, value in tree.attributes if name in {"src", "style"} or name.startswith("on")]
    links = {value for name, value in tree.attributes if name == "href" and not value.startswith("#")}
    assert links == {"https://example.org/a"}


def test_the_policy_knows_the_style_sheet() -> None:
    """A browser would refuse the page's own style otherwise."""
    import base64  # noqa: PLC0415 - only here
    import hashlib  # noqa: PLC0415 - only here

    text = written("fr")
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in text
    assert "url(" not in style
    assert "@import" not in style


def test_a_hostile_text_is_text_on_the_page() -> None:
    """It opens no element and holds no control character."""
    text = written("hostile")
    tree = Tree(text)
    assert "b" not in tree.tags
    assert "<script>alert(1)</script>" in "".join(tree.data)
    assert not CONTROL.search(text)


def test_a_page_shows_text_events_and_frames() -> None:
    """The running text with its labels, what was left out, each event and frame with its reasons."""
    data = " ".join("".join(Tree(written("fr")).data).split())
    for part in (
        "Poutine RUS attendu à Pékin CHN",
        "jeudi 2026-10-15",
        "credit of a photo Crédit photo : AFP",
        "summit planned news",
        "weight 0.95: one word means both sides",
        "trigger: “s'étaient rencontrés”",
    ):
        assert part.replace(" ", "") in data.replace(" ", ""), part
    french = written("zh", language="fr")
    assert '<html lang="fr">' in french
    assert 'lang="zh"' in french


@pytest.mark.parametrize(
    ("language", "reason", "frames", "values", "said"),
    [
        ("en", "joined", (3, 1, 4), {}, "the same event: frames 1, 3, and 4"),
        ("fr", "joined", (3, 1, 4), {}, "le même événement : énoncés 1, 3 et 4"),
        ("fr", "date_talks", (2,), {}, "daté par les entretiens (énoncé 2)"),
        ("en", "weight_unreal", (), {"less": "0.15"}, "weight −0.15: conditional"),
        ("fr", "weight_unreal", (), {"less": "0.15"}, "poids −0,15 : conditionnel"),
        (
            "fr",
            "guess_abstained",
            (),
            {"event": "0.41", "threshold": "0.60", "likely": "summit 0.30, trade 0.11"},
            "s’abstient : un événement à 0,41, seuil 0,60 (summit 0,30 ; trade 0,11)",
        ),
    ],
)
def test_numbers_are_written_as_in_the_language(
    language: str, reason: Reason, frames: tuple[int, ...], values: dict[str, str], said: str
) -> None:
    """A decimal comma in French; numbers of frames in order."""
    why = Why(reason=reason, values=values, frames=frames)
    assert re.sub("[\u00a0\u202f]", " ", Speaker(phrases(language)).why(why)) == said


def test_french_has_its_own_apostrophes_and_commas() -> None:
    """Nowhere in what we say ourselves stands a typewriter's apostrophe or a decimal point."""
    path = Path(knowledge.__file__).parent / "phrases" / "fr.yaml"
    words = yaml.safe_load(path.read_text("utf-8"))
    pending, straight = [words], []
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending += one.values()
        elif isinstance(one, str) and "'" in one:
            straight.append(one)
    assert straight == []
    said = shown(next(iter(ALL)), "fr")
    assert re.search(r"poids 0,\d\d|poids 1,00", said)
    assert not re.search(r"poids \d\.", said)
