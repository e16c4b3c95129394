"""The training loop."""

import torch

from torch_impl.arguments import check_choice, check_size
from torch_impl.callbacks.history import History
from torch_impl.training import distributed
from torch_impl.training.batches import arrays, at, like, tensors
from torch_impl.training.precision import Precision
from torch_impl.training.state import State


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
        model: module.
        optimizer: new optimizer of the model's parameters.
        loss: module (outputs, target) -> scalar.
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
    history, means = History(), Means(metrics, mean_of)
    callbacks = [*([precision] if precision else []), history, *callbacks]
    precision = precision or Precision()
    lay_out(model)
    state = State(model, optimizer, callbacks, means)
    optimizer.zero_grad()
    replica = distributed.together(model)
    for callback in callbacks:
        callback.model, callback.optimizer = model, optimizer
        callback.training_state, callback.training = state, training
        callback.on_train_begin()  # may put the state of an earlier run in place
    for epoch in range(epochs if state.stopped else state.epoch, epochs):
        for callback in callbacks:
            callback.on_epoch_begin(epoch)
        training.start(epoch, state.index)
        for x, y in training:
            if on_step:
                on_step(state.step)
            for callback in callbacks:
                callback.on_step_begin(state.step)
            x, y, share = distributed.part(like(model, x), like(model, y))
            model.train()
            with precision.compute(model):
                outputs = call(replica, x)
                value = loss(outputs, y)
            precision.backward(value * share / accumulate)
            state.index, state.step = state.index + 1, state.step + 1
            if state.step % accumulate == 0:
                precision.update(optimizer, clip, trained(optimizer))
                optimizer.zero_grad()
            number = value.item()
            means.add(number, y, outputs, share)
            for callback in callbacks:
                callback.on_step_end(state.step - 1, number)
        logs = means.result()
        if validation is not None:
            with precision.compute(model):
                scores = evaluate(model, loss, validation, metrics, mean_of)
            logs |= {f"val_{name}": score for name, score in scores.items()}
        means.clear()
        state.epoch, state.index = epoch + 1, 0
        for callback in callbacks:
            callback.on_epoch_end(epoch, logs)
        if on_epoch:
            on_epoch(epoch, logs)
        if state.stopped:
            break
    for callback in callbacks:
        callback.on_train_end()
    return history.curves


@torch.no_grad()
def evaluate(model, loss, batches, metrics=(), mean_of="samples"):
    """Loss and metrics of ``batches`` in eval mode."""
    means = Means(metrics, mean_of)
    model.eval()
    for x, y in batches:
        x, y = like(model, x), like(model, y)
        outputs = call(model, x)
        means.add(loss(outputs, y).item(), y, outputs)
    return means.result()


@torch.no_grad()
def predict(model, x, batch=256):
    """Outputs of the model in eval mode, as an array."""
    model.eval()
    x = arrays(x)
    count = len(next(iter(x.values()))) if isinstance(x, dict) else len(x)
    rows = [slice(first, first + batch) for first in range(0, count, batch)]
    return torch.cat([call(model, like(model, tensors(at(x, part)))) for part in rows]).cpu().numpy()


def call(model, x):
    """Outputs for one input, or for several by name."""
    return model(**x) if isinstance(x, dict) else model(x)


def lay_out(model):
    """Keep the kernels of images in memory as Keras does, channels last, where that is faster: not in double."""
    if next(model.parameters()).dtype != torch.float64:
        model.to(memory_format=torch.channels_last)


class Means:
    """Means over the samples seen so far; that of the loss may be over the batches."""

    def __init__(self, metrics, mean_of):
        self.metrics = {metric.__name__: metric for metric in metrics}
        self.mean_of = mean_of
        self.clear()

    def clear(self):
        self.totals = dict.fromkeys(["loss", *self.metrics], 0.0)
        self.samples = self.losses = 0

    @property
    def sums(self):
        return [self.totals, self.samples, self.losses]

    @sums.setter
    def sums(self, values):
        self.totals, self.samples, self.losses = values

    @torch.no_grad()
    def add(self, loss, target, outputs, share=1):
        count = len(target)
        self.samples += count
        self.losses += count if self.mean_of == "samples" else 1
        self.totals["loss"] += loss * (count if self.mean_of == "samples" else share)
        for name, metric in self.metrics.items():
            self.totals[name] += metric(target, outputs).mean().item() * count

    def result(self):
        *totals, samples, losses = distributed.total([*self.totals.values(), self.samples, self.losses])
        counts = {"loss": losses}
        return {name: total / counts.get(name, samples) for name, total in zip(self.totals, totals, strict=True)}


def trained(optimizer):
    """The parameters of an optimizer."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
