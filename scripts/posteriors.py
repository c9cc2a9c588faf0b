"""Data and reference answers of the posteriors of `ebbflow reproduce posteriors`.

Run with a Python that has numpy and scipy:  python scripts/posteriors.py
Writes src/experiments/posteriors/tables.ts: data, posterior means and standard deviations with their errors, and energies
at a few points, by densities written here a second time. Up to four coordinates by the trapezoidal rule in coordinates
in which the posterior is white, at two resolutions whose difference is the error; hierarchies whose effects are independent
given two numbers by nested rules; stochastic volatility by Hamiltonian chains, with the error of independent chains.
"""

import json
import pathlib

import numpy as np
import scipy
from numpy.polynomial.hermite_e import hermegauss
from scipy import integrate, optimize
from scipy.special import digamma, expit, gammaln, log_expit, polygamma

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "src" / "experiments" / "posteriors" / "tables.ts"


def normal(u, mean, sd):
    return -0.5 * ((u - mean) / sd) ** 2


def answer(mean, sd, mean_error=0.0, sd_error=0.0):
    errors = {"meanError": mean_error, "sdError": sd_error} if mean_error or sd_error else {}
    return {"mean": float(mean), "sd": float(sd), **{k: float(f"{v:.2g}") for k, v in errors.items()}}


def checked(energy, answers, names, seed=1):
    """Energies at a few points of the posterior's width, less that of the first."""
    mean = np.array([answers[n]["mean"] for n in names])
    sd = np.array([answers[n]["sd"] for n in names])
    points = np.array([[float(f"{v:.6g}") for v in row] for row in mean + sd * np.random.default_rng(seed).normal(size=(5, len(names)))])
    energies = energy(points)
    return {"points": points.tolist(), "energies": (energies - energies[0]).tolist()}


def table(data, log_density, answers, names):
    return {"data": data, "answers": answers, **checked(lambda u: -log_density(u), answers, names)}


def box(log_density, centre, factor, reach, step):
    """Mean and covariance by the trapezoidal rule over `centre + factor t`, |t| ≤ reach."""
    d = len(centre)
    t = np.arange(-reach, reach + step / 2, step)
    rest = np.stack(np.meshgrid(*[t] * (d - 1), indexing="ij"), -1).reshape(-1, d - 1)
    top = log_density(centre[None])[0]
    total, first, second = 0.0, np.zeros(d), np.zeros((d, d))
    for t0 in t:
        z = np.column_stack([np.full(len(rest), t0), rest])
        with np.errstate(all="ignore"):
            w = np.exp(log_density(centre + z @ factor.T) - top)
        w[~np.isfinite(w)] = 0
        total += w.sum()
        first += w @ z
        second += z.T @ (w[:, None] * z)
    mean = first / total
    return centre + factor @ mean, factor @ (second / total - np.outer(mean, mean)) @ factor.T


def by_quadrature(names, log_density, start, reach=11.0):
    """Centred and scaled anew until the box fits, then at two resolutions; mind tails beyond `reach` deviations."""
    d = len(names)
    mode = optimize.minimize(lambda u: -log_density(u[None])[0], start, method="Nelder-Mead", options={"maxiter": 20000, "xatol": 1e-8, "fatol": 1e-10}).x
    h = 1e-4 * np.maximum(1e-3, np.abs(mode))
    f = lambda u: -log_density(u[None])[0]
    e = np.diag(h)
    hessian = np.array([[(f(mode + e[i] + e[j]) - f(mode + e[i] - e[j]) - f(mode - e[i] + e[j]) + f(mode - e[i] - e[j])) / (4 * h[i] * h[j]) for j in range(d)] for i in range(d)])
    mean, cov = mode, np.linalg.inv(hessian)
    for _ in range(4):
        mean, cov = box(log_density, mean, np.linalg.cholesky(cov), 7.0, 0.5 if d < 4 else 0.7)
    factor = np.linalg.cholesky(cov)
    fine, coarse = [box(log_density, mean, factor, reach, s) for s in ((0.3, 0.4) if d < 4 else (0.5, 0.6))]
    sds = [np.sqrt(np.diag(c)) for _, c in (fine, coarse)]
    apart = max(np.max(np.abs(fine[0] - coarse[0]) / sds[0]), np.max(np.abs(sds[0] - sds[1]) / sds[0]))
    smaller = box(log_density, mean, factor, reach - 2, 0.4 if d < 4 else 0.6)
    cut = np.max(np.abs(coarse[0] - smaller[0]) / sds[0])
    print(f"  mean {np.round(fine[0], 4)} sd {np.round(sds[0], 4)}; resolutions {apart:.1e}, box {cut:.1e} apart", flush=True)
    error = max(apart, cut)
    assert error < 1e-4, error
    return {n: answer(m, s, error * s, error * s) for n, m, s in zip(names, fine[0], sds[0])}


