"""Hostile texts that the gate lets through: every sentence names both sides, and is one that is read.

What costs most is not a sentence too long to be read, but many that are just short enough.
"""

from tests.hostile.texts import ADJECTIVES, DATED, HONEST, PAIRS, PERSONS, STATES, Text, filled

LONGEST = 1_480
"""Characters of a sentence that is still read."""
PARSED = 600
"""Characters of each of the 160 sentences that fill a text."""

SAID = {
    "fr": "Poutine a dit à Xi : « nous avons signé un accord avec la Chine », ",
    "en": "Putin told Xi: “we signed an agreement with China today”, ",
    "ru": "Путин сказал Си: «мы подписали сегодня соглашение с Китаем», ",
    "zh": "普京对习近平说：“我们今天与中国签署了协议”，",
}
AMOUNTS = {
    "fr": "38 milliards de mètres cubes et 1,5 million de dollars, ",
    "en": "38 billion cubic metres and $1.5 million, ",
    "ru": "38 миллиардов кубометров и 1,5 миллиона долларов, ",
    "zh": "380亿立方米和150万美元，",
}
DAYS = {
    "fr": "lundi, demain, la semaine dernière, en mai, ",
    "en": "on Monday, tomorrow, last week, in May, ",
    "ru": "в понедельник, завтра, на прошлой неделе, в мае, ",
    "zh": "星期一、明天、上周、5月、",
}
ACTS = {
    "fr": "rencontrer signer accord visite exercices sommet contrat gaz ",
    "en": "meet sign agreement visit drills summit contract gas ",
    "ru": "встретиться подписать соглашение визит учения саммит контракт газ ",
    "zh": "会见签署协议访问演习峰会合同天然气",
}
RELATIVE = {
    "fr": "qui a rencontré Poutine qui a rencontré Xi ",
    "en": "who met Putin who met Xi ",
    "ru": "который встретил Путина, который встретил Си, ",
    "zh": "会见普京的习近平会见的",
}
PLACES = {
    "fr": "à Pékin, à Moscou, à Kazan, à Shanghai, ",
    "en": "in Beijing, in Moscow, in Kazan, in Shanghai, ",
    "ru": "в Пекине, в Москве, в Казани, в Шанхае, ",
    "zh": "在北京、在莫斯科、在喀山、在上海、",
}
PRONOUNS = {
    "fr": "il lui a dit qu'il ",
    "en": "he told him that he ",
    "ru": "он сказал ему, что он ",
    "zh": "他对他说他",
}
DENIED = {
    "fr": "n'ont pas nié ne pas avoir ",
    "en": "did not deny not having ",
    "ru": "не отрицали, что не ",
    "zh": "没有否认没有",
}
IMAGINED = {"fr": "si jamais si ", "en": "if whether if ", "ru": "если бы если ", "zh": "如果假如"}
OTHERS = {
    "fr": "Biden, Macron, l'Inde, le Japon, l'OTAN, ",
    "en": "Biden, Macron, India, Japan, NATO, ",
    "ru": "Байден, Макрон, Индия, Япония, НАТО, ",
    "zh": "拜登、马克龙、印度、日本、北约、",
}
OFFICES = {
    "fr": "le président russe et le président chinois, ",
    "en": "the Russian president and the Chinese president, ",
    "ru": "президент России и председатель КНР, ",
    "zh": "俄罗斯总统和中国国家主席",
}


def bare(lang: str) -> str:
    """Return the honest sentence without its full stop."""
    return HONEST[lang].rstrip(" .。")


