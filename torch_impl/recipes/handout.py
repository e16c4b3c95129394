"""The handout's recipe: Adam with coupled L2, learning rate halved on a plateau, early stopping (source: HA1)."""

from torch_impl.callbacks.early_stopping import EarlyStopping
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
    epochs=100,
    batch=64,
    learning_rate=1e-3,
    decay=1e-4,
    plateau_factor=0.5,
    plateau_patience=5,
    patience=15,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier that gives logits; it ends with the weights of its best epoch.

    Args:
        model: module, of any float type.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y).
        epochs: largest number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of the first epoch.
        decay: coupled L2 factor.
        plateau_factor: of the learning rate, when the validation loss stands still.
        plateau_patience: epochs without improvement before that.
        patience: epochs without improvement that end the training.
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
        Adam(model.parameters(), learning_rate, weight_decay=decay),
        cross_entropy(),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[
            Plateau("val_loss", plateau_factor, plateau_patience),
            EarlyStopping("val_loss", patience),
            *callbacks,
        ],
        on_step=on_step,
        on_epoch=on_epoch,
    )
