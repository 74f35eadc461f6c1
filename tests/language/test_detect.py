"""The language of an article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.language import detect

FR = "Les présidents russe et chinois se sont entretenus mercredi du gaz et de la sécurité en Europe."
EN = "The leaders of Russia and China spoke on Wednesday about gas and security in Europe."
RU = "Президенты России и Китая обсудили в среду поставки газа и безопасность в Европе."
ZH = "两国元首星期三就天然气供应和欧洲安全交换意见。"


@pytest.mark.parametrize(
    ("title", "text", "claimed", "expected"),
    [
        ("", FR, "", "fr"),
        ("", FR, "en", "fr"),
        ("", EN, "", "en"),
        ("", EN, "fr-FR", "en"),
        ("", RU, "", "ru"),
        ("", RU, "fr", "ru"),
        ("", ZH, "", "zh"),
        ("中俄", "", "", "zh"),
        ("", "兩國元首星期三就天然氣供應交換意見。", "", "zh"),
        ("Xi Jinping (习近平)", FR, "", "fr"),
        ("Poutine (Путин) et Xi (习近平)", FR, "", "fr"),
        ("", "プーチン大統領と習近平国家主席が会談した。", "", "ja"),
        ("", "Президенти Росії та Китаю обговорили постачання газу і безпеку в Європі.", "", "uk"),
        ("", "El presidente ruso y su homólogo chino hablaron el miércoles sobre el gas y Europa.", "", "es"),
        (
            "",
            "Der russische Präsident und sein chinesischer Kollege sprachen am Mittwoch über Gas.",
            "",
            "de",
        ),
        ("Sommet Poutine - Xi Jinping", "", "fr", "fr"),
        ("Poutine et Xi vont se rencontrer mardi.", "", "fr", "fr"),
        ("Путин и Си", "", "", "ru"),
        ("Xi", "", "fr", "fr"),
        ("Xi", "", "FR-ca", "fr"),
        ("Xi", "", "", ""),
        ("", "", "", ""),
        ("", "1234 5678 !!!", "ru", "ru"),
    ],
)
def test_cases(title: str, text: str, claimed: str, expected: str) -> None:
    """The text decides; what a source claims counts only where there is too little of it."""
    assert detect.language(title, text, claimed=claimed) == expected


@given(st.text(max_size=120), st.sampled_from(["", "fr", "en-GB", "xx"]))
def test_any_text_has_an_answer(text: str, claimed: str) -> None:
    """A short code or nothing; the same at every call."""
    found = detect.language("", text, claimed=claimed)
    assert len(found) <= 3
    assert found == detect.language("", text, claimed=claimed)
