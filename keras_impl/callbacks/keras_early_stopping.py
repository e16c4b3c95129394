"""Keras's own early stopping."""

from keras.callbacks import EarlyStopping as KerasEarlyStopping

__all__ = ["KerasEarlyStopping"]
