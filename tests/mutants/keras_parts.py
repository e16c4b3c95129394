"""A Keras training made of named parts: any optimizer, loss, penalty, clipping, schedule, callback."""

import importlib

from keras_impl.training import clipping, losses, optimizers, penalties, schedules
from keras_impl.training.batches import Batches, shuffled
from keras_impl.training.loop import fit
from keras_impl.training.metrics import accuracy


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
    criterion = getattr(losses, loss)(**dict(loss_options))
    if penalty:
        name, factor = penalty
        criterion = penalties.Penalized(criterion, model, getattr(penalties, name)(factor))
    return fit(
        model,
        getattr(optimizers, optimizer)(rate, **dict(numbers)),
        criterion,
        Batches(*training, batch, shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy] if "entropy" in loss and not loss.startswith(("binary", "categorical")) else [],
        callbacks=[made(*callback) for callback in callbacks],
        clip=getattr(clipping, clip[0])(clip[1]) if clip else None,
        accumulate=accumulate,
        mean_of=mean_of,
        on_step=on_step,
    )


def made(file, name, options):
    options = dict(options)
    if "factor" in options and isinstance(options["factor"], tuple):
        schedule, numbers = options["factor"]
        options["factor"] = getattr(schedules, schedule)(*numbers)
    return getattr(importlib.import_module(f"keras_impl.callbacks.{file}"), name)(**options)
