"""Coupling flows of PyTorch and JAX: the same formulas, on the arrays of either."""

import math
from types import SimpleNamespace

LEAST = 1e-3  # of a bin and of a slope


def flows(xp, linear, silu, softmax, softplus, take):
    """`sample` and `log_prob` on a library's arrays; `take(a, i)` picks along the last axis."""

    def conditioner(p, x, size):
        i = 0
        while f"w{i}" in p:
            x = linear(x if i == 0 else silu(x), p[f"w{i}"], p[f"b{i}"])
            i += 1
        return x.reshape(len(x), -1, size)

    def affine(x, theta, inverse, bound):
        s, t = bound * xp.tanh(theta[..., 0] / bound), theta[..., 1]
        return ((x - t) * xp.exp(-s), -s) if inverse else (x * xp.exp(s) + t, s)

    def knots(theta, bins, bound):
        sizes = lambda u: 2 * bound * (LEAST + (1 - LEAST * bins) * softmax(u))
        widths, heights = sizes(theta[..., :bins]), sizes(theta[..., bins : 2 * bins])
        inner = LEAST + softplus(theta[..., 2 * bins :] + math.log(math.expm1(1 - LEAST)))
        one = xp.ones_like(inner[..., :1])
        edges = lambda s: xp.cumsum(s, -1) - s - bound
        return edges(widths), edges(heights), widths, heights, xp.concatenate([one, inner, one], -1)

    def spline(x, theta, inverse, bound):
        """Durkan et al. (2019), equations 4 to 8."""
        bins = (theta.shape[-1] + 1) // 3
        inside = (x >= -bound) & (x <= bound)
        held = xp.where(inside, x, xp.zeros_like(x))
        xs, ys, widths, heights, slopes = knots(theta, bins, bound)
        at = ((ys if inverse else xs)[..., 1:] <= held[..., None]).sum(-1)
        x0, y0, width, height, d0, d1 = (take(a, i) for a, i in zip((xs, ys, widths, heights, slopes, slopes), (at, at, at, at, at, at + 1)))
        s = height / width
        bend = d0 + d1 - 2 * s
        if inverse:
            above = held - y0
            a, b, c = height * (s - d0) + above * bend, height * d0 - above * bend, -s * above
            xi = 2 * c / (-b - xp.sqrt(b * b - 4 * a * c))
        else:
            xi = (held - x0) / width
        eta = 1 - xi
        cross = xi * eta
        low = s + bend * cross
        moved = xi * width + x0 if inverse else y0 + height * (s * xi * xi + d0 * cross) / low
        change = 2 * xp.log(s) + xp.log(d1 * xi * xi + 2 * s * cross + d0 * eta * eta) - 2 * xp.log(low)
        return xp.where(inside, moved, x), xp.where(inside, -change if inverse else change, xp.zeros_like(x))

    def layer(p, x, i, inverse, constants):
        half = x.shape[1] // 2
        kept, moved = (x[:, :half], x[:, half:]) if i % 2 == 0 else (x[:, half:], x[:, :half])
        transform, bound = (affine, constants["scaleBound"]) if "scaleBound" in constants else (spline, constants["bound"])
        moved, change = transform(moved, conditioner(p, kept, constants["size"]), inverse, bound)
        return xp.concatenate([kept, moved] if i % 2 == 0 else [moved, kept], -1), change.sum(-1)

    def base(z):
        return -0.5 * (z * z).sum(-1) - 0.5 * z.shape[1] * math.log(2 * math.pi)

    def sample(layers, z, constants):
        x, log_det = z, 0.0
        for i, p in enumerate(layers):
            x, change = layer(p, x, i, False, constants)
            log_det = log_det + change
        return x, base(z) - log_det

    def log_prob(layers, x, constants):
        log_det = 0.0
        for i, p in reversed(list(enumerate(layers))):
            x, change = layer(p, x, i, True, constants)
            log_det = log_det + change
        return base(x) + log_det

    return SimpleNamespace(sample=sample, log_prob=log_prob)


def layers_of(tensors, n):
    """Tensors by name `layerI.NAME` as a list of layers."""
    own = lambda i: {k.split(".")[1]: v for k, v in tensors.items() if k.startswith(f"layer{i}.")}
    return [own(i) for i in range(n)]
