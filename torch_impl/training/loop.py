"""The training loop."""

import torch

from torch_impl.callbacks.history import History


def fit(
    model, optimizer, loss, training, validation, epochs, metrics=(), callbacks=(), on_step=None, on_epoch=None
):
    """Train ``model`` and return its curves: one number per epoch for each name.

    The loss of an epoch is the mean over its samples of the losses seen while training.  rule: history-weighted

    Args:
        model: module.
        optimizer: new optimizer of the model's parameters.
        loss: module (outputs, target) -> scalar.
        training: ``Batches``.
        validation: ``Batches``, or None.
        epochs: largest number of epochs.
        metrics: functions (target, outputs) -> one number per sample.
        callbacks: called in this order.
        on_step: called with the step before its forward pass.
        on_epoch: called with epoch and logs after the callbacks.
    """
    history = History()
    callbacks = [history, *callbacks]
    for callback in callbacks:
        callback.model, callback.optimizer = model, optimizer
        callback.on_train_begin()
    step = 0
    for epoch in range(epochs):
        for callback in callbacks:
            callback.on_epoch_begin(epoch)
        training.start(epoch)
        means = Means(metrics)
        model.train()
        for x, y in training:
            if on_step:
                on_step(step)
            x, y = like(model, x), like(model, y)
            outputs = model(x)
            value = loss(outputs, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            means.add(value, y, outputs)
            step += 1
        logs = means.result()
        if validation is not None:
            logs |= {f"val_{name}": value for name, value in evaluate(model, loss, validation, metrics).items()}
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
def evaluate(model, loss, batches, metrics=()):
    """Loss and metrics of ``batches`` in eval mode, mean over the samples."""
    means = Means(metrics)
    model.eval()
    for x, y in batches:
        x, y = like(model, x), like(model, y)
        outputs = model(x)
        means.add(loss(outputs, y), y, outputs)
    return means.result()


class Means:
    """Means over the samples of the batches seen so far."""

    def __init__(self, metrics):
        self.metrics = {metric.__name__: metric for metric in metrics}
        self.totals = dict.fromkeys(["loss", *self.metrics], 0.0)
        self.count = 0

    @torch.no_grad()
    def add(self, loss, target, outputs):
        self.count += len(target)
        self.totals["loss"] += loss.item() * len(target)
        for name, metric in self.metrics.items():
            self.totals[name] += metric(target, outputs).sum().item()

    def result(self):
        return {name: total / self.count for name, total in self.totals.items()}


def like(model, values):
    """Bring data to the model's device, fractions to its type, whole numbers to int64."""
    weight = next(model.parameters())
    return values.to(weight.device, weight.dtype if values.is_floating_point() else torch.int64)
