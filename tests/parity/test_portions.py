"""Tensors a portion at a time: every one is in a portion, with all that it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from parity import portions
from parity.layouts import LAYOUTS
from parity.links import FusedLink, LayerLink, TensorLink
from parity.mapping import Mapping
from parity.recording import Description, Layer, Parameter


def dense(path, inputs, outputs, names=("kernel", "bias"), turned=False):
    shape = (outputs, inputs) if turned else (inputs, outputs)
    shapes = dict(zip(names, (shape, (outputs,)), strict=True))
    parameters = tuple(Parameter(path, name, size, True, "float32") for name, size in shapes.items())
    return Layer(path, "dense", "Dense", {}, shapes), parameters


def described(*layers):
    parameters = tuple(parameter for _, found in layers for parameter in found)
    return Description(tuple(layer for layer, _ in layers), parameters, (), 0, 0, "Model")


@pytest.fixture
def pair():
    """Three projections that Torch keeps in one, a layer behind them, and a tensor that only Keras has."""
    parts = [dense(path, 5, 4) for path in ("query", "key", "value")]
    behind = dense("head", 4, 2)
    extra = Layer("scale", "other", "Scale", {}, {}), (Parameter("scale", "gain", (3,), True, "float32"),)
    keras = described(*parts, behind, extra)
    names = ("weight", "bias")
    torch = described(dense("qkv", 5, 12, names, turned=True), dense("head", 4, 2, names, turned=True))
    links = (
        FusedLink(tuple(layer for layer, _ in parts), "qkv"),
        LayerLink(behind[0], torch.layers[1], LAYOUTS["dense"]),
    )
    return Mapping(links, (extra[1][0],), (), {}, by_name=False), keras, torch


def values(description):
    rng = np.random.default_rng(0)
    return {parameter.path: rng.normal(size=parameter.shape) for parameter in description.parameters}


@pytest.mark.parametrize(("size", "count"), [(0, 3), (8 * 72, 3), (8 * 82, 2), (1 << 20, 2)])
def test_portions_have_every_tensor_and_stay_within_their_size(pair, monkeypatch, size, count):
    monkeypatch.setattr(portions, "PORTION_BYTES", size)
    mapping, keras, torch = pair
    found = portions.portions(mapping, keras, torch)
    assert len(found) == count
    assert sorted(path for portion in found for path in portion.keras) == sorted(p.path for p in keras.parameters)
    assert sorted(path for portion in found for path in portion.torch) == sorted(p.path for p in torch.parameters)
    assert found[-1].keras == {"scale/gain"}


def test_around_a_tensor_is_what_belongs_together_with_it(pair):
    mapping, keras, torch = pair
    whole, rest = portions.portions(mapping, keras, torch)
    part = whole.around("key/bias")
    assert part.torch == {"qkv/weight", "qkv/bias"}
    assert part.keras == {f"{name}/{what}" for name in ("query", "key", "value") for what in ("kernel", "bias")}
    assert part.mapping.to_keras(values(torch)).keys() == part.keras
    assert rest.around("scale/gain") == rest


@pytest.mark.parametrize("size", [0, 1 << 20])
def test_portions_are_converted_like_the_whole(pair, monkeypatch, size):
    monkeypatch.setattr(portions, "PORTION_BYTES", size)
    mapping, keras, torch = pair
    ours, theirs = values(keras), values(torch)
    for portion in portions.portions(mapping, keras, torch):
        part = {path: theirs[path] for path in portion.torch}
        for path, array in portion.mapping.to_keras(part).items():
            assert np.array_equal(array, mapping.to_keras(theirs)[path])
        part = {path: ours[path] for path in portion.keras}
        for path, array in portion.mapping.to_torch(part).items():
            assert np.array_equal(array, mapping.to_torch(ours)[path])


def test_a_bias_that_keras_does_not_have_is_in_no_portion(pair):
    mapping, keras, torch = pair
    fewer = Description(keras.layers, tuple(p for p in keras.parameters if p.path != "head/bias"), (), 0, 0, "Model")
    found = portions.portions(mapping, fewer, torch)
    assert sorted(path for portion in found for path in portion.keras) == sorted(p.path for p in fewer.parameters)


def test_a_tied_tensor_is_in_the_portion_of_each_of_its_places(pair, monkeypatch):
    monkeypatch.setattr(portions, "PORTION_BYTES", 0)
    table, output = (Parameter(path, "weight", (7, 3), True, "float32") for path in ("table", "output"))
    keras = described((Layer("table", "embedding", "", {}, {}), (table,)))
    torch = described(
        (Layer("table", "embedding", "", {}, {}), (table,)), (Layer("output", "dense", "", {}, {}), (output,))
    )
    mapping = Mapping((TensorLink(table, table), TensorLink(table, output)), (), (), {}, by_name=False)
    found = portions.portions(mapping, keras, torch)
    assert [(portion.keras, portion.torch) for portion in found] == [
        ({"table/weight"}, {"table/weight"}),
        ({"table/weight"}, {"output/weight"}),
    ]