def quadrature(data, names, log_density, start, **how):
    return table(data, log_density, by_quadrature(names, log_density, np.array(start, float), **how), names)


def rounded(values, digits=3):
    return np.round(values, digits).tolist()


# --- normal laws ------------------------------------------------------------------------------------------------------


def location_scale():
    """400 numbers of mean 50 and variance 100 (by n), u = (mu, log sigma), flat: s = 1/sigma² is Gamma(199, 20000)."""
    shape, rate = 199, 20000
    answers = {
        "mu": answer(50, np.sqrt(rate / (shape - 1) / 400)),
        "logSigma": answer(-0.5 * (digamma(shape) - np.log(rate)), 0.5 * np.sqrt(polygamma(1, shape))),
    }
    log_density = lambda u: -(399 * u[:, 1] + 200 * np.exp(-2 * u[:, 1]) * (100 + (u[:, 0] - 50) ** 2))
    return table({}, log_density, answers, ["mu", "logSigma"])


def linear_unscaled():
    """y ~ N(b0 + b1 x1 + b2 x2, sigma²), flat in b and log sigma; x1 in grams, x2 in millimetres: Student and log chi."""
    rng = np.random.default_rng(11)
    n = 40
    x1 = np.round(rng.normal(4200, 800, n) / 25) * 25
    x2 = np.round(rng.normal(17.2, 2.0, n) - 0.001 * (x1 - 4200), 1)
    y = np.round(136.0 + 0.0152 * x1 + 0.1 * x2 + rng.normal(0, 5.5, n))
    x = np.column_stack([np.ones(n), x1, x2])
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    rss = np.sum((y - x @ b) ** 2)
    nu = n - 3
    sd = np.sqrt(rss / (nu - 2) * np.diag(inverse))
    answers = {f"b{j}": answer(b[j], sd[j]) for j in range(3)}
    answers["logSigma"] = answer(0.5 * (np.log(rss / 2) - digamma(nu / 2)), 0.5 * np.sqrt(polygamma(1, nu / 2)))
    log_density = lambda u: -n * u[:, 3] - 0.5 * np.exp(-2 * u[:, 3]) * np.sum((y - u[:, :3] @ x.T) ** 2, 1)
    return table({"x": x[:, 1:].tolist(), "y": y.tolist()}, log_density, answers, ["b0", "b1", "b2", "logSigma"])


# --- counts -----------------------------------------------------------------------------------------------------------


def poisson_offset():
    rng = np.random.default_rng(12)
    n = 30
    x = rounded(rng.normal(size=(n, 2)))
    exposure = np.round(np.exp(rng.normal(3, 1, n))).clip(1)
    rows = np.column_stack([np.ones(n), x])
    y = rng.poisson(exposure * np.exp(rows @ [-1.2, 0.6, -0.3]))
    offset = np.log(exposure)

    def log_density(u):
        eta = u @ rows.T + offset
        return np.sum(y * eta - np.exp(eta), 1) + np.sum(normal(u, 0, 3), 1)

    data = {"x": x, "exposure": exposure.tolist(), "y": y.tolist()}
    return quadrature(data, ["b0", "b1", "b2"], log_density, [-1, 0, 0])


def negative_binomial():
    rng = np.random.default_rng(13)
    n = 40
    x = np.array(rounded(rng.normal(size=n)))
    mu = np.exp(1.0 + 0.5 * x)
    y = rng.negative_binomial(2.0, 2.0 / (2.0 + mu))

    def log_density(u):
        eta = u[:, :1] + u[:, 1:2] * x
        phi = np.exp(u[:, 2:])
        value = gammaln(y + phi) - gammaln(phi) + phi * np.log(phi) + y * eta - (y + phi) * np.log(np.exp(eta) + phi)
        return np.sum(value, 1) + np.sum(normal(u[:, :2], 0, 3), 1) + normal(u[:, 2], 1, 1)

    return quadrature({"x": x.tolist(), "y": y.tolist()}, ["b0", "b1", "logPhi"], log_density, [1, 0.5, 0.5])


