"""Causes that can be read off the two models: attributes that differ, each with its rule.

They are reported even where the numbers agree; ``parity.diagnosis`` confirms those that the numbers show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from parity.attributes import ATTRIBUTE_RULES
from parity.compare import identical
from parity.fixes import fix_of
from parity.loaded import NEVER
from parity.pair import Pair
from parity.recording import Description, Layer
from parity.rules.book import RULES
from parity.surroundings import is_norm
from parity.verdicts import Cause


def static_causes(layers: Iterable[tuple[Layer, Layer]], only: Collection[str] | None = None) -> tuple[Cause, ...]:
    """A cause for every attribute of matched layers that differs and has a rule, in their order.

    Args:
        layers: (Keras layer, Torch layer).
        only: attributes to look at, where both state them; None for all.
    """
    return tuple(cause for keras, torch in layers for cause in _layer_causes(keras, torch, only))


def _layer_causes(keras: Layer, torch: Layer, only: Collection[str] | None) -> list[Cause]:
    if keras.kind != torch.kind:
        return []
    found = []
    both = keras.attributes.keys() & torch.attributes.keys()
    names = {*keras.attributes, *torch.attributes} if only is None else both & set(only)
    for name in sorted(names):
        ours, theirs = keras.attributes.get(name), torch.attributes.get(name)
        rule = ATTRIBUTE_RULES.get((keras.kind, name))
        if rule and ours != theirs:
            stated = f"{name} is {ours!r} in keras and {theirs!r} in torch"
            found.append(
                Cause(rule, keras.path, torch.path, False, None, None, f"{stated}; {fix_of(rule, keras, torch)}")
            )
    return found


def unplaced_causes(pair: Pair, told: Collection[str] = ()) -> tuple[Cause, ...]:
    """Matched layers whose tensors have other shapes, and layers with tensors that the other side lacks.

    Args:
        told: tensors of PyTorch that other causes are about.
    """
    wide = [(ours, theirs) for ours, theirs in pair.twins if theirs.path in _layers(pair.unfitting)]
    found = [
        Cause("layer-width", ours.path, theirs.path, False, None, None, fix_of("layer-width", ours, theirs))
        for ours, theirs in wide
    ]
    for path in sorted(pair.alone[0]):
        found.append(_missing(path, "", f"in torch: add what {path or 'the model'} has; or in keras: remove it."))
    for path in sorted({p.layer for p in pair.mapping.only_torch if p.path not in told} & pair.alone[1]):
        found.append(_missing("", path, f"in torch: remove {path or 'it'}; or in keras: add it."))
    return tuple(found)


def bound_causes(pair: Pair) -> tuple[Cause, ...]:
    """Rectifiers whose bounds differ, which only larger numbers would show."""
    found = [each for diagnosis in pair.diagnoses.values() for each in diagnosis.unlike]
    unlike = {(ours.path, theirs.path): (ours, theirs) for ours, theirs in found}
    return tuple(
        Cause("relu-threshold", ours.path, theirs.path, False, None, None, fix_of("relu-threshold", ours, theirs))
        for ours, theirs in unlike.values()
    )


def dropping_causes(pair: Pair) -> tuple[Cause, ...]:
    """Dropouts in one place that do not drop alike."""
    return tuple(
        Cause(rule, keras.path, torch.path, False, None, None, fix_of(rule, keras, torch))
        for rule, keras, torch in pair.unlike_drops
    )


def frozen_causes(pair: Pair) -> tuple[Cause, ...]:
    """The first matched layer that one side has frozen and the other trains; how many more there are."""
    keras, torch = (_trained_layers(description) for description in pair.descriptions)
    unlike = [
        (ours, theirs)
        for ours, theirs in pair.twins
        if not is_norm(ours) and keras.get(ours.path, True) != torch.get(theirs.path, True)
    ]
    if not unlike:
        return ()
    ours, theirs = unlike[0]
    more = f" and {len(unlike) - 1} more" if len(unlike) > 1 else ""
    if keras[ours.path]:
        fix = f"in keras ({ours.path}{more}): trainable = False; or in torch ({theirs.path}): requires_grad_(True)."
    else:
        fix = f"in torch ({theirs.path}{more}): requires_grad_(False); or in keras ({ours.path}): trainable = True."
    return (Cause("count-frozen", ours.path, theirs.path, False, None, None, fix),)


def _trained_layers(description: Description) -> dict[str, bool]:
    """Does an optimizer move anything of a layer? Of those that have something that one could move."""
    found: dict[str, bool] = {}
    for each in description.parameters:
        if not each.buffer:
            found[each.layer] = found.get(each.layer, False) or each.trainable
    return found


def spectral_causes(pair: Pair) -> tuple[Cause, ...]:
    """Kernels that Keras overwrites in every call in train mode."""
    rule = "norm-spectral"
    norms = [layer.path for layer in pair.descriptions[0].layers if layer.native == "SpectralNormalization"]
    return tuple(Cause(rule, path, "", False, None, None, f"in keras: {RULES[rule].fix_keras}") for path in norms)


def loaded_causes(pair: Pair) -> tuple[Cause, ...]:
    """Matched layers whose weights, loaded by hand, are not those of the other side."""
    keras, torch = pair.weights
    arrived = pair.mapping.to_keras(torch)
    wrong = {path for path, array in keras.items() if path in arrived and not identical(array, arrived[path])}
    return tuple(
        Cause(NEVER, ours.path, theirs.path, False, None, None, fix_of(NEVER, ours, theirs))
        for ours, theirs in pair.twins
        if ours.path in _layers(wrong)
    )


def _missing(keras: str, torch: str, fix: str) -> Cause:
    return Cause("layer-missing", keras, torch, False, None, None, fix)


def _layers(tensors: Iterable[str]) -> set[str]:
    return {path.rpartition("/")[0] for path in tensors}
