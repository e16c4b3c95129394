"""Parts of a model, named by the paths they begin with: some are trained, each at its own rate, the rest is frozen."""

from contextlib import contextmanager

from torch.nn.modules.batchnorm import _BatchNorm
from torch.optim import Optimizer

from torch_impl.layers.aligned import LSTM, RNN


@contextmanager
def only_trained(model, parts):
    """Freeze everything but ``parts`` for the duration of the block; ``parts`` are trained even if they were frozen.

    A frozen batch norm infers: its running statistics are used and stay.  rule: norm-frozen

    Args:
        model: module.
        parts: paths such as "backbone.layer4" and "head"; "" is the whole model.

    Raises:
        ValueError: a part has no weights.
    """
    check_parts(parts, [path for path, _ in model.named_parameters()])
    before = [parameter.requires_grad for parameter in model.parameters()]
    for path, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            parameter.requires_grad_(part_of(path, parts) is not None and not is_fixed(module, name))
    hooks = [
        module.register_forward_pre_hook(infer)
        for path, module in model.named_modules()
        if isinstance(module, _BatchNorm) and part_of(path, parts) is None
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for parameter, trained in zip(model.parameters(), before, strict=True):
            parameter.requires_grad_(trained)


def with_rates(kind, model, learning_rate, factors, **options):
    """An optimizer of the trained weights whose learning rate differs between the parts of the model.

    Args:
        kind: one of ``training.optimizers``.
        model: module.
        learning_rate: of a factor of 1.
        factors: path of a part -> factor on the learning rate; of two that fit, the longer path counts. The first is 1:
            history and callbacks show its rate.
        options: of the optimizer.

    Raises:
        ValueError: a part has no weights, trained weights belong to no part, or the first factor is not 1.
    """
    check_first(factors)
    check_parts(factors, [path for path, _ in model.named_parameters()])
    groups = {part: {"params": [], "lr": learning_rate * factor} for part, factor in factors.items()}
    for path, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups[owning_part(path.rpartition(".")[0], factors)]["params"].append(parameter)
    return kind(list(groups.values()), learning_rate, **options)


def with_optimizers(model, learning_rate, rules):
    """An optimizer whose parts of the model are trained by rules of their own.

    Args:
        model: module.
        learning_rate: of a factor of 1.
        rules: path of a part -> (one of ``training.optimizers``, factor on the learning rate, its options); of two that
            fit, the longer path counts. The first factor is 1: history and callbacks show its rate.

    Raises:
        ValueError: a part has no weights, trained weights belong to no part, or the first factor is not 1.
    """
    factors = {part: factor for part, (_, factor, _) in rules.items()}
    groups = with_rates(Joined, model, learning_rate, factors).param_groups
    members = [
        kind([group], group["lr"], **options) for group, (kind, _, options) in zip(groups, rules.values(), strict=True)
    ]
    return Joined([group for member in members for group in member.param_groups], learning_rate, members)


class Joined(Optimizer):
    """Optimizers as one: a group of parameters for each, and all their slots."""

    def __init__(self, groups, lr, members=()):
        super().__init__(groups, {"lr": lr})
        self.members = members

    def step(self, closure=None):
        for member, group in zip(self.members, self.param_groups, strict=True):
            member.state, member.param_groups = self.state, [group]  # both are new after load_state_dict
            member.step()


def is_fixed(module, name):
    """A weight that is never trained.  rule: recurrent-two-biases"""
    return isinstance(module, (LSTM, RNN)) and name.startswith("bias_hh")


def infer(module, inputs):
    module.eval()


def part_of(path, parts):
    """The longest part that ``path`` lies in, or None."""
    return max((part for part in parts if not part or f"{path}.".startswith(f"{part}.")), key=len, default=None)


def owning_part(path, parts):
    part = part_of(path, parts)
    if part is None:
        raise ValueError(f"factors={parts!r}: expected a part for {path}, which is trained")
    return part


def check_first(factors):
    if next(iter(factors.values()), None) != 1:
        raise ValueError(f"factors={factors!r}: expected 1 as the first factor")


def check_parts(parts, paths):
    for part in parts:
        if not any(part_of(path, [part]) is not None for path in paths):
            tops = ", ".join(sorted({path.partition(".")[0] for path in paths}))
            raise ValueError(f"part={part!r}: expected the path of layers with weights, in {tops}")
