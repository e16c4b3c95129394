"""What is read of a Keras model stays what it was: the arrays are TensorFlow's own memory, and are never copied."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from parity.sides import keras_state

WRITES = {
    "assign": lambda variable: variable.assign(variable + 1),
    "assign_add": lambda variable: variable.assign_add(tf.ones_like(variable)),
    "in place": lambda variable: variable.value.assign_add(tf.ones_like(variable)),
    "rows": lambda variable: variable.value.scatter_update(
        tf.IndexedSlices(tf.ones((1, *variable.shape[1:])), tf.constant([0]))
    ),
    "descent": lambda variable: tf.raw_ops.ResourceApplyGradientDescent(
        var=variable.value.handle, alpha=tf.constant(1.0), delta=tf.ones_like(variable)
    ),
    "graph": lambda variable: tf.function(lambda: variable.value.assign_add(tf.ones_like(variable)))(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("rows", [2, 100_000])
def test_what_was_read_stays_when_the_variable_is_written(write, rows):
    variable = keras.Variable(np.zeros((rows, 2), "float32"))
    before = keras_state.held(variable)
    write(variable)
    assert not before.any()
    assert keras_state.held(variable).any()


def test_a_zero_keeps_its_sign():
    """Weights that are there already are not set again; the two zeros are equal, and not the same weights."""
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2)])
    path = next(name for name in keras_state.weights(model) if name.endswith("bias"))
    keras_state.set_weights(model, {path: np.array([-0.0, 0.0], "float32")})
    assert np.signbit(keras_state.weights(model)[path]).tolist() == [True, False]


def test_a_kernel_that_a_wrapper_shares_is_stored_once_and_put_back_after_a_call_in_train_mode():
    """rule: norm-spectral"""
    norm = keras.layers.SpectralNormalization(keras.layers.Dense(3, name="dense"), name="norm")
    model = keras.Sequential([keras.layers.Input((2,)), norm])
    before = keras_state.weights(model)
    assert sorted(before) == ["norm.dense/bias", "norm.dense/kernel", "norm/vector_u"]
    with keras_state.kept_statistics(model):
        model(np.ones((4, 2)), training=True)
        assert any((keras_state.weights(model)[path] != array).any() for path, array in before.items())
    assert all((keras_state.weights(model)[path] == array).all() for path, array in before.items())


class Seen(keras.layers.Layer):
    """Counts the batches that it has seen in train mode."""

    def build(self, shape):
        self.count = self.add_weight(shape=(), trainable=False, initializer="zeros", name="count")

    def call(self, x, training=False):
        if training:
            self.count.assign(self.count + 1)
        return x


def test_what_code_moves_in_train_mode_is_put_back_after_a_call():
    model = keras.Sequential([keras.layers.Input((2,)), Seen(name="seen")])
    with keras_state.kept_statistics(model):
        model(np.ones((4, 2)), training=True)
        assert keras_state.statistics(model) == {"seen/count": 1}
    assert keras_state.statistics(model) == {"seen/count": 0}
    assert keras_state.running_statistics(model) == {}
