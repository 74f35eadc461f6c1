"""What Russian syntax tells: clauses, arguments, tenses, negation; and what of it rests with windows."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sommet.language import russian
from sommet.language.analysers import analyser
from sommet.language.rules import rules
from sommet.language.russian import Joined, models, parse
from sommet.language.syntax import Syntax, Windows
from sommet.language.trees import Tree, Word
from tests.language.marked import readings

EVENTS = rules("ru").cues["event_noun"]
NAMES = (
    "Владимир Путин",
    "Владимиром Путиным",
    "Владимира Путина",
    "Путин",
    "Си Цзиньпина",
    "Си Цзиньпином",
    "Си Цзиньпин",
    "Лукашенко",
    "Эрдоганом",
    "Макроном",
    "Сергей Лавров",
    "Ван И",
)


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    """Load the models once."""
    models()


def tree(text: str) -> Tree:
    """Parse a sentence that is one."""
    parsed = parse(text, EVENTS)
    assert parsed is not None
    return parsed


def joined(text: str) -> Syntax:
    """Return what the analyser asks: the parse and windows, with the known persons."""
    spans = sorted((text.index(name), text.index(name) + len(name)) for name in NAMES if name in text)
    return analyser("ru", "RUS-CHN").parser(text, spans)


@pytest.mark.parametrize(
    ("text", "word", "tense"),
    [
        ("Путин и Си провели переговоры в Пекине.", "переговоры", "past"),
        ("Путин и Си проведут переговоры в Пекине.", "переговоры", "future"),
        ("Путин и Си проводят переговоры в Пекине.", "переговоры", "present"),
        ("Роснефть увеличит поставки нефти в Китай.", "поставки", "future"),
        ("Газопровод будут строить российские компании.", "строить", "future"),
        ("Документы будут подписаны в ходе визита Си Цзиньпина.", "визита", "future"),
        ("Соглашение было подписано в Москве.", "подписано", "past"),
        ("Китай поставил бы России станки.", "поставил", "conditional"),
        ("Китай помог России построить завод.", "построить", "infinitive"),
        ("Китай поможет России построить завод.", "построить", "future"),
        ("Путин прибыл в Пекин и завтра проведёт переговоры с Си Цзиньпином.", "переговоры", "future"),
        ("Путин прибыл в Пекин и провёл переговоры с Си Цзиньпином.", "переговоры", "past"),
        ("Песков сообщил, что Путин посетит Китай в мае.", "посетит", "future"),
        ("Песков сообщит, что Путин посетил Китай в мае.", "посетил", "past"),
        ("Если Москва и Пекин продолжат блокировать резолюцию, её отзовут.", "блокировать", "infinitive"),
        ("Если Китай подпишет контракт, газ пойдёт через год.", "подпишет", ""),
        ("Сделка, подписанная Газпромом, рассчитана на тридцать лет.", "подписанная", "past"),
        ("Лидеры двух стран, посетив завод, вернутся в Кремль.", "вернутся", "future"),
    ],
)
def test_tense(text: str, word: str, tense: str) -> None:
    """It is that of the verb next above, so that a perfective verb no lexicon lists tells the future."""
    assert tree(text).tense(text.index(word)) == tense


@pytest.mark.parametrize(
    ("text", "word", "negated"),
    [
        ("Путин не встретился с Си Цзиньпином.", "встретился", True),
        ("Путин встретился с Си Цзиньпином.", "встретился", False),
        ("Москва и Пекин в этом году учения не проводили.", "учения", True),
        ("Соглашение подписано не было.", "подписано", True),
        ("Переговоры Путина и Си Цзиньпина на этой неделе не планируются.", "Переговоры", True),
        ("Путин, не дождавшись гостя, встретился с Си Цзиньпином.", "встретился", False),
        ("Встреч с китайской делегацией у министра нет.", "Встреч", True),
    ],
)
def test_negation(text: str, word: str, negated: bool) -> None:
    """It is that of the verb which governs the word, however far it stands from it."""
    assert tree(text).negated(text.index(word)) is negated


@pytest.mark.parametrize(
    ("text", "word", "other", "seen"),
    [
        ("Путин и Си Цзиньпин провели переговоры.", "провели", "Путин", True),
        ("Путин и Си Цзиньпин провели переговоры.", "провели", "Си", True),
        ("Владимир Путин, по словам его помощника, проведёт с Си Цзиньпином беседу.", "беседу", "Вл", True),
        ("Си Цзиньпин, которого встречал премьер, говорил с Владимиром Путиным.", "говорил", "Си", True),
        ("Си Цзиньпин был принят Владимиром Путиным в Кремле.", "принят", "Вл", True),
        ("Путин заявил, что он посетит Пекин вместе с Лукашенко.", "посетит", "Путин", True),
        ("Путин заявил, что посетит Пекин.", "посетит", "Путин", True),
        ("Путин намерен встретиться с Си Цзиньпином.", "встретиться", "Путин", True),
        ("Прилетевший в Пекин Путин встретился с Си Цзиньпином.", "встретился", "Путин", True),
        ("Прилетевший в Пекин Путин встретился с Си Цзиньпином.", "Прилетевший", "Путин", True),
        ("Путин принял Лукашенко, который встречался с Си Цзиньпином.", "принял", "Си", False),
        ("Путин принял Лукашенко, который встречался с Си Цзиньпином.", "встречался", "Путин", False),
        ("Путин принял Лукашенко, который встречался с Си Цзиньпином.", "встречался", "Лук", True),
        ("Путин обсудил с Эрдоганом итоги визита Си Цзиньпина.", "обсудил", "Эрд", True),
        ("Путин обсудил с Эрдоганом итоги визита Си Цзиньпина.", "обсудил", "Си", False),
        ("Путин обсудил с Эрдоганом итоги визита Си Цзиньпина.", "визита", "Си", True),
        ("Китай подписал договор с Ираном, а Россия испытала ракету.", "подписал", "Россия", False),
        ("Китай подписал договор с Ираном, а Россия испытала ракету.", "подписал", "Ираном", True),
        ("Иран, который Россия снабжает оружием, подписал договор с Китаем.", "подписал", "Россия", False),
        ("Си Цзиньпин говорил с Макроном, Владимир Путин летел в Казань.", "говорил", "Вл", False),
        ("Путин прилетел в Пекин, и переговоры начались сразу.", "переговоры", "Путин", True),
        ("Песков сообщил, что визит Си Цзиньпина состоится в мае.", "визит", "Песков", True),
    ],
)
def test_who_can_be_an_argument(text: str, word: str, other: str, seen: bool) -> None:
    """What is near is an argument, unless the parse knows it to be another's; persons also from afar."""
    assert joined(text).sees(text.index(word), text.index(other)) is seen


