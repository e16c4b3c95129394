"""Convolutions and poolings: what is put around the image, and how the window moves over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parity.hypotheses.suspect import Suspect
from parity.matching import POOLS
from parity.recording import Event, Trial

PADDING_RULES: Mapping[str, str] = {"max_pool": "pool-padding", "average_pool": "average-pool-padding"}
SAME_PADDING = "same-padding-stride"
EVEN_KERNEL = "same-padding-even-kernel"
OTHER_STRIDE = "stride-other-conv"
SEEING = ("padding", "stride", "dilation", "padding_mode")
"""Attributes that say which pixels a window sees."""
EMPTY_PADDING = ("zero_pad", "constant_pad")
PIXEL_PADDING = ("reflection_pad", "replication_pad", "circular_pad")
EMPTY = (None, "valid", 0, ((0, 0),), ((0, 0), (0, 0)), ((0, 0), (0, 0), (0, 0)))
"""Paddings that put nothing around an image."""
BORDERS: Mapping[str, str] = {
    "reflect": "padding-mode",
    "edge": "padding-mode",
    "wrap": "padding-mode",
    "constant": "padding-mode",
    "symmetric": "pad-symmetric",
}
"""What a layer or function that only pads can put around an image, and the rule of each."""
WHOLE: Mapping[str, str] = {
    "mean": "mean",
    "adaptive_average_pool": "mean",
    "max": "max",
    "adaptive_max_pool": "max",
}
"""Poolings of the whole image."""
REDUCTIONS = frozenset({"mean", "max", "min", "sum"})
POOLING = REDUCTIONS | WHOLE.keys()
KEPT = ((1,), (2,), (1, 2), (2, 3), (1, 2, 3))
"""Axes of one sample over which code by hand takes a mean, a maximum or a sum."""
GRIDS = tuple({f"{kind}_pool", f"adaptive_{kind}_pool"} for kind in ("average", "max"))
"""A pool of fixed windows and one that lays them out for the size of its result."""


def window(suspect: Suspect) -> Iterator[Trial]:
    """Padding first, then stride and the rest."""
    kind = suspect.keras.kind
    if kind in PADDING_RULES:
        yield from _padding(suspect)
        yield from _stride(suspect)
        yield from _pooling(suspect.keras)
        yield from _framed_pool(suspect)
    elif "conv" in kind and kind.endswith("transpose"):
        yield Trial("transpose-conv-same", "transpose same")
    elif "conv" in kind:
        yield from _padding(suspect)
        yield from _stride(suspect)
        yield from _convolution(suspect)


def _padding(suspect: Suspect) -> Iterator[Trial]:
    """What is put around the image; a dilated window reaches further."""
    keras, torch = suspect.keras, suspect.torch
    rule = PADDING_RULES.get(keras.kind, SAME_PADDING)
    widths = _widths(keras) or ()
    if any(behind - before == 1 for before, behind in widths):
        rule = EVEN_KERNEL  # told as numbers, so it moves by one pixel
    if widths:
        yield Trial("causal-padding" if is_causal(keras) else rule, "padded", {"widths": widths})
    yield Trial(rule, "same padding")
    dilation = keras.attributes.get("dilation")
    if dilation is not None and dilation != torch.attributes.get("dilation"):
        yield Trial("dilation-other", "same padding", {"dilation": dilation})
        yield Trial("dilation-other", "set", {"dilation": dilation})


def is_causal(event: Event) -> bool:
    """It pads in front of the steps, and not behind them."""
    widths = _widths(event) or ()
    return len(widths) == 1 and widths[0][0] > 0 == widths[0][1]


def _stride(suspect: Suspect) -> Iterator[Trial]:
    stride = suspect.keras.attributes.get("stride")
    if stride == suspect.torch.attributes.get("stride"):
        return
    yield Trial(OTHER_STRIDE, "set", {"stride": stride})
    yield Trial(OTHER_STRIDE, "same padding", {"stride": stride})
    if "bias" in suspect.weights:
        yield Trial(OTHER_STRIDE, "set shifted", {"stride": stride, "shift": suspect.weights["bias"]})


def _pooling(keras: Event) -> Iterator[Trial]:
    yield Trial("pool-other", "pooled", {"kind": "max" if keras.kind == "max_pool" else "mean"})
    yield Trial(PADDING_RULES[keras.kind], "set", {"count_include_pad": False})
    yield Trial("pool-ceil-mode", "set", {"ceil_mode": True})
    yield Trial("pool-zero-padding", "zero padding")


def _framed_pool(suspect: Suspect) -> Iterator[Trial]:
    """The image of Keras, pooled as Keras does, where something in front of Torch's pool has put a frame around it."""
    if suspect.inputs and suspect.inputs[0].ndim > 2:
        for rule, zeros in ((PADDING_RULES[suspect.keras.kind], True), ("padding-mode", False)):
            yield Trial(rule, "pool unframed", {**other_image(suspect), "zeros": zeros})


