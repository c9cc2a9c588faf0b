"""Golden values for classes: scikit-learn's multinomial logistic regression and scores of its probabilities.

Run with a Python that has scikit-learn:  python test/golden/classes.py
Writes classes.json beside this file. Inputs are rounded before anything is computed, so the JSON holds them exactly.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss

rng = np.random.default_rng(20260301)
n, centres = 90, np.array([[-1.0, 0.0], [1.0, 0.5], [0.0, -1.0]])
y = np.arange(n) % 3
x = np.round(centres[y] + rng.normal(size=(n, 2)), 4)

model = LogisticRegression(C=np.inf, solver="newton-cg", tol=1e-12, max_iter=1000).fit(x, y)
p = model.predict_proba(x)
golden = {
    "made": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "x": x.tolist(),
    "y": y.tolist(),
    # Of each class: weights of the columns, then the intercept. What is added to all classes is arbitrary.
    "weights": (model.coef_ - model.coef_.mean(0)).tolist(),
    "intercepts": (model.intercept_ - model.intercept_.mean()).tolist(),
    "probabilities": p.tolist(),
    "accuracy": accuracy_score(y, p.argmax(1)),
    "logLoss": log_loss(y, p),
    "brier": brier_score_loss(y, p, scale_by_half=False),
}
path = pathlib.Path(__file__).with_name("classes.json")
path.write_text(json.dumps(golden) + "\n")
print(golden["weights"], golden["intercepts"], golden["accuracy"], golden["logLoss"], golden["brier"])
