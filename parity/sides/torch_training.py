"""Run a Torch recipe and record every step of it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from parity.arrays import floats_as
from parity.recording import Arrays, Training
from parity.sides import torch_patches
from parity.sides.calls import Calls
from parity.sides.common import by_name, replaced
from parity.sides.recipes import Log, run
from parity.sides.torch_losses import LOSSES
from parity.sides.torch_state import everything, held, slashed
from parity.sides.torch_trace import Tracing, channels_last, set_mark, tensors_in
from torch_impl.callbacks.history import History
from torch_impl.training import loop
from torch_impl.training.batches import Batches
from torch_impl.training.optimizers import Adam

SLOTS = {
    "exp_avg": "momentum",
    "exp_avg_sq": "velocity",
    "momentum_buffer": "momentum",
    "square_avg": "square",
    "row_var": "row",
    "col_var": "column",
}
"""Torch's names of what Keras calls otherwise."""


def train(
    model: nn.Module,
    calls: Calls,
    dtype: str,
    recipe: str,
    training: Any,
    validation: Any,
    options: Mapping[str, Any],
    seed: int,
    shared: bool,
    keep: int | None,
    quiet: frozenset[str],
) -> tuple[Training, dict[int, dict[str, Arrays]]]:
    """Train ``model``; with ``keep`` record every step, and the state after the first ``keep`` and the last."""
    log = Log(keep or 0)
    with ExitStack() as stack:
        stack.enter_context(torch_patches.default_dtype(dtype))
        if shared:
            stack.enter_context(torch_patches.followed(model, calls))
            stack.enter_context(torch_patches.shared_draws(calls, seed))
            stack.enter_context(_marked(model))
            stack.enter_context(Tracing())
        stack.enter_context(quieted(model, quiet))
        recorder = stack.enter_context(recorded(log)) if keep is not None else None
        curves = run(
            importlib.import_module(f"torch_impl.recipes.{recipe}").train if recipe else probe,
            model,
            channels_first(training, dtype),
            channels_first(validation, dtype),
            seed,
            on_step=calls.begin,
            **options,
        )
    if recorder:
        log.end(lambda: everything(model), lambda: slots(model, recorder[0].optimizer))
    return log.result(curves), log.states


def probe(
    model: nn.Module,
    training: Any,
    validation: Any,
    loss: str,
    epochs: int,
    batch: int,
    seed: int = 0,
    on_step: Callable[[int], None] | None = None,
) -> dict[str, list[float]]:
    """Train a model that has no recipe of its own: Adam on a named loss of all outputs."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return loop.fit(
        model,
        Adam(trained),
        Whole(loss),
        Batches(*training, batch),
        Batches(*validation, batch),
        epochs,
        on_step=on_step,
    )


class Whole(nn.Module):
    """A loss of ``torch_losses`` as a recipe takes it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.function = LOSSES[name]

    def forward(self, outputs: Any, target: torch.Tensor) -> torch.Tensor:
        return self.function(target, {name: channels_last(tensor) for name, tensor in by_name(outputs).items()})


class Recorder(History):
    """The history of a recipe, which also records every step."""

    def __init__(self, log: Log, recorders: list[Recorder]) -> None:
        super().__init__()
        self.log = log
        recorders.append(self)

    def on_step_begin(self, step: int) -> None:
        self.log.begin()

    def on_step_end(self, step: int, loss: float) -> None:
        self.log.losses.append(loss)
        self.log.step(
            tuple(sorted({group["lr"] for group in self.optimizer.param_groups})),
            lambda: everything(self.model),
            lambda: slots(self.model, self.optimizer),
        )

    def on_train_begin(self) -> None:
        self.optimizer.register_step_post_hook(self.updated)

    def updated(self, *_: Any) -> None:
        self.log.updates += 1


@contextmanager
def recorded(log: Log) -> Iterator[list[Recorder]]:
    """Record steps through the history that every recipe keeps; gives the recorders that were made."""
    recorders: list[Recorder] = []
    with replaced(loop, "History", partial(Recorder, log, recorders)):
        yield recorders