def sentences(lang: str, piece: str, length: int = LONGEST) -> str:
    """Return sentences of a length, each made of the honest one and a piece that is repeated."""
    stop = "。" if lang == "zh" else ". "
    start = bare(lang) + ("，" if lang == "zh" else ", ")
    body = (piece * (length // len(piece) + 1))[: length - len(start) - len(stop)]
    return filled(start + body.rstrip(" ,，") + stop)


def _dense(pieces: dict[str, str], length: int = LONGEST) -> Text:
    return lambda lang: sentences(lang, pieces[lang], length)


def _letters(lang: str, joint: str) -> str:
    alphabet = {"ru": "абвгдежзик", "zh": "甲乙丙丁戊己"}.get(lang, "abcdefghij")
    return joint.join(alphabet) + joint


def _marked(lang: str, mark: str) -> str:
    return filled("".join(letter + mark for letter in HONEST[lang]))


DENSE: dict[str, Text] = {
    "honest": lambda lang: filled(HONEST[lang]),
    "honest, on lines": lambda lang: filled(HONEST[lang].strip() + "\n"),
    "honest, between commas": lambda lang: sentences(lang, bare(lang) + ", "),
    "honest, between commas, shorter": lambda lang: sentences(lang, bare(lang) + ", ", PARSED),
    "honest, between semicolons": lambda lang: sentences(lang, bare(lang) + "; "),
    "forty parts between semicolons": lambda lang: sentences(lang, bare(lang)[:12] + "; ", PARSED),
    "honest, between dashes": lambda lang: sentences(lang, bare(lang) + " – "),
    "honest, in brackets": lambda lang: sentences(lang, f"({bare(lang)}) "),
    "honest, in brackets that stay open": lambda lang: sentences(lang, f"({bare(lang)} "),
    "honest, numbered lines": lambda lang: "\n".join(
        f"{bare(lang)} {n}." for n in range(100_000 // len(HONEST[lang]))
    ),
    "chains of hyphens": lambda lang: sentences(lang, _letters(lang, "-")),
    "chains of hyphens, shorter": lambda lang: sentences(lang, _letters(lang, "-"), PARSED),
    "chains of full stops": lambda lang: sentences(lang, _letters(lang, ".")),
    "chains of underscores": lambda lang: sentences(lang, _letters(lang, "_")),
    "chains of strokes": lambda lang: sentences(lang, _letters(lang, "/")),
    "chains of apostrophes": lambda lang: sentences(lang, _letters(lang, "’")),
    "single letters": lambda lang: sentences(lang, _letters(lang, " ")),
    "single letters, shorter": lambda lang: sentences(lang, _letters(lang, " "), PARSED),
    "one word": lambda lang: sentences(lang, _letters(lang, "")),
    "states": _dense(STATES),
    "states, shorter": _dense(STATES, PARSED),
    "adjectives": _dense(ADJECTIVES),
    "adjectives, shorter": _dense(ADJECTIVES, PARSED),
    "persons": _dense(PERSONS),
    "persons, shorter": _dense(PERSONS, PARSED),
    "persons, glued": lambda lang: sentences(lang, PERSONS[lang].replace(" ", "")),
    "pairs": _dense(PAIRS),
    "pairs, shorter": _dense(PAIRS, PARSED),
    "offices": _dense(OFFICES),
    "offices, shorter": _dense(OFFICES, PARSED),
    "third parties": _dense(OTHERS),
    "third parties, shorter": _dense(OTHERS, PARSED),
    "places": _dense(PLACES),
    "places, shorter": _dense(PLACES, PARSED),
    "dates": _dense(DATED),
    "dates, shorter": _dense(DATED, PARSED),
    "days": _dense(DAYS),
    "days, shorter": _dense(DAYS, PARSED),
    "amounts": _dense(AMOUNTS),
    "amounts, shorter": _dense(AMOUNTS, PARSED),
    "acts": _dense(ACTS),
    "acts, shorter": _dense(ACTS, PARSED),
    "acts with persons": lambda lang: sentences(lang, PERSONS[lang] + ACTS[lang], PARSED),
    "relative clauses": _dense(RELATIVE),
    "relative clauses, shorter": _dense(RELATIVE, PARSED),
    "pronouns": _dense(PRONOUNS),
    "pronouns, shorter": _dense(PRONOUNS, PARSED),
    "denials": _dense(DENIED),
    "denials, shorter": _dense(DENIED, PARSED),
    "conditions": _dense(IMAGINED),
    "speech": _dense(SAID),
    "speech, shorter": _dense(SAID, PARSED),
    "speech without a full stop": lambda lang: filled(SAID[lang]),
    "quotations that stay open": lambda lang: sentences(lang, "« “ „ " + SAID[lang], PARSED),
    "quotations without words of saying": lambda lang: filled(f"« {bare(lang)} » "),
    "straight marks": lambda lang: filled(f'"{bare(lang)}" "'),
    "numbers": lambda lang: sentences(lang, "12 345 678,90 "),
    "numbers with full stops": lambda lang: sentences(lang, "1.2.3."),
    "numbers with signs": lambda lang: sentences(lang, "1-2/3:4%$"),
    "endless digits": lambda lang: sentences(lang, "9"),
    "one-word lines": lambda lang: filled(bare(lang).replace(" ", "\n") + "\n"),
    "one-word sentences": lambda lang: filled(bare(lang).replace(" ", ". ") + ". "),
    "exclamations": lambda lang: filled(bare(lang).replace(" ", "?! ") + "?! "),
    "abbreviations": lambda lang: sentences(
        lang, {"ru": "г. им. тыс. ", "zh": "No. "}.get(lang, "M. Mr. Dr. ")
    ),
    "initials": lambda lang: sentences(lang, {"ru": "В. В. П. "}.get(lang, "V. V. P. ")),
    "capitals": lambda lang: filled(HONEST[lang].upper()),
    "title case": lambda lang: filled(HONEST[lang].title()),
    "addresses": lambda lang: sentences(lang, "https://x.example/putin-xi?a=b&c=d "),
    "credits": lambda lang: filled(f"(AFP) – {bare(lang)} (Reuters)\n"),
    "zero width": lambda lang: filled("\u200b".join(HONEST[lang])),
    "combining marks": lambda lang: _marked(lang, "\u0301"),
    "many combining marks": lambda lang: _marked(lang, "\u0301\u0316\u0327" * 3),
    "soft hyphens": lambda lang: _marked(lang, "\u00ad"),
    "narrow spaces": lambda lang: filled(HONEST[lang].replace(" ", "\u202f\u00a0")),
    "emoji between words": lambda lang: filled(HONEST[lang].replace(" ", " 👩\u200d👧 ")),
    "four languages": lambda lang: filled("".join(HONEST.values()) + HONEST[lang] * 2),
    "four languages in a sentence": lambda lang: sentences(lang, ", ".join(map(bare, HONEST)) + ", ", PARSED),
}
