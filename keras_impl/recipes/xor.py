"""The smallest recipe: a network with a hidden layer learns exclusive or (source: F2)."""

import numpy as np

from keras_impl.training.batches import Batches
from keras_impl.training.initializers import initialize
from keras_impl.training.loop import fit
from keras_impl.training.losses import binary_cross_entropy
from keras_impl.training.metrics import binary_accuracy
from keras_impl.training.optimizers import Adam

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def train(model, epochs=200, learning_rate=0.05, restart=True, on_step=None, on_epoch=None, seed=0, callbacks=()):
    """Train a model of two features that gives one logit, all four rows in every step.

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        epochs: number of epochs, and of steps.
        learning_rate: of all steps.
        restart: draw the kernels anew: from some starts a few hidden units never learn it.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the start.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, binary_accuracy, learning_rate and seconds of each epoch.
    """
    if restart:
        initialize(model, "he_normal", seed=seed)
    return fit(
        model,
        Adam(learning_rate),
        binary_cross_entropy(),
        Batches(X, Y, len(X)),
        None,
        epochs,
        metrics=[binary_accuracy],
        callbacks=callbacks,
        on_step=on_step,
        on_epoch=on_epoch,
    )
