"""Russian case forms."""

import pytest

from sommet.knowledge.forms import adjective_forms, forms


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Владимир Путин", "Владимиром Путиным"),
        ("Владимир Путин", "Владимиру Путину"),
        ("Сергей Лавров", "Сергея Лаврова"),
        ("Дмитрий Песков", "Дмитрию Пескову"),
        ("Сергей Шойгу", "Сергеем Шойгу"),
        ("Владимир Зеленский", "Владимира Зеленского"),
        ("Джо Байден", "Джо Байденом"),
        ("Лев Толстой", "Льва Толстого"),
    ],
)
def test_every_word_of_a_western_name_declines(name: str, form: str) -> None:
    """Given and family name stand in the same case; -ов and -ин take -ым."""
    assert form in forms(name, person=True)


@pytest.mark.parametrize(
    ("name", "form"),
    [("Си Цзиньпин", "Си Цзиньпином"), ("Ли Цян", "Ли Цяна"), ("Дун Цзюнь", "Дун Цзюню"), ("Ван И", "Ван И")],
)
def test_only_the_given_name_of_a_chinese_name_declines(name: str, form: str) -> None:
    """The family name, which comes first, keeps its form."""
    assert form in forms(name, person=True, family_first=True)
    family = name.partition(" ")[0]
    assert all(one.startswith(family + " ") for one in forms(name, person=True, family_first=True))


def test_a_womans_name_on_a_consonant_does_not_decline() -> None:
    """Мао Нин stays, Мария Захарова does not."""
    assert forms("Мао Нин", person=True, woman=True, family_first=True) == {"Мао Нин"}
    assert "Марией Захаровой" in forms("Мария Захарова", person=True, woman=True)


@pytest.mark.parametrize(
    ("phrase", "form"),
    [
        ("Россия", "Россией"),
        ("Китай", "Китаем"),
        ("Российская Федерация", "Российской Федерации"),
        ("Министерство иностранных дел Китая", "Министерству иностранных дел Китая"),
        ("китайский лидер", "китайскому лидеру"),
        ("премьер-министр России", "премьер-министром России"),
        ("Кремль", "Кремлём"),
        ("Роснефть", "Роснефтью"),
        ("Федеральное собрание", "Федеральному собранию"),
        ("Поднебесная", "Поднебесную"),
        ("посол Китая в России", "послу Китая в России"),
        ("Шанхайская организация сотрудничества", "Шанхайской организации сотрудничества"),
        ("Санкт-Петербург", "Санкт-Петербурге"),
        ("Вооружённые силы России", "Вооружённых сил России"),
        ("Константиновский дворец", "Константиновском дворце"),
    ],
)
def test_a_phrase_declines_up_to_its_first_noun(phrase: str, form: str) -> None:
    """What follows the head stays as it is."""
    assert form in forms(phrase)


@pytest.mark.parametrize("name", ["Бали", "Сочи", "Тбилиси", "Порт-Морсби", "Гоа", "Осло", "Улан-Удэ"])
def test_foreign_names_do_not_decline(name: str) -> None:
    """Their case forms would be common words: балов, осла."""
    assert forms(name) == {name}


def test_abbreviations_do_not_decline() -> None:
    """МИД КНР has one form."""
    assert forms("МИД КНР") == {"МИД КНР"}


def test_an_adjective_has_all_genders_and_numbers() -> None:
    """The adjective of nationality is found in every form."""
    wanted = {
        "российский",
        "российская",
        "российское",
        "российские",
        "российского",
        "российскую",
        "российскими",
    }
    assert wanted <= adjective_forms("российский")
