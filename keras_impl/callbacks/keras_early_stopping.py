"""Keras's own early stopping."""

import keras

from keras_impl.callbacks.callback import Kept


class KerasEarlyStopping(Kept, keras.callbacks.EarlyStopping):
    """``keras.callbacks.EarlyStopping``, which a checkpoint can hold."""

    kept = ("best", "best_weights", "best_epoch", "wait", "stopped_epoch")
