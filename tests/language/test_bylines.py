"""Who wrote a text, and whom it cites."""

import pytest

from sommet.language import bylines

FR = "Les présidents russe et chinois se sont parlé mercredi pendant plus d'une heure, a annoncé le Kremlin."
EN = "The presidents of Russia and China spoke for more than an hour on Wednesday, the Kremlin announced."
RU = "Президенты России и Китая беседовали в среду более часа, объявила пресс-служба Кремля."
ZH = "国家主席习近平十五日下午在北京同俄罗斯总统普京举行视频会晤，双方就双边关系和共同关心的问题交换意见。"
LONG = {"fr": f"{FR} {FR} {FR}\n" * 4, "en": f"{EN} {EN} {EN}\n" * 4, "ru": f"{RU} {RU} {RU}\n" * 4,
        "zh": f"{ZH}{ZH}{ZH}\n" * 4}  # fmt: skip

CREDITS = [
    # French
    ("AFP", f"MOSCOU (AFP) - {FR}"),
    ("AFP", f"Paris (AFP) – {FR}"),
    ("AFP", f"Pékin, 20 mars 2023 (AFP) — {FR}"),
    ("AFP", f"Par Agence France-Presse\n{FR}"),
    ("AFP", f"Par AFP\n{FR}"),
    ("AFP", f"Le Courrier du soir avec AFP\n{FR}"),
    ("AFP", f"La rédaction, avec l'AFP\n{FR}"),
    ("AFP", f"{FR}\n(avec AFP et Reuters)"),
    ("AFP", f"{FR} (AFP)"),
    ("AFP", f"{LONG['fr']}AFP"),
    ("AFP", f"{FR}\n© 2023 AFP"),
    ("AFP", f"{FR}\n© AFP 2023. Tous droits de reproduction réservés."),
    ("AFP", f"{FR}\nSource : AFP"),
    ("Reuters", f"{FR}\n(avec Reuters)"),
    ("Reuters", f"{FR} (Avec Reuters)"),
    ("Reuters", f"{LONG['fr']}(Reportage de Jeanne Petit ; édité par Paul Legrand)"),
    ("Reuters", f"{LONG['fr']}(Jeanne Petit, version française Paul Legrand, édité par Anne Roux)"),
    ("Xinhua", f"BEIJING, 20 mars (Xinhua) -- {FR}"),
    ("Xinhua", f"Chine nouvelle\n{FR}"),
    ("TASS", f"MOSCOU, 20 mars. /TASS/. {FR}"),
    ("Sputnik", f"MOSCOU, 20 mars - Sputnik. {FR}"),
    ("Belga", f"(Belga) {FR}"),
    ("ATS", f"Berne (ats) {FR}"),
    ("ATS", f"{FR}\nKeystone-ATS"),
    ("ATS", f"{FR} ats/afp"),
    ("EFE", f"Madrid (EFE).- {FR}"),
    ("ANSA", f"(ANSA) - ROME, 20 MARS - {FR}"),
    ("La Presse Canadienne", f"La Presse Canadienne\n{FR}"),
    # English
    ("AP", f"BEIJING (AP) — {EN}"),
    ("AP", f"By The Associated Press\n{EN}"),
    ("AP", f"{LONG['en']}Associated Press writer Jane Doe in Rome contributed to this report."),
    ("AP", f"{LONG['en']}Copyright 2023 The Associated Press. All rights reserved."),
    ("Reuters", f"MOSCOW (Reuters) - {EN}"),
    ("Reuters", f"MOSCOW, March 20 (Reuters) - {EN}"),
    ("Reuters", f"By Reuters Staff\n{EN}"),
    ("Reuters", f"{LONG['en']}Reporting by Jane Doe; Editing by John Roe"),
    ("Reuters", f"{LONG['en']}Our Standards: The Thomson Reuters Trust Principles."),
    ("Xinhua", f"MOSCOW, March 17 (Xinhua) -- {EN}"),
    ("TASS", f"MOSCOW, March 17. /TASS/. {EN}"),
    ("Interfax", f"MOSCOW. March 17 (Interfax) - {EN}"),
    ("Kyodo", f"TOKYO (Kyodo) -- {EN}"),
    ("Yonhap", f"SEOUL, March 17 (Yonhap) -- {EN}"),
    ("Bloomberg", f"(Bloomberg) -- {EN}"),
    ("dpa", f"Berlin (dpa) - {EN}"),
    ("PTI", f"New Delhi, Mar 17 (PTI) {EN}"),
    ("AFP", f"AFP\n{EN}"),
    ("AFP", f"{EN}\nWith AFP"),
    # Russian
    ("TASS", f"МОСКВА, 17 марта. /ТАСС/. {RU}"),
    ("TASS", f"ПЕКИН, 17 марта. /Корр. ТАСС/. {RU}"),
    ("TASS", f"{RU}\nИсточник: ТАСС"),
    ("RIA Novosti", f"МОСКВА, 17 мар — РИА Новости. {RU}"),
    ("RIA Novosti", f"ПЕКИН, 17 мар - РИА Новости, Анна Петрова. {RU}"),
    ("Interfax", f"Москва. 17 марта. ИНТЕРФАКС - {RU}"),
    ("Interfax", f"Москва. 17 марта. INTERFAX.RU - {RU}"),
    ("Interfax", f"{LONG['ru']}Интерфакс"),
    ("Xinhua", f"ПЕКИН, 17 марта (Синьхуа) — {RU}"),
    ("Xinhua", f"ПЕКИН, 17 марта. /Синьхуа/. {RU}"),
    ("TASS", f"{RU}\nПо материалам ТАСС"),
    ("AFP", f"{RU}\n(с АФП)"),
    # Chinese
    ("Xinhua", f"新华社北京3月20日电 {ZH}"),
    ("Xinhua", f"据新华社莫斯科3月20日电（记者某某）{ZH}"),
    ("Xinhua", f"{ZH}\n（新华社）"),
    ("Xinhua", f"{ZH}\n来源：新华社"),
    ("Xinhua", f"新华社快讯：{ZH}"),
    ("CCTV", f"央视网消息：{ZH}"),
    ("CCTV", f"央视网消息（晚间新闻）：{ZH}"),
    ("CCTV", f"{ZH}\n（总台央视记者 某某）"),
    ("CCTV", f"{ZH}\n（来源：央视新闻）"),
    ("China News Service", f"中新网3月20日电 {ZH}"),
    ("China News Service", f"中新社莫斯科3月20日电 {ZH}"),
    ("AFP", f"法新社莫斯科电 {ZH}"),
    ("TASS", f"塔斯社莫斯科3月20日电 {ZH}"),
]

