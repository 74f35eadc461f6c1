"""Trains the classifier of sentences from the sentences in this folder: `make train`.

Multilingual sentence vectors (Universal Sentence Encoder, multilingual v3; Yang et al. 2019) and a
logistic regression over the thirteen types and `none`. Deterministic: the same sentences give the same
model file.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from sommet.language import classifier
from sommet.language.encoder import vectors

HERE = Path(__file__).parent


def sentences() -> list[dict[str, str]]:
    """Return all training sentences, in a fixed order."""
    return [
        json.loads(line)
        for path in sorted(HERE.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def digest() -> str:
    """Return what identifies the training sentences."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(HERE.glob("*.jsonl")):
        found.update(path.read_bytes())
    return found.hexdigest()


def main() -> None:
    """Train, print the cross-validated accuracy, write the model."""
    rows = sentences()
    given = np.asarray(vectors([row["text"] for row in rows]), dtype=np.float32)
    wanted = np.array([row["type"] for row in rows])
    model = LogisticRegression(C=10, max_iter=2000)
    print(
        f"{len(rows)} sentences; accuracy in 5 folds {cross_val_score(model, given, wanted, cv=5).mean():.3f}"
    )
    model.fit(given, wanted)
    np.savez(
        classifier.MODEL,
        classes=np.array(model.classes_, dtype="U16"),
        weights=model.coef_.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        sentences=np.array(digest()),
    )
    print(f"written to {classifier.MODEL}")


if __name__ == "__main__":
    main()
