"""Everything that changes while ``fit`` runs."""

import numpy as np
from keras import ops


class State:
    """The state of a training, from which it goes on bit for bit.

    Args:
        model: built model.
        optimizer: built optimizer.
        callbacks: those whose state is kept, in order.
        means: metrics that run over an epoch; that of the loss is added when the model is compiled.

    Attributes:
        epoch, index, step: of the next batch: its epoch, its place in that epoch, its place in the training.
    """

    def __init__(self, model, optimizer, callbacks, means):
        self.model = model
        self.optimizer = optimizer
        self.callbacks = callbacks
        self.means = means
        self.epoch = self.index = self.step = 0

    @property
    def position(self):
        return [self.epoch, self.index, self.step]

    @position.setter
    def position(self, numbers):
        self.epoch, self.index, self.step = numbers

    @property
    def stopped(self):
        return self.model.stop_training

    def capture(self):
        """Position, weights, slots, partial means, callbacks and random states, as arrays and plain values."""
        return {
            "position": self.position,
            "stopped": self.stopped,
            "arrays": {name: [_array(v) for v in variables] for name, variables in self.variables().items()},
            "callbacks": [[type(callback).__name__, callback.state()] for callback in self.callbacks],
        }

    def restore(self, captured):
        """Go on from what ``capture`` gave.

        Raises:
            ValueError: it is that of another training.
        """
        names = [type(callback).__name__ for callback in self.callbacks]
        check_same("callbacks", [name for name, _ in captured["callbacks"]], names)
        for name, variables in self.variables().items():
            arrays = captured["arrays"][name]
            check_same(f"shapes of the {name}", [a.shape for a in arrays], [tuple(v.shape) for v in variables])
            for variable, array in zip(variables, arrays, strict=True):
                variable.assign(array)
        self.position = captured["position"]
        if not self.index:  # between two epochs the means are those of the validation
            for metric in self.means:
                metric.reset_state()
        self.model.stop_training = captured["stopped"]
        for callback, (_, state) in zip(self.callbacks, captured["callbacks"], strict=True):
            callback.restore(state)

    def variables(self):
        """Weights, statistics and seeds of dropout; counter, rate and slots; running means."""
        return {
            "weights": self.model.variables,
            "optimizer": self.optimizer.variables,
            "means": [variable for metric in self.means for variable in metric.variables],
        }


def check_same(what, kept, ours):
    """Raise ValueError unless a checkpoint fits."""
    if kept != ours:
        raise ValueError(f"{what} of the checkpoint: {kept}; expected {ours}")


def _array(variable):
    return np.array(ops.convert_to_numpy(variable))
