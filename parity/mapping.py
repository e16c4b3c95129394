"""Which stored tensor of one side is which of the other, and the weights carried across."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from math import prod

from parity.cell_link import CellLink
from parity.cells import INPUT_FIRST, gates_of, order_in
from parity.couples import is_couple
from parity.directions import DirectionsLink, is_directions
from parity.grid_link import GridLink
from parity.grids import is_grid
from parity.groups import is_sum, keras_size, torch_size
from parity.joined import joined_axis, shape_beside
from parity.layouts import (
    Identity,
    Weights,
    between,
    layout_of,
    placeholder,
)
from parity.likeness import initial, same_part
from parity.links import (
    AddedLink,
    BranchesLink,
    CoupleLink,
    FusedLink,
    JoinedLink,
    LayerLink,
    Link,
    SeparateLink,
    SplitLink,
    SpreadLink,
    StackedLink,
    StackLink,
    TensorLink,
    with_zeros,
)
from parity.listing import Carried
from parity.matching import RECURRENT, Match
from parity.partners import paths_in
from parity.recording import Arrays, Description, Layer, Parameter
from parity.shapes import longer_axes
from parity.surroundings import is_norm
from parity.tables import TablesLink, is_one_table
from parity.windows import Windowed

UNUSED = "unused-weights"


@dataclass(frozen=True)
class Mapping:
    """Layers matched, with the tensors that only one side has.

    Args:
        links: every pair of places that hold the same tensors.
        only_keras, only_torch: tensors without a place on the other side and without a rule that explains them.
        explained: tensors that the other side does without, each with the rule that says why.
        by_name: the names of the layers are the same on both sides.
        carried: Keras layers, by path, whose features are listed in another order on the other side.
    """

    links: tuple[Link, ...]
    only_keras: tuple[Parameter, ...]
    only_torch: tuple[Parameter, ...]
    explained: dict[str, str]
    by_name: bool = True
    carried: MappingType[str, Carried] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.only_keras and not self.only_torch

    @property
    def layers(self) -> tuple[tuple[Layer, Layer], ...]:
        """(Keras layer, Torch layer) of every layer that is one on both sides."""
        return tuple((link.keras, link.torch) for link in self.links if isinstance(link, LayerLink))

    def without(self, unread: Collection[str]) -> Mapping:
        """The same, with tensors explained that no output depends on."""
        left = [tuple(p for p in side if p.path not in unread) for side in (self.only_keras, self.only_torch)]
        gone = [p.path for p in (*self.only_keras, *self.only_torch) if p.path in unread]
        return replace(
            self, only_keras=left[0], only_torch=left[1], explained=self.explained | dict.fromkeys(gone, UNUSED)
        )

    def to_torch(self, keras: Arrays) -> Arrays:
        """Keras tensors by path -> Torch tensors by path."""
        groups = by_layer(keras)
        for path in self.carried.keys() & groups.keys():
            groups[path] = {name: self.carried[path].to_torch(name, array) for name, array in groups[path].items()}
        return _joined(link.to_torch(groups) for link in self.links)

    def to_keras(self, torch: Arrays, gradients: bool = False) -> Arrays:
        """Torch tensors by path -> Keras tensors by path.

        A gradient has no part in a second bias, and is zero for what is not used of a tensor.
        """
        dropped = self.explained if gradients else {}
        groups = by_layer({path: array for path, array in torch.items() if path not in dropped})
        found = _joined(link.to_keras(with_zeros(link, groups) if gradients else groups) for link in self.links)
        for path in found:
            layer, _, name = path.partition("/")
            if layer in self.carried:
                found[path] = self.carried[layer].to_keras(name, found[path])
        return found


def map_by_name(keras: Description, torch: Description) -> Mapping:
    """Match the layers whose Keras name is the Torch attribute path."""
    keras_layers, torch_layers = keras.by_path, torch.by_path
    stored = {p.layer for p in keras.parameters} & {p.layer for p in torch.parameters}
    links = [
        LayerLink(keras_layers[path], torch_layers[path], layout_of(keras_layers[path].kind))
        for path in keras_layers
        if path in stored and path in torch_layers
    ]
    return _completed(links, keras, torch, by_name=True)


def map_by_match(keras: Description, torch: Description, match: Match, carried: MappingType[str, Carried]) -> Mapping:
    """Follow a match; ``carried`` are the Keras layers, by path, whose features the sides list in different orders."""
    ours, theirs = keras.by_path, torch.by_path
    links: list[Link] = []
    for path, other in match.layers.items():
        if path in match.split:
            links.append(SplitLink(ours[path], theirs[match.split[path]], theirs[other]))
            continue
        layout = between(ours[path], theirs[other])
        if isinstance(layout, Windowed):
            layout = layout.listing(match.windows.get(path, ()))
        if isinstance(layout, Identity):
            layout = Identity(_names(keras, path) & _names(torch, other))
        if layout is not None:
            links.append(LayerLink(ours[path], theirs[other], layout))
    links += [
        _fused(tuple(ours[path] for path in paths), theirs[other], match.heads.get(other, 1))
        for other, paths in match.fused.items()
    ]
    links += [_cell(ours[path], [theirs[p] for p in paths_in(text)], text) for path, text in match.cells.items()]
    links += [_spread(ours[path], tuple(theirs[p] for p in parts)) for path, parts in match.spread.items()]
    mine, rest = {p.path: p for p in keras.parameters}, {p.path: p for p in torch.parameters}
    for k, t in match.tensors.items():
        tensors = tuple(mine[path] for path in paths_in(k)), tuple(rest[path] for path in paths_in(t))
        if is_grid(k, t):
            links.append(GridLink(*tensors, order_in(t)))
        else:
            links.append(link_of_tensors(*tensors, t in match.turned, match.axes.get(t, ())))
    mapping = _completed(links, keras, torch, by_name=False, carried=carried)
    left = [link for p in mapping.only_keras if (link := _table(p, mapping.only_torch))]
    left += [link for layers in mapping.layers for link in _beside(mapping, *layers)]
    left += [link for k, t in match.layers.items() for link in _of_norms(mapping, ours[k], theirs[t])]
    left += [link for path, parts in match.fused.items() for link in _biases(mapping, parts, path)]
    return _completed([*links, *left], keras, torch, by_name=False, carried=carried) if left else mapping


def _names(side: Description, layer: str) -> frozenset[str]:
    return frozenset(parameter.name for parameter in side.parameters if parameter.layer == layer)


def link_of_tensors(
    keras: tuple[Parameter, ...], torch: tuple[Parameter, ...], turned: bool, axes: tuple[int, ...] = ()
) -> Link:
    """One tensor and one, or one and several: a list of them, or side by side."""
    if len(keras) == len(torch) == 1:
        return TensorLink(keras[0], torch[0], turned, axes)
    whole, parts = (keras[0], torch) if len(keras) == 1 else (torch[0], keras)
    if is_couple(parts) and len(whole.shape) > len(parts[0].shape) and whole.shape[-1] == 2:
        return CoupleLink(keras, torch, turned, axes)
    shapes = [shape_beside(part.shape, whole.shape, len(torch) == 1, turned) for part in parts]
    kind = StackLink if joined_axis(whole.shape, shapes) is None else JoinedLink
    return kind(keras, torch, turned)


def _beside(mapping: Mapping, keras: Layer, torch: Layer) -> Iterator[TensorLink]:
    """What two matched layers store beside the tensors of their kind: of one name, or the only ones that fit."""
    ours = [p for p in mapping.only_keras if p.layer == keras.path]
    theirs = [p for p in mapping.only_torch if p.layer == torch.path]
    for parameter in ours:
        fitting = [p for p in theirs if longer_axes(p.shape) == longer_axes(parameter.shape)]
        named = [p for p in fitting if p.name == parameter.name]
        rivals = [p for p in ours if longer_axes(p.shape) == longer_axes(parameter.shape)]
        if named or len(fitting) == len(rivals) == 1:
            yield TensorLink(parameter, (named or fitting)[0])


def _of_norms(mapping: Mapping, keras: Layer, torch: Layer) -> Iterator[TensorLink]:
    """Scale and shift of two norms, one of which is a class of the user's own: as many numbers, by their names."""
    if not (is_norm(keras) and is_norm(torch)) or between(keras, torch) is not None:
        return
    theirs = [p for p in mapping.only_torch if p.layer == torch.path]
    for parameter in [p for p in mapping.only_keras if p.layer == keras.path]:
        fitting = [p for p in theirs if longer_axes(p.shape) == longer_axes(parameter.shape)]
        named = [p for p in fitting if same_part(parameter.name, p.name) > 0]
        if len(named) == 1:
            yield TensorLink(parameter, named[0])