def change_point():
    """Counts of 40 years whose rate goes over from one level to another about a time c: a logistic of width 0.2."""
    rng = np.random.default_rng(14)
    t = (np.arange(40) - 19.5) / 10
    y = rng.poisson(np.exp(1.1 - 1.0 * expit((t + 0.35) / 0.2)))

    def log_density(u):
        eta = u[:, :1] + u[:, 1:2] * expit((t - u[:, 2:]) / 0.2)
        return np.sum(y * eta - np.exp(eta), 1) + np.sum(normal(u, 0, [2, 1, 1]), 1)

    return quadrature({"y": y.tolist()}, ["before", "change", "time"], log_density, [1, -1, -0.3], reach=14)


# --- regressions with outliers, survival, positive numbers --------------------------------------------------------------


def student(free):
    rng = np.random.default_rng(15 + free)
    n = 40
    x = np.array(rounded(rng.normal(size=n)))
    y = np.array(rounded(0.5 + 1.2 * x + 0.6 * rng.standard_t(3, n)))

    def log_density(u):
        nu = np.exp(u[:, 3:4]) if free else 4.0
        r = (y - u[:, :1] - u[:, 1:2] * x) * np.exp(-u[:, 2:3])
        norm = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(nu)
        value = np.sum(norm - 0.5 * (nu + 1) * np.log1p(r**2 / nu), 1) - n * u[:, 2]
        prior = np.sum(normal(u[:, :3], 0, [5, 5, 2]), 1)
        return value + prior + (normal(u[:, 3], 2, 1) if free else 0)

    names = ["b0", "b1", "logSigma", "logNu"][: 3 + free]
    return quadrature({"x": x.tolist(), "y": y.tolist()}, names, log_density, [0.5, 1.2, -0.5, 1.5][: 3 + free])


def weibull():
    """Times with scale exp(b0 + b1 x) and shape k, cut off at 12."""
    rng = np.random.default_rng(17)
    n = 40
    x = np.array(rounded(rng.normal(size=n)))
    time = np.exp(2.0 + 0.4 * x) * rng.weibull(1.4, n)
    event = (time < 12).astype(float)
    time = np.array(rounded(np.minimum(time, 12), 2))

    def log_density(u):
        w = np.exp(u[:, 2:]) * (np.log(time) - u[:, :1] - u[:, 1:2] * x)
        return np.sum(event * (u[:, 2:] + w) - np.exp(w), 1) + np.sum(normal(u, 0, [5, 5, 1]), 1)

    data = {"x": x.tolist(), "time": time.tolist(), "event": event.tolist()}
    return quadrature(data, ["b0", "b1", "logShape"], log_density, [2, 0.4, 0.3])


def gamma_glm():
    rng = np.random.default_rng(18)
    n = 35
    x = np.array(rounded(rng.normal(size=n)))
    mean = np.exp(1.5 - 0.6 * x)
    y = np.array(rounded(rng.gamma(2.5, mean / 2.5)))

    def log_density(u):
        eta = u[:, :1] + u[:, 1:2] * x
        a = np.exp(u[:, 2:])
        value = a * np.log(a) - gammaln(a) - a * eta + (a - 1) * np.log(y) - a * y * np.exp(-eta)
        return np.sum(value, 1) + np.sum(normal(u, 0, [3, 3, 2]), 1)

    return quadrature({"x": x.tolist(), "y": y.tolist()}, ["b0", "b1", "logShape"], log_density, [1.5, -0.6, 0.9])


# --- classes ----------------------------------------------------------------------------------------------------------


