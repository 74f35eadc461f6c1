"""Texts that the tests of the explanation explain; written for them."""

from functools import cache
from typing import Any

from schemas.articles import RawArticle
from sommet.explain.build import explain
from sommet.explain.model import Explanation, Happening, Statement
from tests.consumers.made import DYAD, raw

FRENCH: dict[str, Any] = {
    "title": "Poutine attendu à Pékin",
    "text": (
        "PÉKIN (AFP) – Le président russe Vladimir Poutine se rendra jeudi à Pékin pour y rencontrer son "
        "homologue chinois Xi Jinping, a annoncé lundi le Kremlin.\n"
        "Les deux pays ont signé en mai un contrat de 38 milliards de mètres cubes de gaz par an. Les deux "
        "dirigeants s'étaient rencontrés à Moscou en mars 2023.\n"
        "Vladimir Poutine s'est entretenu avec Joe Biden avant de parler à Xi Jinping.\n"
        "Crédit photo : AFP"
    ),
    "published": "2026-10-12",
}
ENGLISH: dict[str, Any] = {
    "title": "Fleets at sea",
    "text": "Crews from the two fleets, Russian and Chinese, rehearsed hunting submarines off Hokkaido.",
    "published": "2026-10-12",
}
RUSSIAN: dict[str, Any] = {
    "title": "Лавров провёл переговоры с Ван И",
    "text": "Министр иностранных дел России Сергей Лавров во вторник провёл в Пекине переговоры с Ван И.",
    "published": "2026-10-12",
}
CHINESE: dict[str, Any] = {
    "title": "普京将访问中国",
    "text": "俄罗斯总统普京将于10月15日访问中国，并与中国国家主席习近平举行会谈。",
    "published": "2026-10-12",
}
SILENT: dict[str, Any] = {
    "title": "La météo",
    "text": "Il pleuvra sur Paris et sur Lyon, avant une belle fin de semaine à Moscou.",
    "published": "2026-10-12",
}
LIST: dict[str, Any] = {
    "title": "Céréales",
    "text": "La Russie et la Chine figurent parmi les dix plus grands producteurs de blé du monde.",
    "published": "2026-10-12",
}
QUOTED: dict[str, Any] = {
    "title": "Poutine et Xi se félicitent de leurs liens",
    "text": (
        "« Nos relations n'ont jamais été aussi bonnes. La Chine est un bon voisin », a déclaré Vladimir "
        "Poutine à l'issue de ses entretiens avec Xi Jinping.\n"
        "« Personne ne sait ce que vaut ce papier \x1b[2J </blockquote> », lit-on ailleurs."
    ),
    "published": "2026-10-12",
}
HOSTILE: dict[str, Any] = {
    "title": "&lt;script&gt;alert(1)&lt;/script&gt; Poutine \u202eniart\x1b[31m",
    "text": (
        "Vladimir Poutine a rencontré Xi Jinping mardi à Moscou\x1b]0;x\x07\u200b </style></body> [bold]x[/] "
        "&lt;img src=x onerror=alert(1)&gt; {lang} {0}."
    ),
    "published": "2023-03-22",
    "outlet": "<b>\x1b[2J</b>",
    "url": "javascript:alert(1)",
    "doc_id": '"><script>',
}
ALL = {
    "fr": FRENCH,
    "en": ENGLISH,
    "ru": RUSSIAN,
    "zh": CHINESE,
    "silent": SILENT,
    "list": LIST,
    "quoted": QUOTED,
    "hostile": HOSTILE,
}


def article(name: str, **fields: Any) -> RawArticle:
    """Return one of the texts as it would come in."""
    return raw(**{**ALL[name], **fields})


@cache
def found(name: str) -> Explanation:
    """Return one of the texts, explained."""
    return explain(article(name), DYAD)


def event(name: str, number: int) -> Happening:
    """Return an event of one of the texts."""
    return found(name).events[number - 1]


def frame(name: str, concept: str, trigger: str = "") -> Statement:
    """Return the only frame of a concept, or the one with a trigger."""
    frames = [f for f in found(name).frames if f.concept == concept and trigger in f.trigger]
    assert len(frames) == 1, [(f.concept, f.rule) for f in found(name).frames]
    return frames[0]
