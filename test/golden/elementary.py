"""Golden values of elementary functions in double precision, by mpmath with 60 digits.

Run with a Python that has mpmath:  python test/golden/elementary.py
Writes elementary.json beside this file. For each function rows of an argument, its value rounded to float64, and what
the rounding left, in ulps of it.
"""

import json
import math
import pathlib
import random
import struct

from mpmath import mp, mpf

mp.dps = 60
random.seed(20261130)


def any_exponent(least, most):
    """A number of any magnitude between two powers of two, of either sign."""
    return random.choice((-1, 1)) * (1 + random.random()) * 2.0 ** random.uniform(least, most)


def points(count, *ranges):
    """A few of all magnitudes, most of them uniformly from each range."""
    xs = [any_exponent(-60, 2) for _ in range(count // 4)] + [any_exponent(-1070, -60) for _ in range(6)]
    for low, high in ranges:
        xs += [random.uniform(low, high) for _ in range(count // len(ranges))]
    return sorted(xs)


def positive(count):
    """Of all magnitudes, denormal ones included, and near 1, where the logarithm vanishes."""
    bits = [random.randrange(1, 0x7FEFFFFFFFFFFFFF) for _ in range(count // 2)] + [1, 2, 3, 12345678901]
    xs = [struct.unpack("d", struct.pack("Q", b))[0] for b in bits]
    return sorted(xs + [1 + any_exponent(-52, -2) for _ in range(count)] + [random.uniform(0.5, 2) for _ in range(count)])


def near_multiples(count):
    """Of the numbers nearest to multiples of π/2 the nearest of all, where sine or cosine all but vanishes."""
    quarter = mp.pi / 2
    return sorted((float(k * quarter) for k in range(1, 1_000_000)), key=lambda x: abs(x - mp.nint(x / quarter) * quarter))[:count]


def row(f, x):
    y = f(mpf(x))
    rounded = float(y)
    return [x, rounded, float(mp.nstr((y - mpf(rounded)) / mpf(math.ulp(rounded)), 3))]


TRIGONOMETRIC = points(80, (-4, 4), (-1e6, 1e6)) + near_multiples(20)
golden = {
    "exp": (mp.exp, points(120, (-745, 709), (-2, 2), (-745, -708))),
    "log": (mp.log, positive(50)),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), points(120, (-709, 40), (-4, 4), (-40, 40))),
    "tanh": (mp.tanh, points(120, (-1, 1), (-20, 20))),
    "sin": (mp.sin, TRIGONOMETRIC),
    "cos": (mp.cos, TRIGONOMETRIC),
    "atan": (mp.atan, points(120, (-3, 3), (-1e4, 1e4), (-0.5, 0.5))),
    "erf": (mp.erf, points(150, (-1, 1), (-6, 6), (-3, 3))),
}
tables = {name: [row(f, x) for x in xs] for name, (f, xs) in golden.items()}
text = ",\n".join(f'"{name}": [\n' + ",\n".join(json.dumps(r) for r in rows) + "]" for name, rows in tables.items())
pathlib.Path(__file__).with_suffix(".json").write_text("{\n" + text + "\n}\n")
