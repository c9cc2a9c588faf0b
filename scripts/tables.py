"""Tables of scikit-learn, split five times, and what its densities say of the held-out rows.

    python scripts/tables.py OUT [--big N] [--tables iris,wine,...]

Writes OUT/NAME/SPLIT.train.csv, SPLIT.test.csv and SPLIT.baselines.csv: log-densities of the test rows, one column a
method, in the units of the table. Values that repeat in a column lie on a lattice, whose density is unbounded: such
columns get uniform noise of one step, once a table, before any method sees them.
"""

import argparse
import csv
import pathlib

import numpy as np
from sklearn import datasets
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KernelDensity

SPLITS = 5


def on_lattice(column):
    """The step of the lattice of a column most of whose values repeat, or 0."""
    values = np.unique(column)
    return float(np.diff(values).min()) if len(values) <= len(column) / 2 else 0.0


def dequantised(x, rng):
    steps = np.array([on_lattice(x[:, j]) for j in range(x.shape[1])])
    return x + steps * (rng.random(x.shape) - 0.5)


def mixture(n, d, rng, components=12):
    """Rows of a mixture of Gaussians with full covariances of unequal weights."""
    weights = rng.dirichlet(np.full(components, 2.0))
    means = rng.normal(size=(components, d)) * 3
    roots = rng.normal(size=(components, d, d)) / np.sqrt(d) * rng.uniform(0.4, 1.2, size=(components, 1, 1))
    which = rng.choice(components, size=n, p=weights)
    return means[which] + np.einsum("nij,nj->ni", roots[which], rng.normal(size=(n, d)))


def tables(big):
    digits = datasets.load_digits().data
    varied = [j for j in range(digits.shape[1]) if min(len(np.unique(digits[i::4, j])) for i in range(4)) > 3]
    yield "iris", datasets.load_iris().data
    yield "wine", datasets.load_wine().data
    yield "breast-cancer", datasets.load_breast_cancer().data
    yield "diabetes", datasets.load_diabetes(scaled=False).data
    yield "digits", digits[:, varied]
    yield "mixture", mixture(big, 8, np.random.default_rng(12))


def by_bic(train, most):
    """The Gaussian mixture with full covariances of the least BIC, chosen on at most 20,000 rows."""
    some = train[:20000]
    fits = [GaussianMixture(k, n_init=3, random_state=0).fit(some) for k in range(1, most + 1) if k * 5 < len(some)]
    k = min(fits, key=lambda fit: fit.bic(some)).n_components
    return GaussianMixture(k, n_init=3, random_state=0).fit(train)


def by_kernels(train):
    """The Gaussian kernel density with the bandwidth of the best five-fold likelihood, on at most 5,000 rows."""
    some = train[:5000]
    grid = {"bandwidth": np.geomspace(0.05, 2, 20)}
    return GridSearchCV(KernelDensity(), grid, cv=5).fit(some).best_estimator_


def baselines(train, test, most):
    mean, scale = train.mean(0), train.std(0)
    a, b = (train - mean) / scale, (test - mean) / scale
    shift = -np.log(scale).sum()
    gaussian = GaussianMixture(1, reg_covar=1e-9).fit(a)
    return {
        "gaussian": gaussian.score_samples(b) + shift,
        "mixture": by_bic(a, most).score_samples(b) + shift,
        "kernels": by_kernels(a).score_samples(b) + shift,
    }


def write(path, names, rows):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(names)
        out.writerows([repr(float(v)) for v in row] for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--big", type=int, default=200_000, help="rows of the mixture")
    parser.add_argument("--tables", help="names, by commas; all unless given")
    args = parser.parse_args()
    for number, (name, given) in enumerate(tables(args.big)):
        if args.tables and name not in args.tables.split(","):
            continue
        rng = np.random.default_rng([7, number])
        x = dequantised(given, rng)
        columns = [f"x{j + 1}" for j in range(x.shape[1])]
        folder = args.out / name
        folder.mkdir(parents=True, exist_ok=True)
        for split in range(SPLITS):
            order = np.random.default_rng([11, number, split]).permutation(len(x))
            cut = round(0.75 * len(x))
            train, test = x[order[:cut]], x[order[cut:]]
            write(folder / f"{split}.train.csv", columns, train)
            write(folder / f"{split}.test.csv", columns, test)
            scores = baselines(train, test, 20 if name in ("mixture", "digits") else 10)
            write(folder / f"{split}.baselines.csv", list(scores), np.stack(list(scores.values()), 1))
            print(name, split, x.shape, {key: round(float(v.mean()), 3) for key, v in scores.items()}, flush=True)


main()