def logistic():
    """y ~ Bernoulli(sigmoid(b0 + b1 x1 + b2 x2)), b ~ N(0, 2²): 100 rows, correlated covariates, by Gauss-Hermite."""
    prior = 2.0
    rng = np.random.default_rng(42)
    z = rng.normal(size=(100, 2))
    x = np.round(np.column_stack([z[:, 0], 0.8 * z[:, 0] + 0.6 * z[:, 1]]), 3)
    rows = np.column_stack([np.ones(100), x])
    y = (rng.uniform(size=100) < 1 / (1 + np.exp(-rows @ np.array([-0.5, 1.5, -1.0])))).astype(int)
    sign = 1 - 2 * y

    def energy(b):
        return np.sum(np.logaddexp(0, sign * (b @ rows.T)), axis=-1) + np.sum(b**2, axis=-1) / (2 * prior**2)

    mode = optimize.minimize(energy, np.zeros(3), method="BFGS", tol=1e-12).x
    p = 1 / (1 + np.exp(-rows @ mode))
    hessian = rows.T @ (rows * (p * (1 - p))[:, None]) + np.eye(3) / prior**2
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
    answers = {f"b{j}": answer(mean[j], sd[j]) for j in range(3)}
    data = {"x": x.tolist(), "y": y.tolist(), "priorDeviation": prior}
    return table(data, lambda b: -energy(b), answers, ["b0", "b1", "b2"])


def multinomial():
    """Three classes, the first the reference."""
    rng = np.random.default_rng(19)
    n = 45
    x = np.array(rounded(rng.normal(size=n)))
    logits = np.column_stack([np.zeros(n), -0.5 + 1.0 * x, 0.4 - 0.8 * x])
    y = np.argmax(logits + rng.gumbel(size=(n, 3)), 1)

    def log_density(u):
        a = u[:, 0:1] + u[:, 1:2] * x
        b = u[:, 2:3] + u[:, 3:4] * x
        norm = np.logaddexp(0, np.logaddexp(a, b))
        return np.sum(a * (y == 1) + b * (y == 2) - norm, 1) + np.sum(normal(u, 0, 3), 1)

    return quadrature({"x": x.tolist(), "y": y.tolist()}, ["a0", "a1", "b0", "b1"], log_density, [-0.5, 1, 0.4, -0.8])


def ordered_logit():
    """Four levels, P(y ≤ k) = sigmoid(c_k − b x); cutpoints by the first and the logarithms of the gaps."""
    rng = np.random.default_rng(20)
    n = 50
    x = np.array(rounded(rng.normal(size=n)))
    latent = 1.2 * x + rng.logistic(size=n)
    y = np.digitize(latent, [-1.0, 0.3, 1.8])

    def log_density(u):
        cuts = np.column_stack([u[:, 1], u[:, 1] + np.exp(u[:, 2]), u[:, 1] + np.exp(u[:, 2]) + np.exp(u[:, 3])])
        below = expit(cuts[:, None, :] - (u[:, :1] * x)[:, :, None])
        ends = np.concatenate([np.zeros_like(below[..., :1]), below, np.ones_like(below[..., :1])], -1)
        p = np.take_along_axis(np.diff(ends, axis=-1), np.broadcast_to(y[None, :, None], (len(u), n, 1)), -1)
        return np.sum(np.log(p), (1, 2)) + np.sum(normal(u, 0, [3, 3, 1, 1]), 1)

    names = ["slope", "first", "logGap2", "logGap3"]
    return quadrature({"x": x.tolist(), "y": y.tolist()}, names, log_density, [1.2, -1, 0.3, 0.4], reach=9)


# --- rates ------------------------------------------------------------------------------------------------------------


def beta_binomial():
    rng = np.random.default_rng(21)
    n = rng.integers(10, 40, 15)
    y = rng.binomial(n, rng.beta(2.0, 8.0, 15))

    def log_density(u):
        m, k = expit(u[:, :1]), np.exp(u[:, 1:])
        a, b = m * k, (1 - m) * k
        value = gammaln(a + y) - gammaln(a) + gammaln(b + n - y) - gammaln(b) - gammaln(k + n) + gammaln(k)
        return np.sum(value, 1) + np.log(m[:, 0]) + np.log1p(-m[:, 0]) + normal(u[:, 1], 2, 1.5)

    data = {"trials": n.tolist(), "successes": y.tolist()}
    return quadrature(data, ["logitMean", "logSize"], log_density, [-1.4, 2.3], reach=13)


def nested(grid, given, names):
    """Moments where `given(nodes)` is the log-weight of nodes of the outer grid with first and second moments there."""
    results = []
    for step in (1, 2):
        nodes = np.stack(np.meshgrid(*[g[::step] for g in grid], indexing="ij"), -1).reshape(-1, len(grid))
        log_weight, first, second = given(nodes)
        w = np.exp(log_weight - log_weight.max())
        mean = w @ first / w.sum()
        results.append((mean, np.sqrt(w @ second / w.sum() - mean**2)))
    apart = max(np.max(np.abs(a - b)) for a, b in zip(*results))
    print(f"  mean {np.round(results[0][0], 4)} sd {np.round(results[0][1], 4)}; resolutions {apart:.1e} apart", flush=True)
    assert apart < 1e-6
    return {n: answer(m, s) for n, m, s in zip(names, *results[0])}


