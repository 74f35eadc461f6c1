"""Cost of the gate beside `str.casefold`, on generated articles of about 3,000 characters, in one run.

Run: `python benchmarks/speed/gate.py`. CPU time, median and range of five rounds; share of articles that
name both sides: one in fifty. Figures move with the machine; the ratio to `casefold` moves less.
"""

import random
import statistics
import time
from collections.abc import Callable

from sommet.knowledge.actors import load
from sommet.language.gazetteer import Gazetteer

SIZE, ARTICLES, ROUNDS, SEED = 3000, 400, 5, 7
ORDINARY = {
    "fr": "La mairie a présenté hier un budget qui prévoit des écoles, une médiathèque et des routes.",
    "en": "The council presented a budget yesterday that pays for schools, a library and for roads.",
    "ru": "Городской совет вчера представил бюджет: школы, библиотека и ремонт дорог получат больше средств.",
    "zh": "市议会昨天公布了预算案，学校、图书馆和道路养护将获得更多资金，居民对此表示欢迎。",
}
BOTH = {
    "fr": "Vladimir Poutine et Xi Jinping se sont parlé ; le président chinois ira à Moscou.",
    "en": "Vladimir Putin and Xi Jinping spoke; the Chinese president will travel to Moscow.",
    "ru": "Владимир Путин и Си Цзиньпин поговорили; китайский лидер приедет в Москву.",
    "zh": "普京与习近平通话，中国国家主席将访问莫斯科。",
}


def article(lang: str, *, both: bool, chance: random.Random) -> str:
    """Return a made-up article whose words come in another order each time."""
    words = ORDINARY[lang].split(" ") if lang != "zh" else list(ORDINARY[lang])
    glue = "" if lang == "zh" else " "
    text = ""
    while len(text) < SIZE:
        chance.shuffle(words)
        text += glue.join(words) + glue
    middle = SIZE // 2
    return text[:middle] + f" {BOTH[lang]} " + text[middle:] if both else text


def microseconds(work: Callable[[str], object], texts: list[str]) -> list[float]:
    """Return the CPU time for a text, in microseconds, of each round."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in texts:
            work(text)
        rounds.append((time.process_time() - start) / len(texts) * 1e6)
    return rounds


def main() -> None:
    """Print one line for each language."""
    gazetteer = Gazetteer(load())
    chance = random.Random(SEED)
    for lang in ORDINARY:
        texts = [article(lang, both=i % 50 == 0, chance=chance) for i in range(ARTICLES)]
        base, gate = microseconds(str.casefold, texts), microseconds(gazetteer.gate, texts)
        passed = sum({"RUS", "CHN"} <= gazetteer.gate(text) for text in texts)
        print(
            f"{lang}: casefold {statistics.median(base):6.1f} µs, gate {statistics.median(gate):6.1f} µs "
            f"({min(gate):.1f}-{max(gate):.1f}), "
            f"ratio {statistics.median(gate) / statistics.median(base):.1f}, passed {passed} of {ARTICLES}"
        )


if __name__ == "__main__":
    main()
