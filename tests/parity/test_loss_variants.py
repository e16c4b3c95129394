"""Losses by their facts: the formula gives what Keras gives, and what people write is among the variants."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import pytest

from parity.loss_variants import CHANGES, rounds
from parity.sides import torch_formulas
from parity.sides.keras_given import Given, loss_facts, loss_values

DRAW = np.random.default_rng(0)
MASKS = DRAW.uniform(0.1, 0.9, (3, 4, 4, 2)), np.round(DRAW.uniform(size=(3, 4, 4, 2)))
SHARES = tuple(DRAW.dirichlet(np.ones(3), 6) for _ in range(2))
SPARSE = SHARES[0], np.where(SHARES[1] < 0.2, 1e-9, SHARES[1])
STEPS = tuple(DRAW.dirichlet(np.ones(3), (6, 4)) for _ in range(2))
SCORES = DRAW.normal(size=(6, 3)), np.eye(3)[[0, 1, 2, 2, 1, 0]]


def facts(loss, data):
    """What the side of Keras says of a loss of a model with such outputs."""
    model = keras.Sequential([keras.Input(data[0].shape[1:]), keras.layers.Activation("linear")])
    return loss_facts(Given(model, None, loss), model)


def by_facts(known, data):
    return float(torch_formulas.loss(known, *map(torch.from_numpy, data)))


@pytest.mark.parametrize(
    ("loss", "data"),
    [
        (keras.losses.Dice(), MASKS),
        (keras.losses.Dice(axis=(1, 2, 3)), MASKS),
        (keras.losses.Dice(axis=(1, 2), reduction="sum"), MASKS),
        (keras.losses.Tversky(alpha=0.3, beta=0.7), MASKS),
        (keras.losses.BinaryFocalCrossentropy(gamma=3.0), MASKS),
        (keras.losses.BinaryFocalCrossentropy(from_logits=True, apply_class_balancing=True, alpha=0.1), SCORES),
        (keras.losses.CategoricalFocalCrossentropy(from_logits=True, label_smoothing=0.1), SCORES),
        (keras.losses.CategoricalFocalCrossentropy(from_logits=True, alpha=[0.2, 0.3, 0.5]), SCORES),
        (keras.losses.CosineSimilarity(), SCORES),
        (keras.losses.Hinge(), SCORES),
        (keras.losses.SquaredHinge(reduction="sum"), (SCORES[0], 2 * SCORES[1] - 1)),
    ],
)
def test_losses_of_overlaps_and_focal_losses_are_those_of_keras(loss, data):
    known = facts(loss, data)
    theirs = loss_values(Given(None, None, loss), [data[0]], [data[1]])
    assert by_facts(known, data) == pytest.approx(theirs[0], rel=1e-9)


def smooth_dice(x, y):
    """One for each image and class, with one added on both sides of the line."""
    return (1 - (2 * (x * y).sum((1, 2)) + 1) / (x.sum((1, 2)) + y.sum((1, 2)) + 1)).mean()


def vnet_dice(x, y):
    return 1 - 2 * (x * y).sum() / ((x * x).sum() + (y * y).sum() + 1e-5)


def focal(x, y):
    """With one factor for all."""
    entropy = torch.nn.functional.binary_cross_entropy(x, y, reduction="none")
    return (0.25 * (1 - (-entropy).exp()) ** 3 * entropy).mean()


def one_minus_cosine(x, y):
    return (1 - torch.nn.functional.cosine_similarity(x, y, -1)).mean()


def turned_divergence(x, y):
    """Of the target from the output, with the arguments of the other order."""
    return (x * (x.log() - y.log())).sum(-1).mean()


def unclipped_divergence(x, y):
    """The mean over all elements, of targets that Keras clips."""
    return torch.nn.functional.kl_div(x.log(), y)


def divergence_of_sequences(x, y):
    return torch.nn.functional.kl_div(x.log(), y, reduction="batchmean")


def padded_divergence(x, y):
    return (y * ((y + 1e-10).log() - (x + 1e-10).log())).sum(-1).mean()


def divergence_of_logarithms(x, y):
    return torch.nn.functional.kl_div(x.log(), y, reduction="sum", log_target=True)


@pytest.mark.parametrize(
    ("written", "data", "expected"),
    [
        (unclipped_divergence, SPARSE, {"inner": "mean", "clip": False}),
        (unclipped_divergence, STEPS, {"inner": "mean"}),
        (divergence_of_sequences, STEPS, {"reduce": "samples"}),
        (padded_divergence, SPARSE, {"clip": False, "added": (1e-10, 1e-10)}),
        (divergence_of_logarithms, SPARSE, {"reduce": "sum", "log_target": True}),
    ],
)
def test_a_divergence_written_by_hand_is_the_variant_with_its_values(written, data, expected):
    assert expected.items() <= _found(written, facts(keras.losses.KLDivergence(), data), data).numbers.items()


@pytest.mark.parametrize(
    ("written", "known", "expected"),
    [
        (smooth_dice, facts(keras.losses.Dice(), MASKS), {"over": "sample and class", "added": (1.0, 1.0)}),
        (vnet_dice, facts(keras.losses.Dice(), MASKS), {"squared": True, "added": (0.0, 1e-5)}),
        (focal, facts(keras.losses.BinaryCrossentropy(), MASKS), {"gamma": 3.0, "factor": 0.25}),
        (smooth_dice, None, {"over": "sample and class", "added": (1.0, 1.0)}),
        (one_minus_cosine, facts(keras.losses.CosineSimilarity(), SHARES), {"sign": -1.0, "offset": 1.0}),
        (turned_divergence, facts(keras.losses.KLDivergence(), SHARES), {"swapped": True}),
    ],
)
def test_a_loss_written_by_hand_is_the_variant_with_its_values(written, known, expected):
    data = SHARES if known and known.kind in ("cosine", "divergence") else MASKS
    assert expected.items() <= _found(written, known, data).numbers.items()


def _found(written, known, data):
    value = float(written(*map(torch.from_numpy, data)))
    return next(
        variant
        for variants in rounds([known] if known else [], CHANGES)
        for variant in variants
        if variant.kind == (known.kind if known else "dice")
        and by_facts(variant, data) == pytest.approx(value, rel=1e-13)
    )
