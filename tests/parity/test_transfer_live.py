"""``parity.transfer`` between live models, both ways, in one process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
sys.path[:0] = [{mutants!r}, {cli!r}]
import parity
assert callable(parity.transfer) and not {{"torch", "keras", "tensorflow"}} & set(sys.modules)
import torch, keras
import numpy as np
import keras_nets, torch_nets, nets_for_transfer

model, module = keras_nets.build_image_net(), torch_nets.ImageNet().eval()
images = np.random.default_rng(0).normal(size=(4, 8, 8, 3)).astype("float32")


def apart():
    with torch.no_grad():
        theirs = module(torch.from_numpy(images).permute(0, 3, 1, 2))["logits"].numpy()
    return np.abs(model(images, training=False)["logits"].numpy() - theirs).max()


assert apart() > 1e-2
mapping = parity.transfer(module, model)
assert apart() < 1e-5
assert ("norm", "norm") in [(k.path, t.path) for k, t in mapping.layers] and mapping.complete

for weight in model.trainable_weights:
    weight.assign_add(0.1 * np.random.default_rng(1).normal(size=weight.shape))
kept = module.training, [p.requires_grad for p in module.parameters()]
assert apart() > 1e-2
parity.transfer(model, module)
assert apart() < 1e-5
assert kept == (module.training, [p.requires_grad for p in module.parameters()])

doubled = nets_for_transfer.double_torch_net()
broken = nets_for_transfer.torch_net()
broken.head.bias.data[1] = float("nan")
recurrent = nets_for_transfer.keras_net()
unbuilt = keras.Sequential([keras.layers.Dense(3, name="head")])
before = recurrent.get_weights()
for source, target, word in (
    (model, model, "one Keras model and one torch module expected, got Functional and Functional"),
    (model, 3, "got Functional and int"),
    (doubled, recurrent, "lstm/kernel float64 3x20, expected float32 3x20"),
    (broken, recurrent, "the source: head/bias holds nan at (1,), expected finite numbers"),
    (nets_for_transfer.wider_torch_net(), recurrent, "body.dense/kernel float32 5x7, expected float32 5x4"),
    (module, recurrent, "the torch model cannot be run on series (4, 16, 3)"),
    (recurrent, torch.nn.LSTM(3, 5, batch_first=True), "tensors without a place: only in keras body.dense/kernel"),
    (nets_for_transfer.torch_net().bfloat16(), recurrent, "and 4 more: NumPy has no such type"),
    (unbuilt, torch.nn.Linear(2, 3), "has no weights yet"),
):
    try:
        parity.transfer(source, target)
    except parity.UsageError as problem:
        assert word in problem.message, problem
    else:
        raise AssertionError(word)
assert all((a == b).all() for a, b in zip(before, recurrent.get_weights()))

source = nets_for_transfer.torch_net()
parity.transfer(source, recurrent)
both = source.lstm.bias_ih_l0 + source.lstm.bias_hh_l0
assert np.array_equal(recurrent.get_layer("lstm").weights[2].numpy(), both.detach().numpy())


@keras.saving.register_keras_serializable()
class Twice(keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.dense = keras.layers.Dense(3)

    def call(self, x):
        return self.dense(self.dense(x))


shared = torch.nn.Linear(3, 3)
named_otherwise = torch.nn.Sequential(shared, shared, torch.nn.ReLU(), torch.nn.Linear(3, 2))
_, rows = keras.layers.Dense(1), keras.Input((3,))
unlike = keras.Model(rows, keras.layers.Dense(2)(keras.layers.ReLU()(Twice()(rows))))
mapping = parity.transfer(named_otherwise, unlike)
assert mapping.complete and [torch.path for _, torch in mapping.layers] == ["0", "3"], mapping.layers
numbers = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
with torch.no_grad():
    assert np.abs(unlike(numbers).numpy() - named_otherwise(torch.from_numpy(numbers)).numpy()).max() < 1e-6
print("done")
"""


@pytest.mark.full
def test_weights_go_both_ways_between_live_models():
    script = SCRIPT.format(mutants=str(ROOT / "tests/mutants"), cli=str(ROOT / "tests/cli"))
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("done"), done.stderr[-2000:]
