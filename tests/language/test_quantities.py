"""Quantities keep their words and have a value in their unit."""

from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sommet.language.quantities import find_quantities

# Each row: text; what is found as “value unit”, none if empty.
FRENCH = [
    ("123 milliards de dollars", "1.23e+11 USD"),
    ("10 milliards de mètres cubes de gaz par an", "1e+10 m3"),
    ("2 500 milles", "4023.36 km"),
    ("deux mille milles", "3218.69 km"),
    ("2\u202f500\u00a0km", "2500 km"),
    ("12 000 soldats", "12000 soldier"),
    ("1.500 soldats", "1500 soldier"),
    ("1,500 soldats", "1500 soldier"),
    ("1,5 million de barils par jour", "1.5e+06 bbl/d"),
    ("1.5 million de doses", "1.5e+06 dose"),
    ("2,350 milliards d'euros", "2.35e+09 EUR"),
    ("3 billions de dollars", "3e+12 USD"),
    ("12,5 %", "12.5 %"),
    ("12,555 %", "12.555 %"),
    ("cinq pour cent", "5 %"),
    ("un tiers des ventes", "33.3333 %"),
    ("les deux tiers du gaz", "66.6667 %"),
    ("la moitié de ses exportations", "50 %"),
    ("deux cents soldats", "200 soldier"),
    ("cent mille personnes", "100000 person"),
    ("trente-neuf fois", "39 time"),
    ("quatre-vingt-dix pays", "90 country"),
    ("une centaine de navires", "100 ship"),
    ("une dizaine d'avions", "10 aircraft"),
    ("deux milliards d’euros", "2e+09 EUR"),
    ("un milliard de yuans", "1e+09 CNY"),
    ("500 000 tonnes d'engrais", "500000 t"),
    ("100 millions de roubles", "1e+08 RUB"),
    ("100 Md$", "1e+11 USD"),
    ("117,5 milliards $", "1.175e+11 USD"),
    ("$ 146 milliards", "1.46e+11 USD"),
    ("10 à 15 milliards d'euros", "1.5e+10 EUR"),
    ("une hausse à 200 milliards", "2e+11 "),
    ("1 200 MW", "1.2e+09 W"),
    ("12 accords", "12 agreement"),
    ("30 livres sterling", "30 GBP"),
    ("50 kg", "0.05 t"),
    ("un quart de finale", ""),
    ("un soldat", ""),
    ("les deux pays", ""),
    ("le 20 mars 2023", ""),
    ("en 2021", ""),
    ("le G20, 100 jours, 69 ans", ""),
    ("01 23 45 67 89", ""),
    ("à 20 heures", ""),
    ("article 5", ""),
]
ENGLISH = [
    ("$123 billion", "1.23e+11 USD"),
    ("US$3.5bn", "3.5e+09 USD"),
    ("€5m", "5e+06 EUR"),
    ("£2 million", "2e+06 GBP"),
    ("$200-billion", "2e+11 USD"),
    ("200 billion dollars", "2e+11 USD"),
    ("3 trillion rubles", "3e+12 RUB"),
    ("10 billion cubic meters of gas a year", "1e+10 m3"),
    ("38 bcm", "3.8e+10 m3"),
    ("1.9 million barrels per day", "1.9e+06 bbl/d"),
    ("1.9 million barrels of oil a day", "1.9e+06 bbl/d"),
    ("500,000 barrels", "500000 bbl"),
    ("2,500 miles", "4023.36 km"),
    ("1,500 kilometres", "1500 km"),
    ("100 nautical miles", "185.2 km"),
    ("half a million people", "500000 person"),
    ("one and a half million tons", "1.5e+06 t"),
    ("two hundred soldiers", "200 soldier"),
    ("twenty-five warships", "25 ship"),
    ("a dozen countries", "12 country"),
    ("two thousand troops", "2000 soldier"),
    ("a hundred thousand people", "100000 person"),
    ("5% of exports", "5 %"),
    ("12.5 percent", "12.5 %"),
    ("three-quarters of it", "75 %"),
    ("one third of sales", "33.3333 %"),
    ("half of exports", "50 %"),
    ("1 million doses of vaccine", "1e+06 dose"),
    ("6 GW", "6e+09 W"),
    ("4,000 TWh", "4e+15 Wh"),
    ("14 agreements", "14 agreement"),
    ("39 times", "39 time"),
    ("10 to 15 billion yuan", "1.5e+10 CNY"),
    ("40 companies", "40 company"),
    ("a ship", ""),
    ("in 2021", ""),
    ("March 20, 2023", ""),
    ("a 12-point plan", ""),
    ("100 days", ""),
    ("the G20", ""),
    ("50-year-old", ""),
    ("+1 202 555 0100", ""),
    ("a quarter of an hour", ""),
]
RUSSIAN = [
    ("146,9 миллиарда долларов", "1.469e+11 USD"),
    ("$200 млрд", "2e+11 USD"),
    ("$1,5 млрд", "1.5e+09 USD"),
    ("200 млрд долл.", "2e+11 USD"),
    ("200 млрд долларов США", "2e+11 USD"),
    ("10 млрд кубометров газа в год", "1e+10 m3"),
    ("38 млрд куб. м", "3.8e+10 m3"),
    ("полтора миллиарда рублей", "1.5e+09 RUB"),
    ("полмиллиона человек", "500000 person"),
    ("2 тыс. тонн", "2000 t"),
    ("1,5 млн баррелей в сутки", "1.5e+06 bbl/d"),
    ("12 500 военнослужащих", "12500 soldier"),
    ("двести человек", "200 person"),
    ("двадцать пять кораблей", "25 ship"),
    ("два миллиарда евро", "2e+09 EUR"),
    ("3 трлн рублей", "3e+12 RUB"),
    ("50 процентов", "50 %"),
    ("12,5%", "12.5 %"),
    ("треть экспорта", "33.3333 %"),
    ("две трети", "66.6667 %"),
    ("половина поставок", "50 %"),
    ("100 миллионов доз вакцины", "1e+08 dose"),
    ("5 млрд юаней", "5e+09 CNY"),
    ("1200 МВт", "1.2e+09 W"),
    ("2 500 км", "2500 km"),
    ("100 миль", "160.934 km"),
    ("14 соглашений", "14 agreement"),
    ("12 самолетов", "12 aircraft"),
    ("12 самолётов", "12 aircraft"),
    ("40 стран", "40 country"),
    ("39 раз", "39 time"),
    ("выросло до 200 млрд", "2e+11 "),
    ("сто тысяч тонн", "100000 t"),
    ("300 тысяч баррелей", "300000 bbl"),
    ("50 кг", "0.05 t"),
    ("20 марта 2023 года", ""),
    ("в 2021 году", ""),
    ("100 дней", ""),
    ("69 лет", ""),
    ("саммит G20", ""),
    ("треть века", ""),
    ("в 18:30", ""),
]
CHINESE = [
    ("1900亿美元", "1.9e+11 USD"),
    ("2000多亿美元", "2e+11 USD"),
    ("三百亿美元", "3e+10 USD"),
    ("两千亿美元", "2e+11 USD"),
    ("1.5万亿元人民币", "1.5e+12 CNY"),
    ("2.78亿元", "2.78e+08 CNY"),
    ("100亿立方米天然气", "1e+10 m3"),
    ("每年380亿立方米", "3.8e+10 m3"),
    ("3000万吨", "3e+07 t"),
    ("1,500公里", "1500 km"),
    ("100海里", "185.2 km"),
    ("50%", "50 %"),
    ("５０％", "50 %"),
    ("百分之三十", "30 %"),
    ("三分之一", "33.3333 %"),
    ("一半", "50 %"),
    ("2万名士兵", "20000 soldier"),
    ("一百万剂疫苗", "1e+06 dose"),
    ("100万桶原油", "1e+06 bbl"),
    ("20桶/日", "20 bbl/d"),
    ("5亿卢布", "5e+08 RUB"),
    ("10亿欧元", "1e+09 EUR"),
    ("30亿英镑", "3e+09 GBP"),
    ("120万千瓦", "1.2e+09 W"),
    ("200亿千瓦时", "2e+13 Wh"),
    ("14项协议", "14 agreement"),
    ("十架飞机", "10 aircraft"),
    ("12艘军舰", "12 ship"),
    ("40个国家", "40 country"),
    ("三十家企业", "30 company"),
    ("39次", "39 time"),
    ("1.6亿人次", "1.6e+08 person"),
    ("三百五十人", "350 person"),
    ("¥5亿", "5e+08 CNY"),
    ("$3亿", "3e+08 USD"),
    ("3月20日", ""),
    ("2023年", ""),
    ("20国集团", ""),
    ("两国", ""),
    ("三个", ""),
    ("第二十次会议", ""),
    ("100天", ""),
    ("第五条", ""),
]
CASES = [
    pytest.param(lang, text, expected, id=f"{lang}:{text}")
    for lang, cases in (("fr", FRENCH), ("en", ENGLISH), ("ru", RUSSIAN), ("zh", CHINESE))
    for text, expected in cases
]


