"""Trains the classifier of sentences from the sentences in this folder: `make train`.

Multilingual sentence vectors (Universal Sentence Encoder, multilingual v3; Yang et al. 2019) and a
logistic regression over the thirteen types and `none`, calibrated on the sentences of `unseen`. How far that
holds is measured there too, each half calibrated on the other, and on the sentences of `apart`, from which
neither weights nor calibration learn. Deterministic: the same sentences give the same model file.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from sommet.language import classifier
from sommet.language.calibration import Calibration, log_odds, packed
from sommet.language.encoder import vectors

HERE = Path(__file__).parent
RELIABILITY = HERE / "reliability.json"
UNSEEN = HERE / "unseen"
APART = HERE / "apart"
BINS = 5
FINE = 10
"""Bins of the expected calibration error."""


def sentences(folder: Path = HERE) -> list[dict[str, str]]:
    """Return all sentences of a folder, in a fixed order."""
    return [
        json.loads(line) | {"lang": path.stem}
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def digest() -> str:
    """Return what identifies the sentences that the model and its calibration come from."""
    found = hashlib.blake2b(digest_size=8)
    for path in (*sorted(HERE.glob("*.jsonl")), *sorted(UNSEEN.glob("*.jsonl"))):
        found.update(path.read_bytes())
    return found.hexdigest()


def calibrated(scores: Any, events: Any, langs: Any, none: int) -> dict[str, Calibration]:
    """Return the calibration of each language, from scores of sentences that the weights were not fitted to.

    `events` says of each sentence whether it states one.
    """
    found = {}
    for lang in sorted(set(langs.tolist())):
        ours = langs == lang
        odds = log_odds(scores[ours], none)[:, None]
        line = LogisticRegression(C=1e6, solver="newton-cholesky").fit(odds, events[ours])
        found[lang] = Calibration(round(float(line.coef_[0, 0]), 4), round(float(line.intercept_[0]), 4))
    return found


def crossed(scores: Any, events: Any, langs: Any, none: int) -> Any:
    """Return probabilities of each half of the sentences (every second one), calibrated on the other half."""
    found = np.zeros(scores.shape)
    first = np.arange(len(scores)) % 2 == 0
    for fitted in (first, ~first):
        calibration = calibrated(scores[fitted], events[fitted], langs[fitted], none)
        for lang, one in calibration.items():
            ours = ~fitted & (langs == lang)
            found[ours] = one.shares(scores[ours], none)
    return found


def applied(scores: Any, langs: Any, none: int, calibration: dict[str, Calibration]) -> Any:
    """Return probabilities of sentences, each calibrated as its language is."""
    found = np.zeros(scores.shape)
    for lang, one in calibration.items():
        found[langs == lang] = one.shares(scores[langs == lang], none)
    return found


def reliability(shares: Any, index: Any, langs: Any, none: int) -> dict[str, Any]:
    """Return how right and how reliable probabilities are, by language; `index` are the right classes."""
    said, was, right = 1 - shares[:, none], index != none, shares.argmax(axis=1) == index
    rows = {lang: langs == lang for lang in sorted(set(langs.tolist()))}
    rows["all"] = np.ones(len(index), dtype=bool)
    return {
        "accuracy": {row: round(float(right[ours].mean()), 3) for row, ours in rows.items()},
        "error": {row: round(error(said[ours], was[ours]), 3) for row, ours in rows.items()},
        "reliability": {row: bins(said[ours], was[ours]) for row, ours in rows.items()},
    }


def error(said: Any, was: Any) -> float:
    """Return the expected calibration error over tenths of probability (Naeini et al. 2015)."""
    found = bins(said, was, FINE)
    return float(sum(one["sentences"] * abs(one["said"] - one["was"]) for one in found) / len(said))


def bins(said: Any, was: Any, count: int = BINS) -> list[dict[str, float]]:
    """Return, by equal steps of probability, how often an event was said and how often there was one."""
    steps = np.minimum((said * count).astype(int), count - 1)
    return [
        {
            "sentences": int((steps == step).sum()),
            "said": round(float(said[steps == step].mean()), 3),
            "was": round(float(was[steps == step].mean()), 3),
        }
        for step in range(count)
        if (steps == step).any()
    ]


def _scored(model: LogisticRegression, rows: list[dict[str, str]]) -> tuple[Any, Any, Any]:
    """Return the scores of sentences, the indexes of their right classes and their languages."""
    index = np.searchsorted(model.classes_, np.array([row["type"] for row in rows]))
    return model.decision_function(_encoded(rows)), index, np.array([row["lang"] for row in rows])


def _encoded(rows: list[dict[str, str]]) -> Any:
    return np.asarray(vectors([row["text"] for row in rows]), dtype=np.float32)


def main() -> None:
    """Train, calibrate, measure on unseen sentences how right and how reliable the model is; write it all."""
    rows, unseen = sentences(HERE), sentences(UNSEEN)
    model = LogisticRegression(C=10, max_iter=2000)
    model.fit(_encoded(rows), np.array([row["type"] for row in rows]))
    none = model.classes_.tolist().index("none")
    scores, index, langs = _scored(model, unseen)
    found = calibrated(scores, index != none, langs, none)
    apart = sentences(APART)
    others, kinds, tongues = _scored(model, apart)
    measured: dict[str, Any] = {
        "sentences": len(rows),
        "unseen": len(unseen),
        "apart": len(apart),
        "calibration": {lang: [one.slope, one.shift] for lang, one in found.items()},
        "as said": reliability(Calibration().shares(scores, none), index, langs, none),
        "calibrated": reliability(crossed(scores, index != none, langs, none), index, langs, none),
        "another writer": reliability(applied(others, tongues, none, found), kinds, tongues, none),
    }
    RELIABILITY.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    print(f"{len(rows)} sentences, measured on {len(unseen)} unseen ones and {len(apart)} apart")
    for name in ("as said", "calibrated", "another writer"):
        print(f"{name}: right type {measured[name]['accuracy']}")
        print(f"{name}: expected calibration error {measured[name]['error']}")
    np.savez(
        classifier.MODEL,
        classes=np.array(model.classes_, dtype="U16"),
        weights=model.coef_.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        sentences=np.array(digest()),
        **packed(found),
    )
    print(f"written to {classifier.MODEL.name} and {RELIABILITY.name}")


if __name__ == "__main__":
    main()
