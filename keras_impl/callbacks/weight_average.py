"""End the training with an average of the weights of all steps."""

import numpy as np
from keras import ops

from keras_impl.callbacks.callback import Callback


class WeightAverage(Callback):
    """Moving average ``decay * average + (1 - decay) * weights`` of the trained weights, from the first step on.

    The model gets the average when the training ends; running statistics stay those of the last step.

    Args:
        decay: in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: average-at-the-end
    """

    kept = ("average",)

    def __init__(self, decay=0.99):
        super().__init__()
        if not 0 <= decay < 1:
            raise ValueError(f"decay={decay!r}: expected a number in [0, 1)")
        self.decay = decay
        self.average = None

    def on_train_batch_end(self, batch, logs=None):
        weights = [np.array(ops.convert_to_numpy(variable)) for variable in self.model.trainable_variables]
        pairs = zip(weights, self.average or weights, strict=True)
        self.average = [average + (1 - self.decay) * (weight - average) for weight, average in pairs]

    def on_train_end(self, logs=None):
        if self.average is not None:
            for variable, average in zip(self.model.trainable_variables, self.average, strict=True):
                variable.assign(average)