@pytest.mark.parametrize(("lang", "text", "expected"), CASES)
def test_values(lang: str, text: str, expected: str) -> None:
    """Each text has exactly this amount, in its base unit."""
    assert ", ".join(f"{q.value:g} {q.unit}" for q in find_quantities(text, lang)) == expected


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        (
            "fr",
            "Il livre 10 milliards de mètres cubes de gaz par an à Pékin.",
            "10 milliards de mètres cubes de gaz par an",
        ),
        ("fr", "soit 123\u00a0milliards de dollars en tout", "123\u00a0milliards de dollars"),
        ("en", "It sold $123 billion worth.", "$123 billion"),
        ("en", "some 1.9 million barrels per day flow", "1.9 million barrels per day"),
        ("ru", "Поставит 10 млрд кубометров газа в год туда", "10 млрд кубометров газа в год"),
        ("zh", "输送380亿立方米天然气到中国", "380亿立方米天然气"),
    ],
)
def test_words_are_kept(lang: str, text: str, words: str) -> None:
    """The span covers the amount with its product and rate, and nothing else."""
    assert [text[q.start : q.end] for q in find_quantities(text, lang)] == [words]


def test_other_languages_have_no_quantities() -> None:
    """A language without a table yields nothing, not an error."""
    assert find_quantities("10 Milliarden Euro", "de") == []


@pytest.mark.parametrize("lang", ["fr", "en", "ru", "zh"])
@pytest.mark.parametrize(
    "unit", ["1 234 ", "9", "1,", "deux cent ", "one ", "一百", "$", "1.1", "два ", "a ", "1 111"]
)
def test_long_hostile_texts(lang: str, unit: str) -> None:
    """A hundred thousand characters of anything are read to their end."""
    text = (unit * 100_000)[:100_000]
    assert all(q.end <= len(text) for q in find_quantities(text, lang))


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(alphabet="0123456789 ,.$€%亿万元分之三百deux milliards d'euros", max_size=60),
    lang=st.sampled_from(["fr", "en", "ru", "zh"]),
)
def test_any_text(text: str, lang: str) -> None:
    """Amounts lie in order inside the text and have a finite value."""
    found = find_quantities(text, lang)
    assert all(0 <= q.start < q.end <= len(text) and isfinite(q.value) for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
