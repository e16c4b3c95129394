"""Penalties on the weights, added to a loss and so to the loss that is reported."""

import keras
from keras import ops


def l1(factor):
    """``factor`` times the sum of the absolute weights."""
    return lambda variables: sum(ops.sum(ops.absolute(variable)) for variable in variables) * factor


def l2(factor):
    """Half of ``factor`` times the sum of squares: its gradient is that of coupled weight decay.  rule: l2-half"""
    return lambda variables: sum(ops.sum(ops.square(variable)) for variable in variables) * (factor / 2)


class Penalized(keras.losses.Loss):
    """A loss plus a penalty on all trainable weights of a model.

    Args:
        loss: Keras loss.
        model: built model.
        penalty: list of weights -> number.
    """

    def __init__(self, loss, model, penalty):
        super().__init__(name=loss.name)
        self.loss = loss
        self.model = model
        self.penalty = penalty

    def call(self, y_true, y_pred):
        return self.loss(y_true, y_pred) + self.penalty(self.model.trainable_variables)
