"""``parity transfer``: weights from one side to the other, as a file or between live models."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import atomic, fingerprints
from parity.arrays import times
from parity.checking import all_versions, pair_of_live_models, pair_of_references
from parity.compare import identical
from parity.errors import EnvironmentProblem, ParityError, UsageError, listed
from parity.mapping import Mapping, map_by_name
from parity.own_pair import sample_of
from parity.process import Duo, LocalSide, local_sides, two_processes
from parity.recording import Arrays, Description
from parity.sides.source import Source
from parity.zoo.entry import Input

SCHEMA = "parity.transfer/1"
READABLE = {"keras": (".weights.h5", ".keras", ".safetensors"), "torch": (".pt", ".pth", ".safetensors")}
OTHER = {"keras": "torch", "torch": "keras"}
TWO_BIASES = "recurrent-two-biases"
Way = Callable[[Arrays], Arrays]


@dataclass(frozen=True)
class Transferred:
    """A written file.

    Args:
        path: of the file.
        side: the framework whose names and layouts it has.
        tensors: how many it holds.
        summed: second biases of recurrent Torch layers that were added to the first ones.
        left_out: tensors of the file's classifier, when only a part of the model was filled.
    """

    path: Path
    side: str
    tensors: int
    summed: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Carried:
    mapping: Mapping
    tensors: Arrays
    summed: tuple[str, ...]


def transfer(
    source_model: Any,
    target_model: Any,
    inputs: MappingType[str, NDArray] | NDArray | None = None,
    given: MappingType[str, str] | None = None,
) -> Mapping:
    """Give ``target_model`` the weights of ``source_model``, in place; one is a Keras model, one a torch module.

    Layers with equal paths are twins; where some have none, the layers are matched as ``check`` does it, on copies.
    Nothing is changed unless every tensor has a place, a fitting shape and type, and survives the way back.

    Args:
        inputs: rows to match the layers on, channels last, or several inputs by name; drawn at random if absent.
        given: pairs of paths, Keras -> Torch, that the matcher takes as they are.

    Returns:
        which layer of Keras is which of Torch, and the Torch tensors that Keras does without.

    Raises:
        UsageError: the two are no such pair, or a tensor does not fit.
    """
    origin, target = _framework(source_model), _framework(target_model)
    if {origin, target} != {"keras", "torch"}:
        found = f"{type(source_model).__name__} and {type(target_model).__name__}"
        raise UsageError(f"parity.transfer: one Keras model and one torch module expected, got {found}")
    duo = local_sides()
    models = (source_model, target_model) if origin == "keras" else (target_model, source_model)
    descriptions = duo.both("adopt", {"model": models[0]}, {"model": models[1], "folded": origin == "torch"})
    _refuse_strange_types(descriptions)
    _refuse_computed(str(origin), descriptions[1])
    mapping = map_by_name(*descriptions)
    if given or not mapping.complete:
        mapping = pair_of_live_models(local_sides(), *models, inputs, given=given).mapping
    return _carry(duo, str(origin), descriptions, mapping, "the source").mapping


def load_weights(model: Any, weights: str | Path, part: str = "") -> tuple[str, ...]:
    """Give a live Keras model or torch module the weights of a file, in place, every one of them and no other.

    Args:
        model: built model.
        weights: ``.weights.h5``, ``.keras`` or ``.safetensors`` for Keras, ``.pt``, ``.pth`` or ``.safetensors`` for
            Torch. Files of Torch are read without running what is in them.
        part: path of the layers to fill, such as ``backbone``; the file holds the whole network they come from.

    Returns:
        names of the file's classifier, which ``part`` does without.

    Raises:
        UsageError: the file is damaged, or its names, shapes or types are not those of the model; nothing is set.
    """
    side, path = _framework(model), Path(weights)
    if side is None:
        raise UsageError(f"parity.load_weights: a {type(model).__name__}, expected a Keras model or a torch module")
    _refuse_file(side, path, f"the {side} model")
    local = LocalSide(side)
    for method, arguments in (("adopt", {"model": model}), ("load_weights", {"path": str(path), "part": part})):
        local.start(method, arguments)
        answer = local.finish()
    return tuple(answer)


def transfer_file(
    keras: Source,
    torch: Source,
    origin: str,
    weights: Path | None,
    target: Path,
    seed: int = 0,
    part: str = "",
    inputs: Sequence[Input] = (),
    given: MappingType[str, str] | None = None,
) -> Transferred:
    """Write the weights of one side as the other side stores them.

    Args:
        keras, torch: the two models.
        origin: ``keras`` or ``torch``: where the weights come from.
        weights: a file of that side; without one, its initial weights.
        target: the safetensors file to write: ``layer/tensor`` for Keras, names of the state dict for Torch.
        seed: of the initial weights.
        part: path of the layers that the file fills, such as ``backbone``; the others keep their initial weights.
        inputs: shapes of one sample, where layers are not twins by their paths and the Keras model declares no inputs.
        given: pairs of paths, Keras -> Torch, that the matcher takes as they are.

    Raises:
        UsageError: a file or a model is not usable, or the two do not fit; nothing is written.
        EnvironmentProblem: ``target`` cannot be written.
    """
    _refuse_files(origin, weights, target)
    if part and not weights:
        raise UsageError(f"--part {part}: expected --weights FILE with it", "name the file that fills this part")
    left_out: tuple[str, ...] = ()
    side = OTHER[origin]
    with two_processes() as duo:
        load = partial(duo.both, "load", {"source": keras, "sample": sample_of(inputs)}, {"source": torch}, seed=seed)
        descriptions = load()
        _refuse_strange_types(descriptions)
        _refuse_computed(origin, descriptions[1])
        mapping = map_by_name(*descriptions)
        if given or not mapping.complete:
            mapping = pair_of_references(duo, keras, torch, inputs, seed, given=given).mapping
            load()
        if weights:
            left_out = duo.ask(_sides(duo, origin)[0], "load_weights", path=str(weights), part=part)
        carried = _carry(duo, origin, descriptions, mapping, str(weights or f"the initial weights of {origin}"))
        versions = all_versions(duo)
    tensors = {_stored_name(side, path): np.array(array, order="C") for path, array in carried.tensors.items()}
    about = {
        "schema": SCHEMA,
        "framework": side,
        "keras": {"model": keras.reference, "arguments": dict(keras.arguments)},
        "torch": {"model": torch.reference, "arguments": dict(torch.arguments)},
        "source": {
            "framework": origin,
            "weights": weights and weights.name,
            "sha256": weights and fingerprints.of_file(weights),
            "seed": seed,
        },
        "part": part,
        "left_out": list(left_out),
        "without_place_in_keras": dict(carried.mapping.explained),
        "summed": list(carried.summed),
        "versions": versions,
    }
    atomic.write_bytes(target, _packed(tensors, about, target))
    return Transferred(target, side, len(tensors), carried.summed, left_out)


def _carry(
    duo: Duo, origin: str, descriptions: tuple[Description, Description], mapping: Mapping, where: str
) -> _Carried:
    """Take the weights of one side and set them in the other; everything is checked before anything is set."""
    _refuse_incomplete(mapping)
    giver, taker = _sides(duo, origin)
    ways: tuple[Way, Way] = (mapping.to_torch, mapping.to_keras)
    if origin == "torch":
        ways, descriptions = ways[::-1], descriptions[::-1]
    there, back = ways
    before = duo.ask(giver, "get_weights", dtype="float32")
    _refuse_not_finite(before, where)
    carried = there(before)
    _refuse_misfits(carried, descriptions[1], OTHER[origin])
    summed = tuple(path for path, rule in mapping.explained.items() if rule == TWO_BIASES and _holds(before, path))
    _compare(_expected(before, summed), back(carried), [p.path for p in descriptions[0].parameters], mapping)
    duo.ask(taker, "set_weights", dtype="float32", weights=carried)
    arrived = duo.ask(taker, "get_weights", dtype="float32")
    _compare(carried, arrived, list(carried))
    return _Carried(mapping, arrived, summed)


def _refuse_strange_types(descriptions: tuple[Description, Description]) -> None:
    for side, description in zip(("keras", "torch"), descriptions, strict=True):
        strange = [f"{p.path} {p.dtype}" for p in description.parameters if p.dtype.startswith(("bfloat", "float8"))]
        if strange:
            raise UsageError(f"{side}: {listed(strange)}: NumPy has no such type", "build the model in float32")


def _refuse_computed(origin: str, torch: Description) -> None:
    """What such a weight is computed from would not give the same bits."""
    if origin == "keras" and torch.computed:
        raise UsageError(
            f"torch: {listed(torch.computed)}: computed from other tensors, so there is nothing to write it to",
            "take the norm away first: torch.nn.utils.parametrize.remove_parametrizations(module, 'weight'),"
            " or torch.nn.utils.remove_weight_norm(module)",
        )


def _refuse_incomplete(mapping: Mapping) -> None:
    if not mapping.complete:
        raise UsageError(
            f"tensors without a place: only in keras {listed([p.path for p in mapping.only_keras])};"
            f" only in torch {listed([p.path for p in mapping.only_torch])}",
            "parity check --save-map FILE says which layer was taken for which; edit it and pass it with --map FILE",
        )


def _sides(duo: Duo, origin: str) -> tuple[Any, Any]:
    return (duo.keras, duo.torch) if origin == "keras" else (duo.torch, duo.keras)


def _refuse_not_finite(tensors: Arrays, where: str) -> None:
    for path, array in tensors.items():
        if np.issubdtype(array.dtype, np.inexact) and not np.isfinite(array).all():
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise UsageError(
                f"{where}: {path} holds {array[index]} at {index}, expected finite numbers", "train it again"
            )


def _refuse_misfits(carried: Arrays, target: Description, side: str) -> None:
    own = {p.path: p for p in target.parameters}
    misfits = [
        f"{path} {array.dtype} {times(array.shape)}, expected {own[path].dtype} {times(own[path].shape)}"
        for path, array in carried.items()
        if array.shape != own[path].shape or str(array.dtype) != own[path].dtype
    ]
    if misfits:
        raise UsageError(
            f"shapes or types differ in {side}: {listed(misfits)}", "build both models with the same arguments"
        )


def _holds(tensors: Arrays, path: str) -> bool:
    return path in tensors and bool(tensors[path].any())


def _expected(before: Arrays, summed: tuple[str, ...]) -> Arrays:
    """What the way back must give: the weights themselves, or the sum where Keras has one bias for two."""
    firsts = {path.replace("bias_hh", "bias_ih"): path for path in summed}
    return before | {first: before[first] + before[second] for first, second in firsts.items()}


def _compare(expected: Arrays, found: Arrays, paths: list[str], mapping: Mapping | None = None) -> None:
    left_out: MappingType[str, str] = mapping.explained if mapping else {}
    lost = [p for p in paths if p not in left_out and not (p in found and identical(expected[p], found[p]))]
    if lost:
        raise ParityError(f"not the same bits after the transfer: {listed(lost)}", "parity check says where it goes")


def _refuse_files(origin: str, weights: Path | None, target: Path) -> None:
    if weights is not None:
        _refuse_file(origin, weights, f"--from {origin}")
        if target.resolve() == weights.resolve():
            raise UsageError(f"{target}: -o names the file of --weights", "name another file")
    if target.suffix != ".safetensors":
        raise UsageError(f"-o {target}: expected a name that ends in .safetensors")
    folder = target.resolve().parent
    if not folder.is_dir():
        raise EnvironmentProblem(f"{target}: cannot be written: no folder {folder}", "make the folder first")


def _refuse_file(side: str, weights: Path, reader: str) -> None:
    if not weights.is_file():
        what = "is a folder, expected a file" if weights.is_dir() else "no such file"
        raise UsageError(f"{weights}: {what}", f"expected {_one_of(side)}")
    if not weights.name.endswith(READABLE[side]):
        raise UsageError(f"{weights}: expected {_one_of(side)} for {reader}", _other_way(side, weights))


def _one_of(origin: str) -> str:
    return " or ".join(READABLE[origin])


def _other_way(origin: str, weights: Path) -> str:
    other = OTHER[origin]
    return (
        f"it is one of {other}'s: --from {other}?"
        if weights.name.endswith(READABLE[other])
        else "save the weights alone in such a file"
    )


def _stored_name(side: str, path: str) -> str:
    if side == "keras":
        return path
    layer, _, name = path.rpartition("/")
    return f"{layer}.{name}" if layer else name


def _packed(tensors: Arrays, about: MappingType[str, Any], target: Path) -> bytes:
    """The bytes of the file, read once before they are written."""
    from safetensors.numpy import load, save

    framework = {"format": "pt"} if about["framework"] == "torch" else {}
    data = save(tensors, metadata={**framework, "parity": json.dumps(about)})
    again = load(data)
    if again.keys() != tensors.keys() or not all(identical(array, again[name]) for name, array in tensors.items()):
        raise ParityError(f"{target}: the file would not hold the same bits", "nothing was written")
    return data


def _framework(model: Any) -> str | None:
    """By the packages of its classes, so that neither framework is imported to ask; Keras on Torch is Keras."""
    packages = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    return next((name for name in ("keras", "torch") if name in packages), None)
