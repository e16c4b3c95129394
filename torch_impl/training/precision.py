"""Mixed precision: layers compute in 16 bits, weights and updates stay in 32; float16 with a dynamic loss scale."""

from contextlib import nullcontext

import torch

from torch_impl.arguments import check_choice, check_size
from torch_impl.callbacks.callback import Callback

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

    kept = ("scaler_state", "skipped")

    def __init__(self, dtype="float32", scale=2.0**15, growth=2000):
        check_choice("dtype", dtype, ("float32", "bfloat16", "float16"))
        check_scale(scale)
        check_size("growth", growth)
        self.dtype = dtype
        self.scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=growth, enabled=dtype == "float16")
        self.skipped = 0

    def compute(self, model):
        """The context of a forward pass and its loss."""
        if self.dtype == "float32":
            return nullcontext()
        device = next(model.parameters()).device.type
        return torch.autocast(device, getattr(torch, self.dtype))

    def backward(self, loss):
        """Gradients of the loss, scaled."""
        self.scaler.scale(loss).backward()

    def update(self, optimizer, clip, parameters):
        """One step with true gradients, or none and a smaller scale."""
        if clip:
            self.scaler.unscale_(optimizer)
            clip(parameters)
        before = self.scaler.get_scale()
        self.scaler.step(optimizer)
        self.scaler.update()
        self.skipped += self.scaler.get_scale() < before

    def on_step_end(self, step, loss):
        if self.scaler.get_scale() < SMALLEST:
            raise FloatingPointError(
                f"scale={self.scaler.get_scale()} at step {step}: the gradients overflow at any scale; lower the rate"
            )

    def on_epoch_end(self, epoch, logs):
        if self.dtype == "float16":
            logs |= {"loss_scale": self.scaler.get_scale(), "skipped_steps": self.skipped}
            self.skipped = 0

    @property
    def scaler_state(self):
        return self.scaler.state_dict()

    @scaler_state.setter
    def scaler_state(self, state):
        if state:
            self.scaler.load_state_dict(state)


def check_scale(scale):
    if not scale >= 1:
        raise ValueError(f"scale={scale!r}: expected a number of at least 1")
