"""Factors, constants, and the precision in which something is computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from parity.sides.torch_trace import mark_of, native_like, tensor_like, tensors_in
from parity.sides.torch_trials.call import Call, changed, first, own_kind
from parity.sides.torch_trials.inputs import exchanged

SHORT = 2.0**-5
"""Relative to the peak; bfloat16 keeps eight bits of each product."""

TURNS, MANY_TURNS = 32, 512
"""So many whole turns may an angle have beyond what its sine shows; a step of time is a large number."""
SUMS = ("add", "radd", "iadd", "sub", "rsub")
PRODUCTS = ("mul", "rmul", "imul", "addcmul")


def factor_between(own: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor | None:
    """The number by which one is the other, up to the numbers that stand for what is hidden."""
    seen = (own > -1e3) & (wanted > -1e3)
    a, b = own[seen], wanted[seen]
    factor = (a @ b) / (a @ a)
    return factor if torch.allclose(factor * a, b, rtol=1e-9, atol=1e-9) else None


def multiple(call: Call, value: Any) -> torch.Tensor | None:
    """The value times a number, if that makes it the reference."""
    own = first(call.result)
    factor = factor_between(own, native_like(value, own))
    return None if factor is None else factor * own


def scaled_input(call: Call, value: Any) -> torch.Tensor | None:
    """The reference, if one's own input times one number and what is added make it up."""
    wanted, added = tensor_like(value, call.input), first(call.result) - call.input
    rest, x = (wanted - added).flatten(), call.input.flatten()
    result = (rest @ x) / (x @ x) * call.input + added
    return result if torch.allclose(result, wanted, rtol=1e-9, atol=1e-9) else None


def fed_multiple(call: Call, value: Any) -> Any:
    """On what the reference was given, if that is one number times the own input; else None."""
    wanted = native_like(value, call.input)
    factor = factor_between(call.input, wanted) if wanted.shape == call.input.shape else None
    return None if factor is None else call.run(instead=factor * call.input)


def input_times(call: Call, factor: float) -> Any:
    """On a multiple of the input."""
    return call.run(instead=factor * call.input)


def scaled_to(call: Call, reference: Any, rounded: bool = False) -> torch.Tensor | None:
    """The value, or each of two terms, times the one number that brings it nearest to the reference.

    Of a product, as much of its factors beside it: x * (1 + g) is x * g and x. None where nothing is left of it.
    """
    value = first(call.result)
    terms = [value]
    if call.name.strip("_") in SUMS:
        terms = [arg for arg in call.args if isinstance(arg, torch.Tensor)]
    elif call.name.strip("_") in PRODUCTS:
        terms += [arg for arg in call.args if isinstance(arg, torch.Tensor)]
    if rounded:
        terms = [_rounded(term) for term in terms]
    columns = torch.stack([term.expand(value.shape).reshape(-1) for term in terms], 1)
    factors = torch.linalg.lstsq(columns, native_like(reference, value).reshape(-1, 1)).solution
    return (columns @ factors).reshape(value.shape) if factors.abs()[0] > SHORT * factors.abs().max() else None


def shifted_to(call: Call, reference: Any) -> torch.Tensor | None:
    """The value and one number, if that makes the reference of what is not the same everywhere; else None."""
    value = first(call.result)
    wanted = native_like(reference, value).reshape(value.shape)
    shift = (wanted - value).mean()
    told = not torch.allclose(value, value.mean()) and torch.allclose(value + shift, wanted, rtol=1e-9, atol=1e-12)
    return value + shift if told else None


def scaled_along(call: Call, reference: Any, table: bool = False) -> torch.Tensor | None:
    """The value times one number for each place of an axis that is not the samples', if that makes the reference.

    Of a value that is the same at all other places this says nothing, unless it is known to be times a table.
    """
    own = first(call.result)
    wanted = native_like(reference, own).reshape(own.shape)
    for axis in range(1, own.dim()):
        others = [other for other in range(own.dim()) if other != axis]
        if not table and torch.allclose(own, own.mean(others, keepdim=True).expand_as(own)):
            continue
        factors = (own * wanted).sum(others, keepdim=True) / own.square().sum(others, keepdim=True)
        if 4 * factors.numel() <= own.numel() and torch.allclose(factors * own, wanted, rtol=1e-9, atol=1e-12):
            return factors * own
    return None


