"""A functional Keras model gives the same values when it lets go of them early."""

from __future__ import annotations

import weakref

import keras
import numpy as np
import pytest
from keras import layers

from parity.sides.keras_patches import frugal


def branching():
    """A value used twice, one that is an output and used inside, one that nobody uses, and a model inside."""
    image = keras.Input((4,))
    first = layers.Dense(5, name="first")(image)
    inner = keras.Sequential([keras.Input((5,)), layers.Dense(5), layers.Dense(5)])
    second = inner(first)
    total = layers.Add()([first, second, second])
    layers.Dense(2)(total)
    return keras.Model(image, [total, layers.Dense(3)(total), first])


def test_values_are_the_same():
    model, batch = branching(), np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    usual = model(batch)
    with frugal():
        early = model(batch)
    for one, other in zip(usual, early, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("early", [False, True])
def test_values_go_after_their_last_use(early):
    seen, alive = [], []

    class Watch(layers.Layer):
        def call(self, x):
            alive.append(sum(each() is not None for each in seen))
            made = x + 1.0
            seen.append(weakref.ref(made))
            return made

    chain = start = keras.Input((4,))
    for _ in range(6):
        chain = Watch()(chain)
    model = keras.Model(start, chain)
    seen.clear(), alive.clear()
    if early:
        with frugal():
            model(np.zeros((2, 4), "float32"))
    else:
        model(np.zeros((2, 4), "float32"))
    assert max(alive) <= 2 if early else max(alive) == 5
