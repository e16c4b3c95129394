"""The hooks of ``fit``, named as in Keras; PyTorch has none."""


class Callback:
    """Does nothing. ``fit`` sets ``model`` and ``optimizer`` before the first hook; set ``stop`` to end training."""

    model = None
    optimizer = None
    stop = False

    def on_train_begin(self):
        """Before the first epoch."""

    def on_epoch_begin(self, epoch):
        """Before the first batch of an epoch; epochs count from 0."""

    def on_step_begin(self, step):
        """Before the forward pass of a step; steps count from 0 over the whole training."""

    def on_step_end(self, step, loss):
        """After the update of a step, with the loss that led to it."""

    def on_epoch_end(self, epoch, logs):
        """After validation; ``logs`` maps names to numbers and may be added to."""

    def on_train_end(self):
        """After the last epoch."""
