"""Losses with PyTorch's meaning, mean over the batch; outputs are logits unless the name says otherwise."""

import keras
import numpy as np
from keras import ops


def mean_squared_error():
    """Targets (B, D) against outputs (B, D)."""
    return keras.losses.MeanSquaredError()


def mean_absolute_error():
    """Targets (B, D) against outputs (B, D)."""
    return keras.losses.MeanAbsoluteError()


def huber(delta=1.0):
    """Squared up to an error of ``delta``, straight beyond.  rule: loss-huber"""
    return keras.losses.Huber(delta)


def binary_cross_entropy(smoothing=0.0):
    """Targets (B, D) in [0, 1] against logits (B, D).  rule: loss-binary-smoothing"""
    return keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing)


def categorical_cross_entropy(smoothing=0.0):
    """One row of probabilities per sample (B, classes) against logits (B, classes)."""
    return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)


def cross_entropy(smoothing=0.0, class_weights=None):
    """Labels (B, ...) against logits (B, ..., classes); class weights are divided by their sum over the batch."""
    if smoothing or class_weights is not None:
        return CrossEntropy(smoothing, class_weights)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def cross_entropy_on_probabilities():
    """Labels (B,) against probabilities (B, classes).  rule: loss-probabilities-clip"""
    return ProbabilityCrossEntropy()


def variational():
    """Reconstruction error plus the divergence of the code from a standard normal (Kingma and Welling, 2014)."""
    return Variational()


class Variational:
    """Targets (B, D) against reconstruction (B, D), mean and log_variance (B, code)."""

    whole = True

    def __call__(self, y_true, y_pred, sample_weight=None):
        mean, log_variance = y_pred["mean"], y_pred["log_variance"]
        divergence = ops.sum(1 + log_variance - ops.square(mean) - ops.exp(log_variance), axis=-1) * -0.5
        return ops.mean(ops.square(y_pred["reconstruction"] - y_true)) + ops.mean(divergence)


@keras.saving.register_keras_serializable(package="keras_impl")
class CrossEntropy(keras.losses.Loss):
    """Cross-entropy with smoothed labels and with class weights, as ``nn.CrossEntropyLoss`` combines them.

    rule: loss-class-weights, loss-smoothing-weights
    """

    def __init__(self, smoothing=0.0, class_weights=None, name="cross_entropy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.smoothing = smoothing
        self.class_weights = class_weights

    def call(self, y_true, y_pred):
        classes = y_pred.shape[-1]
        weights = np.ones(classes) if self.class_weights is None else np.asarray(self.class_weights)
        cost = -ops.log_softmax(y_pred) * ops.convert_to_tensor(weights, dtype=y_pred.dtype)
        labels = ops.one_hot(ops.cast(y_true, "int32"), classes, dtype=y_pred.dtype)
        losses = ops.sum(cost * (labels * (1 - self.smoothing) + self.smoothing / classes), axis=-1)
        return losses / ops.mean(ops.sum(labels * ops.convert_to_tensor(weights, dtype=y_pred.dtype), axis=-1))

    def get_config(self):
        return {**super().get_config(), "smoothing": self.smoothing, "class_weights": self.class_weights}


@keras.saving.register_keras_serializable(package="keras_impl")
class ProbabilityCrossEntropy(keras.losses.Loss):
    """Keras's cross-entropy on probabilities: clip, take the logarithm, normalise again.

    The stock loss does so only where it finds no logits behind the probabilities.
    """

    def call(self, y_true, y_pred):
        logarithms = ops.log(ops.clip(y_pred, 1e-7, 1 - 1e-7))
        return keras.losses.sparse_categorical_crossentropy(y_true, logarithms, from_logits=True)
