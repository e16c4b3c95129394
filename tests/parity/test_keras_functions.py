"""Functions that a layer is given as its activation: which one each is, under any name."""

from __future__ import annotations

from functools import partial

import keras
import numpy as np
import pytest
from keras import layers, ops

from parity.sides import keras_facts
from parity.sides.keras_calling import finish
from parity.sides.keras_events import Recorder
from parity.sides.keras_functions import form_of, name_of

GELU = keras.activations.gelu


@pytest.mark.parametrize(
    ("function", "form"),
    [
        (GELU, ("gelu", {"approximate": False})),
        (ops.gelu, ("gelu", {"approximate": True})),
        (partial(GELU, approximate=True), ("gelu", {"approximate": True})),
        (lambda x: GELU(x, approximate=True), ("gelu", {"approximate": True})),
        (lambda x: x * ops.sigmoid(1.702 * x), ("quick_gelu", {})),
        (lambda x: ops.maximum(x, 0.1 * x), ("leaky_relu", {"slope": 0.1})),
        (lambda x: x, ("identity", {})),
        (lambda x: ops.minimum(ops.maximum(x, 0), 6), ("relu", {"max_value": 6, "slope": 0.0, "threshold": 0})),
        (lambda x: ops.softmax(x, axis=-1), ("softmax", {})),
        (lambda x: ops.square(ops.relu(x)), ("activation", {})),
        (keras.activations.hard_swish, ("hard_silu", {})),
    ],
)
def test_a_function_is_known_by_what_it_makes_of_numbers(function, form):
    assert form_of(function) == form


def test_a_function_that_mixes_numbers_or_wants_another_shape_keeps_its_name():
    def summed(x):
        return ops.cumsum(x, axis=-1)

    def of_images(x):
        return ops.max_pool(x, 2)

    assert [form_of(each) for each in (summed, of_images)] == [("summed", {}), ("of_images", {})]
    assert name_of(partial(summed)) == "summed"
    assert name_of(layers.LeakyReLU(0.1)) == "leaky_re_lu"


@pytest.mark.parametrize("function", [partial(GELU, approximate=True), layers.LeakyReLU(0.1)])
def test_what_stands_behind_a_dense_layer_is_an_operation_of_its_own(function):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation=function, name="first")])
    x = keras.ops.convert_to_tensor(np.ones((2, 3), "float32"))
    recorder = Recorder(model, {"x": x})
    with recorder.watching():
        model(x)
    assert [event.kind for event in recorder.events] == ["dense", form_of(function)[0]]
    assert keras_facts.describe_layer("first", model.layers[0]).kind == "dense"


def test_an_activation_that_is_a_layer_has_its_weights_before_the_first_call():
    inputs = keras.Input((6,))
    model = keras.Model(inputs, layers.Dense(4, activation=layers.PReLU())(inputs))
    finish(model)
    assert [weight.shape for weight in model.weights] == [(6, 4), (4,), (4,)]
