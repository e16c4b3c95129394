"""The sentiment recipe: Adam with gradients clipped to a joint norm (source: G)."""

from keras_impl.training import clipping
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
    limit=1.0,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a text classifier that gives logits; it ends with the weights of its last epoch.

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        training: arrays (tokens, y), y int labels.
        validation: arrays (tokens, y).
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of all epochs.
        limit: largest joint norm of the gradients.
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
        clip=clipping.global_norm(limit),
        callbacks=callbacks,
        on_step=on_step,
        on_epoch=on_epoch,
    )
