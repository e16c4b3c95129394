"""Keras's own way to lower the learning rate when the watched number stands still."""

from keras.callbacks import ReduceLROnPlateau as KerasPlateau

__all__ = ["KerasPlateau"]
