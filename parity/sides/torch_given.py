"""Train with the optimizer and the loss that the user hands over beside a Torch module."""

from __future__ import annotations

import copy
import functools
import inspect
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from types import CellType, FunctionType, MethodType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau as Plateau

from parity import plateau
from parity.errors import UsageError
from parity.goals import Goals, each_of
from parity.recording import Arrays, Instead, LossFacts, OptimizerFacts, Training
from parity.sides import torch_formulas, torch_patches, torch_training
from parity.sides.calls import Calls
from parity.sides.common import replaced
from parity.sides.recipes import NEGLIGIBLE, Log
from parity.sides.torch_clipping import clipping
from parity.sides.torch_events import KeptDouble, without_dropout
from parity.sides.torch_form import Form, Outputs, target_of
from parity.sides.torch_optimizers import FORMULAS, numbers_of, recognised
from parity.sides.torch_state import everything, held, slashed
from parity.sides.torch_trace import Tracing

SLOTS = {
    "momentum_buffer": "momentum",
    "exp_avg": "momentum",
    "exp_avg_sq": "velocity",
    "max_exp_avg_sq": "velocity_hat",
    "exp_inf": "norm",
    "sum": "accumulator",
    "grad_avg": "average_gradient",
    "acc_delta": "accumulated_delta",
}
MODULES: Mapping[type, Callable[..., Any]] = {
    nn.MSELoss: F.mse_loss,
    nn.L1Loss: F.l1_loss,
    nn.HuberLoss: F.huber_loss,
    nn.SmoothL1Loss: F.smooth_l1_loss,
    nn.CrossEntropyLoss: F.cross_entropy,
    nn.NLLLoss: F.nll_loss,
    nn.BCELoss: F.binary_cross_entropy,
    nn.BCEWithLogitsLoss: F.binary_cross_entropy_with_logits,
    nn.KLDivLoss: F.kl_div,
    nn.PoissonNLLLoss: F.poisson_nll_loss,
}
ENDS = {"T_max": 0, "total_steps": -1, "total_iters": 0}
"""What schedulers call their last step, and how far from it that is: the number of steps is one more."""
NATIVE = {function: module.__name__ for module, function in MODULES.items()}


@dataclass(frozen=True)
class Given:
    """What stands beside the module; every run takes copies.

    Args:
        module: the one whose parameters ``optimizer`` holds.
    """

    module: nn.Module
    optimizer: torch.optim.Optimizer
    loss: Callable[..., Any]
    scheduler: Any = None


def taken_apart(parts: Any, reference: str) -> Given | None:
    """(module, optimizer, loss[, scheduler]); None for a module alone.

    Raises:
        UsageError: a tuple of another kind, or an optimizer that was made for another module.
    """
    if not isinstance(parts, (tuple, list)):
        return None
    if len(parts) not in (3, 4) or not isinstance(parts[0], nn.Module):
        raise UsageError(
            f"{reference}: {len(parts)} objects, expected (module, optimizer, loss[, scheduler])",
            "the module first, then a torch.optim object, then a loss",
        )
    given = Given(*parts)
    if not isinstance(given.optimizer, torch.optim.Optimizer):
        raise UsageError(
            f"{reference}: {type(given.optimizer).__name__} is no torch optimizer",
            "such as torch.optim.Adam(module.parameters())",
        )
    if _asks_again(given.optimizer):
        raise UsageError(
            f"{reference}: {type(given.optimizer).__name__} asks for the loss several times in a step",
            "compare optimizers that take one gradient in a step, as fit does",
        )
    if not callable(given.loss):
        raise UsageError(f"{reference}: {type(given.loss).__name__} is no loss", "such as nn.CrossEntropyLoss()")
    known = {id(parameter) for parameter in given.module.parameters()}
    strangers = [p for group in given.optimizer.param_groups for p in group["params"] if id(p) not in known]
    if strangers:
        raise UsageError(
            f"{reference}: the optimizer holds {len(strangers)} tensors that are no parameters of the module",
            "make it with module.parameters(), after everything that replaces them",
        )
    if any(int(state.get("step", 0)) for state in given.optimizer.state.values()):
        raise UsageError(f"{reference}: the optimizer has already made steps", "hand over one that has made none")
    return given


def _asks_again(optimizer: torch.optim.Optimizer) -> bool:
    """A closure that computes the loss anew is a must, as for LBFGS."""
    closure = inspect.signature(optimizer.step).parameters.get("closure")
    return closure is not None and closure.default is inspect.Parameter.empty


