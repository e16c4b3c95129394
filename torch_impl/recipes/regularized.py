"""The regularized recipe: Xavier start, AdamW, cosine over the whole run, early stopping (source: HA5)."""

from torch_impl.callbacks.early_stopping import EarlyStopping
from torch_impl.callbacks.schedule import Schedule
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.initializers import initialize
from torch_impl.training.loop import fit
from torch_impl.training.losses import cross_entropy
from torch_impl.training.metrics import accuracy
from torch_impl.training.optimizers import AdamW
from torch_impl.training.schedules import cosine


def train(
    model,
    training,
    validation,
    epochs=100,
    batch=64,
    learning_rate=1e-3,
    decay=1e-4,
    patience=15,
    min_delta=1e-4,
    xavier=True,
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
        epochs: largest number of epochs, and length of the cosine.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of the first epoch.
        decay: decoupled decay.
        patience: epochs without improvement that end the training.
        min_delta: the validation loss must fall by more than this to count as an improvement.
        xavier: draw dense and convolution kernels anew, with biases at zero.
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, accuracy, val_loss, val_accuracy, learning_rate and seconds of each epoch.
    """
    if xavier:
        initialize(model, "xavier_uniform", seed=seed)
    return fit(
        model,
        AdamW(model.parameters(), learning_rate, weight_decay=decay),
        cross_entropy(),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[Schedule(cosine(epochs)), EarlyStopping("val_loss", patience, min_delta), *callbacks],
        on_step=on_step,
        on_epoch=on_epoch,
    )
