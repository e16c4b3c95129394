"""The recipe for rare classes: class weights or oversampling, then a threshold (source: HA1)."""

import numpy as np

from torch_impl.arguments import check_choice
from torch_impl.callbacks.early_stopping import EarlyStopping
from torch_impl.training import scores
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.loop import fit, predict
from torch_impl.training.losses import cross_entropy
from torch_impl.training.metrics import accuracy
from torch_impl.training.optimizers import Adam


def train(
    model,
    training,
    validation,
    epochs=100,
    batch=64,
    learning_rate=1e-3,
    balance="weights",
    patience=15,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier of two classes that gives logits, then choose its threshold on the validation data.

    Args:
        model: module, of any float type.
        training: arrays (x, y), y labels 0 and 1, 1 the rare one.
        validation: arrays (x, y).
        epochs: largest number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of all epochs.
        balance: "weights" weighs a class by one over its frequency, "oversampling" repeats rows of the rare one.
        patience: epochs without improvement that end the training.
        order: epoch -> training rows; None balances or shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, accuracy, val_loss, val_accuracy, learning_rate and seconds of each epoch; one threshold and its f1.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_choice("balance", balance, ("weights", "oversampling"))
    counts = np.bincount(training[1], minlength=2)
    weights = counts.sum() / (2 * counts) if balance == "weights" else None
    default = shuffled(len(training[1]), seed) if balance == "weights" else oversampled(training[1], seed)
    curves = fit(
        model,
        Adam(model.parameters(), learning_rate),
        cross_entropy(class_weights=weights),
        Batches(*training, batch, order or default),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[EarlyStopping("val_loss", patience), *callbacks],
        on_step=on_step,
        on_epoch=on_epoch,
    )
    logits = predict(model, validation[0]).astype(np.float64)
    probabilities = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
    return curves | scores.threshold(validation[1], probabilities)


def oversampled(labels, seed=0):
    """Return epoch -> rows in which both classes are equally frequent: all of the larger, draws of the smaller."""
    labels = np.asarray(labels)
    rows = sorted((np.flatnonzero(labels == label) for label in (0, 1)), key=len)

    def order(epoch):
        random = np.random.default_rng((seed, epoch))
        return random.permutation(np.concatenate([random.choice(rows[0], len(rows[1])), rows[1]]))

    return order
