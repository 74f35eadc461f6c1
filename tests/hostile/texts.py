"""Hostile texts: what a feed can hold to keep a reader busy or to break it."""

from collections.abc import Callable

LENGTH = 100_000
HONEST = {
    "fr": "Vladimir Poutine et Xi Jinping se sont rencontrés à Pékin lundi. ",
    "en": "Vladimir Putin and Xi Jinping met in Beijing on Monday. ",
    "ru": "Владимир Путин и Си Цзиньпин провели переговоры в Пекине в понедельник. ",
    "zh": "普京和习近平周一在北京举行会谈。",
}
ADJECTIVES = {
    "fr": "chinois russe ",
    "en": "Chinese Russian ",
    "ru": "китайский российский ",
    "zh": "中方俄方",
}
PERSONS = {
    "fr": "Poutine Xi Jinping a rencontré ",
    "en": "Putin Xi Jinping met ",
    "ru": "Путин Си Цзиньпин встретился ",
    "zh": "普京习近平会谈",
}
STATES = {"fr": "Chine Russie ", "en": "China Russia ", "ru": "Китай Россия ", "zh": "中国俄罗斯"}
PAIRS = {"fr": "les deux pays ", "en": "the two leaders ", "ru": "лидеры двух стран ", "zh": "两国元首"}
DATED = {
    "fr": "le 12 mars 2026 Poutine et Xi ",
    "en": "on 12 March 2026 Putin and Xi ",
    "ru": "12 марта 2026 Путин и Си ",
    "zh": "2026年3月12日普京习近平",
}

Text = Callable[[str], str]


def filled(piece: str) -> str:
    """Return `piece`, repeated to the length of a hostile text."""
    return (piece * (LENGTH // len(piece) + 1))[:LENGTH]


def _bare(lang: str) -> str:
    """Return the honest sentence without its full stop."""
    return HONEST[lang].rstrip(" .。")


PLAIN: dict[str, Text] = {
    "brackets": lambda _: filled("(["),
    "emoji": lambda _: filled("😀👩\u200d👩\u200d👧"),
    "apostrophes": lambda lang: HONEST[lang] + filled("l'"),
    "states without a verb": lambda lang: filled(STATES[lang]),
    "adjectives without a noun": lambda lang: filled(ADJECTIVES[lang]),
    "persons without a full stop": lambda lang: filled(PERSONS[lang]),
    "pairs without a full stop": lambda lang: HONEST[lang] + filled(PAIRS[lang]),
    "dates without a full stop": lambda lang: filled(DATED[lang]),
    "no spaces": lambda lang: filled(PERSONS[lang].replace(" ", "")),
    "one long sentence": lambda lang: _bare(lang) + filled(", " + _bare(lang)),
    "many lines": lambda lang: "\n".join(f"{HONEST[lang][:20]}{n}" for n in range(LENGTH // 20)),
    "nested quotes": lambda lang: HONEST[lang] + filled("« “ „ "),
    "a hole of spaces": lambda lang: _bare(lang) + filled(" ") + HONEST[lang],
    "a hole of narrow spaces": lambda lang: _bare(lang) + filled("\u202f") + HONEST[lang],
    "a hole of lines": lambda lang: _bare(lang) + filled("\n") + HONEST[lang],
    "a rule of dashes": lambda lang: ADJECTIVES[lang].split(" ")[0] + filled("-") + "x " + ADJECTIVES[lang],
    "digits": lambda lang: HONEST[lang] + filled("1"),
    "full stops": lambda lang: _bare(lang) + filled(".") + HONEST[lang],
    "full stops that end nothing": lambda lang: _bare(lang) + filled(".") + " x",
    "capitals": lambda lang: HONEST[lang] + filled("Aa"),
    "marks on one letter": lambda lang: HONEST[lang] + "a" + filled("\u0301\u0316"),
    "zero-width letters": lambda lang: "\u200b".join(HONEST[lang] * 8),
    "directions": lambda lang: (HONEST[lang] + "\u202e\u2066") * 8,
    "lone surrogates": lambda lang: (HONEST[lang] + "\ud800\udfff") * 8,
    "NUL": lambda lang: (HONEST[lang] + "\0\x1b\x9b") * 8,
}
MARKED_UP: dict[str, Text] = {
    "open elements": lambda lang: HONEST[lang] + filled("<div>") + HONEST[lang],
    "half character references": lambda lang: HONEST[lang] + filled("&#"),
    "no end of a character reference": lambda lang: HONEST[lang] + "&" + filled("a"),
    "no end of a tag": lambda lang: HONEST[lang] + "<" + filled("a"),
    "no end of many tags": lambda lang: HONEST[lang] + filled("<" + "a" * 4_500),
    "no end of an attribute": lambda lang: HONEST[lang] + filled('<p>Chine<a href="x'),
    "no end of a script": lambda lang: HONEST[lang] + filled("<script>"),
    "no end of a drawing": lambda lang: HONEST[lang] + filled("<svg>"),
    "half the end of a script": lambda lang: HONEST[lang] + filled("<script></"),
    "no end of a comment": lambda lang: HONEST[lang] + filled("<!--"),
    "markup written out": lambda lang: filled(f"&lt;div&gt;{_bare(lang)}"),
    "deep elements": lambda lang: "<div>" * 9_000 + HONEST[lang] + "</div>" * 9_000,
}
