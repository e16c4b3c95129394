"""What the user's own map must hold to: paths that there are, and tensors that can be one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from parity.errors import UsageError
from parity.grids import is_grid
from parity.joined import joined_axis, shape_beside
from parity.partners import TRANSPOSED, axes_in, paths_in, taken_by
from parity.recording import Description
from parity.shapes import Shape, lined_up, longer_axes, moved_axes, turned_shape
from parity.stacks import list_axis
from parity.suggesting import did_you_mean

SAVED = "parity check --save-map FILE writes every path"


def refuse_unusable(given: Mapping[str, str], keras: Description, torch: Description) -> None:
    """Raise UsageError for a path that no layer or tensor has, and for tensors that do not fit together."""
    for side, entries, description in (("Keras", given, keras), ("Torch", given.values(), torch)):
        _refuse_unknown(side, [path for entry in entries for path in paths_in(entry)], description)
    shapes = [{p.path: p.shape for p in description.parameters} for description in (keras, torch)]
    for ours, theirs in given.items():
        if "/" in ours and not is_grid(ours, theirs):
            _refuse_unfitting(ours, theirs, *shapes)


def _refuse_unknown(side: str, named: Iterable[str], description: Description) -> None:
    """Such a path would otherwise be passed over."""
    known = {path for parameter in description.parameters for path in (parameter.layer, parameter.path)}
    for path in named:
        if path not in known:
            what = "stores no tensors" if path in description.by_path else f"is no layer or tensor of the {side} model"
            raise UsageError(f"map: {path!r} {what}", did_you_mean(path, known, SAVED))


def _refuse_unfitting(ours: str, theirs: str, keras: Mapping[str, Shape], torch: Mapping[str, Shape]) -> None:
    for path, shapes in [(path, keras) for path in paths_in(ours)] + [(path, torch) for path in paths_in(theirs)]:
        if path not in shapes:
            raise UsageError(f"map: {path!r} is a layer, expected a tensor beside {ours!r}", SAVED)
    mine, rest = [keras[path] for path in paths_in(ours)], [torch[path] for path in paths_in(theirs)]
    if not axes_in(theirs) and not _may_be(mine, rest, taken_by(theirs) == TRANSPOSED):
        sizes = " and ".join(" + ".join(map(str, side)) for side in (mine, rest))
        raise UsageError(
            f"map: {ours!r} is given {theirs!r}, but {sizes} cannot hold the same values",
            "give it a tensor of its size, or several that lie side by side in it",
        )


def _may_be(keras: Sequence[Shape], torch: Sequence[Shape], transposed: bool) -> bool:
    """One tensor and one, or one and several that it holds."""
    if len(keras) == len(torch) == 1:
        return _is_one(keras[0], torch[0])
    if len(keras) > 1 and len(torch) > 1:
        return False
    whole, parts = (keras[0], torch) if len(keras) == 1 else (torch[0], keras)
    shapes = [shape_beside(part, whole, len(torch) == 1, transposed) for part in parts]
    return joined_axis(whole, shapes) is not None or _is_list(whole, shapes)


def _is_one(keras: Shape, torch: Shape) -> bool:
    """As it stands up to axes of length one, or with its axes in another order."""
    ours, theirs = lined_up(keras, torch)
    straight = longer_axes(keras) == longer_axes(torch)
    return straight or ours == turned_shape(theirs) or moved_axes(ours, theirs) is not None


def _is_list(whole: Shape, parts: Sequence[Shape]) -> bool:
    """A list of equal parts, or real and imaginary part, has an axis of its own."""
    couple = whole[-1:] == (2,) and len(parts) == 2 and sorted(whole) == sorted((*parts[0], 2))
    return len(set(parts)) == 1 and (couple or list_axis(whole, parts[0], len(parts)) is not None)
