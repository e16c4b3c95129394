"""The hooks of ``fit``: Keras brings them along; what a checkpoint must hold of a callback is ours."""

from operator import attrgetter

import keras


class Kept:
    """``kept`` names the attributes that make the state of a callback; ``fit`` sets ``training_state``."""

    kept = ()
    training_state = None

    def state(self):
        """What a checkpoint holds of this callback: arrays and plain values."""
        return {name: attrgetter(name)(self) for name in self.kept}

    def restore(self, state):
        """Go on from that state."""
        for name, value in state.items():
            owner, _, attribute = name.rpartition(".")
            setattr(attrgetter(owner)(self) if owner else self, attribute, value)


class Callback(Kept, keras.callbacks.Callback):
    """Does nothing."""
