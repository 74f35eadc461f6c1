"""Hostile texts through clean, extract and classify: bounded work, sound offsets, nothing raised."""

import pytest

from sommet.language import markup
from sommet.language.analysis import MAX_READ
from tests.hostile import bounded
from tests.hostile.dense import DENSE, bare, sentences
from tests.hostile.read_texts import read
from tests.hostile.texts import ADJECTIVES, HONEST, MARKED_UP, PERSONS, PLAIN, STATES

PROCESSOR = 60
"""Seconds of the processor for all texts of a language, its model included; a third at most is usual."""


@pytest.mark.parametrize("lang", HONEST)
def test_no_text_keeps_a_reader_busy(lang: str) -> None:
    """A hundred thousand hostile characters of any kind cost bounded work and leave every offset sound."""
    assert len(bounded.run("read_texts", lang, seconds=PROCESSOR)) == len(PLAIN) + len(MARKED_UP) + len(DENSE)


@pytest.mark.parametrize("lang", HONEST)
@pytest.mark.parametrize("name", ["zero-width letters", "directions", "lone surrogates", "NUL"])
def test_hidden_characters_hide_nothing(lang: str, name: str) -> None:
    """What is not seen neither hides the two sides from the gate nor comes out again."""
    found = read(lang, PLAIN[name](lang), html=False)
    assert found is not None
    assert [m.type for m in found[1].mentions] == ["summit"]
    assert not set(found[0].content) & set("\0\x1b\x9b\u200b\u202e\u2066\ud800\udfff")


@pytest.mark.parametrize("lang", HONEST)
@pytest.mark.parametrize("part", [PERSONS, STATES, ADJECTIVES])
def test_what_comes_first_is_read(lang: str, part: dict[str, str]) -> None:
    """News in front of endless sentences that would take long stays read; of these only some are."""
    found = read(lang, f"{HONEST[lang]}\n{sentences(lang, part[lang])}", html=False)
    assert found is not None
    assert any(m.type == "summit" and m.evidence.startswith(bare(lang)[:6]) for m in found[1].mentions)
    assert max(frame.start for frame in found[0].frames) < MAX_READ


DATES = ("0001-01-01", "1990-01-01", "2099-12-31T23:59:59+14:00", "9999-12-31", "2026-13-45", "hier", "-1")
FAR = {
    "fr": "Poutine rencontrera Xi Jinping dans 9999 ans. Poutine a rencontré Xi il y a 9999 siècles. "
    "Poutine a rencontré Xi le 31 février 2023. Poutine verra Xi dans 3000 mois.",
    "en": "Putin will meet Xi Jinping in 9999 years. Putin met Xi 9999 decades ago. Putin met Xi on "
    "31 February 2023. Putin will meet Xi in 3000 months.",
    "ru": "Путин встретится с Си Цзиньпином через 9999 лет. Путин встретился с Си Цзиньпином 9999 лет "
    "назад. Путин встретился с Си Цзиньпином 31 февраля 2023 года.",
    "zh": "普京9999年前会见习近平。普京将于9999年后会见习近平。普京2023年2月31日会见习近平。",
}


@pytest.mark.parametrize("published", DATES)
@pytest.mark.parametrize("lang", FAR)
def test_no_calendar_reaches_that_far(lang: str, published: str) -> None:
    """Impossible and immeasurable dates are no dates: they break nothing and date no event."""
    found = read(lang, f"{FAR[lang]} {published}", html=False)
    assert found is not None
    years = {mention.start[:4] for mention in found[1].mentions if mention.start}
    assert all(1900 <= int(year) <= 2100 for year in years)


def test_a_letter_that_grows_moves_nothing() -> None:
    """“İ” has a lower case of two characters: what stands behind a script is kept all the same."""
    assert markup.plain("İ" * 12 + "<script>x</script>Poutine", markup=True) == "İ" * 12 + "Poutine"