UNCREDITED = [
    FR,
    "",
    "Les APPELS se multiplient; l'AFPA recrute.",
    f"{LONG['fr']}Selon Interfax, il pleut. {LONG['fr']}",
    f"{FR} Selon l'agence TASS, un accord a été signé.",
    f"Reuters a interrogé deux banquiers. {FR}",
    f"Xi Jinping et Vladimir Poutine à Pékin (AFP)\n{FR}",
    f"AFP / Pool\n{FR}",
    f"© Jeanne Petit / AFP\n{FR}",
    f"Sputnik/Kremlin via REUTERS\n{FR}",
    f"Our correspondent in an exclusive interview with Reuters\n{EN}",
    f"The first satellite, Sputnik, flew in 1957. {EN}",
    f"{EN} The talks lasted, TASS said, three hours.",
    f"Pittsburgh (PAX) - {EN}",
    f"{RU} Об этом сообщает ТАСС.",
    f"Спутник связи запущен. {RU}",
    f"据塔斯社报道，{ZH}",
    f"据新华社消息，{ZH}",
    f"新华社记者获悉，影视剧《电台》开播。{ZH}",
]


@pytest.mark.parametrize(("expected", "text"), CREDITS)
def test_the_credited_agency(expected: str, text: str) -> None:
    """Datelines, bylines, last lines and signs of one agency alone tell who wrote a text."""
    assert bylines.agency(text) == expected


@pytest.mark.parametrize("text", UNCREDITED)
def test_no_credit(text: str) -> None:
    """Whom a text cites, shows or resembles did not write it."""
    assert bylines.agency(text) == ""


def test_the_head_counts_before_the_foot() -> None:
    """Who stands in the dateline wrote it; who stands at the end helped."""
    assert bylines.agency(f"MOSCOU (AFP) - {FR}\n(avec Reuters)") == "AFP"


CITES = [
    ("fr", f"Selon l'agence TASS, {FR}", ("TASS",)),
    ("fr", f"{FR} L'agence Interfax a précisé la date.", ("Interfax",)),
    ("fr", "Un accord est proche, rapporte l'agence officielle Chine nouvelle.", ("Xinhua",)),
    ("fr", "Reuters a révélé l'accord, confirmé à l'AFP. D'après Bloomberg, il vaut un milliard.",
     ("Reuters", "AFP", "Bloomberg")),
    ("fr", "Le porte-parole, cité par RIA Novosti, a démenti.", ("RIA Novosti",)),
    ("en", f"According to Reuters, {EN}", ("Reuters",)),
    ("en", "The deal is close, the state news agency Xinhua reported.", ("Xinhua",)),
    ("en", "A spokesman told TASS that the visit is being prepared.", ("TASS",)),
    ("en", "Talks will resume, Interfax said, citing RIA Novosti.", ("Interfax", "RIA Novosti")),
    ("ru", f"{RU} Об этом сообщает ТАСС.", ("TASS",)),
    ("ru", "Визит готовится, передаёт РИА Новости со ссылкой на Синьхуа.", ("RIA Novosti", "Xinhua")),
    ("ru", "«Интерфакс» сообщил о новой встрече.", ("Interfax",)),
    ("ru", "Как пишет агентство Bloomberg, банк отказал в платеже.", ("Bloomberg",)),
    ("zh", f"据塔斯社报道，{ZH}", ("TASS",)),
    ("zh", "路透社援引消息人士的话说，双方将签署协议。", ("Reuters",)),
    ("zh", "俄罗斯卫星通讯社3月20日报道，两国元首会晤。", ("Sputnik",)),
    ("fr", FR, ()),
    ("fr", f"MOSCOU (AFP) - {FR}", ()),
    ("en", f"MOSCOW (Reuters) - {EN}", ()),
    ("ru", f"МОСКВА, 17 марта. /ТАСС/. {RU}", ()),
    ("zh", f"新华社北京3月20日电 {ZH}", ()),
    ("zh", f"央视网消息（晚间新闻）：{ZH}", ()),
    ("zh", f"据央视网消息，{ZH}", ("CCTV",)),
    ("en", "Sputnik was the first satellite.", ()),
    ("de", "Laut Reuters ist das Abkommen nah.", ()),
    ("", "", ()),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "expected"), CITES)
def test_the_cited_agencies(lang: str, text: str, expected: tuple[str, ...]) -> None:
    """A verb of saying, or a word for it, makes an agency the origin of the news; a credit does not."""
    assert bylines.cites("", text, lang) == expected