def _biases(mapping: Mapping, parts: Sequence[str], whole: str) -> Iterator[TensorLink]:
    """Biases of projections that PyTorch makes at once without one, and keeps in the code around: the key has none."""
    ours = [p for p in mapping.only_keras if p.layer in parts and p.name == "bias"]
    theirs = [p for p in mapping.only_torch if p.layer == whole.rpartition(".")[0] and len(p.shape) == 1]
    for bias in ours:
        fitting = [p for p in theirs if p.shape[0] == prod(bias.shape) and initial(p.name) == initial(bias.layer)]
        if len(fitting) == 1:
            yield TensorLink(bias, fitting[0])


def _table(keras: Parameter, torch: Iterable[Parameter]) -> TensorLink | None:
    """An output table that Keras keeps in its embedding, (D, V), and PyTorch in a dense layer, (V, D)."""
    fitting = [p for p in torch if len(p.shape) == 2 and p.shape == keras.shape[::-1]]
    return TensorLink(keras, fitting[0], transposed=True) if len(fitting) == 1 else None


def _cell(keras: Layer, torch: Sequence[Layer], text: str) -> CellLink:
    sources, gates = order_in(text)
    places = tuple(gates_of(keras).index(gate) for gate in gates)
    return CellLink(keras, tuple(torch), sources == INPUT_FIRST, places)


