"""The regression recipe: squared, absolute or Huber loss, early stopping, scores (source: G, F5)."""

import numpy as np

from torch_impl.arguments import check_choice
from torch_impl.callbacks.early_stopping import EarlyStopping
from torch_impl.training import losses, scores
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.loop import fit, predict
from torch_impl.training.optimizers import Adam

LOSSES = {
    "mean_squared_error": losses.mean_squared_error,
    "mean_absolute_error": losses.mean_absolute_error,
    "huber": losses.huber,
}


def train(
    model,
    training,
    validation,
    epochs=200,
    batch=32,
    learning_rate=1e-3,
    loss="mean_squared_error",
    patience=15,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a model with one output on scaled features and targets; it ends with the weights of its best epoch.

    Args:
        model: module, of any float type.
        training: arrays (x, y), y (rows,) or (rows, 1).
        validation: arrays (x, y).
        epochs: largest number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of all epochs.
        loss: "mean_squared_error", "mean_absolute_error" or "huber".
        patience: epochs without improvement that end the training.
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, val_loss, learning_rate and seconds of each epoch; one mse, mae and r2 of the validation rows.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_choice("loss", loss, tuple(LOSSES))
    (x, y), (x_validation, y_validation) = columns(training), columns(validation)
    curves = fit(
        model,
        Adam(model.parameters(), learning_rate),
        LOSSES[loss](),
        Batches(x, y, batch, order or shuffled(len(x), seed)),
        Batches(x_validation, y_validation, batch),
        epochs,
        callbacks=[EarlyStopping("val_loss", patience), *callbacks],
        on_step=on_step,
        on_epoch=on_epoch,
    )
    return curves | scores.regression(y_validation, predict(model, x_validation))


def columns(data):
    """Targets as a column: against (B, 1) outputs a row would be spread to (B, B).  rule: loss-broadcast"""
    x, y = data
    return np.asarray(x), np.asarray(y).reshape(len(y), -1)