def hierarchical_rates():
    """y_j ~ Binomial(n_j, sigmoid(mu + tau z_j)), z_j ~ N(0, 1), mu ~ N(0, 2²), log tau ~ N(-0.5, 1)."""
    rng = np.random.default_rng(22)
    n = rng.integers(8, 30, 10)
    y = rng.binomial(n, expit(-1.0 + 0.7 * rng.normal(size=10)))
    z = np.linspace(-10, 10, 161)

    def prior(u):
        return normal(u[:, 0], 0, 2) + normal(u[:, 1], -0.5, 1)

    def given(u):
        eta = u[:, :1] + np.exp(u[:, 1:2]) * z
        moments = []
        for a, b in zip(y, n):
            w = np.exp(a * log_expit(eta) + (b - a) * log_expit(-eta) - 0.5 * z**2)
            total = w.sum(1)
            moments.append((np.log(total), w @ z / total, w @ z**2 / total))
        weight = prior(u) + sum(m[0] for m in moments)
        return weight, np.column_stack([u, *[m[1] for m in moments]]), np.column_stack([u**2, *[m[2] for m in moments]])

    names = ["mu", "logTau", *[f"z{j}" for j in range(1, 11)]]
    answers = nested([np.linspace(-7, 5, 161), np.linspace(-8.5, 4.5, 161)], given, names)

    def log_density(u):
        eta = u[:, :1] + np.exp(u[:, 1:2]) * u[:, 2:]
        return prior(u) + np.sum(y * log_expit(eta) + (n - y) * log_expit(-eta) + normal(u[:, 2:], 0, 1), 1)

    return table({"trials": n.tolist(), "successes": y.tolist()}, log_density, answers, names)


# --- hierarchies of normal laws -----------------------------------------------------------------------------------------

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
    effects, thetas = [[f"{name}{j}" for j in range(1, 9)] for name in ("effect", "theta")]
    answers = {n: answer(m, s) for n, m, s in zip(["mu", "logTau", "tau", *effects, *thetas], first, sd)}

    def log_density(u, centred=False):
        tau = np.exp(u[:, 1:2])
        theta = u[:, 2:] if centred else u[:, :1] + tau * u[:, 2:]
        effect = (u[:, 2:] - u[:, :1]) / tau if centred else u[:, 2:]
        value = normal(u[:, 0], 0, 5) + u[:, 1] - np.log1p((tau[:, 0] / 5) ** 2) - (8 * u[:, 1] if centred else 0)
        return value + np.sum(normal(effect, 0, 1) + normal(theta, Y, SIGMA), 1)

    data = {"effects": Y.tolist(), "errors": SIGMA.tolist()}
    other = checked(lambda u: -log_density(u, True), answers, ["mu", "logTau", *thetas])
    return table(data, log_density, answers, ["mu", "logTau", *effects]), other


def horseshoe():
    """y_j ~ N(b_j, 1), b_j = z_j lambda_j tau, z_j ~ N(0, 1), lambda_j and tau half-Cauchy(0, 1); Carvalho et al. (2010)."""
    y = np.array([0.3, -0.8, 4.2, 0.1, -0.4, 1.1, -5.0, 0.6])
    log_half_cauchy = lambda v: v - np.logaddexp(0, 2 * v)
    grid = np.linspace(-45, 45, 1801)

    def given(u):
        moments = []
        for value in y:
            s2 = np.exp(2 * (u + grid))
            log_weight = log_half_cauchy(grid) - 0.5 * (value**2 / (1 + s2) + np.log1p(s2))
            w = np.exp(log_weight)
            total = w.sum(1)
            mean = np.exp(u + grid) * value / (1 + s2)
            each = lambda f: np.sum(w * f, 1) / total
            moments.append((np.log(total), each(grid), each(grid**2), each(mean), each(mean**2 + 1 / (1 + s2))))
        weight = log_half_cauchy(u[:, 0]) + sum(m[0] for m in moments)
        return weight, np.column_stack([u, *[m[1] for m in moments], *[m[3] for m in moments]]), np.column_stack(
            [u**2, *[m[2] for m in moments], *[m[4] for m in moments]]
        )

    names = ["logTau", *[f"logLambda{j}" for j in range(1, 9)], *[f"z{j}" for j in range(1, 9)]]
    answers = nested([np.linspace(-40, 40, 1601)], given, names)

    def log_density(u):
        b = np.exp(u[:, :1] + u[:, 1:9]) * u[:, 9:]
        return log_half_cauchy(u[:, 0]) + np.sum(log_half_cauchy(u[:, 1:9]) + normal(u[:, 9:], 0, 1) + normal(y, b, 1), 1)

    return table({"y": y.tolist()}, log_density, answers, names)


