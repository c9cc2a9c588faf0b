"""The coefficients of src/compiler/math: polynomials whose largest weighted error is least, by Remez' exchange.

Run with a Python that has mpmath:  python test/golden/minimax.py
Prints each polynomial, lowest coefficient first, rounded to its width, with the largest error before and after rounding.
"""

import struct

from mpmath import lu_solve, matrix, mp, mpf, nstr

mp.dps = 50
GRID = 401
EDGE = mpf(10) ** -25


def points(low, high):
    """Chebyshev's, which lie densest at the ends."""
    return [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / GRID) for i in range(GRID + 1)]


def extremes(errors):
    """Of every run of one sign where the error is largest."""
    runs = []
    for k, e in enumerate(errors):
        if runs and (errors[runs[-1]] >= 0) == (e >= 0):
            runs[-1] = max(runs[-1], k, key=lambda i: abs(errors[i]))
        else:
            runs.append(k)
    return runs


def minimax(f, weight, low, high, count):
    """`count` coefficients of the polynomial p for which the largest `weight (f − p)` is least."""
    xs = points(mpf(low), mpf(high))
    values, weights = [f(x) for x in xs], [weight(x) for x in xs]
    chosen = [round(GRID * i / count) for i in range(count + 1)]
    for _ in range(25):
        rows = [[xs[k] ** j for j in range(count)] + [(-1) ** i / weights[k]] for i, k in enumerate(chosen)]
        solution = lu_solve(matrix(rows), matrix([values[k] for k in chosen]))
        coefficients = list(solution)[:count]
        errors = [w * (v - mp.polyval(coefficients[::-1], x)) for x, v, w in zip(xs, values, weights)]
        runs = extremes(errors)
        while len(runs) > count + 1:
            runs.pop(0 if abs(errors[runs[0]]) < abs(errors[runs[-1]]) else -1)
        if len(runs) < count + 1 or runs == chosen:
            break
        chosen = runs
    return coefficients, max(abs(e) for e in errors)


def rounded(c, width):
    return struct.unpack("f", struct.pack("f", float(c)))[0] if width == 32 else float(c)


def show(name, width, f, weight, low, high, count):
    coefficients, error = minimax(f, weight, low, high, count)
    kept = [rounded(c, width) for c in coefficients]
    left = max(abs(weight(x) * (f(x) - mp.polyval([mpf(c) for c in kept[::-1]], x))) for x in points(mpf(low), mpf(high)))
    print(f"{name} f{width}: {nstr(error, 3)}, rounded {nstr(left, 3)}\n  {kept}", flush=True)


def near_zero(f, limit):
    """A quotient, and what it tends to."""
    return lambda x: f(x) if abs(x) > EDGE else mpf(limit)


def root(f):
    """Of the square of what the function is of."""
    return lambda z: f(mp.sqrt(z))


log2 = mp.log(2)
half, quarter = log2 / 2 * mpf("1.001"), log2 / 4 * mpf("1.001")
for width, count in ((32, 5), (64, 10)):
    f = near_zero(lambda y: (mp.exp(y) - 1 - y) / y**2, 0.5)
    show("EXPONENTIAL", width, f, lambda y: max(y * y * mp.exp(-y), mpf(10) ** -5), -half, half, count)
for width, count in ((32, 5), (64, 11)):
    f = near_zero(lambda h: (mp.expm1(2 * h) - 2 * h) / h**2, 2)
    weight = near_zero(lambda h: max(abs(h * h / mp.expm1(2 * h)), mpf(10) ** -4), mpf(10) ** -4)
    show("GROWTH", width, f, weight, -quarter, quarter, count)

low, high = (mp.sqrt(mpf(1) / 2) - 1) * mpf("1.0005"), (mp.sqrt(2) - 1) * mpf("1.0005")
f = near_zero(lambda t: (mp.log1p(t) - t + t * t / 2) / t**3, mpf(1) / 3)
weight = near_zero(lambda t: max(abs(t**3 / mp.log1p(t)), mpf(10) ** -6), mpf(10) ** -6)
show("DIRECT", 32, f, weight, low, high, 8)
end = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mpf("1.0005")
f = near_zero(root(lambda s: (2 * mp.atanh(s) - 2 * s) / s**3), mpf(2) / 3)
show("HALVED", 64, f, lambda z: max(z / 2, mpf(10) ** -6), 0, end**2, 7)

end = (mp.pi / 4 * mpf("1.02")) ** 2
for width, count in ((32, 4), (64, 6)):
    f = near_zero(root(lambda r: (mp.sin(r) - r) / r**3), -mpf(1) / 6)
    weight = near_zero(root(lambda r: max(r**3 / mp.sin(r), mpf(10) ** -5)), mpf(10) ** -5)
    show("SINE", width, f, weight, 0, end, count)
for width, count in ((32, 3), (64, 6)):
    f = near_zero(root(lambda r: (mp.cos(r) - 1 + r * r / 2) / r**4), mpf(1) / 24)
    show("COSINE", width, f, root(lambda r: max(r**4 / mp.cos(r), mpf(10) ** -5)), 0, end, count)

end = ((mp.sqrt(2) - 1) * mpf("1.001")) ** 2
for width, count in ((32, 5), (64, 11)):
    f = near_zero(root(lambda t: (mp.atan(t) - t) / t**3), -mpf(1) / 3)
    weight = near_zero(root(lambda t: max(t**3 / mp.atan(t), mpf(10) ** -5)), mpf(10) ** -5)
    show("NEAR", width, f, weight, 0, end, count)
for width, count, end in ((32, 9, "3.96"), (64, 24, "5.96")):
    f = near_zero(lambda a: -mp.log1p(-mp.erf(a)) / a - 1, 2 / mp.sqrt(mp.pi) - 1)
    weight = near_zero(lambda a: a * mp.erfc(a) / mp.erf(a), mp.sqrt(mp.pi) / 2)
    show("EXPONENT", width, f, weight, 0, end, count)
