"""Weights of classes, told by the values of a loss."""

from __future__ import annotations

import numpy as np
import pytest

from parity.class_weights import class_weights, positive_weight

OUTPUTS = [np.random.default_rng(n).normal(size=(rows, 3)) for n, rows in enumerate((6, 6, 3))]
WEIGHTS = np.array([0.5, 2.0, 3.0])
GOALS = np.array([0, 1, 0, 2, 1, 0])


def entropies(output, target):
    shares = target if target.ndim > 1 else np.eye(3)[target.astype(int)]
    return -(shares * (output - np.log(np.exp(output).sum(-1, keepdims=True)))).sum(-1)


def weights_of(target, weights):
    return weights[(target.argmax(-1) if target.ndim > 1 else target).astype(int)]


def over_samples(weights):
    return lambda x, y: (weights_of(y, weights) * entropies(x, y)).mean()


def over_weights(weights):
    return lambda x, y: (weights_of(y, weights) * entropies(x, y)).sum() / weights_of(y, weights).sum()


def squares(x, y):
    return (x**2).mean() + y.mean()


def found(loss, goals=GOALS):
    def values(outputs, targets):
        both = list(zip(outputs, targets, strict=True))
        return [loss(*each) for each in both], [
            [squares(*each) for each in both],
            [entropies(*each).mean() for each in both],
        ]

    return class_weights(values, OUTPUTS, goals)


@pytest.mark.parametrize("goals", [GOALS, GOALS.astype("float32"), np.eye(3)[GOALS]])
def test_targets_of_one_class_tell_its_weight(goals):
    assert np.allclose(found(over_samples(WEIGHTS), goals), WEIGHTS)


@pytest.mark.parametrize("goals", [GOALS, np.eye(3)[GOALS]])
def test_targets_of_two_classes_tell_their_weights_where_a_loss_is_divided_by_them(goals):
    assert np.allclose(found(over_weights(WEIGHTS), goals), WEIGHTS / WEIGHTS[0])


@pytest.mark.parametrize("loss", [over_samples(np.ones(3)), over_weights(np.ones(3)), squares, lambda x, y: x.max()])
def test_a_loss_without_weights_has_none(loss):
    assert found(loss) is None


def of_ones(positive, zero=1.0):
    """A binary entropy of logits, in which ones and zeros count so much."""
    return lambda x, y: (positive * y * np.log1p(np.exp(-x)) + zero * (1 - y) * np.log1p(np.exp(x))).mean()


def found_positive(loss, goals):
    def values(outputs, targets):
        both = [(x, y.reshape(len(x), -1)) for x, y in zip(outputs, targets, strict=True)]
        return [loss(*each) for each in both], [[(x**2).mean() for x, _ in both], [of_ones(1)(*each) for each in both]]

    return positive_weight(values, OUTPUTS, goals)


@pytest.mark.parametrize("goals", [GOALS.astype("float32"), np.ones((6, 3)), np.zeros((6, 1))])
@pytest.mark.parametrize(("positive", "zero"), [(3.0, 1.0), (0.9, 0.3)])
def test_targets_of_ones_and_of_zeros_tell_what_either_counts(goals, positive, zero):
    assert found_positive(of_ones(positive, zero), goals) == pytest.approx((positive / zero, zero))


@pytest.mark.parametrize("loss", [of_ones(2.0, 2.0), lambda x, y: (x - y).max(), lambda x, y: x.mean() + y.mean()])
def test_a_loss_that_counts_them_alike_or_is_no_entropy_has_no_such_weight(loss):
    assert found_positive(loss, np.ones((6, 3))) is None
