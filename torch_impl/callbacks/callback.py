"""The hooks of ``fit``, named as in Keras, and what a checkpoint must hold of a callback; PyTorch has none."""

from operator import attrgetter


class Kept:
    """``kept`` names the attributes that make the state of a callback; ``fit`` sets ``training_state``."""

    kept = ()
    training_state = None

    def state(self):
        """What a checkpoint holds of this callback: tensors and plain values."""
        return {name: attrgetter(name)(self) for name in self.kept}

    def restore(self, state):
        """Go on from that state."""
        for name, value in state.items():
            owner, _, attribute = name.rpartition(".")
            setattr(attrgetter(owner)(self) if owner else self, attribute, value)


class Callback(Kept):
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
