"""PyTorch, eager: modules, autograd.grad for the force, a fused optimizer; one thread."""

import math

import numpy
import torch
from peer_flows import flows, layers_of
from peers import unpack
from torch import nn

torch.set_num_threads(1)
torch.set_num_interop_threads(1)

VERSION = torch.__version__


def network(params, layout):
    """`2 → H → … → 1` with SiLU between; torch keeps weights as (out, in)."""
    tensors = unpack(params, layout)
    layers = []
    while f"w{len(layers) // 2}" in tensors:
        i = len(layers) // 2
        weight = torch.from_numpy(tensors[f"w{i}"].T.copy())
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias=f"b{i}" in tensors)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(tensors[f"b{i}"].copy()))
        layers += [layer, nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def flat(model, layout, of):
    """One number a parameter, in the order of the shared vector."""
    parts = []
    for leaf in layout:
        kind, layer = leaf["name"][0], model[2 * int(leaf["name"][1:])]
        parts.append(of(layer.weight).T if kind == "w" else of(layer.bias))
    return numpy.concatenate([part.detach().numpy().ravel() for part in parts])


def force(model, x):
    """Energies and their gradient in the points."""
    x = x.detach().requires_grad_()
    energy = model(x).squeeze(1)
    return energy, torch.autograd.grad(energy.sum(), x)[0]


def walk(model, x, noise, step_size):
    """Unadjusted Langevin steps; the parameters need no gradient meanwhile."""
    scale = math.sqrt(2 * step_size)
    model.requires_grad_(False)
    for xi in noise:
        gradient = force(model, x)[1]
        x = torch.add(x, gradient, alpha=-step_size).add_(xi, alpha=scale)
    model.requires_grad_(True)
    return x


def langevin(constants, arrays, layouts):
    model = network(arrays["params.energy"], layouts["energy"])
    x, noise = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["noise"])
    step_size = constants["stepSize"]
    energy, gradient = force(model, x)

    def run(repeat):
        for _ in range(repeat):
            moved = walk(model, x, noise, step_size)
        return moved

    return {"energy": energy.detach(), "gradient": gradient, "x": run(1)}, run


def pcd(constants, arrays, layouts):
    layout = layouts["energy"]
    model = network(arrays["params.energy"], layout)
    data, noise = torch.from_numpy(arrays["batch"]), torch.from_numpy(arrays["noise"])
    adam = torch.optim.Adam(model.parameters(), lr=constants["learningRate"], fused=True)
    chains = torch.from_numpy(arrays["chains"])

    def iterate(chains, noise):
        moved = walk(model, chains, noise, constants["stepSize"])
        energies = model(torch.cat([data, moved])).squeeze(1)
        loss = energies[: len(data)].mean() - energies[len(data) :].mean()
        adam.zero_grad(set_to_none=True)
        loss.backward()
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


def conv(constants, arrays, layouts):
    x, w = (torch.from_numpy(arrays[name]).requires_grad_() for name in ("x", "w"))

    def compute():
        y = nn.functional.conv2d(x, w, padding=1)
        loss = 0.5 * y.square().sum()
        return y, loss, *torch.autograd.grad(loss, (x, w))

    def run(repeat):
        for _ in range(repeat):
            *_, dw = compute()
        return dw

    y, _, dx, dw = compute()
    return {"y": y[:1].detach(), "dx": dx[:1], "dw": dw}, run


FLOWS = flows(
    torch,
    linear=lambda x, w, b: torch.addmm(b, x, w),
    silu=nn.functional.silu,
    softmax=lambda a: torch.softmax(a, -1),
    softplus=nn.functional.softplus,
    take=lambda a, i: torch.gather(a, -1, i[..., None])[..., 0],
)


def flow(constants, arrays, layouts):
    tensors = unpack(arrays["params.flow"], layouts["flow"])
    layers = layers_of({name: torch.from_numpy(a.copy()) for name, a in tensors.items()}, constants["layers"])
    z = torch.from_numpy(arrays["z"])

    @torch.inference_mode()
    def compute():
        if constants["of"] == "sample":
            return dict(zip(("x", "logProb"), FLOWS.sample(layers, z, constants)))
        return {"logProb": FLOWS.log_prob(layers, z, constants)}

    def run(repeat):
        for _ in range(repeat):
            log_prob = compute()["logProb"]
        return log_prob

    return compute(), run


CASES = {"langevin": langevin, "growth": langevin, "pcd": pcd, "conv": conv, "flow": flow}