# --- time series --------------------------------------------------------------------------------------------------------


def log_sech2(u):
    return -2 * (np.logaddexp(u, -u) - np.log(2))


def ar1(count=80):
    """y_1 from the stationary law; phi = tanh u uniform on (-1, 1).

    At 80 values phi = 1 is unlikely. At 25 it is not: near it mu has its prior's width, and too few draws there make its
    deviation look known better than it is.
    """
    rng = np.random.default_rng(23)
    y = [2.0]
    for _ in range(count - 1):
        y.append(1.0 + 0.6 * (y[-1] - 1.0) + 0.7 * rng.normal())
    y = np.array(rounded(y, 2))

    def log_density(u):
        phi = np.tanh(u[:, 1:2])
        c = y - u[:, :1]
        squares = (1 - phi[:, 0] ** 2) * c[:, 0] ** 2 + np.sum((c[:, 1:] - phi * c[:, :-1]) ** 2, 1)
        value = 0.5 * log_sech2(u[:, 1]) - len(y) * u[:, 2] - 0.5 * np.exp(-2 * u[:, 2]) * squares
        return value + log_sech2(u[:, 1]) + normal(u[:, 0], 0, 2) + normal(u[:, 2], 0, 1)

    def given(u):
        """(artanh phi, log sigma); mu is Gaussian given them, and the energy a parabola: from three values of it."""
        at = lambda mu: log_density(np.column_stack([np.full(len(u), mu), u]))
        e0, e1, e2 = at(-1.0), at(0.0), at(1.0)
        precision = 2 * e1 - e0 - e2
        mean = (e2 - e0) / 2 / precision
        weight = e1 + 0.5 * mean**2 * precision - 0.5 * np.log(precision)
        return weight, np.column_stack([mean, u]), np.column_stack([mean**2 + 1 / precision, u**2])

    names = ["mu", "artanhPhi", "logSigma"]
    answers = nested([np.linspace(-3, 12, 601), np.linspace(-2.5, 2.5, 401)], given, names)
    return table({"y": y.tolist()}, log_density, answers, names)


def ar2():
    """Given the first two values; partial autocorrelations r = tanh u uniform on (-1, 1), phi1 = r1 (1 - r2), phi2 = r2."""
    rng = np.random.default_rng(24)
    y = [0.5, 0.8]
    for _ in range(98):
        y.append(1.1 * y[-1] - 0.5 * y[-2] + 0.9 * rng.normal())
    y = np.array(rounded(y, 2))

    def squares(u):
        r = np.tanh(u[:, :2])
        fit = (r[:, 0] * (1 - r[:, 1]))[:, None] * y[1:-1] + r[:, 1:2] * y[:-2]
        return np.sum((y[2:] - fit) ** 2, 1)

    def log_density(u, of=squares):
        value = -(len(y) - 2) * u[:, 2] - 0.5 * np.exp(-2 * u[:, 2]) * of(u)
        return value + log_sech2(u[:, 0]) + log_sech2(u[:, 1]) + normal(u[:, 2], 0, 1)

    def given(u):
        """(artanh r1, artanh r2), and log sigma by a rule of its own: far out r1 is 1, and the density falls as slowly as exp(-2u)."""
        s = np.linspace(-1.5, 2.5, 161)
        known = squares(u)
        values = np.column_stack([log_density(np.column_stack([u, np.full(len(u), v)]), lambda _: known) for v in s])
        top = values.max(1)
        w = np.exp(values - top[:, None])
        total = w.sum(1)
        inner = w @ s / total, w @ s**2 / total
        return top + np.log(total), np.column_stack([u, inner[0]]), np.column_stack([u**2, inner[1]])

    names = ["artanhR1", "artanhR2", "logSigma"]
    answers = nested([np.linspace(-4, 14, 601), np.linspace(-8, 8, 401)], given, names)
    return table({"y": y.tolist()}, log_density, answers, names)


