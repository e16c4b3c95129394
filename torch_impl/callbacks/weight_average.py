"""End the training with an average of the weights of all steps."""

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from torch_impl.callbacks.callback import Callback


class WeightAverage(Callback):
    """Moving average ``decay * average + (1 - decay) * weights`` of the trained weights, from the first step on.

    The model gets the average when the training ends; running statistics stay those of the last step.

    Args:
        decay: in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: average-at-the-end
    """

    def __init__(self, decay=0.99):
        super().__init__()
        if not 0 <= decay < 1:
            raise ValueError(f"decay={decay!r}: expected a number in [0, 1)")
        self.decay = decay

    def on_train_begin(self):
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(self.decay))

    def on_step_end(self, step, loss):
        self.average.update_parameters(self.model)

    def state(self):
        return {"average": self.average.state_dict()}

    def restore(self, state):
        self.average.load_state_dict(state["average"])

    @torch.no_grad()
    def on_train_end(self):
        for parameter, average in zip(self.model.parameters(), self.average.module.parameters(), strict=True):
            parameter.copy_(average)
