"""Golden values of the functions of src/ops that must neither overflow nor cancel, by mpmath with 60 digits.

Run with a Python that has mpmath and numpy:  python test/golden/special.py
Writes special.json beside this file. Every argument is a float32, so both widths are asked at the same point; values
are rounded to float64, where an overflow is written "Infinity" and an underflow 0.
"""

import json
import pathlib

import numpy as np
from mpmath import mp, mpf

mp.dps = 60

SIZES = [1e-10, 1e-4, 0.01, 0.3, 0.49, 0.51, 0.7, 1, 1.5, 2.4, 2.6, 3.5, 5, 8, 12, 15.5, 19, 21, 30, 50, 88, 120, 700, 800]
POINTS = [float(np.float32(s * v)) for v in SIZES for s in (-1, 1)] + [0.0]


def plain(y):
    v = float(y)
    if v in (float("inf"), float("-inf")):
        return "Infinity" if v > 0 else "-Infinity"
    return v


def table(f, keep=lambda x: True):
    return [[x, plain(f(mpf(x)))] for x in sorted(POINTS) if keep(x)]


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def normal_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def log_sum_exp(row):
    return mp.log(sum(mp.exp(mpf(v)) for v in row))


ROWS = [[-800, -801, -799.5], [800, 799, 801.5], [0, 0, 0], [-800, 0, 800], [50, -50, 0.25], [1e-10, -1e-10, 0]]
ROWS = [[float(np.float32(v)) for v in row] for row in ROWS]

golden = {
    "softplus": table(softplus),
    "logSigmoid": table(lambda x: -softplus(-x)),
    "sigmoid": table(sigmoid),
    "silu": table(lambda x: x * sigmoid(x)),
    "log1p": table(mp.log1p, lambda x: x > -1),
    "expm1": table(mp.expm1),
    "erf": table(mp.erf),
    "gelu": table(lambda x: x * normal_cdf(x)),
    "tanh": table(mp.tanh),
    "sinh": table(mp.sinh),
    "cosh": table(mp.cosh),
    "atan": table(mp.atan),
    "logSumExp": [[row, plain(log_sum_exp(row))] for row in ROWS],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, indent=0).replace("[\n", "[").replace("\n]", "]").replace(",\n", ", ").replace("], \"", "],\n\"") + "\n")
