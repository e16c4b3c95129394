"""The training loop."""

import numpy as np
import torch

from torch_impl.arguments import check_choice, check_size
from torch_impl.callbacks.history import History


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

    Returns:
        loss, metrics, the same with ``val_``, learning_rate and seconds; the training loss is the one seen on the way.

    rule: history-weighted, accumulation-mean
    """
    check_size("accumulate", accumulate)
    check_choice("mean_of", mean_of, ("samples", "batches"))
    history = History()
    callbacks = [history, *callbacks]
    for callback in callbacks:
        callback.model, callback.optimizer = model, optimizer
        callback.on_train_begin()
    step = 0
    optimizer.zero_grad()
    for epoch in range(epochs):
        for callback in callbacks:
            callback.on_epoch_begin(epoch)
        training.start(epoch)
        means = Means(metrics, mean_of)
        for x, y in training:
            if on_step:
                on_step(step)
            for callback in callbacks:
                callback.on_step_begin(step)
            x, y = like(model, x), like(model, y)
            model.train()
            outputs = model(x)
            value = loss(outputs, y)
            (value / accumulate).backward()
            step += 1
            if step % accumulate == 0:
                if clip:
                    clip(trained(optimizer))
                optimizer.step()
                optimizer.zero_grad()
            number = value.item()
            means.add(number, y, outputs)
            for callback in callbacks:
                callback.on_step_end(step - 1, number)
        logs = means.result()
        if validation is not None:
            scores = evaluate(model, loss, validation, metrics, mean_of)
            logs |= {f"val_{name}": score for name, score in scores.items()}
        for callback in callbacks:
            callback.on_epoch_end(epoch, logs)
        if on_epoch:
            on_epoch(epoch, logs)
        if any(callback.stop for callback in callbacks):
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
        outputs = model(x)
        means.add(loss(outputs, y).item(), y, outputs)
    return means.result()


@torch.no_grad()
def predict(model, x, batch=256):
    """Outputs of the model in eval mode, as an array."""
    model.eval()
    parts = torch.from_numpy(np.asarray(x)).split(batch)
    return torch.cat([model(like(model, part)) for part in parts]).cpu().numpy()


class Means:
    """Means over the samples seen so far; that of the loss may be over the batches."""

    def __init__(self, metrics, mean_of):
        self.metrics = {metric.__name__: metric for metric in metrics}
        self.mean_of = mean_of
        self.totals = dict.fromkeys(["loss", *self.metrics], 0.0)
        self.samples = self.losses = 0

    @torch.no_grad()
    def add(self, loss, target, outputs):
        count = len(target)
        weight = count if self.mean_of == "samples" else 1
        self.samples += count
        self.losses += weight
        self.totals["loss"] += loss * weight
        for name, metric in self.metrics.items():
            self.totals[name] += metric(target, outputs).mean().item() * count

    def result(self):
        counts = {"loss": self.losses}
        return {name: total / counts.get(name, self.samples) for name, total in self.totals.items()}


def trained(optimizer):
    """The parameters of an optimizer."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def like(model, values):
    """Bring data to the model's device, fractions to its type, whole numbers to int64."""
    weight = next(model.parameters())
    return values.to(weight.device, weight.dtype if values.is_floating_point() else torch.int64)
