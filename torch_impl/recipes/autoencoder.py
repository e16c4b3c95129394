"""The autoencoder recipe: Adam on the squared error of the reconstruction (source: F10)."""

from torch_impl.arguments import check_choice
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.loop import fit
from torch_impl.training.losses import mean_squared_error, variational
from torch_impl.training.optimizers import Adam

LOSSES = {"mean_squared_error": mean_squared_error, "variational": variational}


def train(
    model,
    training,
    validation=None,
    epochs=300,
    batch=64,
    learning_rate=1e-3,
    loss="mean_squared_error",
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a model to give its input back; it ends with the weights of its last epoch.

    Args:
        model: module, of any float type.
        training: array x, or arrays (noisy x, clean x); several inputs by name.
        validation: the same, or None.
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of all epochs.
        loss: "mean_squared_error", or "variational" for a model that gives mean and log_variance of its code too.
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, val_loss, learning_rate and seconds of each epoch.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_choice("loss", loss, tuple(LOSSES))
    training = pair(training)
    return fit(
        model,
        Adam(model.parameters(), learning_rate),
        LOSSES[loss](),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        None if validation is None else Batches(*pair(validation), batch),
        epochs,
        callbacks=callbacks,
        on_step=on_step,
        on_epoch=on_epoch,
    )


def pair(data):
    return data if isinstance(data, (tuple, list)) else (data, data)
