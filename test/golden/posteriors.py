"""Golden values for test/support/posteriors.ts: a data set for logistic regression, and posterior means and deviations.

Run with a Python that has numpy and scipy:  python test/golden/posteriors.py
Writes posteriors.json beside this file. The quadratures are other ones than those of the TypeScript tests: adaptive
where those are trapezoidal, Gauss-Hermite where those are trapezoidal, and fewer dimensions where more is closed form.
"""

import json
import pathlib

import numpy as np
import scipy
from numpy.polynomial.hermite_e import hermegauss
from scipy import integrate, optimize

Y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SIGMA = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def eight_schools():
    """mu ~ N(0, 5²), tau ~ half-Cauchy(0, 5), theta_j ~ N(mu, tau²), y_j ~ N(theta_j, sigma_j²); Rubin (1981).

    Given tau everything is Gaussian: only tau is integrated numerically, adaptively, over its logarithm.
    """

    def given(eta):
        tau = np.exp(eta)
        variance = SIGMA**2 + tau**2
        precision = 1 / 25 + np.sum(1 / variance)
        mean, var = np.sum(Y / variance) / precision, 1 / precision
        # log N(y; 0, diag(variance) + 25 11') by the determinant lemma, times the prior of tau and the Jacobian tau.
        quadratic = np.sum(Y**2 / variance) - mean**2 * precision
        log_weight = -0.5 * (quadratic + np.sum(np.log(variance)) + np.log(25 * precision))
        log_weight += -np.log1p((tau / 5) ** 2) + eta
        # theta_j given mu and tau: standardised effect t_j ~ N(slope (y_j - mu), v).
        v = SIGMA**2 / variance
        slope = tau / variance
        t1, t2 = slope * (Y - mean), v + slope**2 * ((Y - mean) ** 2 + var)
        # theta_j = mu + tau t_j = (1 - k) mu + k y_j + noise, k = tau slope.
        k = tau * slope
        h1 = (1 - k) * mean + k * Y
        h2 = h1**2 + (1 - k) ** 2 * var + tau**2 * v
        return np.exp(log_weight + 30), np.concatenate([[mean, eta, tau], t1, h1]), np.concatenate(
            [[mean**2 + var, eta**2, tau**2], t2, h2]
        )

    def integral(f):
        cuts = [-40, -20, -10, -5, -2, 0, 1, 2, 3, 4, 5, 7, 10, 20]
        return sum(
            integrate.quad_vec(f, a, b, epsabs=0, epsrel=1e-13, norm="max")[0] for a, b in zip(cuts, cuts[1:])
        )

    total = integral(lambda e: given(e)[0])
    first = integral(lambda e: given(e)[0] * given(e)[1]) / total
    second = integral(lambda e: given(e)[0] * given(e)[2]) / total
    sd = np.sqrt(second - first**2)
    names = ["mu", "logTau", "tau", *[f"effect{j}" for j in range(1, 9)], *[f"theta{j}" for j in range(1, 9)]]
    return {n: {"mean": m, "sd": s} for n, m, s in zip(names, first, sd)}


PRIOR = 2.0


def logistic():
    """y ~ Bernoulli(sigmoid(b0 + b1 x1 + b2 x2)), b ~ N(0, 2²): 100 rows, correlated covariates, by Gauss-Hermite."""
    rng = np.random.default_rng(42)
    z = rng.normal(size=(100, 2))
    x = np.round(np.column_stack([z[:, 0], 0.8 * z[:, 0] + 0.6 * z[:, 1]]), 3)
    rows = np.column_stack([np.ones(100), x])
    y = (rng.uniform(size=100) < 1 / (1 + np.exp(-rows @ np.array([-0.5, 1.5, -1.0])))).astype(int)
    sign = 1 - 2 * y

    def energy(b):
        return np.sum(np.logaddexp(0, sign * (b @ rows.T)), axis=-1) + np.sum(b**2, axis=-1) / (2 * PRIOR**2)

    mode = optimize.minimize(energy, np.zeros(3), method="BFGS", tol=1e-12).x
    p = 1 / (1 + np.exp(-rows @ mode))
    hessian = rows.T @ (rows * (p * (1 - p))[:, None]) + np.eye(3) / PRIOR**2
    factor = np.linalg.cholesky(np.linalg.inv(hessian))
    results = []
    for n in (40, 60):
        t, w = hermegauss(n)
        grid = np.stack(np.meshgrid(t, t, t, indexing="ij"), axis=-1).reshape(-1, 3)
        weight = np.einsum("i,j,k->ijk", w, w, w).ravel()
        # A Gaussian a fifth wider than Laplace's, so that the integrand does not grow where the nodes end.
        b = mode + 1.2 * grid @ factor.T
        weight = weight * np.exp(energy(mode) - energy(b) + 0.5 * np.sum(grid**2, axis=1))
        mean = weight @ b / weight.sum()
        results.append((mean, np.sqrt(weight @ (b - mean) ** 2 / weight.sum())))
    assert np.allclose(results[0], results[1], rtol=0, atol=1e-9), results
    mean, sd = results[1]
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "priorDeviation": PRIOR,
        "answers": {f"b{j}": {"mean": mean[j], "sd": sd[j]} for j in range(3)},
    }


golden = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
    "eightSchools": eight_schools(),
    "logistic": logistic(),
}


def lines(value):
    """One answer a line."""
    return "{\n" + ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()) + "\n  }"


text = "{\n" + ",\n".join(f'  "{k}": {lines(v)}' for k, v in golden.items()) + "\n}\n"
pathlib.Path(__file__).with_suffix(".json").write_text(text)
