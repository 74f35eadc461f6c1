"""Who says what stands between quotation marks."""

from datetime import date
from itertools import pairwise

import pytest

from sommet.language.analysers import gazetteer
from sommet.language.rules import rules
from sommet.language.speakers import quotations

DAY = date(2024, 5, 16)
CASES = [
    ("fr", "« Nos relations n'ont jamais été aussi bonnes », a déclaré Vladimir Poutine.", "vladimir-putin"),
    ("fr", "Xi Jinping a dit : « Nous sommes prêts à parler de tout cela ».", "xi-jinping"),
    ("fr", "» Nous restons de bons amis et voisins « , a ajouté Sergueï Lavrov.", "sergey-lavrov"),
    ("en", '"We are ready to talk about all of it," Vladimir Putin said in Beijing.', "vladimir-putin"),
    ("en", "Xi Jinping told reporters: “The two countries will stay close partners.”", "xi-jinping"),
    ("ru", "«Мы готовы обсуждать все эти вопросы», — заявил Владимир Путин.", "vladimir-putin"),
    ("ru", "По словам Сергея Лаврова, «диалог с Китаем идёт очень хорошо».", "sergey-lavrov"),
    ("zh", "王毅表示：“中俄关系经受住了国际风云变幻的考验。”", "wang-yi"),
    ("en", '"Nobody knows what comes next in this long story."', ""),
    ("en", "They called it a “no limits” partnership, Vladimir Putin said.", None),
    ("fr", "« Xi Jinping est un grand ami de notre peuple », a déclaré Dmitri Peskov.", "dmitry-peskov"),
]


@pytest.mark.parametrize(("lang", "text", "speaker"), CASES)
def test_speakers(lang: str, text: str, speaker: str | None) -> None:
    """The nearest person beside a verb of saying, outside the quotation; nobody where none says it."""
    mentions = gazetteer().mentions(text, lang, DAY)
    found = quotations(text, mentions, rules(lang).cues["says"])
    if speaker is None:
        assert found == ()
        return
    (quote,) = found
    assert (mentions[quote.speaker].actor if quote.speaker >= 0 else "") == speaker
    assert bool(quote.cue) == bool(speaker)


@pytest.mark.parametrize("piece", ['"', "« ", '"a ', "“”", "» x « "])
def test_hostile_marks(piece: str) -> None:
    """Thousands of marks are read in a moment, and nothing is quoted twice."""
    text = (piece * 40_000)[:40_000]
    found = quotations(text, (), rules("fr").cues["says"])
    assert all(a.end <= b.start for a, b in pairwise(found))