def bound_to(given: Given, model: nn.Module) -> tuple[torch.optim.Optimizer, Any]:
    """Copies of optimizer and scheduler that hold the parameters of ``model``, a copy of the module."""
    memo = _copies(given, model)
    optimizer = copy.deepcopy(given.optimizer, memo)
    for hooks in ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks"):
        getattr(optimizer, hooks).update(getattr(given.optimizer, hooks))
    for parameter, state in optimizer.state.items():
        for name, value in state.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape:
                state[name] = value.to(parameter.dtype)
    memo[id(given.optimizer)] = optimizer
    return optimizer, copy.deepcopy(given.scheduler, memo)


def _copies(given: Given, model: nn.Module) -> dict[int, Any]:
    """By the identity of everything in the module what ``model``, a copy of it, has in its place."""
    memo: dict[int, Any] = {}
    for list_all in (nn.Module.named_modules, nn.Module.named_parameters, nn.Module.named_buffers):
        theirs = dict(list_all(model, remove_duplicate=False))
        memo |= {id(own): theirs[name] for name, own in list_all(given.module) if name in theirs}
    return memo


def loss_of(given: Given, dtype: str, model: nn.Module) -> Callable[..., Any]:
    """The loss, in ``dtype`` what is its own of the tensors; a penalty in it is one on the weights of ``model``."""
    return _loss_with(given, dtype, _copies(given, model))


def _loss_with(given: Given, dtype: str, memo: dict[int, Any]) -> Callable[..., Any]:
    """The loss with other objects in the place of some."""
    loss: Callable[..., Any] = _exchanged(given.loss, memo)
    return loss.to(getattr(torch, dtype)) if isinstance(loss, nn.Module) else loss


def _exchanged(value: Any, memo: dict[int, Any]) -> Any:
    """A copy with other objects in the place of some, in what a function has around it as well."""
    if isinstance(value, functools.partial):
        words = {name: _exchanged(each, memo) for name, each in value.keywords.items()}
        return functools.partial(
            _exchanged(value.func, memo), *(_exchanged(each, memo) for each in value.args), **words
        )
    if isinstance(value, FunctionType) and value.__closure__:
        return memo[id(value)] if id(value) in memo else _function_with(value, memo)
    return (
        copy.deepcopy(value, memo) if isinstance(value, (nn.Module, Tensor, list, tuple, dict, MethodType)) else value
    )


