"""The guide's Keras recipe: stock Keras callbacks and loss, validation on the last fifth (source: G)."""

import math

from keras_impl.callbacks.checkpoint import Checkpoint
from keras_impl.callbacks.keras_early_stopping import KerasEarlyStopping
from keras_impl.callbacks.keras_plateau import KerasPlateau
from keras_impl.callbacks.tensorboard_log import TensorBoardLog
from keras_impl.training.batches import Batches, shuffled
from keras_impl.training.loop import fit
from keras_impl.training.losses import cross_entropy_on_probabilities
from keras_impl.training.metrics import accuracy
from keras_impl.training.optimizers import Adam


def train(
    model,
    training,
    validation=None,
    epochs=50,
    batch=32,
    learning_rate=1e-3,
    plateau_factor=0.5,
    plateau_patience=5,
    patience=10,
    folder=None,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier that gives probabilities; it ends with the weights of its best epoch.

    Patience and thresholds are Keras's.  rule: plateau-patience, plateau-threshold, early-stopping-patience

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y); None takes the last fifth of the training rows.  rule: validation-split-last
        epochs: largest number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of the first epoch.
        plateau_factor: of the learning rate, when the validation loss stands still.
        plateau_patience: epochs without improvement that lead to it.
        patience: epochs without improvement that end the training.
        folder: for the checkpoints (best by validation accuracy) and the TensorBoard log; None writes none.
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, accuracy, val_loss, val_accuracy, learning_rate and seconds of each epoch.
    """
    if validation is None:
        split = math.floor(len(training[1]) * (1 - 0.2))
        training, validation = [part[:split] for part in training], [part[split:] for part in training]
    return fit(
        model,
        Adam(learning_rate, eps=1e-7),
        cross_entropy_on_probabilities(),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[
            KerasEarlyStopping("val_loss", patience=patience, restore_best_weights=True),
            KerasPlateau("val_loss", factor=plateau_factor, patience=plateau_patience),
            *([Checkpoint(folder, "val_accuracy", "max"), TensorBoardLog(folder)] if folder else []),
            *callbacks,
        ],
        on_step=on_step,
        on_epoch=on_epoch,
    )
