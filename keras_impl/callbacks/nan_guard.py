"""Stop with an error as soon as the loss is no finite number."""

import math

from keras_impl.callbacks.callback import Callback


class NaNGuard(Callback):
    """Raises FloatingPointError at the first step whose loss is NaN or infinite."""

    def __init__(self):
        super().__init__()
        self.step = 0

    def on_train_batch_end(self, batch, logs=None):
        loss = logs["loss"]  # mean of the epoch so far: NaN and infinity stay in it
        if not math.isfinite(loss):
            raise FloatingPointError(f"loss={loss} at step {self.step}: lower the learning rate or clip the gradients")
        self.step += 1
