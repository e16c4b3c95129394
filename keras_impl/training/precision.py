"""Mixed precision: layers compute in 16 bits, weights and updates stay in 32; float16 with a dynamic loss scale."""

from contextlib import contextmanager

import keras
from keras import ops

from keras_impl.arguments import check_choice, check_size
from keras_impl.callbacks.callback import Callback
from keras_impl.training import distributed
from keras_impl.training.optimizer import dense

SMALLEST = 2.0**-14


class Precision(Callback):
    """What ``fit`` computes in, and what became of its updates.

    The loss is multiplied by a scale before the gradients are taken, so that float16 can hold them. An update whose
    gradients overflow is skipped and halves the scale; ``growth`` updates in a row double it. The logs of an epoch show
    the scale after it, and how many of its updates were skipped.  rule: loss-scale-start

    Args:
        dtype: "float32" changes nothing, "bfloat16" needs no scale, "float16" has one.
        scale: the first one.
        growth: updates in a row that double it.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    kept = ("skipped",)  # the scale itself is one of the optimizer's variables

    def __init__(self, dtype="float32", scale=2.0**15, growth=2000):
        super().__init__()
        check_choice("dtype", dtype, ("float32", "bfloat16", "float16"))
        check_scale(scale)
        check_size("growth", growth)
        self.dtype, self.scale, self.growth = dtype, scale, growth
        self.skipped = 0

    def wrap(self, optimizer):
        """The optimizer that ``fit`` compiles."""
        scaled = self.dtype == "float16"
        return ScaledLoss(optimizer, self.scale, self.growth) if scaled else optimizer

    @contextmanager
    def compute(self, model):
        """The context of a training: every layer computes in 16 bits, on weights of 32."""
        layers = [layer for layer in model._flatten_layers() if self.dtype != "float32"]
        before = [layer.dtype_policy for layer in layers]
        for layer in layers:
            layer.dtype_policy = f"mixed_{self.dtype}"
        try:
            yield
        finally:
            for layer, policy in zip(layers, before, strict=True):
                layer.dtype_policy = policy

    def on_train_batch_begin(self, batch, logs=None):
        self.before = self.current()

    def on_train_batch_end(self, batch, logs=None):
        scale = self.current()
        self.skipped += scale < self.before
        if scale < SMALLEST:
            step = self.training_state.step - 1
            raise FloatingPointError(
                f"scale={scale} at step {step}: the gradients overflow at any scale; lower the rate"
            )

    def on_epoch_end(self, epoch, logs=None):
        if self.dtype == "float16":
            logs |= {"loss_scale": self.current(), "skipped_steps": self.skipped}
            self.skipped = 0

    def current(self):
        return float(ops.convert_to_numpy(getattr(self.model.optimizer, "dynamic_scale", 1.0)))


@keras.saving.register_keras_serializable(package="keras_impl")
class ScaledLoss(keras.optimizers.LossScaleOptimizer):
    """Looks for overflow in the mean gradient of all processes, so that they skip the same updates."""

    def apply(self, grads, trainable_variables=None):
        variables = self._trainable_variables if trainable_variables is None else list(trainable_variables)
        super().apply(distributed.together([dense(*pair) for pair in zip(grads, variables, strict=True)]), variables)


def check_scale(scale):
    if not scale >= 1:
        raise ValueError(f"scale={scale!r}: expected a number of at least 1")
