"""PyTorch through `torch.compile`: ten Langevin steps and the contrastive loss are graphs of Inductor; one thread."""

import math
import os
import shutil

# One thread also while it compiles.
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")

import torch  # noqa: E402
from peer_torch import VERSION, flat, force, network  # noqa: E402

__all__ = ["CASES", "VERSION"]

if not any(map(shutil.which, ("g++", "clang++", os.environ.get("CXX", "g++")))):
    raise ModuleNotFoundError("torch.compile needs a C++ compiler")

# Steps a graph: more of them take longer to compile and are no faster.
TEN = 10


def walker(model, step_size):
    """Compiled: Langevin steps from `x (batch, d)` with the noise `(TEN, batch, d)`."""
    scale = math.sqrt(2 * step_size)
    slope = torch.func.grad(lambda x: model(x).sum())

    @torch.compile(fullgraph=True)
    def ten(x, noise):
        for xi in noise.unbind(0):
            x = x - step_size * slope(x) + scale * xi
        return x

    @torch.no_grad()
    def walk(x, noise):
        for some in noise.split(TEN):
            x = ten(x, some)
        return x

    return walk


def langevin(constants, arrays, layouts):
    model = network(arrays["params.energy"], layouts["energy"]).requires_grad_(False)
    x, noise = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["noise"])
    energy, gradient = force(model, x)
    walk = walker(model, constants["stepSize"])

    def run(repeat):
        for _ in range(repeat):
            moved = walk(x, noise)
        return moved

    return {"energy": energy.detach(), "gradient": gradient, "x": run(1)}, run


def pcd(constants, arrays, layouts):
    layout = layouts["energy"]
    model = network(arrays["params.energy"], layout)
    data, noise = torch.from_numpy(arrays["batch"]), torch.from_numpy(arrays["noise"])
    adam = torch.optim.Adam(model.parameters(), lr=constants["learningRate"], fused=True)
    chains = torch.from_numpy(arrays["chains"])
    walk = walker(model, constants["stepSize"])

    @torch.compile(fullgraph=True)
    def loss(moved):
        energies = model(torch.cat([data, moved])).squeeze(1)
        return energies[: len(data)].mean() - energies[len(data) :].mean()

    def iterate(chains, noise):
        moved = walk(chains, noise)
        adam.zero_grad(set_to_none=True)
        loss(moved).backward()
        adam.step()
        return moved

    def run(repeat):
        nonlocal chains
        for _ in range(repeat):
            chains = iterate(chains, torch.randn(noise.shape))
        return chains

    chains = iterate(chains, noise)
    moment = lambda name: flat(model, layout, lambda p: adam.state[p][name])
    return {"chains": chains, "m.energy": moment("exp_avg"), "v.energy": moment("exp_avg_sq")}, run


CASES = {"langevin": langevin, "pcd": pcd}
