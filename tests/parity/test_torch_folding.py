"""Weights that PyTorch computes from others are compared as what they are; the user's own module stays as it is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune, spectral_norm, weight_norm

from parity.groups import _branches
from parity.recording import Layer
from parity.sides import torch_folding
from parity.sides.source import Source
from parity.sides.torch_side import TorchSide

WAYS = {
    "weight norm": parametrizations.weight_norm,
    "weight norm, old": weight_norm,
    "spectral norm": parametrizations.spectral_norm,
    "spectral norm, old": spectral_norm,
    "orthogonal": parametrizations.orthogonal,
    "pruned twice": lambda layer: prune.random_unstructured(prune.l1_unstructured(layer, "weight", 0.3), "weight", 0.5),
}
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.mark.parametrize("way", WAYS)
def test_the_folded_module_is_plain_and_computes_the_same(way):
    torch.manual_seed(0)
    model, x = nn.Sequential(WAYS[way](nn.Linear(4, 6)), nn.Linear(6, 2)).eval(), torch.randn(3, 4)
    before, names = model(x), list(model.state_dict())
    folded = torch_folding.duplicate(model)
    torch_folding.fold(folded)
    assert torch_folding.computed(model) == ("0/weight",)
    assert torch_folding.computed(folded) == ()
    assert type(folded[0]) is nn.Linear
    assert sorted(folded.state_dict()) == ["0.bias", "0.weight", "1.bias", "1.weight"]
    assert torch.equal(folded(x), before)
    folded.load_state_dict(folded.state_dict())
    with torch.no_grad():
        folded[0].weight.zero_()
    assert torch.equal(model(x), before)
    assert list(model.state_dict()) == names


@pytest.mark.parametrize("way", ["weight norm", "weight norm, old"])
def test_a_recurrence_takes_its_folded_weights(way):
    options = {"name": "weight_hh_l0"}
    norm = parametrizations.weight_norm if way == "weight norm" else weight_norm
    model, x = nn.Sequential(norm(nn.GRU(3, 4, batch_first=True), **options)), torch.randn(2, 5, 3)
    folded = torch_folding.duplicate(model)
    torch_folding.fold(folded)
    assert torch.equal(folded(x)[0], model(x)[0])
    nn.init.zeros_(folded[0].weight_hh_l0)
    assert not torch.equal(folded(x)[0], model(x)[0])


def test_a_side_describes_and_exports_the_plain_layer_and_reads_the_users_own_file(tmp_path):
    def build():
        return nn.Sequential(parametrizations.weight_norm(nn.Conv1d(4, 6, 3, groups=2)))

    saved = build()
    nn.init.normal_(saved[0].parametrizations.weight.original0)
    torch.save(saved.state_dict(), tmp_path / "own.pt")
    side = TorchSide()
    plain = side.load(Source("net", live=build()), 0)
    assert plain.folded == ("0/weight",)
    assert plain.total_count == plain.stored_count - 6 == 6 * 2 * 3 + 6
    side.load_weights(str(tmp_path / "own.pt"))
    assert torch.equal(torch.from_numpy(side.get_weights("float32")["0/weight"]), saved[0].weight)
    for script in ("trace", "script"):
        x = torch.randn(2, 4, 7)
        side.export(f"torchscript-{script}", "float32", str(tmp_path / script), {"input": x.numpy()})
        assert torch.allclose(torch.jit.load(tmp_path / script)(x), saved(x))
    as_it_is = side.load(Source("net", live=build()), 0, folded=False)
    assert not as_it_is.folded
    assert as_it_is.trainable_count == as_it_is.stored_count


def test_a_module_that_is_taken_live_keeps_its_parametrization():
    model = parametrizations.weight_norm(nn.Linear(4, 6))
    assert TorchSide().adopt(model, folded=True).folded == ("/weight",)
    assert not TorchSide().adopt(model).folded
    assert parametrize.is_parametrized(model)


def test_a_grouped_convolution_whose_weight_is_not_stored_has_no_branches():
    layer = Layer("conv", "conv1d", "Conv1d", {"groups": 2}, {"weight": (6, 2, 3)})
    theirs = SimpleNamespace(layers={"conv": layer}, shapes=lambda path: {"bias": (6,)})
    assert _branches(SimpleNamespace(layers={}), theirs, {}) == {}
