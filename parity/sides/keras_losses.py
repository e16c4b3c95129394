"""Losses by name, mean over the batch, as Keras writes them: (target, outputs by name) -> scalar."""

from __future__ import annotations

from typing import Any

from keras import losses, ops

Outputs = dict[str, Any]


def first(outputs: Outputs) -> Any:
    """The output that a loss of one output looks at."""
    return next(iter(outputs.values()))


def cross_entropy(target: Any, outputs: Outputs) -> Any:
    return ops.mean(losses.sparse_categorical_crossentropy(target, first(outputs), from_logits=True))


def cross_entropy_on_probabilities(target: Any, outputs: Outputs) -> Any:
    """The copy forgets the logits that Keras would use behind the user's back.  rule: loss-probabilities-clip"""
    return ops.mean(losses.sparse_categorical_crossentropy(target, ops.copy(first(outputs)), from_logits=False))


def binary_cross_entropy(target: Any, outputs: Outputs) -> Any:
    return ops.mean(losses.binary_crossentropy(target, first(outputs), from_logits=True))


def mean_squared_error(target: Any, outputs: Outputs) -> Any:
    return ops.mean(losses.mean_squared_error(target, first(outputs)))


def variational(target: Any, outputs: Outputs) -> Any:
    """Reconstruction error plus the divergence of the code from a standard normal (Kingma and Welling, 2014)."""
    mean, log_variance = outputs["mean"], outputs["log_variance"]
    divergence = -0.5 * ops.mean(ops.sum(1 + log_variance - ops.square(mean) - ops.exp(log_variance), axis=-1))
    return ops.mean(losses.mean_squared_error(target, outputs["reconstruction"])) + divergence


def squares(target: Any, outputs: Outputs) -> Any:
    """Every floating output is drawn to one number per sample (B,): a loss for models that have none of their own."""
    floating = [tensor for tensor in outputs.values() if tensor.dtype.is_floating]
    return sum(ops.mean(ops.square(tensor - _beside(target, tensor))) for tensor in floating)


def _beside(target: Any, tensor: Any) -> Any:
    return ops.reshape(target, (-1, *[1] * (len(tensor.shape) - 1)))


LOSSES = {
    function.__name__: function
    for function in (
        cross_entropy,
        cross_entropy_on_probabilities,
        binary_cross_entropy,
        mean_squared_error,
        variational,
        squares,
    )
}
