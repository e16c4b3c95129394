"""The twin of ``keras_parts``."""

import importlib

import torch_broken

from torch_impl.training import clipping, losses, optimizers, penalties, schedules
from torch_impl.training.batches import Batches, shuffled
from torch_impl.training.loop import fit
from torch_impl.training.metrics import accuracy


def train(
    model,
    training,
    validation,
    optimizer="SGD",
    rate=0.1,
    numbers=(),
    loss="cross_entropy",
    loss_options=(),
    penalty=None,
    clip=None,
    accumulate=1,
    mean_of="samples",
    callbacks=(),
    epochs=3,
    batch=8,
    seed=0,
    on_step=None,
):
    """Names and numbers for everything; a callback is (file, class, options), a schedule (name, numbers)."""
    criterion = found(losses, loss)(**dict(loss_options))
    if penalty:
        name, factor = penalty
        criterion = penalties.Penalized(criterion, model, found(penalties, name)(factor))
    return fit(
        model,
        found(optimizers, optimizer)(model.parameters(), lr=rate, **dict(numbers)),
        criterion,
        Batches(*training, batch, shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy] if "entropy" in loss and not loss.startswith(("binary", "categorical")) else [],
        callbacks=[made(*callback) for callback in callbacks],
        clip=found(clipping, clip[0])(clip[1]) if clip else None,
        accumulate=accumulate,
        mean_of=mean_of,
        on_step=on_step,
    )


def found(module, name):
    """The part of that name, or the broken one."""
    return getattr(torch_broken, name, None) or getattr(module, name)


def made(file, name, options):
    options = dict(options)
    if "factor" in options and isinstance(options["factor"], tuple):
        schedule, numbers = options["factor"]
        options["factor"] = found(schedules, schedule)(*numbers)
    broken = getattr(torch_broken, name, None)
    return (broken or getattr(importlib.import_module(f"torch_impl.callbacks.{file}"), name))(**options)