def _fused(keras: tuple[Layer, ...], torch: Layer, heads: int) -> Link:
    if torch.kind in RECURRENT:
        return StackedLink(keras, torch)
    if "separate" in torch.storage:
        return SeparateLink(keras, torch.path)
    if is_one_table(torch, keras):
        return TablesLink(keras, (torch,))
    if torch.attributes.get("groups", 1) > 1:
        return BranchesLink(keras, torch.path, tuple(torch.storage.get("weight", ())[2:]))
    if torch.kind == "multi_head_attention":
        return FusedLink(keras, torch.path, "in_proj_weight", "in_proj_bias")
    if is_sum(keras, keras_size, torch):
        return AddedLink(keras, (torch,))
    turned, shape = bool(torch.storage.get("transposed")), torch.storage.get("weight")
    return FusedLink(keras, torch.path, transposed=turned, shape=shape, heads=heads)


def _spread(keras: Layer, torch: tuple[Layer, ...]) -> Link:
    if is_directions(keras, torch):
        return DirectionsLink(keras, torch)
    if is_one_table(keras, torch):
        return TablesLink((keras,), torch)
    return AddedLink((keras,), torch) if is_sum(torch, torch_size, keras) else SpreadLink(keras, torch)


def _completed(
    links: Iterable[Link],
    keras: Description,
    torch: Description,
    by_name: bool,
    carried: MappingType[str, Carried] | None = None,
) -> Mapping:
    """The mapping with what has no place on the other side."""
    explained = {path: rule for link in links for path, rule in link.explained.items()}
    mapping = Mapping(tuple(links), (), (), explained, by_name, carried or {})
    reached_keras = set(mapping.to_keras(placeholders(torch.parameters)))
    reached_torch = set(mapping.to_torch(placeholders(keras.parameters)))
    if not by_name:
        for side, reached in ((keras, reached_keras), (torch, reached_torch)):
            constants = [p.path for p in side.parameters if p.path not in reached and _is_constant(p, side)]
            explained |= dict.fromkeys(constants, "constant-buffer")
    reached_keras |= set(explained)
    reached_torch |= set(explained)
    return replace(
        mapping,
        only_keras=tuple(p for p in keras.parameters if p.path not in reached_keras),
        only_torch=tuple(p for p in torch.parameters if p.path not in reached_torch),
        explained={p.path: explained[p.path] for s in (keras, torch) for p in s.parameters if p.path in explained},
    )


def _is_constant(parameter: Parameter, side: Description) -> bool:
    """A table of the code, kept with the weights so that it moves with them, or frozen where it is made."""
    owner = side.by_path.get(parameter.layer)
    fixed = parameter.buffer or not parameter.trainable
    return fixed and (owner is None or owner.kind != "batch_norm")


def placeholders_in_keras(mapping: Mapping, torch: Description) -> Arrays:
    """The Torch tensors' shapes as Keras would store them: arrays of zeros, for comparing shapes."""
    return mapping.to_keras(placeholders(torch.parameters))


def placeholders_in_torch(mapping: Mapping, keras: Description) -> Arrays:
    """The Keras tensors' shapes as Torch would store them: arrays of zeros."""
    return mapping.to_torch(placeholders(keras.parameters))


def placeholders(parameters: Iterable[Parameter]) -> Arrays:
    """Arrays of the tensors' shapes that take no memory."""
    return {p.path: placeholder(p.shape) for p in parameters}


def by_layer(tensors: Arrays) -> dict[str, Weights]:
    """Tensors by path -> by layer and name."""
    groups: dict[str, Weights] = defaultdict(dict)
    for path, array in tensors.items():
        layer, _, name = path.partition("/")
        groups[layer][name] = array
    return groups


def _joined(groups: Iterable[Arrays]) -> Arrays:
    return {path: array for group in groups for path, array in group.items()}
