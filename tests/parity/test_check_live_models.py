"""``parity.check`` with live models in one process gives the verdict of the command."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
sys.path.insert(0, {nets!r})
import torch_nets, keras_nets
import numpy as np
import keras, torch, parity

rungs = ("structure", "parameters", "transfer", "activations", "outputs", "gradients")
model, module = keras_nets.build_image_net(), torch_nets.ImageNet()
kept = [w.copy() for w in model.get_weights()], [p.detach().clone() for p in module.parameters()]
same = parity.check(model, module, rungs=rungs)
assert same and str(same.verdict) == "pass", same
assert all((a == b).all() for a, b in zip(kept[0], model.get_weights()))
assert all(torch.equal(a, b) for a, b in zip(kept[1], module.parameters()))
assert keras.config.floatx() == "float32" and torch.get_default_dtype() is torch.float32

broken = parity.check(model, torch_nets.ImageNet("norm-epsilon"), rungs=rungs)
assert not broken and broken.pairs[0].first_divergence.keras == "norm", broken

apart = parity.check(model, module, rungs=("transfer", "outputs"), own_weights=True)
assert not apart, "the two have different weights of their own"

for inputs, word in (
    (np.full((4, 8, 8, 3), np.nan), "nan at (0, 0, 0, 0)"),
    (np.zeros((4, 3, 8, 8)), "shape 3x8x8, expected 8x8x3"),
    (np.zeros((4, 8, 8, 3), int), "dtype int64, expected float32"),
    ([np.zeros((4, 8, 8, 3), int)], "dtype int64, expected float32"),
):
    try:
        parity.check(model, module, inputs=inputs)
    except parity.UsageError as problem:
        assert word in problem.message, problem
    else:
        raise AssertionError(word)

try:
    parity.assert_parity(model, torch_nets.ImageNet("gelu-form"), rungs=rungs)
except AssertionError as problem:
    assert "gelu" in str(problem)
print("done")
"""


@pytest.mark.full
def test_live_models_get_the_verdict_of_the_command():
    script = SCRIPT.format(nets=str(ROOT / "tests/mutants"))
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("done"), done.stderr[-2000:]
