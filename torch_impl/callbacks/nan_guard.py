"""Stop with an error as soon as the loss is no finite number."""

import math

from torch_impl.callbacks.callback import Callback


class NaNGuard(Callback):
    """Raises FloatingPointError at the first step whose loss is NaN or infinite."""

    def on_step_end(self, step, loss):
        if not math.isfinite(loss):
            raise FloatingPointError(f"loss={loss} at step {step}: lower the learning rate or clip the gradients")
