"""The short recipe: Adam, learning rate cut on a plateau, losses averaged over batches (source: HB1)."""

from torch_impl.callbacks.plateau import Plateau
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.loop import fit
from torch_impl.training.losses import cross_entropy
from torch_impl.training.metrics import accuracy
from torch_impl.training.optimizers import Adam


def train(
    model,
    training,
    validation,
    epochs=20,
    batch=64,
    learning_rate=1e-3,
    plateau_factor=0.1,
    plateau_patience=3,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier that gives logits; it ends with the weights of its last epoch.

    The loss of an epoch is the mean of its batch losses, whatever their size.  rule: history-weighted

    Args:
        model: module, of any float type.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y).
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of the first epoch.
        plateau_factor: of the learning rate, when the validation loss stands still.
        plateau_patience: epochs without improvement before that.
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
        Adam(model.parameters(), learning_rate),
        cross_entropy(),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[Plateau("val_loss", plateau_factor, plateau_patience), *callbacks],
        mean_of="batches",
        on_step=on_step,
        on_epoch=on_epoch,
    )
