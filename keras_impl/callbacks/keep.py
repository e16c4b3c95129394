"""Keep a training in a folder, so that it can go on after a kill."""

from keras_impl.callbacks.best import Best
from keras_impl.callbacks.callback import Callback
from keras_impl.training.checkpoints import Checkpoints


class Keep(Callback):
    """Writes the whole state of the training after each epoch, and after every so many steps: ``last`` and ``best``.

    It must be the last callback. A resumed training has, bit for bit, the weights, slots and logs of one that was never
    killed.

    Args:
        folder: is made if it does not exist.
        every: steps between two states within an epoch; 0 keeps those at the end of the epochs alone.
        monitor: name in the logs of the number that tells the best epoch; of equal epochs the first is kept.
        mode: "min" if smaller is better, "max" if larger is.
        resume: go on from ``last``.

    Raises:
        ValueError: naming the argument, its value and what was expected; when training begins, also for a checkpoint
            that is damaged or of another training.
    """

    kept = ("best.value",)

    def __init__(self, folder, every=0, monitor="val_loss", mode="min", resume=False):
        super().__init__()
        self.checkpoints = Checkpoints(folder)
        self.every = every
        self.monitor = monitor
        self.best = Best(mode)
        self.resume = resume
        self.train_function = None

    def on_train_begin(self, logs=None):
        if self.resume:
            self.training_state.restore(self.checkpoints.load())

    def on_epoch_begin(self, epoch, logs=None):
        """In the middle of a resumed epoch, ``fit`` walks past the batches that are done without doing them again."""
        if self.training_state.index:
            self.train_function, self.model.train_function = self.model.train_function, lambda iterator: {"loss": 0.0}

    def on_train_batch_end(self, batch, logs=None):
        state = self.training_state
        if self.train_function is None:
            self.save_if_due()
        elif batch + 1 == state.index:
            self.model.train_function, self.train_function = self.train_function, None
            state.restore(self.checkpoints.load())

    def save_if_due(self):
        """The last batch of an epoch is kept with the end of its epoch."""
        state, batches = self.training_state, self.training.first + len(self.training)
        if self.every and state.step % self.every == 0 and state.index < batches:
            self.checkpoints.save(state.capture())

    def on_epoch_end(self, epoch, logs=None):
        names = ["best", "last"] if self.best.improves(float(logs[self.monitor])) else ["last"]
        self.checkpoints.save(self.training_state.capture(), names)
