"""PyTorch with `torch.compile`: one compiled function a Langevin step, its gradient by `torch.func`; one thread."""

import math

import torch
from peer_torch import VERSION, force, network

__all__ = ["CASES", "VERSION"]


def langevin(constants, arrays, layouts):
    model = network(arrays["params.energy"], layouts["energy"]).requires_grad_(False)
    x, noise = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["noise"])
    step_size = constants["stepSize"]
    scale = math.sqrt(2 * step_size)
    gradient_of = torch.func.grad(lambda x: model(x).sum())

    @torch.compile(dynamic=False)
    def step(x, xi):
        return x - step_size * gradient_of(x) + scale * xi

    def run(repeat):
        for _ in range(repeat):
            moved = x
            for xi in noise:
                moved = step(moved, xi)
        return moved

    energy, gradient = force(model, x)
    return {"energy": energy.detach(), "gradient": gradient, "x": run(1)}, run


CASES = {"langevin": langevin}
