"""The training loop: ``compile`` and ``fit``."""

import keras
import numpy as np
from keras import ops

from keras_impl.arguments import check_choice, check_size
from keras_impl.callbacks.callback import Callback
from keras_impl.callbacks.history import History
from keras_impl.callbacks.keep import Keep
from keras_impl.training import distributed
from keras_impl.training.optimizer import Optimizer
from keras_impl.training.precision import Precision
from keras_impl.training.state import State


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
    precision=None,
):
    """Train ``model`` and return its curves: one number per epoch for each name.

    Args:
        model: built model.
        optimizer: new optimizer, one of ``training.optimizers``.
        loss: Keras loss, or one with ``whole`` that takes all outputs at once.
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
        precision: ``training.precision.Precision``; None computes in the model's own type.

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
    weighted = [BatchMean(loss)] if mean_of == "batches" else []
    first = [precision] if precision else []
    precision = precision or Precision()
    optimizer = precision.wrap(optimizer)
    optimizer.build(model.trainable_variables)  # variables made in the first step would have it traced twice
    part, loss = distributed.joint(training, loss)
    compile_with(model, optimizer, loss, means, weighted)
    history = History()
    state = State(model, optimizer, [*first, history, *callbacks], [*model.metrics[:1], *means, *weighted])
    for callback in state.callbacks:
        callback.training_state, callback.training = state, training
    with precision.compute(model):
        model.fit(
            part,
            epochs=epochs,
            initial_epoch=first_epoch(callbacks, epochs),
            validation_data=validation,
            callbacks=[
                Position(training, state),
                *distributed.joined(training, state),
                *counters(state, on_step),
                *state.callbacks,
                Report(on_epoch),
            ],
            shuffle=False,  # would shuffle whole batches
            verbose=0,
        )
    return history.curves


def compile_with(model, optimizer, loss, metrics, weighted):
    """``model.compile``; Keras gives each output to a loss of its own unless ``compute_loss`` says otherwise."""
    vars(model).pop("compute_loss", None)
    whole = getattr(loss, "whole", False)
    compiled = None if whole else loss
    model.compile(optimizer, compiled, metrics=metrics, weighted_metrics=weighted, jit_compile=False)
    if whole:
        model.compute_loss = lambda x, y, y_pred, sample_weight=None, training=True: loss(y, y_pred, sample_weight)


def predict(model, x, batch=256):
    """Outputs of the model in eval mode, as an array."""
    return np.asarray(model.predict(x, batch_size=batch, verbose=0))


def first_epoch(callbacks, epochs):
    """The epoch that a resumed training goes on with; ``epochs`` if it was stopped, so that none follows."""
    kept = next((callback for callback in callbacks if isinstance(callback, Keep) and callback.resume), None)
    if kept is None:
        return 0
    captured = kept.checkpoints.load()
    return epochs if captured["stopped"] else captured["position"][0]


class Position(Callback):
    """Puts the rows of each epoch in order, knows where it ends, and gives the mean over batches its plain name."""

    def __init__(self, training, state):
        super().__init__()
        self.training = training
        self.state = state

    def on_epoch_begin(self, epoch, logs=None):
        self.training.start(epoch, self.state.index)
        self.last = self.state.step + len(self.training)

    def on_epoch_end(self, epoch, logs=None):
        self.state.epoch, self.state.index, self.state.step = epoch + 1, 0, self.last
        for name in [name for name in logs if name.endswith("batch_mean")]:
            logs[name.replace("batch_mean", "loss")] = logs.pop(name)


def counters(state, on_step):
    """What counts the batches, if somebody looks: for hooks of batches Keras reads its metrics after each one."""
    names = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    plain = keras.callbacks.Callback
    looks = any(getattr(type(c), name) is not getattr(plain, name) for c in state.callbacks for name in names)
    return [Counter(state, on_step)] if on_step or looks else []


class Counter(Callback):
    """Counts the batches; those before the place of the state were done before the training was resumed."""

    def __init__(self, state, on_step):
        super().__init__()
        self.state = state
        self.on_step = on_step

    def on_train_batch_begin(self, batch, logs=None):
        if self.on_step and batch >= self.state.index:
            self.on_step(self.state.step)

    def on_train_batch_end(self, batch, logs=None):
        if batch >= self.state.index:
            self.state.index += 1
            self.state.step += 1


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
        value = ops.stop_gradient(self.loss(y_true, y_pred))
        if sample_weight is not None:  # the share of a part in its batch: training.distributed
            value = value * ops.cast(sample_weight[0], value.dtype)
        super().update_state(value)
