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
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from sommet.language import classifier
from sommet.language.encoder import vectors

HERE = Path(__file__).parent
RELIABILITY = HERE / "reliability.json"
TEMPERATURES = [round(0.5 + n / 20, 2) for n in range(51)]
BINS = 5


def sentences() -> list[dict[str, str]]:
    """Return all training sentences, in a fixed order."""
    return [
        json.loads(line) | {"lang": path.stem}
        for path in sorted(HERE.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def digest() -> str:
    """Return what identifies the training sentences."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(HERE.glob("*.jsonl")):
        found.update(path.read_bytes())
    return found.hexdigest()


def calibrated(rows: list[dict[str, str]], given: Any, wanted: Any) -> tuple[float, dict[str, Any]]:
    """Return the temperature at which probabilities are most likely, and how reliable they then are.

    From five folds, each predicted by a model of the other four (temperature scaling; Guo et al. 2017).
    """
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_val_predict(_model(), given, wanted, cv=folds, method="decision_function")
    classes = np.unique(wanted)
    index = np.searchsorted(classes, wanted)
    best = min(TEMPERATURES, key=lambda t: -np.log(_shares(scores / t)[np.arange(len(rows)), index]).mean())
    shares = _shares(scores / best)
    none = list(classes).index("none")
    event, right = 1 - shares[:, none], shares.argmax(axis=1) == index
    langs = np.array([row["lang"] for row in rows])
    table = {
        str(lang): _bins(event[langs == lang], (wanted != "none")[langs == lang])
        for lang in sorted(set(langs))
    }
    return best, {
        "sentences": len(rows),
        "accuracy": {str(lang): round(float(right[langs == lang].mean()), 3) for lang in sorted(set(langs))},
        "temperature": best,
        "reliability": table,
    }


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
    """Train, measure by folds how right and how reliable the model is, write both."""
    rows = sentences()
    given = np.asarray(vectors([row["text"] for row in rows]), dtype=np.float32)
    wanted = np.array([row["type"] for row in rows])
    temperature, measured = calibrated(rows, given, wanted)
    RELIABILITY.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    print(f"{len(rows)} sentences; right type in 5 folds: {measured['accuracy']}; temperature {temperature}")
    model = _model().fit(given, wanted)
    np.savez(
        classifier.MODEL,
        classes=np.array(model.classes_, dtype="U16"),
        weights=(model.coef_ / temperature).astype(np.float32),
        bias=(model.intercept_ / temperature).astype(np.float32),
        sentences=np.array(digest()),
    )
    print(f"written to {classifier.MODEL} and {RELIABILITY}")


if __name__ == "__main__":
    main()
