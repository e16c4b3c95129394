"""Parts of a training with one mistake each, as people write them."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import Adagrad, Adam, AdamW

from torch_impl.callbacks.early_stopping import EarlyStopping
from torch_impl.callbacks.plateau import Plateau
from torch_impl.callbacks.weight_average import WeightAverage
from torch_impl.training.losses import CrossEntropy
from torch_impl.training.optimizers import Lion


class Formula(torch.optim.Optimizer):
    """An optimizer by its formula: ``update(weight, gradient, slots, group)``."""

    def __init__(self, params, lr, **numbers):
        super().__init__(params, {"lr": lr, **numbers})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for weight in group["params"]:
                slots = self.state[weight]
                slots["step"] = slots.get("step", 0) + 1
                self.update(weight, weight.grad, slots, group)

    def update(self, weight, gradient, slots, group):
        raise NotImplementedError


def slot(slots, name, weight):
    return slots.setdefault(name, torch.zeros_like(weight))


class RateInsideVelocity(Formula):
    """``v = m v + rate g``: the same until the rate changes."""

    def update(self, weight, gradient, slots, group):
        buffer = slot(slots, "momentum_buffer", weight)
        buffer.mul_(group["momentum"]).add_(gradient, alpha=group["lr"])
        weight.sub_(buffer)


class NesterovFirst(Formula):
    """Steps with the buffer of the step before."""

    def update(self, weight, gradient, slots, group):
        buffer = slot(slots, "momentum_buffer", weight)
        weight.sub_(group["lr"] * (gradient + group["momentum"] * buffer))
        buffer.mul_(group["momentum"]).add_(gradient)


class DecayThatIsDecoupled(Formula):
    """Decay beside the gradient, after it."""

    def update(self, weight, gradient, slots, group):
        weight.sub_(group["lr"] * gradient)
        weight.mul_(1 - group["lr"] * group["weight_decay"])


class EpsilonInsideRoot(Formula):
    """RMSprop with epsilon under the root, as Keras has it."""

    def update(self, weight, gradient, slots, group):
        square = slot(slots, "square_avg", weight)
        square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        weight.sub_(group["lr"] * gradient / (square + 1e-8).sqrt())


class UncorrectedAdam(Formula):
    """Adam without bias correction."""

    def update(self, weight, gradient, slots, group):
        first, second = slot(slots, "exp_avg", weight), slot(slots, "exp_avg_sq", weight)
        first.lerp_(gradient, 0.1)
        second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        weight.sub_(group["lr"] * first / (second.sqrt() + 1e-8))


class EpsilonHat(Formula):
    """Adam with epsilon added before the correction, as Keras has it."""

    def update(self, weight, gradient, slots, group):
        first, second = slot(slots, "exp_avg", weight), slot(slots, "exp_avg_sq", weight)
        first.lerp_(gradient, 0.1)
        second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        correction = math.sqrt(1 - 0.999 ** slots["step"]) / (1 - 0.9 ** slots["step"])
        weight.sub_(group["lr"] * correction * first / (second.sqrt() + 1e-8))


class CoupledAdamW(Adam):
    """AdamW whose decay is part of the gradient."""


class DecayWithoutRate(AdamW):
    """Decay that is not multiplied by the learning rate."""

    def __init__(self, params, lr, weight_decay):
        super().__init__(params, lr=lr, weight_decay=weight_decay / lr)


def spared(optimizer):
    """Decay on matrices only."""

    class Spared(optimizer):
        def __init__(self, params, weight_decay, **options):
            params = list(params)
            groups = [{"params": [p for p in params if p.dim() > 1], "weight_decay": weight_decay}]
            super().__init__([*groups, {"params": [p for p in params if p.dim() < 2], "weight_decay": 0.0}], **options)

    return Spared


AdamSparesBiases, AdamWSparesBiases = spared(Adam), spared(AdamW)


class LionAfterUpdate(Lion):
    """Takes the sign of the new momentum."""

    def update(self, parameter, gradient, rate, betas, decay):
        momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
        momentum.mul_(betas[1]).add_(gradient, alpha=1 - betas[1])
        parameter.sub_(rate * torch.sign(momentum * betas[0] + gradient * (1 - betas[0])))


class LionCoupled(Lion):
    """Decay in the gradient, where the sign swallows it."""

    def update(self, parameter, gradient, rate, betas, decay):
        super().update(parameter, gradient + decay * parameter, rate, betas, 0.0)


class AdagradFromTenth(Adagrad):
    """The sum starts at 0.1, as in Keras."""

    def __init__(self, params, lr):
        super().__init__(params, lr=lr, initial_accumulator_value=0.1)


def tensor_for_global(limit):
    def clip(parameters):
        for parameter in parameters:
            nn.utils.clip_grad_norm_(parameter, limit)

    return clip


def global_for_tensor(limit):
    return lambda parameters: nn.utils.clip_grad_norm_(parameters, limit)


def norm_for_value(limit):
    return lambda parameters: nn.utils.clip_grad_norm_(parameters, limit)


def squared_norm(limit):
    """Compares the squared norm with the limit."""

    def clip(parameters):
        square = sum(parameter.grad.square().sum() for parameter in parameters)
        for parameter in parameters:
            parameter.grad.mul_(min(1.0, float(limit / (square + 1e-6))))

    return clip


class SmoothedOthers(CrossEntropy):
    """Spreads the smoothing over the other classes only."""

    def __init__(self, smoothing):
        super().__init__()
        self.smoothing = smoothing

    def forward(self, outputs, target):
        classes = outputs.shape[-1]
        shares = F.one_hot(target, classes) * (1 - self.smoothing)
        shares = shares + (1 - F.one_hot(target, classes)) * self.smoothing / (classes - 1)
        return -(shares * outputs.log_softmax(-1)).sum(-1).mean()


def smoothed_others(smoothing):
    return SmoothedOthers(smoothing)


class WeightsByBatch(nn.Module):
    """Class weights divided by the number of samples, as in Keras."""

    def __init__(self, class_weights):
        super().__init__()
        self.weights = torch.tensor(class_weights, dtype=torch.float64)

    def forward(self, outputs, target):
        return F.cross_entropy(outputs, target, self.weights, reduction="none").mean()


def cross_entropy_by_batch(class_weights):
    return WeightsByBatch(class_weights)


class Summed(nn.Module):
    """A squared error that is summed over the features."""

    def forward(self, outputs, target):
        return (outputs - target).square().sum(-1).mean()


def squared_error_summed():
    return Summed()


def half_squared_error():
    return lambda outputs, target: F.mse_loss(outputs, target) / 2


def huber_smooth_l1(delta):
    """``SmoothL1Loss``: Huber's loss divided by delta."""
    return nn.SmoothL1Loss(beta=delta)


