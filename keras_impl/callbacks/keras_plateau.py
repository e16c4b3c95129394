"""Keras's own way to lower the learning rate when the watched number stands still."""

import keras

from keras_impl.callbacks.callback import Kept


class KerasPlateau(Kept, keras.callbacks.ReduceLROnPlateau):
    """``keras.callbacks.ReduceLROnPlateau``, which a checkpoint can hold."""

    kept = ("best", "wait", "cooldown_counter")
