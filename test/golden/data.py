"""Golden values for src/data: log densities by adaptive quadrature and SciPy's own distributions.

Run with a Python that has numpy and scipy:  python test/golden/data.py
Writes data.json beside this file.
"""

import json
import pathlib

import numpy as np
from scipy import integrate, special, stats

rng = np.random.default_rng(7)


def points(scale, n=6):
    return np.round(rng.normal(size=(n, 2)) * scale, 3)


def blurred(curve, density, end, sd):
    """log of the integral over t of density(t) N(x; curve(t), sd² I), cut into pieces so that no peak is missed."""

    def at(x):
        def integrand(t):
            c = curve(t)
            square = (x[0] - c[0]) ** 2 + (x[1] - c[1]) ** 2
            return density(t) * np.exp(-square / (2 * sd**2)) / (2 * np.pi * sd**2)

        cuts = np.linspace(0, end, 401)
        return sum(integrate.quad(integrand, a, b, epsabs=0, epsrel=1e-13)[0] for a, b in zip(cuts, cuts[1:]))

    return at


def moons(x, sd=0.1):
    half = blurred(lambda t: (np.cos(t), np.sin(t)), lambda t: 1 / np.pi, np.pi, sd)
    return np.log((half(x) + half(np.array([1.0, 0.5]) - x)) / 2)


def spirals(x, sd=0.1):
    end = 3 * np.pi
    half = blurred(lambda t: (-t * np.cos(t) / 3, t * np.sin(t) / 3), lambda t: 2 * t / end**2, end, sd)
    return np.log((half(x) + half(-x)) / 2)


def rings(x, sd=0.08):
    """The blurred circle as an average over its angle."""
    total = 0
    for radius in (0.75, 1.5, 2.25, 3):
        angle = 2 * np.pi * np.arange(4096) / 4096
        square = (x[0] - radius * np.cos(angle)) ** 2 + (x[1] - radius * np.sin(angle)) ** 2
        total += np.mean(np.exp(-square / (2 * sd**2))) / (2 * np.pi * sd**2) / 4
    return np.log(total)


def mixture(x):
    parts = [
        (1, [-4, -2], 0.5 * np.eye(2)),
        (2, [4, -2], np.diag([0.4, 1])),
        (3, [0, 4], np.array([[0.9, 0.4], [0.4, 0.5]])),
    ]
    return np.log(sum(w / 6 * stats.multivariate_normal(m, c).pdf(x) for w, m, c in parts))


def cases(density, xs):
    return [[list(map(float, x)), float(density(x))] for x in xs]


golden = {
    "logBesselI0Scaled": [[x, float(np.log(special.ive(0, x)))] for x in [0, 1e-3, 0.5, 3, 12.5, 29.99, 30.01, 75, 1e3, 1e8]],
    "moons": cases(moons, points(0.6) + [0.5, 0.25]),
    "spirals": cases(spirals, points(1.2)),
    "rings": cases(rings, points(1.2)),
    "gaussian-mixture": cases(mixture, points(2.5)),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