def absolute_error_smooth():
    return nn.SmoothL1Loss(beta=1e-3)


def binary_unsmoothed(smoothing):
    return nn.BCEWithLogitsLoss()


def categorical_twice():
    """Cross-entropy on probabilities that are taken for logits."""
    return lambda outputs, target: F.cross_entropy(outputs.softmax(-1), target)


def l2_whole(factor):
    """Without the half."""
    return lambda parameters: sum(parameter.square().sum() for parameter in parameters) * factor


def l1_mean(factor):
    return lambda parameters: sum(parameter.abs().mean() for parameter in parameters) * factor


def step_late(every, factor):
    return lambda index: factor ** (max(index - 1, 0) // every)


def exponential_late(factor):
    return lambda index: factor ** max(index - 1, 0)


def cosine_longer(total):
    return lambda index: (1 + math.cos(math.pi * index / (total + 1))) / 2


def warmup_from_one(length):
    """The first step has a rate already."""
    return lambda index: min((index + 1) / length, 1)


def warmup_cosine_whole(length, total):
    """The cosine counts from the start, not from the end of the warm-up."""
    return lambda index: index / length if index < length else (1 + math.cos(math.pi * index / total)) / 2


def triangular_down(length):
    return lambda index: 0.1 + 0.9 * abs((index / length) % 2 - 1)


class PlateauEarly(Plateau):
    """Keras's patience: one epoch less."""

    def __init__(self, monitor, factor, patience):
        super().__init__(monitor, factor, patience - 1)


class PlateauAbsolute(Plateau):
    """An absolute threshold."""

    def on_train_begin(self):
        self.options["threshold_mode"] = "abs"
        super().on_train_begin()


class PlateauWithoutCooldown(Plateau):
    def __init__(self, monitor, factor, patience, cooldown):
        super().__init__(monitor, factor, patience)


class StoppingLate(EarlyStopping):
    """One epoch of patience more."""

    def __init__(self, monitor, patience, **options):
        super().__init__(monitor, patience + 1, **options)


class StoppingWithoutDelta(EarlyStopping):
    def __init__(self, monitor, patience, min_delta):
        super().__init__(monitor, patience)


class StoppingWithoutRestore(EarlyStopping):
    def on_train_end(self):
        """Keeps the last weights."""


class AverageFromZero(WeightAverage):
    """Starts at zero without correction."""

    def on_train_begin(self):
        super().on_train_begin()
        with torch.no_grad():
            for average in self.average.module.parameters():
                average.zero_()
        self.average.n_averaged += 1


class AdagradByOccurrence(Formula):
    """Squares every occurrence of a token instead of their sum, as sparse updates do."""

    def update(self, weight, gradient, slots, group):
        square = gradient.square()
        if hasattr(weight, "occurrences"):
            tokens, rows = weight.occurrences
            square = torch.zeros_like(weight).index_add_(0, tokens.flatten(), rows.flatten(0, 1).square())
        total = slot(slots, "sum", weight).add_(square)
        weight.sub_(group["lr"] * gradient / (total.sqrt() + 1e-10))


class AdafactorUnscaled(torch.optim.Adafactor):
    """Without the size of the weight in the step."""

    def __init__(self, params, lr):
        super().__init__(params, lr=lr, eps=(None, 1.0))


class AdafactorKeepsSums(torch.optim.Adafactor):
    """Keeps the sum of each row instead of its mean: the steps are the same, the slots are not."""

    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        self.register_step_pre_hook(lambda *_: self._scale_rows(-1))
        self.register_step_post_hook(lambda *_: self._scale_rows(1))

    def _scale_rows(self, power):
        for parameter, slots in self.state.items():
            if "row_var" in slots:
                slots["row_var"].mul_(float(parameter.shape[-1]) ** power)


def probabilities_plain():
    """Without the clipping and the second normalisation."""
    return lambda outputs, target: F.nll_loss((outputs + 1e-3).log(), target)