@pytest.mark.parametrize(
    ("text", "word", "done"),
    [
        ("Лавров обсудил с Ван И подготовку визита.", "обсудил", True),
        ("Лавров обсудит с Ван И подготовку визита.", "обсудит", False),
        ("Лавров не обсудил с Ван И подготовку визита.", "обсудил", False),
        ("Лавров обсудил бы с Ван И подготовку визита.", "обсудил", False),
        ("Лавров обсудил с Ван И подготовку визита.", "подготовку", False),
    ],
)
def test_what_is_done(text: str, word: str, done: bool) -> None:
    """A past verb is done; its object may still lie ahead."""
    assert joined(text).done(text.index(word)) is done


@pytest.mark.parametrize(
    ("text", "word", "subordinate"),
    [
        ("Лукашенко, который встречался с Си Цзиньпином, улетел.", "встречался", True),
        ("Лукашенко, который встречался с Си Цзиньпином, улетел.", "улетел", False),
        ("Прилетев в Пекин, Путин встретился с Си Цзиньпином.", "Прилетев", True),
        ("Контракт, подписанный в мае, рассчитан на тридцать лет.", "подписанный", True),
        ("Путин встретился с Си Цзиньпином.", "встретился", False),
    ],
)
def test_subordinate_clauses(text: str, word: str, subordinate: bool) -> None:
    """Relative, participial and adverbial clauses are, the main clause is not."""
    assert tree(text).subordinate(text.index(word)) is subordinate