@contextmanager
def quieted(model: nn.Module, paths: frozenset[str]) -> Iterator[None]:
    """Take the gradients of some weights as zero: on paper they are, and Adam makes whole steps of their rounding."""
    chosen = [p for name, p in model.named_parameters() if slashed(name) in paths and p.requires_grad]
    handles = [parameter.register_hook(torch.zeros_like) for parameter in chosen]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


class _FunctionsOverN(TorchFunctionMode):
    """``F.batch_norm`` updates these running variances as Keras does."""

    def __init__(self, variances: Sequence[torch.Tensor]) -> None:
        super().__init__()
        self.variances = variances

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is not nn.functional.batch_norm:
            return func(*args, **kwargs)
        call = inspect.signature(func).bind(*args, **kwargs)
        call.apply_defaults()
        given, variance = call.arguments["input"], call.arguments["running_var"]
        if not call.arguments["training"] or not any(variance is each for each in self.variances):
            return func(*args, **kwargs)
        kept = (1 - call.arguments["momentum"]) * variance.detach().clone()
        result = func(*args, **kwargs)
        count = given.numel() // given.shape[1]
        variance.data.copy_(kept + (variance - kept) * (count - 1) / count)
        return result


@contextmanager
def over_n(model: nn.Module, paths: frozenset[str]) -> Iterator[None]:
    """Batch norms, or functions that update the tensors, at ``paths`` remember as Keras does.

    rule: norm-running-variance
    """
    before: dict[nn.Module, torch.Tensor] = {}

    def keep(norm: Any, arguments: Any) -> None:
        before[norm] = norm.running_var.clone()

    def correct(norm: Any, arguments: Any, result: Any) -> None:
        if not norm.training:
            return
        count = arguments[0].numel() // arguments[0].shape[1]
        kept = (1 - norm.momentum) * before.pop(norm)
        # The statistics count as an input of the backward pass: a copy of their data leaves them at their version.
        norm.running_var.data.copy_(kept + (norm.running_var - kept) * (count - 1) / count)

    handles = []
    for path, module in model.named_modules():
        if path in paths and getattr(module, "track_running_stats", False) and module.momentum is not None:
            handles += [module.register_forward_pre_hook(keep), module.register_forward_hook(correct)]
    kept = [tensor for name, tensor in model.named_buffers() if slashed(name) in paths]
    try:
        with _FunctionsOverN(kept) if kept else nullcontext():
            yield
    finally:
        for handle in handles:
            handle.remove()


def slots(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Arrays]:
    """Every slot of the optimizer by its Keras name; native layout, its own memory.

    A slot has the shape of its weight; where Adafactor keeps a mean over an axis, the length of that axis is 1.
    """
    paths = {parameter: slashed(name) for name, parameter in model.named_parameters()}
    found: dict[str, Arrays] = {}
    for parameter, kept in optimizer.state.items():
        for name, tensor in kept.items():
            if isinstance(tensor, torch.Tensor) and name != "step" and tensor.dim() == parameter.dim():
                found.setdefault(SLOTS.get(name, name), {})[paths[parameter]] = held(tensor)
    return found


@contextmanager
def _marked(model: nn.Module) -> Iterator[None]:
    """Images are channels first where they enter the model."""

    def mark(module: nn.Module, arguments: Any, named_arguments: Any) -> None:
        for tensor in tensors_in((arguments, named_arguments)):
            set_mark(tensor, tensor.dim() >= 4, frozenset())

    handle = model.register_forward_pre_hook(mark, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def channels_first(data: Any, dtype: str) -> Any:
    """(inputs, targets), or inputs alone, in the run's float type: images become channels first, targets do not."""
    if isinstance(data, (tuple, list)):
        inputs, targets = data
        return channels_first(inputs, dtype), floats_as(targets, dtype)
    if isinstance(data, Mapping):
        return {name: channels_first(value, dtype) for name, value in data.items()}
    if data is None or not np.issubdtype(data.dtype, np.floating):
        return data
    return np.ascontiguousarray(np.moveaxis(data, -1, 1) if data.ndim >= 4 else data, dtype=dtype)
