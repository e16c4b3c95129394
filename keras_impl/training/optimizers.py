"""Optimizers with PyTorch's formulas and defaults; Lion is its paper's.

Weight decay is coupled, except in AdamW, Lion and Adafactor.
"""

import keras
import numpy as np
from keras import ops

from keras_impl.training.optimizer import Optimizer, bias_correction

register = keras.saving.register_keras_serializable(package="keras_impl")


@register
class SGD(Optimizer):
    """Gradient descent, with momentum, with Nesterov's momentum.  rule: sgd-momentum-rate"""

    def __init__(self, learning_rate=1e-3, momentum=0.0, weight_decay=0.0, nesterov=False, **options):
        super().__init__(learning_rate, weight_decay, options, momentum=momentum, nesterov=nesterov)
        self.slots = ("momentum",) if momentum else ()

    def update(self, gradient, variable, rate, buffer=None, momentum=0.0, nesterov=False):
        if not momentum:
            return (variable - rate * gradient,)
        buffer = buffer * momentum + gradient
        step = gradient + buffer * momentum if nesterov else buffer
        return variable - rate * step, buffer


@register
class RMSprop(Optimizer):
    """RMSprop (Tieleman and Hinton, 2012); epsilon is added to the root.  rule: rmsprop-epsilon"""

    slots = ("square",)

    def __init__(self, learning_rate=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, **options):
        super().__init__(learning_rate, weight_decay, options, alpha=alpha, eps=eps)

    def update(self, gradient, variable, rate, square, alpha, eps):
        square = square * alpha + ops.square(gradient) * (1 - alpha)
        return variable - rate * gradient / (ops.sqrt(square) + eps), square


@register
class Adagrad(Optimizer):
    """Adagrad (Duchi et al., 2011); the sum starts at zero, epsilon is added to the root.  rule: adagrad-start"""

    slots = ("sum",)

    def __init__(self, learning_rate=1e-2, weight_decay=0.0, eps=1e-10, **options):
        super().__init__(learning_rate, weight_decay, options, eps=eps)

    def update(self, gradient, variable, rate, total, eps):
        total = total + ops.square(gradient)
        return variable - rate * gradient / (ops.sqrt(total) + eps), total


@register
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015); epsilon is added to the bias-corrected root.  rule: adam-epsilon"""

    slots = ("momentum", "velocity")

    def __init__(self, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, **options):
        super().__init__(learning_rate, weight_decay, options, betas=tuple(betas), eps=eps)

    def update(self, gradient, variable, rate, momentum, velocity, betas, eps):
        steps = self.steps(variable)
        momentum = momentum + (gradient - momentum) * (1 - betas[0])
        velocity = velocity * betas[1] + ops.square(gradient) * (1 - betas[1])
        root = ops.sqrt(velocity) / ops.sqrt(bias_correction(betas[1], steps))
        return variable - rate / bias_correction(betas[0], steps) * momentum / (root + eps), momentum, velocity


@register
class AdamW(Adam):
    """Adam with decoupled decay (Loshchilov and Hutter, 2019).  rule: adam-epsilon, adamw-default-decay"""

    decoupled = True

    def __init__(self, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, **options):
        super().__init__(learning_rate, betas, eps, weight_decay, **options)


@register
class Lion(Optimizer):
    """Lion (Chen et al., 2023): the sign of a momentum; decoupled decay.  rule: lion"""

    slots = ("momentum",)
    decoupled = True

    def __init__(self, learning_rate=1e-4, betas=(0.9, 0.99), weight_decay=0.0, **options):
        super().__init__(learning_rate, weight_decay, options, betas=tuple(betas))

    def update(self, gradient, variable, rate, momentum, betas):
        step = ops.sign(momentum * betas[0] + gradient * (1 - betas[0]))
        return variable - rate * step, momentum * betas[1] + gradient * (1 - betas[1])


@register
class Adafactor(Optimizer):
    """Adafactor (Shazeer and Stern, 2018) as PyTorch writes it: second moments of a matrix from its rows and columns.

    A convolution is factored over the axes that are last in PyTorch's layout, the two of the window.

    rule: adafactor-epsilon, adafactor-axes
    """

    decoupled = True

    def __init__(self, learning_rate=1e-2, beta2_decay=-0.8, eps=(None, 1e-3), d=1.0, weight_decay=0.0, **options):
        super().__init__(learning_rate, weight_decay, options, beta2_decay=beta2_decay, eps=tuple(eps), d=d)
        self.axes = {}

    def new_slots(self, variable, owner):
        axes = self.axes[self._var_key(variable)] = factored_axes(variable)
        shapes = [one_at(variable.shape, axis) for axis in axes] or [variable.shape]
        return [owner.add_variable(shape, dtype=variable.dtype, name="moment") for shape in shapes]

    def update(self, gradient, variable, rate, *moments, beta2_decay, eps, d):
        steps = self.steps(variable)
        dtype = keras.backend.standardize_dtype(variable.dtype)
        tiny = np.finfo(dtype).eps if eps[0] is None else eps[0]
        share, square = ops.power(steps, beta2_decay), ops.square(gradient)
        axes = self.axes[self._var_key(variable)]
        means = [ops.mean(square, axis=axis, keepdims=True) for axis in axes] or [square]
        moments = [moment + (mean - moment) * share for moment, mean in zip(moments, means, strict=True)]
        estimate = moments[0]
        if axes:
            rows, columns = moments
            estimate = rows * columns / ops.maximum(ops.mean(rows, axis=axes[1], keepdims=True), tiny)
        step = gradient / ops.sqrt(ops.maximum(estimate, tiny * tiny))
        step = step / ops.maximum(root_mean_square(step) / d, 1)
        rate = ops.minimum(rate, 1 / ops.sqrt(steps)) * ops.maximum(root_mean_square(variable), eps[1])
        return variable - rate * step, *moments


def factored_axes(variable):
    """The axes that are last in PyTorch's layout: a kernel (*window, in, out) is (out, in, *window) there."""
    rank = len(variable.shape)
    if rank < 2:
        return ()
    if variable.name.endswith("kernel") and rank > 2:
        return (rank - 4, rank - 3) if rank > 3 else (0, 1)
    return (rank - 2, rank - 1)


def one_at(shape, axis):
    return tuple(1 if index == axis else size for index, size in enumerate(shape))


def root_mean_square(values):
    return ops.sqrt(ops.mean(ops.square(values)))
