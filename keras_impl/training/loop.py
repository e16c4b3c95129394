"""The training loop: ``compile`` and ``fit``."""

import keras
import numpy as np
from keras import ops

from keras_impl.arguments import check_choice, check_size
from keras_impl.callbacks.callback import Callback
from keras_impl.callbacks.history import History
from keras_impl.training.optimizer import Optimizer


def fit(
    model,
    optimizer,
    loss,
    training,
    validation,
    epochs,
    metrics=(),
    callbacks=(),
    clip=None,
    accumulate=1,
    mean_of="samples",
    on_step=None,
    on_epoch=None,
):
    """Train ``model`` and return its curves: one number per epoch for each name.

    Args:
        model: built model.
        optimizer: new optimizer, one of ``training.optimizers``.
        loss: Keras loss.
        training: ``Batches``.
        validation: ``Batches``, or None.
        epochs: largest number of epochs.
        metrics: functions (target, outputs) -> one number per sample.
        callbacks: called in this order.
        clip: one of ``training.clipping``, or None.
        accumulate: batches whose mean gradient makes one update; a rest is carried into the next epoch.
        mean_of: the loss of an epoch is the mean over its "samples", or over its "batches" however short.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after the callbacks.

    Returns:
        loss, metrics, the same with ``val_``, learning_rate and seconds; the training loss is the one seen on the way.

    rule: history-weighted, accumulation-mean
    """
    check_size("accumulate", accumulate)
    check_choice("mean_of", mean_of, ("samples", "batches"))
    if clip:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"optimizer={optimizer.name!r}: expected one of training.optimizers, stock ones ignore clip"
            )
        optimizer.clip = clip
    if accumulate > 1:
        optimizer.gradient_accumulation_steps = accumulate
    means = [keras.metrics.MeanMetricWrapper(metric, metric.__name__) for metric in metrics]
    if mean_of == "batches":
        means.append(BatchMean(loss))
    optimizer.build(model.trainable_variables)  # variables made in the first step would have it traced twice
    model.compile(optimizer, loss, metrics=means, jit_compile=False)
    history = History()
    model.fit(
        training,
        epochs=epochs,
        validation_data=validation,
        callbacks=[Position(training, on_step), history, *callbacks, Report(on_epoch)],
        shuffle=False,  # would shuffle whole batches
        verbose=0,
    )
    return history.curves


def predict(model, x, batch=256):
    """Outputs of the model in eval mode, as an array."""
    return np.asarray(model.predict(x, batch_size=batch, verbose=0))


class Position(Callback):
    """Puts the rows of each epoch in order, counts the batches, and gives the mean over batches its plain name."""

    def __init__(self, training, on_step):
        super().__init__()
        self.training = training
        self.on_step = on_step
        self.step = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.training.start(epoch)

    def on_train_batch_begin(self, batch, logs=None):
        if self.on_step:
            self.on_step(self.step)
        self.step += 1

    def on_epoch_end(self, epoch, logs=None):
        for name in [name for name in logs if name.endswith("batch_mean")]:
            logs[name.replace("batch_mean", "loss")] = logs.pop(name)


class Report(Callback):
    def __init__(self, on_epoch):
        super().__init__()
        self.on_epoch = on_epoch

    def on_epoch_end(self, epoch, logs=None):
        if self.on_epoch:
            self.on_epoch(epoch, logs)


class BatchMean(keras.metrics.Mean):
    """Mean of a loss over batches, where Keras's own loss is a mean over samples."""

    def __init__(self, loss):
        super().__init__(name="batch_mean")
        self.loss = loss

    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(ops.stop_gradient(self.loss(y_true, y_pred)))
