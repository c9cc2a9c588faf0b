"""Sums and a fingerprint of the handwritten digits, from the copy in scikit-learn.

Run with a Python that has scikit-learn:  python test/golden/digits.py
Writes digits.json beside this file.
"""

import hashlib
import json
import pathlib

import numpy as np
import sklearn
from sklearn.datasets import load_digits

digits = load_digits()
levels = digits.data.astype(np.uint8)
golden = {
    "made with": f"scikit-learn {sklearn.__version__}",
    "shape": list(levels.shape),
    "sha256 of levels": hashlib.sha256(levels.tobytes()).hexdigest(),
    "sha256 of labels": hashlib.sha256(digits.target.astype(np.uint8).tobytes()).hexdigest(),
    "pixels of each level": np.bincount(levels.ravel(), minlength=17).tolist(),
    "rows of each digit": np.bincount(digits.target).tolist(),
    "sum of each pixel": levels.sum(axis=0, dtype=int).tolist(),
    "dark pixels of each digit": [int((levels[digits.target == k] >= 8).sum()) for k in range(10)],
    "first row": levels[0].tolist(),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
