"""Biases that code adds behind a layer without one: a bare tensor, where the layer of the other side has its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from parity.recording import Event, Parameter
from parity.shapes import longer_axes
from parity.surroundings import Side, called


def biases_beside(
    ours: Side,
    theirs: Side,
    events: tuple[Sequence[Event], Sequence[Event]],
    pairs: Mapping[str, str],
    placed: Collection[str],
    taken: Collection[str],
) -> dict[str, str]:
    """Keras tensor -> Torch tensor, of matched layers of which one has a bias and the other one stands beside it.

    Args:
        events: of Keras and of PyTorch.
        placed, taken: layers of Keras and of PyTorch whose tensors have a place.
    """
    found: dict[str, str] = {}
    for path, other in pairs.items():
        mine, rest = (side.shapes(layer).get("bias") for side, layer in ((ours, path), (theirs, other)))
        if mine and not rest and (bias := _bare(theirs, _added(events[1], other), mine, taken)):
            found |= {f"{path}/bias": bias} if bias not in found.values() else {}
        elif rest and not mine and (bias := _bare(ours, _added(events[0], path), rest, placed)):
            found |= {bias: f"{other}/bias"} if bias not in found else {}
    return found


def behind_biases(
    anchors: Mapping[int, int],
    keras: Sequence[Event],
    torch: Sequence[Event],
    layers: Mapping[str, str],
    tensors: Mapping[str, str],
) -> dict[int, int]:
    """Calls of matched layers; one without the bias of its twin gives its place to the sum that adds it."""
    ours, theirs = tensors.keys(), set(tensors.values())
    sums_here = {n: end for k, t in layers.items() if f"{t}/bias" in theirs for n, end in _sums(keras, k).items()}
    sums_there = {n: end for k, t in layers.items() if f"{k}/bias" in ours for n, end in _sums(torch, t).items()}
    return {sums_here.get(k, k): sums_there.get(t, t) for k, t in anchors.items()}


def _added(events: Sequence[Event], path: str) -> list[Event]:
    """The sums right behind the calls of a layer; none unless each call has one."""
    calls = [n for n, event in enumerate(events) if called(event) == path]
    sums = _sums(events, path)
    return [events[sums[n]] for n in calls] if len(sums) == len(calls) else []


def _sums(events: Sequence[Event], path: str) -> dict[int, int]:
    """Calls of a layer -> the sum that alone takes the value, and no other value."""
    found: dict[int, int] = {}
    for n in (n for n, event in enumerate(events) if called(event) == path):
        readers = [m for m in range(n + 1, len(events)) if n in events[m].sources]
        if len(readers) == 1 and events[readers[0]].kind == "add" and events[readers[0]].sources == (n,):
            found[n] = readers[0]
    return found


def _bare(side: Side, sums: Sequence[Event], shape: tuple[int, ...], taken: Collection[str]) -> str | None:
    """The tensor that all of ``sums`` add: the one that they name, or the only one of their owner that fits."""
    named = {name for event in sums for name in event.attributes.get("tensors", ())}
    owners = {event.path.rpartition(".")[0] for event in sums}
    fitting = [
        tensor
        for tensor in (tensor for tensors in side.parameters.values() for tensor in tensors)
        if tensor.layer not in taken
        and _is_bias(tensor, shape)
        and (tensor.path.replace("/", ".").lstrip(".") in named if named else tensor.layer in owners)
    ]
    return fitting[0].path if len(fitting) == 1 else None


def _is_bias(tensor: Parameter, shape: tuple[int, ...]) -> bool:
    sizes = longer_axes(tensor.shape)
    return tensor.trainable and len(sizes) == 1 and sizes == longer_axes(shape)
