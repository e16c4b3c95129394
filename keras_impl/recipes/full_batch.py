"""Full-batch training: Adam on the whole training set in every step (source: S, G)."""

from keras_impl.arguments import check_choice
from keras_impl.training.batches import Batches
from keras_impl.training.loop import fit
from keras_impl.training.losses import cross_entropy, mean_squared_error
from keras_impl.training.metrics import accuracy
from keras_impl.training.optimizers import Adam

LOSSES = {"cross_entropy": (cross_entropy, [accuracy]), "mean_squared_error": (mean_squared_error, [])}


def train(
    model,
    training,
    validation=None,
    epochs=20,
    learning_rate=1e-3,
    loss="cross_entropy",
    order=None,
    on_step=None,
    on_epoch=None,
    callbacks=(),
):
    """Train a model, one step per epoch: the slides' classifier for 20, the guide's regression for 100 epochs.

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        training: arrays (x, y), y int labels or targets (B, D).
        validation: arrays (x, y), or None.
        epochs: number of epochs.
        learning_rate: of all epochs.
        loss: "cross_entropy" on logits, or "mean_squared_error".
        order: epoch -> permutation of the training rows; None keeps them as they are.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, val_loss, learning_rate and seconds of each epoch, for a classifier accuracy and val_accuracy too.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_choice("loss", loss, tuple(LOSSES))
    criterion, metrics = LOSSES[loss]
    return fit(
        model,
        Adam(learning_rate),
        criterion(),
        Batches(*training, len(training[1]), order),
        Batches(*validation, len(validation[1])) if validation else None,
        epochs,
        metrics=metrics,
        callbacks=callbacks,
        on_step=on_step,
        on_epoch=on_epoch,
    )
