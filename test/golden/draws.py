"""Golden values for src/random, made by an implementation of its own in integer and 50-digit arithmetic.

Run with a Python that has mpmath:  python test/golden/draws.py
Writes draws.json beside this file.
"""

import itertools
import json
import pathlib

import mpmath as mp

mp.mp.dps = 50
MASK = 0xFFFFFFFF


def threefry(key, counter):
    """Threefry-2x32 with 20 rounds, as Salmon et al. (2011) write it: rounds in a loop, a key word every fourth."""
    rotations = [[13, 15, 26, 6], [17, 29, 16, 24]]
    schedule = [key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1]]
    x, y = (counter[0] + key[0]) & MASK, (counter[1] + key[1]) & MASK
    for turn in range(5):
        for r in rotations[turn % 2]:
            x = (x + y) & MASK
            y = ((y << r | y >> (32 - r)) & MASK) ^ x
        x = (x + schedule[(turn + 1) % 3]) & MASK
        y = (y + schedule[(turn + 2) % 3] + turn + 1) & MASK
    return [x, y]


assert threefry([0x13198A2E, 0x03707344], [0x243F6A88, 0x85A308D3]) == [0xC4923A9C, 0x483DF7A0]  # Random123
assert threefry([42, 7], [1000, 1]) == [1886654715, 1923580248]  # jax 0.10.2, threefry_2x32


def split(key, n):
    return [threefry(key, [i, 0x80000000]) for i in range(n)]


def fold(key, data):
    if isinstance(data, int):
        return threefry(key, [data & MASK, 0xA0000000 + (data >> 32)])
    text = data.encode("utf-8")
    for i in range(0, len(text), 4):
        key = threefry(key, [int.from_bytes(text[i : i + 4].ljust(4, b"\0"), "little"), 0xC0000000])
    return threefry(key, [len(text), 0xE0000000])


def words(key, n):
    return [w for i in range((n + 1) // 2) for w in threefry(key, [i, 0])][:n]


def quantile(p):
    return mp.findroot(lambda z: mp.ncdf(z) - p, mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1))


def unit64(high, low):
    return mp.mpf(2 * (high * 2**20 + (low >> 12)) + 1) / 2**53


def uniform32(key, n):
    return [float(mp.mpf(2 * (w >> 9) + 1) / 2**24) for w in words(key, n)]


def uniform64(key, n):
    w = words(key, 2 * n)
    return [float(unit64(w[2 * i], w[2 * i + 1])) for i in range(n)]


def normal32(key, n):
    return [float(quantile(mp.mpf(2 * w + 1) / 2**33)) for w in words(key, n)]


def normal64(key, n):
    w = words(key, 2 * n)
    return [float(quantile(unit64(w[2 * i], w[2 * i + 1]))) for i in range(n)]


def bounded(key, i, bound):
    """Element i's whole number: its words are those of the counters (i, 0), (i, 1), ... until one fits."""
    width = 2**32 // bound
    for attempt in itertools.count():
        for word in threefry(key, [i, attempt]):
            if word // width < bound:
                return word // width


def below(key, n, bound):
    return [bounded(key, i, bound) for i in range(n)]


def permutation(key, n):
    order = list(range(n))
    for i in range(n):
        j = i + bounded(key, i, n - i)
        order[i], order[j] = order[j], order[i]
    return order


key = [0, 12345]
big = 2**53 - 1
probabilities = [2.0**-53, 1e-15, 1e-12, 1e-9, 2.0**-33, 1e-8, 1e-6, 1e-4, 0.01, 0.05, 0.0749, 0.0751, 0.1, 0.25, 0.4, 0.49999, 0.500001]
probabilities += [0.625, 0.75, 0.9, 0.93, 0.99, 0.9999, 1 - 2.0**-33]
golden = {
    "split": split(key, 3),
    "fold": [[data, fold(key, data)] for data in [0, 1, 2**32 + 5, big, "", "xi", "noise", "ξ₀", "momentum"]],
    "words": words(key, 5),
    "uniform32": uniform32(key, 5),
    "uniform64": uniform64(key, 5),
    "normal32": normal32(key, 8),
    "normal64": normal64(key, 8),
    "integers": below(key, 12, 10),
    "integersWide": below(key, 24, 2**30 + 1),
    "permutation": permutation(key, 12),
    "quantile": [[p, float(quantile(mp.mpf(p)))] for p in probabilities],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
