"""Golden values for src/metrics: ArviZ on fixed arrays, SciPy quantiles.

Run with a Python that has arviz and scipy:  python test/golden/metrics.py
Writes metrics.json beside this file. Inputs are rounded before anything is computed, so the JSON holds them exactly.
"""

import json
import math
import pathlib
import warnings

warnings.filterwarnings("ignore")

import arviz as az
import numpy as np
import scipy
from arviz.stats import diagnostics
from scipy import stats

rng = np.random.default_rng(20240611)


def rounded(x):
    """Six significant digits: short to write, exact to read."""
    return np.vectorize(lambda v: float(f"{v:.6g}"))(np.asarray(x, dtype=float))


def ar1(chains, draws, phi):
    x = np.zeros((chains, draws))
    x[:, 0] = rng.normal(size=chains) / math.sqrt(1 - phi**2)
    for t in range(1, draws):
        x[:, t] = phi * x[:, t - 1] + rng.normal(size=chains)
    return x


def plain(v):
    """JSON has no NaN and no infinity."""
    v = float(v)
    if math.isnan(v):
        return "NaN"
    if math.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return v


CHAINS = {
    "iid": rng.normal(size=(4, 100)),
    "ar1 phi=0.9": ar1(4, 250, 0.9),
    "ar1 phi=-0.5": ar1(4, 100, -0.5),
    "random walk": np.cumsum(rng.normal(size=(3, 70)), axis=1),
    "two stuck chains": rng.normal(size=(2, 60)) * 0.1 + np.array([[-3.0], [3.0]]),
    "two frozen chains": np.array([[1.0] * 20, [2.0] * 20]),
    "one chain stuck of four": np.concatenate([rng.normal(size=(3, 50)), rng.normal(size=(1, 50)) * 0.05 + 4]),
    "constant": np.full((2, 12), 0.7),
    "odd draws": ar1(3, 33, 0.4),
    "odd total": ar1(1, 81, 0.3),
    "one chain": ar1(1, 64, 0.6),
    "many short chains": ar1(32, 11, 0.7),
    "cauchy": rng.standard_cauchy(size=(4, 60)),
    "ties": rng.poisson(3, size=(4, 60)),
    "10 draws": rng.normal(size=(4, 10)),
    "9 draws": rng.normal(size=(4, 9)),
    "7 draws": rng.normal(size=(4, 7)),
    "5 draws": rng.normal(size=(4, 5)),
    "4 draws": rng.normal(size=(4, 4)),
    "3 draws": rng.normal(size=(4, 3)),
}


def chains_case(name, x):
    x = rounded(x)
    split = diagnostics._split_chains(x)
    two = x.shape[0] >= 2 or x.shape[1] < 4
    # az.rhat refuses one chain; split in two it has a value, which its own parts give.
    folded = np.abs(split - np.median(split))
    rank = max(diagnostics._rhat(diagnostics._z_scale(split)), diagnostics._rhat(diagnostics._z_scale(folded)))
    return {
        "name": name,
        "shape": list(x.shape),
        "data": x.ravel().tolist(),
        "bulk": plain(az.ess(x, method="bulk")),
        "tail": plain(az.ess(x, method="tail")),
        "mean": plain(az.ess(x, method="mean")),
        "rhatRank": plain(az.rhat(x, method="rank") if two else rank),
        "rhatSplit": plain(az.rhat(x, method="split") if two else diagnostics._rhat(split)),
        "mcseMean": plain(az.mcse(x, method="mean")),
        "mcseSd": plain(az.mcse(x, method="sd")),
        "mcseMedian": plain(az.mcse(x, method="median")),
        "mcseQuantile10": plain(az.mcse(x, method="quantile", prob=0.1)),
        "hdi94": [plain(v) for v in az.hdi(x.ravel(), hdi_prob=0.94)],
        "hdi50": [plain(v) for v in az.hdi(x.ravel(), hdi_prob=0.5)],
        "bfmi": [plain(v) for v in az.bfmi(x)],
    }


