"""A peer as a child process: one JSON request a line on stdin, one JSON reply a line on stdout.

Usage: python peers.py torch|compiled|jax|sklearn|sklearn64. Requests: {"hello": true}, {"prepare": FILE}, {"draws": N}, {"memory": true},
{"repeat": N, "clock": "wall"|"cpu"}.
"""

import importlib
import json
import os
import resource
import sys
import time

# Before any import of a framework: one thread, and nothing but the processor.
os.environ.update(
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    JAX_PLATFORMS="cpu",
    XLA_FLAGS="--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
)

import numpy  # noqa: E402


def read_problem(path):
    """Constants, named float32 arrays, and where the tensors of each parameter vector lie."""
    with open(path, encoding="utf-8") as file:
        problem = json.load(file)
    arrays = {
        name: numpy.asarray(t["data"], numpy.float32).reshape(t["shape"]) for name, t in problem["tensors"].items()
    }
    return problem["kind"], problem["constants"], arrays, problem["layouts"]


def unpack(vector, layout):
    """The tensors of a flat vector by name."""
    size = lambda shape: int(numpy.prod(shape, dtype=int))
    return {
        leaf["name"]: vector[leaf["offset"] : leaf["offset"] + size(leaf["shape"])].reshape(leaf["shape"])
        for leaf in layout
    }


def pack(tensors, layout):
    """The flat vector of tensors by name."""
    return numpy.concatenate([numpy.asarray(tensors[leaf["name"]]).ravel() for leaf in layout])


def serve(peer):
    """Answer requests until stdin ends."""
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "hello" in request:
                reply = {"version": peer.VERSION}
            elif "prepare" in request:
                kind, constants, arrays, layouts = read_problem(request["prepare"])
                results, run = peer.CASES[kind](constants, arrays, layouts)
                reply = {
                    "results": {name: numpy.asarray(a).ravel().tolist() for name, a in results.items()},
                    "first": getattr(run, "first", None),
                }
            elif "memory" in request:
                reply = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
            elif "draws" in request:
                drawn = numpy.asarray(run.draw(request["draws"]))
                reply = {"shape": drawn.shape, "data": drawn.ravel().tolist()}
            else:
                clock = {"wall": time.perf_counter, "cpu": time.process_time}[request["clock"]]
                start = clock()
                reached = run(request["repeat"])
                reply = {"ms": (clock() - start) * 1000}
                if not numpy.isfinite(numpy.asarray(reached)).all():
                    raise FloatingPointError("the chains left the numbers")
        except Exception as error:  # the parent decides what a failure means
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


def main():
    name = sys.argv[1]
    try:
        peer = importlib.import_module(f"peer_{name}")
    except ImportError as error:
        sys.stdin.readline()
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    serve(peer)


if __name__ == "__main__":
    main()