def volatility():
    """y_t ~ N(0, exp h_t), h_t = mu + phi (h_{t-1} - mu) + sigma z_t from its stationary law; phi = tanh u."""
    rng = np.random.default_rng(25)
    n, h, y = 20, -0.5, []
    for _ in range(n):
        h = -0.5 + 0.8 * (h + 0.5) + 0.5 * rng.normal()
        y.append(np.exp(h / 2) * rng.normal())
    y = np.array(rounded(y))

    def parts(u):
        """Energy and its gradient."""
        mu, a, s, z = u[:, 0], u[:, 1], u[:, 2], u[:, 3:]
        phi, sigma = np.tanh(a), np.exp(s)
        root = 1 / np.sqrt(1 - phi**2)
        d = np.empty_like(z)
        d[:, 0] = z[:, 0] * root
        for t in range(1, n):
            d[:, t] = phi * d[:, t - 1] + z[:, t]
        h = mu[:, None] + sigma[:, None] * d
        scaled = y**2 * np.exp(-h)
        energy = 0.5 * np.sum(h + scaled, 1) + 0.5 * np.sum(z**2, 1)
        energy += -normal(mu, 0, 2) - normal(a, 1, 0.5) - normal(s, -0.7, 0.5)
        gh = 0.5 * (1 - scaled)
        # Adjoint of the recursion.
        gd = sigma[:, None] * gh
        gz, gphi = z.copy(), np.zeros(len(u))
        for t in range(n - 1, 0, -1):
            gz[:, t] += gd[:, t]
            gphi += gd[:, t] * d[:, t - 1]
            gd[:, t - 1] += phi * gd[:, t]
        gz[:, 0] += gd[:, 0] * root
        gphi += gd[:, 0] * z[:, 0] * phi * root**3
        gradient = np.column_stack([
            gh.sum(1) + mu / 4,
            gphi * (1 - phi**2) + (a - 1) / 0.25,
            (gh * d).sum(1) * sigma + (s + 0.7) / 0.25,
            gz,
        ])
        return energy, gradient

    names = ["mu", "artanhPhi", "logSigma", *[f"z{t}" for t in range(1, n + 1)]]
    start = np.zeros((512, n + 3)) + [0, 1, -0.7, *[0] * n]
    answers = by_chains(names, parts, start, draws=4000)
    return table({"y": y.tolist()}, lambda u: -parts(u)[0], answers, names)


def by_chains(names, parts, start, draws):
    """Hamiltonian chains with jittered steps and lengths; errors from the chains, which are independent."""
    rng = np.random.default_rng(1)
    u = start + 0.3 * rng.normal(size=start.shape)
    e, g = parts(u)
    probe = u[:3] + 1e-5 * np.eye(u.shape[1])[:, None, :]
    slope = np.array([(parts(p)[0] - parts(2 * u[:3] - p)[0]) / 2e-5 for p in probe]).T
    assert np.allclose(slope, g[:3], atol=1e-5), np.abs(slope - g[:3]).max()
    scale, first, second, accepted = np.ones(u.shape[1]), 0.0, 0.0, 0.0
    for step in range(-500, draws):
        if step in (-300, -150):
            scale = u.std(0)
        eps = rng.uniform(0.15, 0.3)
        p = rng.normal(size=u.shape)
        v, w, gv, ev = u.copy(), p.copy(), g, e
        with np.errstate(all="ignore"):
            for _ in range(rng.integers(5, 12)):
                w = w - 0.5 * eps * scale * gv
                v = v + eps * scale * w
                ev, gv = parts(v)
                w = w - 0.5 * eps * scale * gv
            keep = rng.uniform(size=len(u)) < np.exp(e + 0.5 * np.sum(p**2, 1) - ev - 0.5 * np.sum(w**2, 1))
        u, e, g = np.where(keep[:, None], v, u), np.where(keep, ev, e), np.where(keep[:, None], gv, g)
        if step >= 0:
            first, second, accepted = first + u / draws, second + u**2 / draws, accepted + keep.mean() / draws
    mean = first.mean(0)
    variances = second - 2 * first * mean + mean**2
    sd = np.sqrt(variances.mean(0))
    root = np.sqrt(len(u))
    errors = first.std(0, ddof=1) / root, variances.std(0, ddof=1) / root / (2 * sd)
    print(f"  accepted {accepted:.2f}; ESS of the means from {np.min((sd / errors[0]) ** 2):.0f}; mean {np.round(mean[:3], 4)} sd {np.round(sd[:3], 4)}", flush=True)
    assert np.min((sd / errors[0]) ** 2) > 1e5
    return {n: answer(*v) for n, *v in zip(names, mean, sd, *errors)}


