"""JAX: the whole of a case in one jitted function, loops as lax.scan, state donated; one thread."""

import math
import time
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax
from peer_flows import flows, layers_of
from peers import pack, unpack

VERSION = jax.__version__


def mlp(p, x):
    """`x → W₂ silu(W₁ silu(W₀ x + b₀) + b₁) + b₂`; a missing bias is none."""
    i = 0
    while f"w{i}" in p:
        x = x @ p[f"w{i}"] + p.get(f"b{i}", 0.0)
        i += 1
        if f"w{i}" in p:
            x = jax.nn.silu(x)
    return x


def energy(p, x):
    return mlp(p, x)[:, 0]


def energy_and_gradient(p, x):
    values, pull = jax.vjp(partial(energy, p), x)
    return values, pull(jnp.ones_like(values))[0]


def ula(p, x, noise, step_size):
    scale = math.sqrt(2 * step_size)

    def step(x, xi):
        return x - step_size * energy_and_gradient(p, x)[1] + scale * xi, None

    return lax.scan(step, x, noise)[0]


def adam(p, gradient, state, rate):
    """Kingma & Ba (2015), on a tree."""
    t = state["t"] + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["m"], gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, state["v"], gradient)
    c1, c2 = 1 - 0.9**t, 1 - 0.999**t
    moved = jax.tree.map(lambda p, m, v: p - rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), p, m, v)
    return moved, {"m": m, "v": v, "t": t}


def adam_start(p):
    """Two trees of zeros of their own: a donated buffer may be given once."""
    zeros = lambda: jax.tree.map(jnp.zeros_like, p)
    return {"m": zeros(), "v": zeros(), "t": jnp.zeros(())}


def contrast(p, data, chains):
    values = energy(p, jnp.concatenate([data, chains]))
    return values[: len(data)].mean() - values[len(data) :].mean()


def tree(arrays, name, layout):
    return {k: jnp.array(v) for k, v in unpack(arrays[name], layout).items()}


def first_call(run):
    """Compile and compute once, and keep how many milliseconds that took."""
    started = time.perf_counter()
    run(1)
    run.first = 1000 * (time.perf_counter() - started)


def repeatedly(iterate, state):
    """Carry the state through a jitted `iterate`, compiled before; dispatch is asynchronous, as in any loop."""

    def run(repeat):
        nonlocal state
        for _ in range(repeat):
            state = iterate(state)
        return jax.block_until_ready(state)["chains"]

    first_call(run)
    return run


def langevin(constants, arrays, layouts):
    p = tree(arrays, "params.energy", layouts["energy"])
    x, noise = jnp.array(arrays["x"]), jnp.array(arrays["noise"])
    walk = jax.jit(lambda p, x, noise: ula(p, x, noise, constants["stepSize"]))
    values, gradient = jax.jit(energy_and_gradient)(p, x)

    def run(repeat):
        for _ in range(repeat):
            moved = walk(p, x, noise)
        return moved.block_until_ready()

    first_call(run)
    return {"energy": values, "gradient": gradient, "x": run(1)}, run


def pcd(constants, arrays, layouts):
    layout = layouts["energy"]
    data, noise = jnp.array(arrays["batch"]), jnp.array(arrays["noise"])
    p = tree(arrays, "params.energy", layout)
    state = {"p": p, "adam": adam_start(p), "chains": jnp.array(arrays["chains"])}

    def step(state, noise):
        chains = ula(state["p"], state["chains"], noise, constants["stepSize"])
        gradient = jax.grad(contrast)(state["p"], data, chains)
        moved, optimizer = adam(state["p"], gradient, state["adam"], constants["learningRate"])
        return {"p": moved, "adam": optimizer, "chains": chains}

    @partial(jax.jit, donate_argnums=0)
    def iterate(state):
        key, own = jax.random.split(state["key"])
        return {**step(state, jax.random.normal(own, noise.shape)), "key": key}

    first = jax.jit(step)(state, noise)
    results = {"chains": first["chains"], **{f"{name}.energy": pack(first["adam"][name], layout) for name in "mv"}}
    return results, repeatedly(iterate, {**state, "key": jax.random.key(0)})


def coupling(layer, x, i, bound, inverse):
    """One affine coupling of two coordinates; even layers move the second. Returns the points and log |det|."""
    kept, moved = (x[:, :1], x[:, 1:]) if i % 2 == 0 else (x[:, 1:], x[:, :1])
    theta = mlp(layer, kept)
    s, t = bound * jnp.tanh(theta[:, :1] / bound), theta[:, 1:]
    moved = (moved - t) * jnp.exp(-s) if inverse else moved * jnp.exp(s) + t
    joined = jnp.concatenate([kept, moved] if i % 2 == 0 else [moved, kept], axis=1)
    return joined, (-s if inverse else s)[:, 0]


def base_log_prob(z):
    return -0.5 * (z * z).sum(1) - math.log(2 * math.pi)


