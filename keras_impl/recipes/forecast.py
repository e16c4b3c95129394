"""The forecast recipe: scaled windows in time order, clipped Adam, scores in the unit of the data (source: G, HA3)."""

from keras_impl.training import clipping, scores
from keras_impl.training.batches import Batches
from keras_impl.training.loop import fit, predict
from keras_impl.training.losses import mean_squared_error
from keras_impl.training.optimizers import Adam
from keras_impl.training.scaling import MinMax


def train(
    model,
    data,
    epochs=100,
    batch=64,
    learning_rate=1e-3,
    limit=1.0,
    share=0.8,
    order=None,
    on_step=None,
    on_epoch=None,
    callbacks=(),
):
    """Train a model on the first windows of a series and score it on the last; it ends with its last weights.

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        data: arrays (windows (rows, L, D), targets (rows, horizon)) in time order and in their own unit.
        epochs: number of epochs.
        batch: windows per step.
        learning_rate: of all epochs.
        limit: largest joint norm of the gradients.
        share: of the rows that are trained on; scaling is fitted on them alone.
        order: epoch -> permutation of the training rows; None keeps them in time order.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, val_loss, learning_rate and seconds of each epoch; one mse, mae and r2 of the last rows.
    """
    windows, targets = data
    split = int(len(windows) * share)
    inputs, outputs = MinMax(windows[:split]), MinMax(targets[:split])
    x, y = inputs.apply(windows), outputs.apply(targets)
    curves = fit(
        model,
        Adam(learning_rate),
        mean_squared_error(),
        Batches(x[:split], y[:split], batch, order),
        Batches(x[split:], y[split:], batch),
        epochs,
        clip=clipping.global_norm(limit),
        callbacks=callbacks,
        on_step=on_step,
        on_epoch=on_epoch,
    )
    return curves | scores.regression(targets[split:], outputs.inverse(predict(model, x[split:])))
