"""Golden values for src/families: SciPy's log-densities and maximum-likelihood fits, and special functions.

Run with a Python that has numpy and scipy:  python test/golden/families.py
Writes families.json beside this file. Data are rounded before anything is computed, so the JSON holds them exactly.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import optimize, special, stats

rng = np.random.default_rng(20251125)


def rounded(x):
    """Six significant digits: short to write, exact to read."""
    return np.vectorize(lambda v: float(f"{v:.6g}"))(np.asarray(x, dtype=float))


def case(family, options, theta, x, log_prob, fit, errors):
    """Log-densities at the given parameters, the fit to x, and standard errors from the Fisher information."""
    x = np.asarray(x, dtype=float)
    return {
        "family": family,
        "options": options,
        "theta": list(map(float, theta)),
        "points": x[:8].tolist(),
        "logProb": np.asarray(log_prob(x[:8]), dtype=float).tolist(),
        "rows": x.tolist(),
        "fit": list(map(float, fit)),
        "errors": list(map(float, errors)),
    }




cases = []

x = rounded(rng.normal(1.5, 2.0, 60))
v = x.var()
cases.append(
    case(
        "normal", {}, [1.0, 2.5], x, lambda p: stats.norm.logpdf(p, 1.0, np.sqrt(2.5)), [stats.norm.fit(x)[0], stats.norm.fit(x)[1] ** 2],
        [np.sqrt(v / 60), v * np.sqrt(2 / 60)],
    )
)

x = rounded(rng.exponential(2.0, 50))
rate = 1 / stats.expon.fit(x, floc=0)[1]
cases.append(
    case("exponential", {}, [0.7], x, lambda p: stats.expon.logpdf(p, scale=1 / 0.7), [rate], [rate / np.sqrt(50)])
)

x = rng.poisson(3.2, 50)
rate = x.mean()
cases.append(case("poisson", {}, [4.5], x, lambda p: stats.poisson.logpmf(p, 4.5), [rate], [np.sqrt(rate / 50)]))

x = (rng.random(40) < 0.3).astype(int)
p = x.mean()
cases.append(
    case("bernoulli", {}, [0.4], x, lambda q: stats.bernoulli.logpmf(q, 0.4), [p], [np.sqrt(p * (1 - p) / 40)])
)

x = rng.choice(3, 60, p=[0.5, 0.3, 0.2])
shares = np.bincount(x, minlength=3) / 60
cases.append(
    case(
        "categorical", {"categories": 3}, [0.2, 0.5, 0.3], x, lambda q: np.log(np.array([0.2, 0.5, 0.3]))[q.astype(int)],
        shares, np.sqrt(shares * (1 - shares) / 60),
    )
)


def gamma_errors(a, scale, n):
    """From the Fisher information of shape and rate."""
    r = 1 / scale
    info = np.array([[special.polygamma(1, a), -1 / r], [-1 / r, a / r**2]])
    return np.sqrt(np.diag(np.linalg.inv(info)) / n)


for shape, n in [(2.3, 60), (0.4, 60), (400.0, 40)]:
    x = rounded(rng.gamma(shape, 1.5, n))
    gap = np.log(x.mean()) - np.log(x).mean()
    a = optimize.brentq(lambda s: np.log(s) - special.digamma(s) - gap, 1e-3, 1e5, xtol=1e-13, rtol=1e-15)
    assert abs(stats.gamma.fit(x, floc=0)[0] / a - 1) < 1e-5
    cases.append(
        case(
            "gamma", {}, [shape, 0.8], x, lambda p: stats.gamma.logpdf(p, shape, scale=1 / 0.8), [a, a / x.mean()],
            gamma_errors(a, x.mean() / a, n),
        )
    )


def solve_logs(mu, start):
    """Concentrations whose mean logarithms are mu."""
    found = optimize.root(
        lambda w: special.digamma(np.exp(w)) - special.digamma(np.exp(w).sum()) - mu, np.log(start), tol=1e-14
    )
    return np.exp(found.x)


def log_errors(a, n):
    info = np.diag(special.polygamma(1, a)) - special.polygamma(1, a.sum())
    return np.sqrt(np.diag(np.linalg.inv(info)) / n)


for a, b, n in [(2.0, 5.0, 60), (0.5, 0.3, 60), (300.0, 40.0, 40)]:
    x = np.clip(rounded(rng.beta(a, b, n)), 1e-6, 1 - 1e-6)
    found = solve_logs(np.array([np.log(x).mean(), np.log1p(-x).mean()]), [a, b])
    scipy_fit = np.array(stats.beta.fit(x, a, b, floc=0, fscale=1)[:2])
    assert np.max(np.abs(scipy_fit / found - 1)) < 1e-3, (scipy_fit, found)
    cases.append(case("beta", {}, [a, b], x, lambda p: stats.beta.logpdf(p, a, b), found, log_errors(found, n)))

alpha = np.array([2.0, 0.7, 4.0, 1.0])
x = rng.dirichlet(alpha, 60)
x = rounded(x)
x[:, -1] = 1 - x[:, :-1].sum(axis=1)
found = solve_logs(np.log(x).mean(axis=0), alpha)
cases.append(
    case(
        "dirichlet", {"categories": 4}, alpha, x, lambda p: [stats.dirichlet.logpdf(q, alpha) for q in p], found,
        log_errors(found, 60),
    )
)

mean = np.array([1.0, -2.0, 0.5])
root = np.array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [-0.3, 0.2, 1.5]])
cov = root @ root.T
x = rounded(rng.multivariate_normal(mean, cov, 60))
triangle = [(i, j) for i in range(3) for j in range(i + 1)]
m, c = stats.multivariate_normal.fit(x)
cases.append(
    case(
        "multivariate-normal", {"dimension": 3}, [*mean, *[cov[i, j] for i, j in triangle]], x,
        lambda p: stats.multivariate_normal.logpdf(p, mean, cov), [*m, *[c[i, j] for i, j in triangle]],
        [*np.sqrt(np.diag(c) / 60), *[np.sqrt((c[i, i] * c[j, j] + c[i, j] ** 2) / 60) for i, j in triangle]],
    )
)

special_at = [1e-8, 1e-3, 0.1, 0.5, 1.0, 1.4616321449683623, 2.0, 3.7, 11.9, 12.0, 12.1, 57.0, 1e3, 1e6, 1e12]
golden = {
    "scipy": scipy.__version__,
    "special": {
        "x": special_at,
        "logGamma": special.gammaln(special_at).tolist(),
        "digamma": special.digamma(special_at).tolist(),
        "trigamma": special.polygamma(1, special_at).tolist(),
    },
    "cases": cases,
}
out = pathlib.Path(__file__).with_name("families.json")
out.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(out, len(out.read_text()))
