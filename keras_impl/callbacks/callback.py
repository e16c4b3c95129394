"""The hooks of ``fit``: Keras brings them along."""

from keras.callbacks import Callback

__all__ = ["Callback"]
