"""What the recording of a Keras model says of its operations."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers, ops

from parity.listing import Joined, Listing, plain
from parity.sides.keras_events import Recorder
from parity.sides.keras_patches import folded_time


@pytest.mark.parametrize("shape", [(6, 4), (3, 5, 4)])
def test_a_dense_layer_knows_the_sequence_or_image_that_was_flattened_in_front_of_it(shape):
    model = keras.Sequential([layers.Input(shape), layers.Flatten(), layers.Dense(2)])
    value = keras.ops.convert_to_tensor(np.ones((2, *shape), "float32"))
    recorder = Recorder(model, {"x": value})
    with recorder.watching():
        model(value)
    assert [event.flattened for event in recorder.events] == [Listing(shape, tuple(range(len(shape))))]


@pytest.mark.parametrize("join", [layers.Concatenate(), lambda both: keras.ops.concatenate(both, axis=1)])
def test_it_knows_the_image_among_other_features(join):
    image, numbers = layers.Input((3, 5, 4)), layers.Input((7,))
    model = keras.Model([image, numbers], layers.Dense(2)(layers.ReLU()(join([layers.Flatten()(image), numbers]))))
    values = [keras.ops.ones((2, 3, 5, 4)), keras.ops.ones((2, 7))]
    recorder = Recorder(model, dict(zip(("image", "numbers"), values, strict=True)))
    with recorder.watching():
        model(values)
    assert recorder.events[-1].flattened == Joined((Listing((3, 5, 4), (0, 1, 2)), plain(7)))


IN_ORDER, CHANNELS_FIRST = Listing((4, 5), (0, 1)), Listing((4, 5), (1, 0))


@pytest.mark.parametrize(
    ("turn", "listing"),
    [
        (layers.Reshape((6, 20)), IN_ORDER),
        (layers.TimeDistributed(layers.Flatten()), IN_ORDER),
        (lambda x: layers.Reshape((6, 20))(layers.Permute((1, 3, 2))(x)), CHANNELS_FIRST),
        (lambda x: ops.reshape(ops.transpose(x, (0, 1, 3, 2)), (-1, 6, 20)), CHANNELS_FIRST),
        (lambda x: ops.reshape(ops.swapaxes(x, 2, 3), (-1, 6, 20)), CHANNELS_FIRST),
        (lambda x: ops.reshape(ops.moveaxis(x, -1, 2), (-1, 6, 20)), CHANNELS_FIRST),
        (lambda x: ops.stack([ops.reshape(x[:, step], (-1, 20)) for step in range(6)], 1), IN_ORDER),
        (lambda x: ops.reshape(x[:, 2], (-1, 20)), IN_ORDER),
        (lambda x: layers.GlobalAveragePooling1D()(layers.Reshape((6, 20))(x)), IN_ORDER),
        (lambda x: layers.ReLU()(layers.LayerNormalization()(layers.Reshape((6, 20))(x))), IN_ORDER),
        (lambda x: layers.Reshape((120,))(layers.Reshape((6, 20))(x)), Listing((6, 4, 5), (0, 1, 2))),
        (lambda x: layers.Dense(20)(layers.Reshape((6, 20))(x)), None),
        (layers.Reshape((8, 15)), None),
    ],
)
def test_a_dense_layer_knows_which_axes_its_features_list(turn, listing):
    inputs = keras.Input((6, 4, 5))
    model = keras.Model(inputs, layers.Dense(2)(turn(inputs)))
    value = ops.convert_to_tensor(np.ones((2, 6, 4, 5), "float32"))
    recorder = Recorder(model, {"x": value})
    with folded_time(False), recorder.watching():
        model(value)
    assert recorder.events[-1].flattened == listing