@pytest.mark.parametrize(
    ("sentence", "concept", "status"),
    [
        ("<Rs:Россия> поможет <Cs:Китаю> создать систему предупреждения.", "MILITARY", "planned"),
        ("<Rs:Россия> помогла <Cs:Китаю> создать систему предупреждения.", "MILITARY", "occurred"),
        ("<Rs:Роснефть> удвоит поставки нефти в <Cg:Китай>.", "ENERGY", "planned"),
        ("<Rp:Лавров> обсудил с <Cp:Ван И> подготовку визита.", "TALK", "occurred"),
        ("<Rp:Лавров> обсудит с <Cp:Ван И> подготовку визита.", "TALK", "planned"),
        ("<Rp!:Путин> и <Cp!:Си Цзиньпин> в <Og:Астане> не встречались.", "TALK", ""),
        ("Разговор <Rp!:Путина> и <Cp!:Си Цзиньпина> пока не согласован.", "TALK", ""),
        ("<Rp!:Путин> принял <Op!:Лукашенко>, который ранее встречался с <Cp!:Си Цзиньпином>.", "TALK", ""),
        ("<Cp!:Си Цзиньпин> провёл встречу с <Op!:Макроном>, а <Rp!:Путин> летел в Казань.", "TALK", ""),
        (
            "<Rp!:Путин>, посетивший завод, в октябре вновь встретится с <Cp!:Си Цзиньпином>.",
            "TALK",
            "planned",
        ),
    ],
)
def test_statements(sentence: str, concept: str, status: str) -> None:
    """Tense, negation and arguments make the statement; an empty status stands for none."""
    found = {reading.status for reading in readings("ru", sentence) if reading.concept.name == concept}
    assert found == ({status} if status else set())


def test_what_will_not_happen_has_no_tense() -> None:
    """A refusal is no plan."""
    text = "Китай не присоединится к санкциям, но Россия увеличит поставки."
    assert joined(text).tense(text.index("присоединится")) == ""
    assert joined(text).tense(text.index("поставки")) == "future"


def test_words_are_those_of_the_clause_and_its_governing_verbs() -> None:
    """What governs a clause says how firm it is, also from behind a comma."""
    text = "Песков опроверг слухи о том, что лидеры России и Китая готовят переговоры."
    words = joined(text).words(text.index("переговоры"))
    assert "опроверг" in words
    assert "готовят" in words


def test_parts_between_semicolons_are_parsed_apart() -> None:
    """One story of a summary takes no subject from the next; offsets count in the whole sentence."""
    text = "Путин и Си Цзиньпин провели встречу; в Приморье бушует тайфун."
    parsed = tree(text)
    assert parsed.sees(text.index("провели"), text.index("Путин"))
    assert not parsed.sees(text.index("бушует"), text.index("Путин"))
    start, end = parsed.clause(text.index("тайфун"))
    assert text[start:end] == "в Приморье бушует тайфун."


@pytest.mark.parametrize(
    "text",
    [
        "Путин и Си провели " + "ж" * 100_000 + " переговоры.",
        "Путин и Си провели переговоры " + "([" * 50_000,
        "Путин и Си провели переговоры, " * 5_000,
        "Путин и Си провели переговоры; " * russian.MAX_PARTS,
        " ",
        "",
    ],
)
def test_what_is_no_sentence_is_not_parsed(text: str) -> None:
    """Too long a word, too many words or parts: the structure is that of windows."""
    assert parse(text, EVENTS) is None
    assert isinstance(joined(text), Windows)


def test_a_sentence_is_parsed_and_joined() -> None:
    """A sentence of ordinary length is not left to windows."""
    assert isinstance(joined("Путин и Си провели переговоры."), Joined)


def test_circles_are_opened() -> None:
    """A model may name two words as governors of each other: one of them becomes a root."""
    words = [Word(n, n + 1, "а", head, "conj", "X", {}) for n, head in enumerate((1, 2, 0, 3))]
    circular = Tree(words, EVENTS)
    for at in range(4):
        assert circular.sees(at, at)
        assert circular.tense(at) == ""
        assert not circular.apart(at, 0)


def test_natasha_is_never_imported() -> None:
    """Only its data are used: the morphology it brings does not run beside a new setuptools."""
    code = "import sys; from sommet.language import russian; russian.models(); exit('natasha' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


WORDS = ["Си", "Путин", "провёл", "который", ",", "и", "Китай", "не", "будет", ".", "(", "—", ";", "習", "бы"]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), st.integers(0, 60))
def test_any_place_of_any_sentence_has_answers(text: str, at: int) -> None:
    """A clause lies in the sentence; no place is too far, no order of words too strange."""
    parsed = parse(text, EVENTS)
    assert parsed is not None or text.count(";") >= russian.MAX_PARTS
    structure = parsed or joined(text)
    start, end = structure.clause(at)
    assert 0 <= start < end <= len(text)
    assert isinstance(structure.words(at), str)
    assert isinstance(structure.done(at), bool)
    assert not structure.apart(at, at)
    assert structure.tense(at) in {"past", "present", "future", "conditional", "infinitive", ""}