def _convolution(suspect: Suspect) -> Iterator[Trial]:
    """The input of Keras, convolved as Keras does, with the weights of Torch."""
    if not suspect.inputs or not _sees_other_pixels(suspect):
        return
    rule = _convolution_rule(suspect)
    pooled = rule == OTHER_STRIDE  # a pool may make the step, so the images may differ
    yield Trial(rule, "convolve", {**other_image(suspect), "alike": not pooled})


def other_image(suspect: Suspect) -> dict[str, Any]:
    """How Keras convolves its own input, with whatever it puts around it."""
    step = {name: suspect.keras.attributes.get(name, 1) for name in ("stride", "dilation")}
    return {"value": suspect.inputs[0], "widths": _widths(suspect.keras), **step}


def _sees_other_pixels(suspect: Suspect) -> bool:
    """Attributes, or paddings in front, say that the two do not see the same pixels."""
    keras, torch = suspect.keras.attributes, suspect.torch.attributes
    padded = any(event.kind == "zero_padding" for event in suspect.before)
    return padded or any(keras.get(name) != torch.get(name) for name in SEEING)


def _convolution_rule(suspect: Suspect) -> str:
    """What is left when only the weights are Torch's: the step, the dilation, or what is put around the image."""
    keras, torch = suspect.keras, suspect.torch
    if keras.attributes.get("stride") != torch.attributes.get("stride"):
        return OTHER_STRIDE
    if keras.attributes.get("dilation") != torch.attributes.get("dilation"):
        return "dilation-other"
    with_pixels = any(map(_pads_with_pixels, (keras, torch, *suspect.before))) or _is_framed(suspect)
    if with_pixels:
        return "padding-mode"
    if is_causal(keras):
        return "causal-padding"
    kernel, stride = (keras.attributes.get(name) or () for name in ("kernel", "stride"))
    even = any(size % 2 == 0 for size in kernel) and all(step == 1 for step in stride)
    return EVEN_KERNEL if even else SAME_PADDING


def _is_framed(suspect: Suspect) -> bool:
    """Keras pads in a layer of the user's own, and not with zeros; PyTorch does so in the convolution."""
    ours, theirs = (event.attributes.get("padding") for event in (suspect.keras, suspect.torch))
    in_front = ours in EMPTY and theirs not in EMPTY and suspect.keras.shape == suspect.torch.shape
    return in_front and all(bool(suspect.inputs[0][:, place].any()) for place in (0, -1))


def _pads_with_pixels(event: Event) -> bool:
    """Of the image itself, not with zeros."""
    return "padding_mode" in event.attributes or event.kind.startswith(PIXEL_PADDING)


def _widths(event: Event) -> tuple[tuple[int, int], ...] | None:
    """Of the padding before and behind along every axis, where they are told as numbers."""
    padding = event.attributes.get("padding")
    told = isinstance(padding, tuple) and padding and isinstance(padding[0], tuple)
    return padding if told else None


def border(suspect: Suspect) -> Iterator[Trial]:
    """As much around the image, but something else, along another axis, or at the other ends."""
    if suspect.torch.kind.startswith((*EMPTY_PADDING, *PIXEL_PADDING)):
        for mode, rule in BORDERS.items():
            yield Trial(rule, "bordered", {"mode": mode})
        yield from _other_ends("crop" in suspect.keras.kind)


