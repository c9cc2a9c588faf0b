"""Oracle for src/store/safetensors.test.ts: the reference implementation of the format (pip install safetensors numpy).

Writes safetensors-python.safetensors, which ebbflow must read, and reads safetensors-ebbflow.safetensors, which ebbflow
wrote. Both hold the same tensors.
"""

from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

here = Path(__file__).parent
tensors = {
    "mask": np.array([True, False, True]),
    "weights/ä": np.array([[1.5, -2.25, 3e38], [np.inf, -0.0, 1e-45]], dtype=np.float32),
    "scale": np.array(0.1, dtype=np.float64),
    "count": np.array([-(2**63), 2**63 - 1], dtype=np.int64),
    "empty": np.zeros((0, 4), dtype=np.float32),
}
metadata = {"format": "golden", "note": "ü \"quoted\" \\ \n"}

save_file(tensors, here / "safetensors-python.safetensors", metadata=metadata)

ours = here / "safetensors-ebbflow.safetensors"
if ours.exists():
    read = load_file(ours)
    assert set(read) == set(tensors), sorted(read)
    for name, expected in tensors.items():
        got = read[name]
        assert got.dtype == expected.dtype and got.shape == expected.shape, name
        assert got.tobytes() == expected.tobytes(), name
    with safe_open(ours, framework="np") as f:
        assert f.metadata() == metadata, f.metadata()
    print("the reference implementation reads what ebbflow wrote")
