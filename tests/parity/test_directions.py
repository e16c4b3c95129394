"""A bidirectional layer of Keras may be two layers of PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from parity.directions import DirectionsLink
from parity.matching import match_layers
from parity.recording import Description, Event, Layer, Parameter, Trace

GATES = {"lstm": 4, "gru": 3}


def described(layers, shapes, events):
    parameters = tuple(
        Parameter(layer.path, name, shape, True, "float32") for layer in layers for name, shape in shapes.items()
    )
    return Description(tuple(layers), parameters, (), 0, 0, "Model"), Trace(tuple(events), {}, {})


def both(kind, turned=("b",), sizes=(4, 4)):
    """A bidirectional layer, and two of PyTorch, of which those ``turned`` get their steps from the end."""
    rows, bias = GATES[kind] * 3, (2, 9) if kind == "gru" else (12,)
    own = {"kernel": (4, rows), "recurrent_kernel": (3, rows), "bias": bias}
    shapes = {f"{way}/{name}": shape for way in ("forward", "backward") for name, shape in own.items()}
    keras = Layer("bi", kind, "Bidirectional", {}, {"bidirectional": True})
    event = Event("bi", kind, "", (2, 7, 6), {}, "bi", (-1,))
    ours = described([keras], shapes, [event])
    events, layers, theirs = [], [], []
    for path, size in zip("fb", sizes, strict=True):
        if path in turned:
            events.append(Event("flip", "flip", "", (2, 7, 4), {}, None, (-1,)))
        events.append(Event(path, kind, "", (2, 7, 3), {}, path, (len(events) - 1 if path in turned else -1,)))
        layers.append(Layer(path, kind, kind, {}, {"bidirectional": False, "layers": 1}))
        weights = {
            "weight_ih_l0": (rows, size),
            "weight_hh_l0": (rows, 3),
            "bias_ih_l0": (rows,),
            "bias_hh_l0": (rows,),
        }
        theirs += [Parameter(path, name, shape, True, "float32") for name, shape in weights.items()]
    return ours, (Description(tuple(layers), tuple(theirs), (), 0, 0, "Net"), Trace(tuple(events), {}, {}))


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize(("turned", "order"), [(("b",), ("f", "b")), (("f",), ("b", "f"))])
def test_the_layer_that_gets_its_steps_from_the_end_is_the_second(kind, turned, order):
    (keras, ours), (torch, theirs) = both(kind, turned)
    found = match_layers(keras, torch, ours, theirs)
    assert found.spread == {"bi": order}
    assert ("bi",) in found.rivals


def test_layers_of_other_sizes_are_no_directions():
    (keras, ours), (torch, theirs) = both("lstm", sizes=(4, 5))
    assert not match_layers(keras, torch, ours, theirs).spread


def test_a_map_may_name_them():
    (keras, ours), (torch, theirs) = both("gru")
    assert match_layers(keras, torch, ours, theirs, {"bi": "b + f"}).spread == {"bi": ("b", "f")}


@pytest.mark.parametrize("kind", GATES)
def test_weights_come_back_bit_for_bit(kind):
    (keras, _), (torch, _) = both(kind)
    link = DirectionsLink(keras.layers[0], torch.layers)
    rng = np.random.default_rng(0)
    weights = {parameter.name: rng.normal(size=parameter.shape) for parameter in keras.parameters}
    there = link.to_torch({"bi": weights})
    assert {path: array.shape for path, array in there.items()} == {p.path: p.shape for p in torch.parameters}
    parts = {path: {name.split("/")[1]: array for name, array in there.items() if name[0] == path} for path in "fb"}
    back = link.to_keras(parts)
    assert all(np.array_equal(back[f"bi/{name}"], array) for name, array in weights.items())
