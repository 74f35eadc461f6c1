"""Trains the classifier of sentences from the sentences in this folder: `make train`.

Multilingual sentence vectors (Universal Sentence Encoder, multilingual v3; Yang et al. 2019) and a
logistic regression over the thirteen types and `none`. Deterministic: the same sentences give the same
model file.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from sommet.language import classifier
from sommet.language.encoder import vectors

HERE = Path(__file__).parent
RELIABILITY = HERE / "reliability.json"
UNSEEN = HERE / "unseen"
TEMPERATURES = [round(0.5 + n / 20, 2) for n in range(51)]
SHIFTS = [round(n / 10, 1) for n in range(-10, 31)]
BINS = 5


def sentences(folder: Path = HERE) -> list[dict[str, str]]:
    """Return all sentences of a folder, in a fixed order."""
    return [
        json.loads(line) | {"lang": path.stem}
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def digest() -> str:
    """Return what identifies the training sentences."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(HERE.glob("*.jsonl")):
        found.update(path.read_bytes())
    return found.hexdigest()


def reliability(model: LogisticRegression) -> dict[str, Any]:
    """Return how reliable the probabilities are on sentences of other writers that the model has not seen.

    As the model says them, and after a temperature and a shift of `none` chosen on every second sentence
    (temperature and vector scaling; Guo et al. 2017); both measured on the rest.
    """
    rows = sentences(UNSEEN)
    wanted = np.array([row["type"] for row in rows])
    scores = model.decision_function(np.asarray(vectors([row["text"] for row in rows]), dtype=np.float32))
    index = np.searchsorted(model.classes_, wanted)
    tuned = np.arange(len(rows)) % 2 == 0
    none = list(model.classes_).index("none")
    unit = np.eye(len(model.classes_))[none]
    choices = [(t, shift) for t in TEMPERATURES for shift in SHIFTS]
    best, shift = min(choices, key=lambda c: _surprise((scores[tuned] + c[1] * unit) / c[0], index[tuned]))
    langs = np.array([row["lang"] for row in rows])
    held = {lang: ~tuned & (langs == lang) for lang in sorted({row["lang"] for row in rows})}
    found = {"unseen": {lang: int(chosen.sum()) for lang, chosen in held.items()}}
    for name, t, by in (("as said", 1.0, 0.0), ("calibrated", best, shift)):
        shares = _shares((scores + by * unit) / t)
        event, right = 1 - shares[:, none], shares.argmax(axis=1) == index
        found[name] = {
            "temperature": t,
            "shift": by,
            "accuracy": {lang: round(float(right[chosen].mean()), 3) for lang, chosen in held.items()},
            "reliability": {
                lang: _bins(event[chosen], (wanted != "none")[chosen]) for lang, chosen in held.items()
            },
        }
    return found


def _surprise(scores: Any, index: Any) -> float:
    return float(-np.log(_shares(scores)[np.arange(len(index)), index]).mean())


def _model() -> LogisticRegression:
    return LogisticRegression(C=10, max_iter=2000)


def _shares(scores: Any) -> Any:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _bins(said: Any, was: Any) -> list[dict[str, float]]:
    """Return, by fifths of probability, how often an event was said and how often there was one."""
    found = []
    for low in np.arange(0, 1, 1 / BINS):
        inside = (said >= low) & ((said < low + 1 / BINS) | (low + 1 / BINS >= 1))
        if inside.any():
            found.append({
                "sentences": int(inside.sum()),
                "said": round(float(said[inside].mean()), 3),
                "was": round(float(was[inside].mean()), 3),
            })  # fmt: skip
    return found


def main() -> None:
    """Train, measure on unseen sentences how right and how reliable the model is, write both."""
    rows = sentences(HERE)
    given = np.asarray(vectors([row["text"] for row in rows]), dtype=np.float32)
    model = _model().fit(given, np.array([row["type"] for row in rows]))
    measured = {"sentences": len(rows), **reliability(model)}
    RELIABILITY.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    print(f"{len(rows)} sentences; right type on unseen ones: {measured['as said']['accuracy']}")
    np.savez(
        classifier.MODEL,
        classes=np.array(model.classes_, dtype="U16"),
        weights=model.coef_.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        sentences=np.array(digest()),
    )
    print(f"written to {classifier.MODEL.name} and {RELIABILITY.name}")


if __name__ == "__main__":
    main()
