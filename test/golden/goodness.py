"""Golden values for the goodness of fit in src/metrics: SciPy, scikit-learn, and Stein kernels that SymPy differentiates.

Run with a Python that has scipy, scikit-learn and sympy:  python test/golden/goodness.py
Writes goodness.json beside this file. Inputs are rounded before anything is computed, so the JSON holds them exactly.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
import sympy
from scipy import stats
from scipy.spatial.distance import cdist, pdist
from sklearn.metrics.pairwise import rbf_kernel

rng = np.random.default_rng(20250117)


def rounded(x):
    """Six significant digits: short to write, exact to read."""
    return np.vectorize(lambda v: float(f"{v:.6g}"))(np.asarray(x, dtype=float))


def off_diagonal(k):
    n = len(k)
    return (k.sum() - np.trace(k)) / (n * (n - 1))


def mmd(k, x, y):
    return off_diagonal(k(x, x)) + off_diagonal(k(y, y)) - 2 * k(x, y).mean()


def line(p):
    """Exact W_p of samples on a line: every value repeated until the samples are of one size."""
    def cost(x, y):
        a, b = np.sort(np.repeat(x, len(y))), np.sort(np.repeat(y, len(x)))
        return (np.abs(a - b) ** p).mean() ** (1 / p)
    return cost


def pair_case(name, x, y):
    x, y = rounded(x), rounded(y)
    h = float(np.median(pdist(np.vstack([x, y]))))
    rbf = lambda a, b: sum(rbf_kernel(a, b, gamma=1 / (2 * (s * h) ** 2)) for s in (0.25, 0.5, 1, 2, 4))
    imq = lambda a, b: (1 + cdist(a, b, "sqeuclidean") / h**2) ** -0.5
    case = {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "bandwidth": h,
        "rbf": mmd(rbf, x, y),
        "imq": mmd(imq, x, y),
        "energy": 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean(),
        "wasserstein1": None,
        "wasserstein2": None,
    }
    if x.shape[1] == 1:
        u, v = x[:, 0], y[:, 0]
        assert abs(case["energy"] - stats.energy_distance(u, v) ** 2) < 1e-12
        case["wasserstein1"] = float(stats.wasserstein_distance(u, v))
        assert abs(case["wasserstein1"] - line(1)(u, v)) < 1e-12
        case["wasserstein2"] = float(line(2)(u, v))
    return case


def stein_kernel(d, c, beta):
    """u = s·s′ k + s·∇′k + s′·∇k + tr ∇∇′k, with the derivatives left to SymPy."""
    x, y, s, t = (sympy.symbols(f"{v}:{d}") for v in "xyst")
    k = (c**2 + sum((a - b) ** 2 for a, b in zip(x, y))) ** beta
    u = sum(a * b for a, b in zip(s, t)) * k
    u += sum(a * sympy.diff(k, b) for a, b in zip(s, y)) + sum(b * sympy.diff(k, a) for a, b in zip(x, t))
    u += sum(sympy.diff(k, a, b) for a, b in zip(x, y))
    f = sympy.lambdify([x, y, s, t], u)
    return lambda p, q, a, b: float(f(p, q, a, b))


def stein_case(x, scores, c, beta):
    x, scores = rounded(x), rounded(scores)
    u = stein_kernel(x.shape[1], c, beta)
    k = np.array([[u(p, q, a, b) for q, b in zip(x, scores)] for p, a in zip(x, scores)])
    return {
        "x": x.tolist(),
        "scores": scores.tolist(),
        "scale": c,
        "beta": beta,
        "u": off_diagonal(k),
        "v": k.mean(),
    }


golden = {
    "versions": {"scipy": scipy.__version__, "sklearn": sklearn.__version__, "sympy": sympy.__version__},
    "pairs": [
        pair_case("a line", rng.normal(size=(7, 1)), 1 + 2 * rng.normal(size=(7, 1))),
        pair_case("a line, more of the first", rng.normal(size=(11, 1)), rng.normal(size=(4, 1))),
        pair_case("a line, more of the second", rng.normal(size=(5, 1)), rng.gumbel(size=(12, 1))),
        pair_case("space", rng.normal(size=(9, 3)), rng.normal(size=(6, 3)) * 1.5),
        pair_case("space, ties", rng.integers(3, size=(8, 3)), rng.integers(3, size=(10, 3))),
    ],
    "stein": [
        stein_case(rng.normal(size=(8, 1)), rng.normal(size=(8, 1)), 1.0, -0.5),
        stein_case(rng.normal(size=(8, 3)), 2 * rng.normal(size=(8, 3)), 0.7, -0.5),
        stein_case(rng.normal(size=(6, 2)), rng.normal(size=(6, 2)), 2.5, -0.8),
    ],
}


def lines(value):
    """One case a line."""
    if isinstance(value, list):
        return "[\n" + ",\n".join("    " + json.dumps(v) for v in value) + "\n  ]"
    return json.dumps(value)


text = "{\n" + ",\n".join(f'  "{k}": {lines(v)}' for k, v in golden.items()) + "\n}\n"
pathlib.Path(__file__).with_name("goodness.json").write_text(text)
