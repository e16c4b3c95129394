"""What the recording of a Keras model says of its operations."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from parity.sides.keras_events import Recorder


@pytest.mark.parametrize("shape", [(6, 4), (3, 5, 4)])
def test_a_dense_layer_knows_the_sequence_or_image_that_was_flattened_in_front_of_it(shape):
    model = keras.Sequential([layers.Input(shape), layers.Flatten(), layers.Dense(2)])
    value = keras.ops.convert_to_tensor(np.ones((2, *shape), "float32"))
    recorder = Recorder(model, {"x": value})
    with recorder.watching():
        model(value)
    assert [event.flattened for event in recorder.events] == [shape]