def _other_ends(crops: bool) -> Iterator[Trial]:
    """Widths along another axis, or at the other ends; a crop is a padding with numbers below zero."""
    order = "cropping-argument-order" if crops else "padding-argument-order"
    side, end = ("crop-place", "crop-place") if crops else ("padding-argument-order", "causal-padding")
    yield Trial(order, "padded from the other end", {})
    yield Trial(end, "padded from the other end", {"ends": True})
    yield Trial(side, "padded on both sides")
    for behind in (False, True):
        yield Trial(side, "padded on one side", {"behind": behind})


def framed(suspect: Suspect) -> Iterator[Trial]:
    """A convolution or a pool whose layer or function puts something else around the image than code in front does."""
    torch = suspect.torch
    by_hand = (torch.layer is None and not suspect.weights) or torch.kind != suspect.keras.kind
    yield from _frames(torch) if by_hand else ()


def _frames(event: Event) -> Iterator[Trial]:
    """What may be around the image of a convolution or a pool that would put zeros there, or nothing that counts."""
    if ("conv" in event.kind and not event.kind.endswith("transpose")) or event.kind in PADDING_RULES:
        for mode, rule in BORDERS.items():
            yield Trial(rule, "framed", {"mode": mode})


def other_frames(event: Event) -> list[Trial]:
    """Something else around an image that code in front of another operation pads, or a function that convolves."""
    if event.kind.startswith((*EMPTY_PADDING, *PIXEL_PADDING)):
        return [Trial(rule, "bordered", {"mode": mode}) for mode, rule in BORDERS.items()]
    return list(_frames(event)) if event.layer is None else []


def other_pool(suspect: Suspect) -> Iterator[Trial]:
    """Another kind of pool, or of window."""
    keras, torch = suspect.keras, suspect.torch
    if keras.kind in WHOLE and keras.kind != torch.kind:
        yield Trial("pool-other", "pooled", {"kind": WHOLE[keras.kind]})
        for axes in ((2,), (2, 3)):  # of a window that was meant to be the whole image
            yield Trial("pool-other", "reduced", {"kind": WHOLE[keras.kind], "axes": axes})
    if {keras.kind, torch.kind} <= POOLS and (keras.kind, keras.attributes) != (torch.kind, torch.attributes):
        rule = "pool-adaptive-grid" if {keras.kind, torch.kind} in GRIDS else "pool-other"
        yield Trial(rule, "apply", {"kind": keras.kind, **keras.attributes})


def other_axis(suspect: Suspect) -> Iterator[Trial]:
    """The same pool over other axes, which are as long; in Keras it may be a layer of the user's own."""
    kind = _reduction(suspect.torch)
    ours = WHOLE.get(suspect.keras.kind, suspect.keras.kind)
    other = ours in REDUCTIONS and ours != kind
    if kind:
        for axes in ((1,), (2,), (3,), (1, 2), (2, 3), (1, 3)):
            rule = "pool-other" if other else "pool-axis"
            yield Trial(rule, "reduced", {"kind": ours if other else kind, "axes": axes})


def other_reading() -> list[Trial]:
    """Instead of a pool over the steps: one of them."""
    return [Trial("pool-other", "one step", {"place": place}) for place in (0, -1)]


def other_extent(event: Event) -> list[Trial]:
    """A reduction by a function over more or fewer axes of each sample, which stay with length one."""
    kind = _reduction(event)
    return [Trial("pool-axis", "reduced", {"kind": kind, "axes": axes, "kept": True}) for axes in KEPT if kind]


def over_another_axis(event: Event) -> list[Trial]:
    """A reduction by a function over another axis, which may leave another shape for what reads it."""
    kind = _reduction(event) if len(event.shape) > 1 else ""
    return [Trial("pool-axis", "reduced along", {"kind": kind, "axis": axis}) for axis in (1, 2, 3) if kind]


def _reduction(event: Event) -> str:
    """Its kind, or nothing for what is none, and for layers."""
    kind = WHOLE.get(event.kind, event.kind)
    return kind if kind in REDUCTIONS and event.layer is None else ""


def masked_mean(suspect: Suspect) -> Iterator[Trial]:
    """Keras leaves padding out of its mean."""
    if suspect.torch.kind in ("mean", "adaptive_average_pool") and suspect.lengths is not None:
        yield Trial("pool-global-mask", "masked mean", {"lengths": suspect.lengths})