def flow_sample(layers, z, bound):
    x, log_det = z, 0.0
    for i, layer in enumerate(layers):
        x, change = coupling(layer, x, i, bound, inverse=False)
        log_det += change
    return x, base_log_prob(z) - log_det


def flow_log_prob(layers, x, bound):
    log_det = 0.0
    for i, layer in reversed(list(enumerate(layers))):
        x, change = coupling(layer, x, i, bound, inverse=True)
        log_det += change
    return base_log_prob(x) + log_det


def mala(p, x, xi, u, step_size):
    """Metropolis-adjusted Langevin steps from positions; energies, and the mean acceptance."""

    def step(state, noise):
        x, e, g = state
        xi, u = noise
        y = x - step_size * g + jnp.sqrt(2 * step_size) * xi
        e_y, g_y = energy_and_gradient(p, y)
        back = x - y + step_size * g_y
        ratio = e - e_y + 0.5 * (xi * xi).sum(1) - 0.25 * (back * back).sum(1) / step_size
        yes = jnp.log(u) < ratio
        choose = lambda a, b: jnp.where(yes.reshape(-1, *[1] * (a.ndim - 1)), a, b)
        return (choose(y, x), choose(e_y, e), choose(g_y, g)), jnp.exp(jnp.minimum(ratio, 0)).mean()

    (x, e, _), acceptance = lax.scan(step, (x, *energy_and_gradient(p, x)), (xi, u))
    return x, e, acceptance.mean()


def balanced(constants, arrays, layouts):
    bound, share, rate = constants["scaleBound"], constants["dataShare"], constants["learningRate"]
    data = jnp.array(arrays["batch"])
    draws = {name: jnp.array(arrays[name]) for name in ("xi", "u", "jumpZ", "jumpU")}
    draws = {name: a.reshape(a.shape[1:]) for name, a in draws.items()}  # one round
    named = tree(arrays, "params.flow", layouts["flow"])
    layers = [
        {k.split(".")[1]: v for k, v in named.items() if k.startswith(f"layer{i}.")} for i in range(constants["layers"])
    ]
    p = tree(arrays, "params.energy", layouts["energy"])

    def flow_loss(layers, chains):
        both = flow_log_prob(layers, jnp.concatenate([data, chains]), bound)
        return -(share * both[: len(data)].mean() + (1 - share) * both[len(data) :].mean())

    def step(state, noise):
        p, layers, log_step = state["p"], state["layers"], state["logStep"]
        x, e, acceptance = mala(p, state["chains"], noise["xi"], noise["u"], jnp.exp(log_step))
        y, q_y = flow_sample(layers, noise["jumpZ"], bound)
        ratio = e + flow_log_prob(layers, x, bound) - (energy(p, y) + q_y)
        chains = jnp.where((jnp.log(noise["jumpU"]) < ratio)[:, None], y, x)
        p, own = adam(p, jax.grad(contrast)(p, data, chains), state["adam"], rate)
        layers, flows = adam(layers, jax.grad(flow_loss)(layers, chains), state["flowAdam"], rate)
        moved = log_step + 0.05 * (acceptance - 0.574)
        return {"p": p, "adam": own, "layers": layers, "flowAdam": flows, "chains": chains, "logStep": moved}

    @partial(jax.jit, donate_argnums=0)
    def iterate(state):
        key, *own = jax.random.split(state["key"], 5)
        law = {"u": jax.random.uniform, "jumpU": jax.random.uniform}
        noise = {n: law.get(n, jax.random.normal)(k, a.shape) for k, (n, a) in zip(own, draws.items())}
        return {**step({k: v for k, v in state.items() if k != "key"}, noise), "key": key}

    state = {
        "p": p,
        "adam": adam_start(p),
        "layers": layers,
        "flowAdam": adam_start(layers),
        "chains": jnp.array(arrays["chains"]),
        "logStep": jnp.log(jnp.float32(constants["stepSize"])),
    }
    first = jax.jit(step)(state, draws)
    joined = lambda name: {f"layer{i}.{k}": v for i, t in enumerate(first["flowAdam"][name]) for k, v in t.items()}
    results = {"chains": first["chains"]}
    for name in "mv":
        results[f"{name}.energy"] = pack(first["adam"][name], layouts["energy"])
        results[f"{name}.flow"] = pack(joined(name), layouts["flow"])
    return results, repeatedly(iterate, {**state, "key": jax.random.key(0)})


FLOWS = flows(
    jnp,
    linear=lambda x, w, b: x @ w + b,
    silu=jax.nn.silu,
    softmax=jax.nn.softmax,
    softplus=jax.nn.softplus,
    take=lambda a, i: jnp.take_along_axis(a, i[..., None], -1)[..., 0],
)