def _function_with(function: FunctionType, memo: dict[int, Any]) -> FunctionType:
    cells = tuple(CellType() for _ in function.__closure__ or ())
    made = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__dict__.update(function.__dict__)
    memo[id(function)] = made
    for cell, own in zip(cells, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # nothing is in it yet
            cell.cell_contents = own.cell_contents
            with suppress(TypeError, RuntimeError):  # there are things that cannot be copied
                cell.cell_contents = _exchanged(own.cell_contents, memo)
    return made


def optimizer_facts(given: Given, model: nn.Module, horizon: int) -> OptimizerFacts:
    """What the optimizer is; learning rates of ``horizon`` steps where it has a scheduler."""
    optimizer, scheduler = bound_to(given, model)
    name, group = type(optimizer).__name__, optimizer.param_groups[0]
    stock = type(optimizer).__module__.startswith("torch.optim")
    kind, attributes, forms = FORMULAS.get(name, ("", {}, {})) if stock else ("", {}, {})
    coupled = name != "AdamW" and not group.get("decoupled_weight_decay", False)
    numbers = numbers_of(optimizer.defaults | group, attributes, forms) | {"decoupled": not coupled}
    if not stock:
        again = bound_to(given, model)[0]
        with _without_hooks(again):
            kind, numbers = recognised(again, model) or (kind, numbers)
    clip, clip_epsilon = clipping(optimizer, model)
    numbers |= {"clip": clip, "clip_epsilon": clip_epsilon, "accumulated": 1}
    paths = {parameter: slashed(name) for name, parameter in model.named_parameters()}
    if isinstance(scheduler, Plateau):
        numbers["plateau"] = _of_plateau(scheduler)
        rates = [(rate,) * len(optimizer.param_groups) for rate in plateau_rates(given, numbers["plateau"])]
    else:
        rates, momenta = _rates(optimizer, scheduler, horizon if scheduler else 1)
        numbers |= _cycled(numbers, optimizer.defaults, momenta)
    by_group = list(zip(optimizer.param_groups, zip(*rates, strict=True), strict=True))
    return OptimizerFacts(
        name,
        kind,
        numbers,
        {paths[p]: each for group, each in by_group for p in group["params"] if p.requires_grad},
        {paths[p]: float(group.get("weight_decay", 0.0)) for group, _ in by_group for p in group["params"]},
        type(scheduler).__name__ if scheduler else "",
        next((int(getattr(scheduler, each)) + more for each, more in ENDS.items() if hasattr(scheduler, each)), None),
    )


def _of_plateau(scheduler: Plateau) -> dict[str, Any]:
    """Its numbers in the words of ``parity.plateau``."""
    return {
        "patience": scheduler.patience,
        "threshold": float(scheduler.threshold),
        "relative": scheduler.threshold_mode == "rel",
        "cooldown": scheduler.cooldown,
        "smallest": float(scheduler.eps) if scheduler.eps > plateau.NOTHING else 0.0,
        "factor": float(scheduler.factor),
        "least": float(scheduler.min_lrs[0]),
        "mode": scheduler.mode,
    }


def plateau_rates(given: Given, numbers: Mapping[str, Any]) -> tuple[float, ...]:
    """The learning rate of every epoch of ``parity.plateau.losses``."""
    start = given.optimizer.param_groups[0]["lr"]
    optimizer = torch.optim.SGD([torch.zeros(1)], start)
    mode = "rel" if numbers["relative"] else "abs"
    scheduler = Plateau(
        optimizer,
        numbers["mode"],
        numbers["factor"],
        numbers["patience"],
        numbers["threshold"],
        mode,
        numbers["cooldown"],
        numbers["least"],
        numbers["smallest"],
    )
    rates = []
    for loss in plateau.losses():
        rates.append(float(optimizer.param_groups[0]["lr"]))
        scheduler.step(-loss if numbers["mode"] == "max" else loss)
    return tuple(rates)


def _rates(
    optimizer: torch.optim.Optimizer, scheduler: Any, horizon: int
) -> tuple[list[tuple[float, ...]], tuple[float, ...]]:
    """Learning rates of every group, and the first one's momentum, in every step that the scheduler has.

    There are no gradients, with which hooks could do anything.
    """
    rates, momenta = [], []
    optimizer.zero_grad()
    ends = suppress(ValueError)  # one cycle comes to an end
    with warnings.catch_warnings(), _without_hooks(optimizer), ends:
        warnings.simplefilter("ignore")
        for _ in range(horizon):
            if any(isinstance(group["lr"], complex) for group in optimizer.param_groups):
                break  # a power of what is left, where nothing is
            rates.append(tuple(float(group["lr"]) for group in optimizer.param_groups))
            momenta.append(_momentum(optimizer.param_groups[0]))
            if scheduler:
                optimizer.step()
                scheduler.step()
    return rates, tuple(momenta)


def _momentum(group: Mapping[str, Any]) -> float:
    """What cyclic schedules move."""
    return float(group["betas"][0] if "betas" in group else group.get("momentum", 0.0))


def _cycled(numbers: Mapping[str, Any], defaults: Mapping[str, Any], momenta: tuple[float, ...]) -> dict[str, Any]:
    """The momentum of every step where the scheduler moves it; the optimizer itself was given another number."""
    if len(set(momenta)) == 1:
        return {}
    name = "beta_1" if "beta_1" in numbers else "momentum"
    return {name: _momentum(defaults), "cycled": momenta}


@contextmanager
def _without_hooks(optimizer: torch.optim.Optimizer) -> Iterator[None]:
    with (
        replaced(optimizer, "_optimizer_step_pre_hooks", OrderedDict()),
        replaced(optimizer, "_optimizer_step_post_hooks", OrderedDict()),
    ):
        yield


def loss_facts(given: Given, outputs: int = 1) -> LossFacts:
    """What the loss is; a function of the user's has no kind, and is the only one that takes several outputs."""
    function, options = _function(given.loss)
    if outputs > 1:
        return LossFacts(_name_of(given.loss), "", parts=(LossFacts("", ""),) * outputs)
    if function not in NATIVE or options.get("reduction", "mean") not in ("mean", "sum", "batchmean"):
        return LossFacts(_name_of(given.loss), "")
    kind, numbers = _numbers(function, options)
    return LossFacts(NATIVE[function], kind, numbers)


def _name_of(loss: Any) -> str:
    return str(getattr(loss, "__name__", type(loss).__name__))


def _function(loss: Any) -> tuple[Any, dict[str, Any]]:
    if type(loss) in MODULES:
        names = (
            "reduction",
            "weight",
            "label_smoothing",
            "ignore_index",
            "delta",
            "beta",
            "pos_weight",
            "log_input",
            "full",
            "log_target",
            "eps",
        )
        return MODULES[type(loss)], {name: getattr(loss, name) for name in names if hasattr(loss, name)}
    if isinstance(loss, functools.partial) and not loss.args:
        return loss.func, dict(loss.keywords)
    return (loss, {}) if callable(loss) and getattr(loss, "__hash__", None) else (None, {})


def _numbers(function: Any, options: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    reduction = options.get("reduction", "mean")
    element = {
        "reduce": "samples" if reduction == "batchmean" else reduction,
        "inner": "mean" if reduction == "mean" else "sum",
        "broadcast": True,
    }
    if function in (F.mse_loss, F.l1_loss):
        return "squared_error" if function is F.mse_loss else "absolute_error", element
    if function is F.huber_loss:
        return "huber", element | {"delta": float(options.get("delta", 1.0)), "scale": 1.0}
    if function is F.smooth_l1_loss:
        beta = float(options.get("beta", 1.0))
        return ("huber", element | {"delta": beta, "scale": 1 / beta}) if beta else ("absolute_error", element)
    if function is F.kl_div:
        more = {"takes": "logarithms", "log_target": bool(options.get("log_target")), "clip": False}
        return "divergence", element | more
    if function is F.poisson_nll_loss:
        takes = "logarithms" if options.get("log_input", True) else "rates"
        more = {"takes": takes, "epsilon": float(options.get("eps", 1e-8)), "full": bool(options.get("full"))}
        return "poisson", element | more
    if function in (F.binary_cross_entropy, F.binary_cross_entropy_with_logits):
        weight = options.get("weight")
        if weight is not None and weight.numel() > 1:
            return "", {}
        takes = "probabilities" if function is F.binary_cross_entropy else "logits"
        more = {"takes": takes, "smoothing": 0.0, "positive_weight": _listed(options.get("pos_weight"))}
        more |= {} if weight is None else {"times": float(weight)}
        return "binary_cross_entropy", element | more | ({"clip": False} if takes == "probabilities" else {})
    ignored = options.get("ignore_index", -100)
    weights = _listed(options.get("weight"))
    return "cross_entropy", {
        "reduce": element["reduce"],
        "takes": "logits" if function is F.cross_entropy else "logarithms",
        "smoothing": float(options.get("label_smoothing", 0.0)),
        "labels": "indices",
        "class_axis": "second",
        "weights": weights,
        "divide": "samples" if weights is None else "weights",
        "smoothing_weighted": weights is not None,
        "ignored": None if ignored == -100 else ignored,
    }


def _listed(tensor: Any) -> Any:
    """One number for each class, whatever axes of one stand around them."""
    if tensor is None:
        return None
    numbers = torch.as_tensor(tensor).double()
    return (numbers.flatten() if numbers.dim() and numbers.numel() == max(numbers.shape) else numbers).tolist()


def loss_values(given: Given, outputs: list[Outputs], targets: list[Goals], form: Form) -> list[float]:
    """The user's loss without penalties on outputs that both sides are given, canonical order."""
    own = _without_penalties(given, "float64")
    return [float(_on_arrays(own, x, y, form).mean()) for x, y in zip(outputs, targets, strict=True)]


def formula_values(
    candidates: list[LossFacts], outputs: list[NDArray], targets: list[NDArray], first: bool
) -> list[list[float]]:
    """Each candidate on one output, canonical order.

    Args:
        candidates: losses by their facts.
        outputs, targets: of that output.
        first: the module gives it with its channels on axis 1.
    """
    pairs = [(torch.from_numpy(np.array(x)), target_of(y, "float64")) for x, y in zip(outputs, targets, strict=True)]
    return [[_attempted(facts, x, y, first) for x, y in pairs] for facts in candidates]


def _without_penalties(given: Given, dtype: str) -> Callable[..., Any]:
    """The loss where all weights of the module are zero."""
    zeros = {id(p): torch.zeros_like(p, dtype=getattr(torch, dtype)) for p in given.module.parameters()}
    return _loss_with(given, dtype, {own: nn.Parameter(zero, requires_grad=False) for own, zero in zeros.items()})


def penalties(given: Given, model: nn.Module, outputs: Outputs, targets: Goals, form: Form) -> dict[str, float]:
    """By weight, how many times the sum of its squares the loss adds by hand; of those that it adds nothing else of."""
    value = _on_arrays(loss_of(given, "float64", model), outputs, targets, form).mean()
    if not value.requires_grad:
        return {}
    named = {slashed(name): p for name, p in model.named_parameters() if p.requires_grad}
    try:
        slopes = torch.autograd.grad(value, list(named.values()), allow_unused=True)
    except RuntimeError:  # a penalty on what the last step has left behind
        return {}
    factors = {
        path: _factor(p.detach(), s) for (path, p), s in zip(named.items(), slopes, strict=True) if s is not None
    }
    return {path: factor for path, factor in factors.items() if factor}


def _factor(weight: Tensor, slope: Tensor) -> float:
    """The slope of so many times the sum of squares; 0 if it is that of something else."""
    squares = weight.square().sum()
    factor = (weight * slope).sum() / (2 * squares) if squares else squares
    return float(factor) if torch.allclose(slope, 2 * factor * weight, rtol=1e-9, atol=0) else 0.0


def _attempted(facts: LossFacts, output: Tensor, target: Tensor, first: bool) -> float:
    try:
        return float(torch_formulas.loss(_last_axis(facts, first), output, target))
    except (RuntimeError, ValueError, IndexError):
        return float("nan")


def _quietly(loss: Callable[..., Any], outputs: Any, targets: Any) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns when it broadcasts; that is reported as a cause
        return loss(outputs, targets)


def _last_axis(facts: LossFacts, first: bool) -> LossFacts:
    """Axis 1 of the module is the last axis of the canonical output, where the module is channels first."""
    if first or facts.numbers.get("class_axis") != "second":
        return (
            replace(facts, numbers={**facts.numbers, "class_axis": "last"}) if "class_axis" in facts.numbers else facts
        )
    return facts


def _on_arrays(own: Callable[..., Any], outputs: Outputs, targets: Goals, form: Form) -> Tensor:
    """The user's loss of outputs in canonical order."""
    arrays = outputs if isinstance(outputs, tuple) else (outputs,)
    tensors = [torch.from_numpy(np.array(array)) for array in arrays]
    value: Tensor = _quietly(own, form.filled(tensors), form.targets(targets, "float64"))
    return value.double()


def train(
    model: nn.Module,
    given: Given,
    calls: Calls,
    dtype: str,
    run: Callable[[Any], Form],
    rows: Iterator[tuple[int, Any, Goals]],
    options: Mapping[str, Any],
    seed: int,
    keep: int | None,
    quiet: frozenset[str],
) -> tuple[Training, dict[int, dict[str, Arrays]]]:
    """The loop that a user writes, with the user's optimizer, loss and scheduler, or ``options['instead']``.

    Args:
        run: calls ``model`` on one batch of inputs.
        rows: epoch, inputs and targets of every batch.
        options: epochs, batch, instead; undropped.
    """
    log = Log(keep or 0)
    instead: Instead = options.get("instead") or Instead()
    stepper = _Own(given, model) if instead.optimizer is None else _Formula(instead.optimizer, model)
    criterion = _criterion(given, model, dtype, instead.loss)
    sums: dict[int, list[float]] = {}
    model.train()
    with ExitStack() as stack:
        stack.enter_context(torch_patches.default_dtype(dtype))
        stack.enter_context(torch_patches.followed(model, calls))
        stack.enter_context(
            without_dropout(model) if options.get("undropped") else torch_patches.shared_draws(calls, seed, noise=False)
        )
        stack.enter_context(_thawed(model, instead.optimizer))
        stack.enter_context(torch_training.quieted(model, quiet))
        stack.enter_context(Tracing())
        stack.enter_context(KeptDouble())
        for step, (epoch, inputs, targets) in enumerate(rows):
            calls.begin(step)
            log.begin()
            model.zero_grad(set_to_none=True)
            value = _quietly(criterion, run(inputs), targets) + stepper.penalty()
            value.backward()
            log.losses.append(float(value.detach()))
            rates = stepper.step()
            log.step(rates, lambda: everything(model), lambda: slots(model, stepper))
            sums.setdefault(epoch, []).append(float(value.detach()) * len(targets))
            sums.setdefault(-1 - epoch, []).append(float(len(targets)))
    model.zero_grad(set_to_none=True)
    log.updates, log.opaque = len(log.rates), stepper.opaque
    log.end(lambda: everything(model), lambda: slots(model, stepper))
    model.eval()
    curve = [sum(sums[epoch]) / sum(sums[-1 - epoch]) for epoch in sorted(sums) if epoch >= 0]
    return log.result({"loss": curve}), log.states


def _criterion(given: Given, model: nn.Module, dtype: str, instead: LossFacts | None) -> Callable[..., Any]:
    """The user's loss, or another one with the penalties that the user's adds by hand."""
    whole = loss_of(given, dtype, model)

    def own(form: Form, goals: Goals) -> Any:
        return whole(form.raw, form.targets(goals, dtype))

    if instead is None or loss_facts(given).kind:
        return own if instead is None else functools.partial(_by_facts, instead)
    bare = _without_penalties(given, dtype)

    def criterion(form: Form, goals: Goals) -> Tensor:
        value, fixed = _by_facts(instead, form, goals), form.kept()
        with_penalty = own(fixed, goals)
        alone = bare(fixed.raw, fixed.targets(goals, dtype))
        return value + with_penalty - alone if with_penalty.requires_grad else value

    return criterion


@contextmanager
def _thawed(model: nn.Module, facts: OptimizerFacts | None) -> Iterator[None]:
    """Everything that an optimizer by its facts trains has gradients, what the user has frozen as well."""
    trained = facts.rates if facts else ()
    frozen = [p for name, p in model.named_parameters() if slashed(name) in trained and not p.requires_grad]
    for parameter in frozen:
        parameter.requires_grad_(True)
    try:
        yield
    finally:
        for parameter in frozen:
            parameter.requires_grad_(False)


def _by_facts(facts: LossFacts, form: Form, goals: Goals) -> Tensor:
    """By its facts on the canonical outputs; the sum of the losses of several."""
    parts = facts.parts or (facts,) * len(form.tensors)
    targets = [target_of(array, "float64") for array in each_of(goals)]
    each = zip(parts, form.canonical, targets, form.first, strict=True)
    return torch.stack([torch_formulas.loss(_last_axis(part, first), x, y) for part, x, y, first in each]).sum()


class _Own:
    """The user's optimizer and scheduler."""

    def __init__(self, given: Given, model: nn.Module) -> None:
        self.optimizer, self.scheduler = bound_to(given, model)

    def step(self) -> tuple[float, ...]:
        rates = {float(group["lr"]) for group in self.optimizer.param_groups}
        self.optimizer.step()
        if self.scheduler and not isinstance(self.scheduler, Plateau):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the copy's step is not the one that the scheduler has wrapped
                self.scheduler.step()
        return tuple(sorted(rates))

    def penalty(self) -> float:
        return 0.0

    @property
    def slots(self) -> Mapping[Any, Mapping[str, Any]]:
        return self.optimizer.state

    @property
    def opaque(self) -> bool:
        return not type(self.optimizer).__module__.startswith("torch.optim")

    def under_root(self, name: str, tensor: Tensor) -> Tensor:
        """The sum of Adagrad with its epsilon, wherever it is added: Keras keeps it under the root."""
        epsilon = self.optimizer.defaults["eps"] if name == "sum" else 0.0
        return (tensor.sqrt() + epsilon) ** 2 if epsilon > NEGLIGIBLE else tensor


class _Formula:
    """An optimizer by its facts; it shows no slots."""

    slots: Mapping[Any, Mapping[str, Any]] = {}
    opaque = False

    def under_root(self, name: str, tensor: Tensor) -> Tensor:
        return tensor

    def __init__(self, facts: OptimizerFacts, model: nn.Module) -> None:
        named = {slashed(name): parameter for name, parameter in model.named_parameters()}
        self.formula = torch_formulas.Formula(facts, named)

    def step(self) -> tuple[float, ...]:
        rates = tuple(sorted(set(self.formula.rates().values())))
        self.formula.step()
        return rates

    def penalty(self) -> Tensor | float:
        return self.formula.penalty()


def slots(model: nn.Module, stepper: _Own | _Formula) -> dict[str, Arrays]:
    """Every slot of its weight's shape by the name that both sides give it; its own memory.

    What an optimizer of the user's own keeps under such a name may be anything.
    """
    if stepper.opaque:
        return {}
    paths = {parameter: slashed(name) for name, parameter in model.named_parameters()}
    found: dict[str, Arrays] = {}
    for parameter, kept in stepper.slots.items():
        for name, tensor in kept.items():
            if isinstance(tensor, Tensor) and name in {*SLOTS, "square_avg"} and tensor.shape == parameter.shape:
                neutral = SLOTS.get(name) or ("accumulated_gradient" if "acc_delta" in kept else "velocity")
                found.setdefault(neutral, {})[paths[parameter]] = held(stepper.under_root(name, tensor))
    return found
