"""The CIFAR-10 recipe: Adam with coupled L2, half of a long cosine, augmented images (source: G)."""

from torch_impl.callbacks.schedule import Schedule
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.loop import fit
from torch_impl.training.losses import cross_entropy
from torch_impl.training.metrics import accuracy
from torch_impl.training.optimizers import Adam
from torch_impl.training.schedules import cosine


def train(
    model,
    training,
    validation,
    epochs=100,
    batch=128,
    learning_rate=1e-3,
    decay=1e-4,
    period=200,
    augment=None,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier that gives logits; it ends with the weights of its last epoch.

    Args:
        model: module, of any float type.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y).
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of the first epoch.
        decay: coupled L2 factor.
        period: epochs of the cosine down to zero; the source stops half-way.
        augment: (images, epoch, their rows) -> images, for each training batch; None leaves them as they are.
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
        Batches(*training, batch, order or shuffled(len(training[1]), seed), augment),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[Schedule(cosine(period)), *callbacks],
        on_step=on_step,
        on_epoch=on_epoch,
    )
