"""Our ResNets, MobileNetV2 and EfficientNet-B0 are torchvision's: same names, same options, same numbers.

The records come from ``tests/data/torchvision_reference/record.py``, run beside torchvision itself.
"""

import importlib.util
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from torch_impl.layers.aligned import StochasticDepth

RECORDS = Path(__file__).parents[1] / "data" / "torchvision_reference"
PUBLISHED = {
    "resnet18": ("ResNet18", 11_689_512),
    "resnet50": ("ResNet50", 25_557_032),
    "mobilenet_v2": ("MobileNetV2", 3_504_872),
    "efficientnet_b0": ("EfficientNetB0", 5_288_548),
}

pytestmark = pytest.mark.parametrize("name", PUBLISHED)


def _record():
    spec = importlib.util.spec_from_file_location("torchvision_record", RECORDS / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


record = _record()


def build(name):
    return getattr(import_module(f"torch_impl.models.{name}"), PUBLISHED[name][0])().double().eval()


def facts(name):
    return json.loads((RECORDS / f"{name}.json").read_text())


def shapes_of(model):
    return [(key, list(value.shape)) for key, value in model.state_dict().items()]


def test_every_tensor_has_torchvisions_name_and_shape_in_its_order(name):
    assert shapes_of(build(name)) == list(map(tuple, facts(name)["shapes"].items()))


def test_the_number_of_parameters_is_the_published_one(name):
    counted = sum(parameter.numel() for parameter in build(name).parameters())
    assert counted == facts(name)["trainable"] == PUBLISHED[name][1]


def test_batch_norm_and_dropout_have_torchvisions_numbers(name):
    modules = dict(build(name).named_modules())
    norms = {path: [m.eps, m.momentum] for path, m in modules.items() if isinstance(m, nn.BatchNorm2d)}
    dropped = {path: m.p for path, m in modules.items() if type(m) is nn.Dropout}
    residuals = {path: m.p for path, m in modules.items() if isinstance(m, StochasticDepth)}
    expected = facts(name)
    assert norms == expected["batch_norm"]
    assert dropped == expected["dropout"]
    assert residuals == expected["stochastic_depth"]


@pytest.mark.full
def test_the_same_weights_give_torchvisions_outputs(name):
    model = build(name)
    weights = record.fill([(key, tuple(shape)) for key, shape in facts(name)["shapes"].items()])
    model.load_state_dict({key: torch.from_numpy(value) for key, value in weights.items()}, strict=True)
    with np.load(RECORDS / f"{name}.npz") as recorded, torch.no_grad():
        assert sorted(recorded) == sorted(f"{height}x{width}" for height, width in record.SIZES)
        for height, width in record.SIZES:
            ours = model(torch.from_numpy(record.images(height, width))).numpy()
            theirs = recorded[f"{height}x{width}"]
            assert ours.shape == theirs.shape
            assert np.abs(ours - theirs).max() <= 1e-10 * np.abs(theirs).max()