# --- a kernel, a mixture --------------------------------------------------------------------------------------------------


def gaussian_process():
    """Squared-exponential kernel with amplitude, length and noise, 10 points."""
    rng = np.random.default_rng(26)
    x = np.array(rounded(np.sort(rng.uniform(-3, 3, 10)), 2))
    y = np.array(rounded(np.sin(1.3 * x) + 0.25 * rng.normal(size=10), 2))
    squares = (x[:, None] - x) ** 2

    def log_density(u):
        a, l, s = np.exp(2 * u)[:, :, None, None].transpose(1, 0, 2, 3)
        k = a * np.exp(-0.5 * squares / l) + s * np.eye(10)
        sign, det = np.linalg.slogdet(k)
        value = -0.5 * det - 0.5 * np.einsum("i,kij,j->k", y, np.linalg.inv(k), y)
        return np.where(sign > 0, value, -np.inf) + np.sum(normal(u, [0, 0, -1], [1, 0.5, 0.7]), 1)

    names = ["logAmplitude", "logLength", "logNoise"]
    return quadrature({"x": x.tolist(), "y": y.tolist()}, names, log_density, [0, 0, -1], reach=9)


def ordered_mixture():
    """w N(m1, s²) + (1 - w) N(m2, s²), m1 < m2, u = (m1, log(m2 - m1), log s, logit w); w uniform."""
    rng = np.random.default_rng(27)
    n = 60
    y = np.array(rounded(np.where(rng.uniform(size=n) < 0.35, -1.5, 2.5) + 0.8 * rng.normal(size=n), 2))

    def log_density(u):
        m2 = u[:, :1] + np.exp(u[:, 1:2])
        part = lambda m: normal(y, m, np.exp(u[:, 2:3])) - u[:, 2:3]
        value = np.logaddexp(log_expit(u[:, 3:]) + part(u[:, :1]), log_expit(-u[:, 3:]) + part(m2))
        prior = normal(u[:, 0], 0, 3) + normal(u[:, 1], 1, 0.5) + normal(u[:, 2], 0, 1)
        return np.sum(value, 1) + prior + log_expit(u[:, 3]) + log_expit(-u[:, 3])

    names = ["lower", "logGap", "logSigma", "logitWeight"]
    return quadrature({"y": y.tolist()}, names, log_density, [-1, 1, -0.2, -0.6], reach=9)


def main():
    makers = {
        **{"locationScale": location_scale, "linearUnscaled": linear_unscaled, "poissonOffset": poisson_offset},
        **{"negativeBinomial": negative_binomial, "changePoint": change_point, "studentFixed": lambda: student(False)},
        **{"studentFree": lambda: student(True), "weibull": weibull, "gammaGlm": gamma_glm, "logistic": logistic},
        **{"multinomial": multinomial, "orderedLogit": ordered_logit, "betaBinomial": beta_binomial},
        **{"hierarchicalRates": hierarchical_rates, "horseshoe": horseshoe, "ar1": ar1, "ar1Short": lambda: ar1(25), "ar2": ar2},
        **{"volatility": volatility, "gaussianProcess": gaussian_process, "orderedMixture": ordered_mixture},
    }
    tables = {}
    for name, make in makers.items():
        print(name, flush=True)
        tables[name] = make()
    tables["eightSchools"], tables["eightSchoolsCentred"] = eight_schools()
    lines = [f"export const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in sorted(tables.items())]
    head = f"// Written by scripts/posteriors.py with numpy {np.__version__}, scipy {scipy.__version__}.\n"
    OUT.write_text("// biome-ignore-all format: one line a posterior\n// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: numbers as they were drawn\n/** Data and reference answers of posteriors. */\n\n" + head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