def flow(constants, arrays, layouts):
    layers = layers_of(tree(arrays, "params.flow", layouts["flow"]), constants["layers"])
    z = jnp.array(arrays["z"])
    log_prob = lambda layers, z: FLOWS.log_prob(layers, z, constants)
    compute = jax.jit(
        {
            "sample": lambda layers, z: dict(zip(("x", "logProb"), FLOWS.sample(layers, z, constants))),
            "density": lambda layers, z: {"logProb": log_prob(layers, z)},
            "gradient": jax.grad(lambda layers, z: log_prob(layers, z).mean()),
        }[constants["of"]]
    )

    def run(repeat):
        for _ in range(repeat):
            results = jax.block_until_ready(compute(layers, z))
        return jax.tree.leaves(results)[0]

    first_call(run)
    results = compute(layers, z)
    if constants["of"] == "gradient":
        joined = {f"layer{i}.{k}": v for i, p in enumerate(results) for k, v in p.items()}
        results = {"gradient": pack(joined, layouts["flow"])}
    return results, run


def half_cauchy(log_s, scale):
    return jax.nn.softplus(2 * (log_s - math.log(scale))) - log_s


def gaussian(residuals, log_sigma):
    return residuals.shape[1] * log_sigma + 0.5 * jnp.exp(-2 * log_sigma) * (residuals**2).sum(1)


def eight_schools(x, effects, errors):
    mu, eta, t = x[:, :1], x[:, 1:2], x[:, 2:]
    misfit = (effects - (mu + jnp.exp(eta) * t)) / errors
    return x[:, 0] ** 2 / 50 + half_cauchy(x[:, 1], 5) + 0.5 * (t**2 + misfit**2).sum(1)


def regression(x, covariates, y):
    return gaussian(y - (x[:, :1] + x[:, 1:7] @ covariates.T), x[:, 7]) - x[:, 7]


def ar5(x, past, y):
    fitted = x[:, :1] + x[:, 1:6] @ past.T
    return gaussian(y - fitted, x[:, 6]) + (x[:, :6] ** 2).sum(1) / 200 + half_cauchy(x[:, 6], 2.5)


POSTERIORS = {"effects": eight_schools, "covariates": regression, "past": ar5}


def hmc(constants, arrays, layouts):
    """Plain HMC with a step jittered by 20 %; a call is one scan over its draws, its randomness drawn before it."""
    arrays = {name: jnp.array(a) for name, a in arrays.items()}
    scale, centre, start, momentum = (arrays.pop(name) for name in ("scale", "centre", "start", "momentum"))
    law = next(law for name, law in POSTERIORS.items() if name in arrays)
    step_size, leapfrogs = constants["stepSize"], constants["leapfrogs"]

    def value_and_gradient(u):
        values, pull = jax.vjp(lambda u: law(centre + scale * u, **arrays), u)
        return values, pull(jnp.ones_like(values))[0]

    def step(state, noise):
        x, e, g = state
        p, jitter, u = noise
        size = step_size * (0.8 + 0.4 * jitter)[:, None]

        def leap(phase, _):
            x, p, _, g = phase
            p = p - 0.5 * size * g
            x = x + size * p
            e, g = value_and_gradient(x)
            return (x, p - 0.5 * size * g, e, g), None

        (y, q, e_y, g_y), _ = lax.scan(leap, (x, p, e, g), None, length=leapfrogs)
        ratio = e - e_y + 0.5 * ((p**2).sum(1) - (q**2).sum(1))
        yes = jnp.log(u) < ratio
        return (jnp.where(yes[:, None], y, x), jnp.where(yes, e_y, e), jnp.where(yes[:, None], g_y, g)), None

    @partial(jax.jit, static_argnums=2, donate_argnums=0)
    def walk(state, key, n):
        keys = jax.random.split(key, 3)
        noise = (
            jax.random.normal(keys[0], (n, *start.shape)),
            jax.random.uniform(keys[1], (n, len(start))),
            jax.random.uniform(keys[2], (n, len(start))),
        )

        def kept(state, noise):
            state = step(state, noise)[0]
            return state, state[0]

        return lax.scan(kept, state, noise)

    begun = lambda: (jnp.array(start), *value_and_gradient(start))
    state, key = begun(), jax.random.key(0)

    def run(repeat):
        nonlocal state, key
        for _ in range(repeat):
            key, own = jax.random.split(key)
            state, drawn = walk(state, own, constants["draws"])
        return drawn.block_until_ready()

    first_call(run)
    run.draw = lambda n: walk(begun(), jax.random.key(1), n)[1].swapaxes(0, 1)
    values, gradient = value_and_gradient(start)
    middle = jnp.full(len(start), 0.5)
    moved = step(begun(), (momentum, middle, jnp.full(len(start), 1e-30)))[0][0]
    return {"energy": values, "gradient": gradient, "moved": moved}, run


CASES = {"langevin": langevin, "pcd": pcd, "balanced": balanced, "growth": langevin, "flow": flow, "chains": hmc, "hmc": hmc, "nuts": hmc}
