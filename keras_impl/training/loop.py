"""The training loop: ``compile`` and ``fit``."""

from keras_impl.callbacks.callback import Callback
from keras_impl.callbacks.history import History


def fit(
    model, optimizer, loss, training, validation, epochs, metrics=(), callbacks=(), on_step=None, on_epoch=None
):
    """Train ``model`` and return its curves: one number per epoch for each name.

    The loss of an epoch is the mean over its samples of the losses seen while training.  rule: history-weighted

    Args:
        model: built model.
        optimizer: new optimizer.
        loss: Keras loss.
        training: ``Batches``.
        validation: ``Batches``, or None.
        epochs: largest number of epochs.
        metrics: functions (target, outputs) -> one number per sample.
        callbacks: called in this order.
        on_step: called with the step before its forward pass.
        on_epoch: called with epoch and logs after the callbacks.
    """
    model.compile(optimizer, loss, metrics=list(metrics), jit_compile=False)
    history = History()
    model.fit(
        training,
        epochs=epochs,
        validation_data=validation,
        callbacks=[history, *callbacks, Hooks(training, on_step, on_epoch)],
        shuffle=False,  # would shuffle whole batches
        verbose=0,
    )
    return history.curves


class Hooks(Callback):
    """Puts the rows of each epoch in order and tells the caller where the training is."""

    def __init__(self, training, on_step, on_epoch):
        super().__init__()
        self.training = training
        self.on_step = on_step
        self.on_epoch = on_epoch
        self.step = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.training.start(epoch)

    def on_train_batch_begin(self, batch, logs=None):
        if self.on_step:
            self.on_step(self.step)
        self.step += 1

    def on_epoch_end(self, epoch, logs=None):
        if self.on_epoch:
            self.on_epoch(epoch, logs)
