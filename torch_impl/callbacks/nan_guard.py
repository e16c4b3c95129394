"""Stop with an error as soon as the loss is no finite number, and say where it comes from."""

import copy
import math

import torch

from torch_impl.callbacks.callback import Callback
from torch_impl.training.batches import like


class NaNGuard(Callback):
    """Raises FloatingPointError at the first step whose loss is NaN or infinite, or that makes a weight so.

    The loss alone does not tell: in a graph, TensorFlow's fused ReLU turns NaN into 0.  rule: relu-hides-nan

    It names the first tensor with such a number, in the order input, weights, outputs of the layers, update. The model
    has the weights from before that step again, and no checkpoint is written after it.
    """

    def on_step_begin(self, step):
        self.weights = copy.deepcopy(self.model.state_dict())

    def on_step_end(self, step, loss):
        broken = next((name for name, tensor in self.model.state_dict().items() if not finite(tensor)), None)
        if math.isfinite(loss) and broken is None:
            return
        self.model.load_state_dict(self.weights)
        state, training = self.training_state, self.training
        where = first_non_finite(self.model, training[state.index - 1 - training.first][0])
        if math.isfinite(loss) and where == "the loss":
            where = f"the update of weight {broken}"
        raise FloatingPointError(
            f"loss={loss} at step {step}: first in {where}; lower the learning rate or clip the gradients"
        )


def first_non_finite(model, x):
    """Name of the first tensor of a forward pass that holds NaN or infinity."""
    if not finite(x):
        return "the input"
    for name, tensor in model.state_dict().items():
        if not finite(tensor):
            return f"weight {name}"
    for name, output in outputs(model, x):
        if not finite(output):
            return f"the output of {name}"
    return "the loss"


@torch.no_grad()
def outputs(model, x):
    """The outputs of all layers in the order in which they run."""
    seen, hooks = [], []
    for name, module in model.named_modules():
        if name and not list(module.children()):
            hooks.append(module.register_forward_hook(lambda m, i, output, name=name: seen.append((name, output))))
    model.train()
    x = like(model, x)
    _ = model(**x) if isinstance(x, dict) else model(x)
    for hook in hooks:
        hook.remove()
    return seen


def finite(tensors):
    if isinstance(tensors, dict):
        return all(map(finite, tensors.values()))
    if isinstance(tensors, (tuple, list)):
        return all(map(finite, tensors))
    return not torch.is_tensor(tensors) or not tensors.is_floating_point() or bool(tensors.isfinite().all())