def other_frequencies(call: Call, value: Any, reference: Any, multiple: bool) -> torch.Tensor | None:
    """Sines and cosines of one number of each sample times one frequency for each feature, all of them the reference's.

    None where the reference holds no sines beside their cosines.

    Args:
        multiple: its frequencies are all one multiple of one's own, or they are not.
    """
    own = first(call.result)
    numbers = tensor_like(value, own).flatten()
    wanted = native_like(reference, own)
    if own.dim() != 2 or wanted.shape != own.shape or len(numbers) != len(own):
        return None
    for sines_first in (True, False):
        mine, theirs = (_frequencies(numbers, x, sines_first) for x in (own, wanted))
        if mine is None or theirs is None:
            return None
        waves = _waves(numbers, theirs, sines_first)
        if torch.allclose(waves, wanted, rtol=1e-9, atol=1e-9) and _is_multiple(mine, theirs) is multiple:
            return waves
    return None


def _frequencies(numbers: torch.Tensor, waves: torch.Tensor, sines_first: bool) -> torch.Tensor | None:
    """Of each feature, as far as the smallest number but zero and all others tell it."""
    sines, cosines = waves.chunk(2, -1) if sines_first else reversed(waves.chunk(2, -1))
    present = numbers.nonzero().flatten()
    if not len(present) or not torch.allclose(sines.square() + cosines.square(), torch.ones_like(sines)):
        return None
    smallest = present[numbers[present].abs().argmin()]
    whole = torch.equal(numbers, numbers.round())  # then nobody can tell a frequency from one beyond pi
    most = min(MANY_TURNS, int(numbers[smallest].abs()) // 2) if whole else TURNS
    turns = 2 * math.pi * torch.arange(-most, most + 1).to(numbers)[:, None]
    found = (torch.atan2(sines[smallest], cosines[smallest]) + turns) / numbers[smallest]
    angles = numbers[:, None, None] * found
    far = (angles.sin() - sines[:, None]).abs() + (angles.cos() - cosines[:, None]).abs()
    return found.gather(0, far.amax(0).argmin(0, keepdim=True))[0]


def _waves(numbers: torch.Tensor, frequencies: torch.Tensor, sines_first: bool) -> torch.Tensor:
    angles = numbers[:, None] * frequencies
    both = [angles.sin(), angles.cos()]
    return torch.cat(both if sines_first else both[::-1], -1)


def _is_multiple(own: torch.Tensor, wanted: torch.Tensor) -> bool:
    return torch.allclose(own * (own @ wanted) / (own @ own), wanted, rtol=1e-6, atol=1e-9)


def another_matrix(call: Call, value: Any) -> torch.Tensor | None:
    """The features times the one matrix that makes them the reference, in place of the constant one that is there.

    None where any value could be reached so: there must be more rows than features.
    """
    x, own = call.input, first(call.result)
    constant = any(_is_constant(arg) for arg in call.args) and not _is_constant(x)
    if not constant or x.shape[:-1] != own.shape[:-1]:
        return None
    rows, wanted = x.flatten(0, -2), native_like(value, own).reshape(own.shape).flatten(0, -2)
    told = len(rows) > rows.shape[1] == torch.linalg.matrix_rank(rows)
    return (rows @ torch.linalg.lstsq(rows, wanted).solution).reshape(own.shape) if told else None


def other_factors(call: Call, value: Any) -> torch.Tensor | None:
    """The reference, where both sides multiply every sample alike, step by step and feature by feature; else None.

    Factors that are alike along an axis are no table.
    """
    x, own = call.input, first(call.result)
    wanted = native_like(value, own)
    if not x.shape == own.shape == wanted.shape or x.dim() < 3 or not x.all():
        return None
    tables = own / x, wanted / x
    alike = all(torch.allclose(each, each[:1].expand_as(each), rtol=1e-9, atol=1e-12) for each in tables)
    varying = [axis for axis in range(1, x.dim()) if not torch.allclose(tables[1], tables[1].roll(1, axis))]
    return x * tables[1][:1] if alike and len(varying) > 1 else None


def power_of(call: Call, reference: Any) -> torch.Tensor | None:
    """The value to the one power that makes it the reference; None where it is not positive, or no power does."""
    value = first(call.result)
    wanted = native_like(reference, value).reshape(value.shape)
    if not ((value > 0) & (wanted > 0)).all():
        return None
    logs = value.log()
    return value ** ((logs * wanted.log()).sum() / logs.square().sum())


def round_constants(call: Call) -> Any:
    """With constants as float32 holds them."""
    return replace(call, args=tuple(_rounded(value) for value in call.args)).run()


def _rounded(value: Any) -> Any:
    """A constant as float32 holds it; anything else as it is."""
    return value.float().double() if _is_constant(value) else value


def _is_constant(value: Any) -> bool:
    if not isinstance(value, torch.Tensor) or isinstance(value, nn.Parameter):
        return False
    return value.is_floating_point() and not mark_of(value).sources


def other_window(call: Call) -> Any:
    """Times the symmetric window of a spectrum for the periodic one, or the other way round; None for no window."""
    for x in tensors_in((call.args, dict(call.options))):
        window = _other_window(x) if _is_constant(x) and x.dim() and x.shape[-1] == x.numel() > 2 else None
        if window is not None:
            return exchanged(call, {id(x): window.reshape(x.shape)})
    return None


def _other_window(x: torch.Tensor) -> torch.Tensor | None:
    for make in (torch.hann_window, torch.hamming_window, torch.blackman_window, torch.bartlett_window):
        both = [make(x.numel(), periodic=periodic, dtype=torch.float64) for periodic in (True, False)]
        for own, other in (both, both[::-1]):
            for power in (1.0, 0.5):
                if torch.allclose(x.double().flatten(), own.clamp(min=0) ** power, rtol=0, atol=1e-6):
                    return other.clamp(min=0).pow(power).to(x)
    return None


def root_of_constant(call: Call) -> torch.Tensor:
    """Divide by the root of what the code divides by."""
    value, constant = call.args
    return call.function(value, torch.sqrt(constant))  # type: ignore[misc]


def cast(call: Call, dtype: str) -> Any:
    """In another float type, and back."""
    module, x, kind = changed(call), call.input, getattr(torch, dtype)
    if isinstance(module, nn.Linear):
        product = x.to(kind) @ module.weight.T.to(kind)
        return (product if module.bias is None else product + module.bias.to(kind)).to(x)
    return first(module.to(kind)(x.to(kind))).to(x)


def full_precision(call: Call) -> torch.Tensor | None:
    """PyTorch's own layer, where a ``forward`` of somebody's loses no more than a short float type does."""
    plain = own_kind(call.module, nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)(call.input)
    lost = (plain - first(call.result)).abs().max()
    return plain if lost <= SHORT * plain.abs().max() else None


def counted_from(call: Call, by: int) -> Any:
    """With numbers of the code that follow one another in equal steps moved by so many of these; None without any."""
    constants = [x for x in tensors_in((call.args, dict(call.options))) if not mark_of(x).sources]
    counting = next((x for x in constants if _counts(x)), None)
    if counting is None:
        return None
    step = counting.flatten()[1] - counting.flatten()[0]
    return exchanged(call, {id(counting): counting + by * step})


def grid_turned(call: Call, ends: bool) -> Any:
    """With the rows of a grid of the code as its columns, or the last axis of it from its end; None without a grid."""
    constants = [x for x in tensors_in((call.args, dict(call.options))) if not mark_of(x).sources]
    grid = next((x for x in constants if _equal_axes(x)), None)
    if grid is None:
        return None
    return exchanged(call, {id(grid): grid.flip(-1) if ends else grid.transpose(*_equal_axes(grid)[:2])})


def _equal_axes(x: torch.Tensor) -> list[int]:
    """Those that are as long as the longest one, if that is not alone."""
    longest = [axis for axis in range(x.dim()) if x.shape[axis] == max(x.shape) > 1]
    return longest if len(longest) > 1 else []


def _counts(x: torch.Tensor) -> bool:
    """Three numbers or more along one axis, in equal steps."""
    steps = x.flatten().double().diff()
    return max(x.shape, default=0) == x.numel() > 2 and bool(steps[0]) and torch.allclose(steps, steps[:1])


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "counted from": counted_from,
    "grid turned": grid_turned,
    "multiple": multiple,
    "scaled input": scaled_input,
    "fed a multiple": fed_multiple,
    "input times": input_times,
    "scaled to": scaled_to,
    "scaled along": scaled_along,
    "shifted to": shifted_to,
    "other frequencies": other_frequencies,
    "another matrix": another_matrix,
    "other factors": other_factors,
    "power of": power_of,
    "rounded": round_constants,
    "root of constant": root_of_constant,
    "other window": other_window,
    "cast": cast,
    "full precision": full_precision,
}