def summary_case(names):
    """Chains of equal shape as the coordinates of one variable: names of the rows and columns, and the table."""
    table = az.summary({"x": np.stack([rounded(CHAINS[n]) for n in names], axis=-1)}, round_to="none")
    return {
        "chains": names,
        "rows": list(table.index),
        "columns": list(table.columns),
        "values": [[plain(v) for v in row] for row in table.to_numpy()],
    }


def pooled_autocorrelation(x, lags):
    c = x - x.mean()
    n = x.shape[1]
    acov = [np.sum(c[:, : n - t] * c[:, t:]) for t in range(lags + 1)]
    return [a / acov[0] for a in acov]


def acf_case(name, x):
    x = rounded(x)
    one = x.shape[0] == 1
    return {
        "name": name,
        "shape": list(x.shape),
        "data": x.ravel().tolist(),
        "autocorrelation": (az.autocorr(x[0])[:21] if one else np.array(pooled_autocorrelation(x, 20))).tolist(),
    }


def gpd(n, k):
    u = rng.uniform(size=n)
    return np.log((u**-k - 1) / k)


LOG_WEIGHTS = {
    "k about 0.2": gpd(500, 0.2),
    "k about 0.9": gpd(500, 0.9),
    "good proposal": -0.05 * rng.normal(size=400) ** 2,
    "wide target": 0.5 * rng.normal(size=400) ** 2 * (1 - 1 / 4),
    "log-normal": 3 * rng.normal(size=1000),
    "40 draws": 1.5 * rng.normal(size=40),
    "30 draws": 1.5 * rng.normal(size=30),
    "20 draws": 1.5 * rng.normal(size=20),
    "10 draws": 1.5 * rng.normal(size=10),
    "some without weight": np.where(np.arange(200) % 3 == 0, -np.inf, rng.normal(size=200)),
    "far below zero": rng.normal(size=200) - 5000,
}


def weights_case(name, lw):
    lw = np.where(np.isinf(lw), lw, rounded(np.where(np.isinf(lw), 0, lw)))
    _, k = az.psislw(lw.copy(), reff=1.0)
    return {"name": name, "logWeights": [plain(v) for v in lw], "k": plain(k)}


BETA = [
    (p, a, b)
    for p in (0.025, 0.1586553, 0.5, 0.8413447, 0.999)
    for a, b in ((0.5, 0.5), (1, 1), (2, 5), (101, 901), (3.7, 0.4), (50000.5, 50000.5), (1.5, 2e5))
]
T = [(p, v) for p in (0.9, 0.975, 0.995) for v in (1, 2, 3, 7, 30, 1000)]

golden = {
    "versions": {"arviz": az.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "chains": [chains_case(n, x) for n, x in CHAINS.items()],
    "summaries": [summary_case(["iid", "ar1 phi=-0.5"]), summary_case(["cauchy", "ties"]), summary_case(["one chain"])],
    "autocorrelations": [acf_case("one ar1 chain", ar1(1, 150, 0.8)), acf_case("four ar1 chains", ar1(4, 60, 0.8))],
    "importance": [weights_case(n, x) for n, x in LOG_WEIGHTS.items()],
    "betaQuantiles": [[p, a, b, stats.beta.ppf(p, a, b)] for p, a, b in BETA],
    "studentQuantiles": [[p, v, stats.t.ppf(p, v)] for p, v in T],
}


def lines(value):
    """One case a line."""
    if isinstance(value, list):
        return "[\n" + ",\n".join("    " + json.dumps(v) for v in value) + "\n  ]"
    return json.dumps(value)


text = "{\n" + ",\n".join(f'  "{k}": {lines(v)}' for k, v in golden.items()) + "\n}\n"
pathlib.Path(__file__).with_name("metrics.json").write_text(text)
