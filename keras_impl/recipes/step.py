"""The guide's recipe: Adam, learning rate in steps, the best epoch kept by accuracy (source: G)."""

from keras_impl.callbacks.checkpoint import Checkpoint
from keras_impl.callbacks.schedule import Schedule
from keras_impl.training import schedules
from keras_impl.training.batches import Batches, shuffled
from keras_impl.training.loop import fit
from keras_impl.training.losses import cross_entropy
from keras_impl.training.metrics import accuracy
from keras_impl.training.optimizers import Adam


def train(
    model,
    training,
    validation,
    epochs=50,
    batch=32,
    learning_rate=1e-3,
    every=30,
    factor=0.1,
    folder=None,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier that gives logits; it ends with the weights of its last epoch, the best ones are in a file.

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y).
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of the first epochs.
        every: epochs between two steps of the learning rate.
        factor: of the learning rate at a step.
        folder: for the checkpoints; None writes none.
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, accuracy, val_loss, val_accuracy, learning_rate and seconds of each epoch.
    """
    return fit(
        model,
        Adam(learning_rate),
        cross_entropy(),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[
            Schedule(schedules.step(every, factor)),
            *([Checkpoint(folder, "val_accuracy", "max")] if folder else []),
            *callbacks,
        ],
        on_step=on_step,
        on_epoch=on_epoch,
    )
