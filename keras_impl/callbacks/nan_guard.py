"""Stop with an error as soon as the loss is no finite number, and say where it comes from."""

import math

import keras
import numpy as np
from keras import ops

from keras_impl.callbacks.callback import Callback


class NaNGuard(Callback):
    """Raises FloatingPointError at the first step whose loss is NaN or infinite, or that makes a weight so.

    The loss alone does not tell: in a graph, TensorFlow's fused ReLU turns NaN into 0.  rule: relu-hides-nan

    It names the first tensor with such a number, in the order input, weights, outputs of the layers, update. The model
    has the weights from before that step again, and no checkpoint is written after it.
    """

    def on_train_batch_begin(self, batch, logs=None):
        self.weights = self.model.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        loss = logs["loss"]  # mean of the epoch so far: NaN and infinity stay in it
        broken = next((variable.path for variable in self.model.weights if not finite(variable)), None)
        if math.isfinite(loss) and broken is None:
            return
        self.model.set_weights(self.weights)
        state, training = self.training_state, self.training
        where = first_non_finite(self.model, training[state.index - 1 - training.first][0])
        if math.isfinite(loss) and where == "the loss":
            where = f"the update of weight {broken}"
        raise FloatingPointError(
            f"loss={loss} at step {state.step - 1}: first in {where}; lower the learning rate or clip the gradients"
        )


def first_non_finite(model, x):
    """Name of the first tensor of a forward pass that holds NaN or infinity."""
    if not finite(x):
        return "the input"
    for variable in model.weights:
        if not finite(variable):
            return f"weight {variable.path}"
    for name, output in outputs(model, x):
        if not finite(output):
            return f"the output of {name}"
    return "the loss"


def outputs(model, x):
    """The outputs of all layers in the order in which they run; none for a model that is no graph of layers."""
    if not getattr(model, "inputs", None):
        return []
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    taps = keras.Model(model.inputs, {layer.name: layer.output for layer in layers})(x, training=True)
    return [(layer.name, taps[layer.name]) for layer in layers]


def finite(tensors):
    arrays = [np.asarray(ops.convert_to_numpy(tensor)) for tensor in keras.tree.flatten(tensors)]
    return all(np.isfinite(array).all() for array in arrays if np.issubdtype(array.dtype, np.floating))
