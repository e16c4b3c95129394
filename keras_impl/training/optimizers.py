"""Optimizers with PyTorch's formulas, defaults and coupled weight decay (Lion: the paper's).

Numbers stay in double precision: ``ops.cast`` of a Python number goes through float32 on TensorFlow, an operator
between a tensor and a number does not.
"""

import keras
from keras import ops

from keras_impl.training.clipping import clip_by_global_norm, clip_by_norm, clip_by_value


class Optimizer(keras.optimizers.Optimizer):
    """What all of them share. ``slots`` names the tensors kept per weight, ``update`` gives weight and slots anew.

    Takes the options of a Keras optimizer too: ``clipnorm``, ``global_clipnorm``, ``clipvalue`` (with PyTorch's
    formulas), ``gradient_accumulation_steps``, ``use_ema``.

    rule: optimizer-coupled-decay, embedding-sparse-gradient, clip-norm-epsilon
    """

    slots = ()

    def __init__(self, learning_rate, decay, options, **numbers):
        super().__init__(learning_rate, **options)
        self.decay = decay
        self.numbers = numbers

    def build(self, variables):
        super().build(variables)
        self.kept = [self.add_optimizer_variables(variables, name) for name in self.slots]

    def apply(self, grads, trainable_variables=None):
        variables = self._trainable_variables if trainable_variables is None else list(trainable_variables)
        super().apply([dense(*pair) for pair in zip(grads, variables, strict=True)], variables)

    def _clip_gradients(self, grads):
        if self.global_clipnorm:
            return clip_by_global_norm(grads, self.global_clipnorm)
        if self.clipnorm:
            return clip_by_norm(grads, self.clipnorm)
        return clip_by_value(grads, self.clipvalue) if self.clipvalue else grads

    def update_step(self, gradient, variable, learning_rate):
        gradient = ops.cast(gradient, variable.dtype)
        if self.decay:
            gradient = gradient + variable * self.decay
        slots = [kept[self._get_variable_index(variable)] for kept in self.kept]
        updated = self.update(gradient, variable, ops.cast(learning_rate, variable.dtype), *slots, **self.numbers)
        for target, value in zip((variable, *slots), updated, strict=True):
            self.assign(target, value)

    def steps(self, variable):
        """Number of this update, from 1, as a number of the weight's type."""
        return ops.cast(self.iterations + 1, variable.dtype)

    def get_config(self):
        return {**super().get_config(), **self.numbers, "weight_decay": self.decay}


def dense(gradient, variable):
    """Gradient of some rows of an embedding -> full tensor: repeated rows are summed before they are squared."""
    return ops.zeros_like(variable) + gradient if hasattr(gradient, "indices") else gradient


def power(number, steps):
    return ops.power(ops.convert_to_tensor(number, dtype=steps.dtype), steps)


@keras.saving.register_keras_serializable(package="keras_impl")
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015); epsilon is added to the bias-corrected root.  rule: adam-epsilon"""

    slots = ("momentum", "velocity")

    def __init__(self, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, **options):
        super().__init__(learning_rate, weight_decay, options, betas=betas, eps=eps)

    def update(self, gradient, variable, rate, momentum, velocity, betas, eps):
        steps = self.steps(variable)
        momentum = momentum + (gradient - momentum) * (1 - betas[0])
        velocity = velocity * betas[1] + ops.square(gradient) * (1 - betas[1])
        root = ops.sqrt(velocity) / ops.sqrt(1 - power(betas[1], steps))
        return variable - rate / (1 - power(betas[0], steps)) * momentum / (root + eps), momentum, velocity
