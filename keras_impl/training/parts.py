"""Parts of a model, named by the paths they begin with: some are trained, each at its own rate, the rest is frozen."""

from contextlib import contextmanager
from types import MappingProxyType

from keras_impl.training.optimizer import Optimizer


@contextmanager
def only_trained(model, parts):
    """Freeze everything but ``parts`` for the duration of the block; ``parts`` are trained even if they were frozen.

    A frozen batch norm infers: its running statistics are used and stay.  rule: norm-frozen

    Args:
        model: built model.
        parts: paths such as "backbone.layer4" and "head"; "" is the whole model.

    Raises:
        ValueError: a part has no weights.
    """
    owners = list(walk(model))
    check_parts(parts, [path for path, layer in owners if layer.weights])
    before = [layer.trainable for _, layer in owners]
    for path, layer in owners:  # owners come before what they own: setting one sets all below it
        layer.trainable = part_of(path, parts) is not None or any(part.startswith(f"{path}.") for part in parts)
    try:
        yield
    finally:
        for (_, layer), trainable in zip(owners, before, strict=True):
            layer.trainable = trainable


def with_rates(kind, model, learning_rate, factors, **options):
    """An optimizer of the trained weights whose learning rate differs between the parts of the model.

    Args:
        kind: one of ``training.optimizers``.
        model: built model.
        learning_rate: of a factor of 1.
        factors: path of a part -> factor on the learning rate; of two that fit, the longer path counts. The first is 1:
            history and callbacks show its rate.
        options: of the optimizer.

    Raises:
        ValueError: a part has no weights, trained weights belong to no part, or the first factor is not 1.
    """
    check_first(factors)
    owners = list(walk(model))
    check_parts(factors, [path for path, layer in owners if layer.weights])
    optimizer = kind(learning_rate, **options)
    optimizer.factors = {
        id(variable): factors[owning_part(path, factors)]
        for path, layer in owners
        for variable in layer._trainable_variables
        if variable.trainable
    }
    return optimizer


def with_optimizers(model, learning_rate, rules):
    """An optimizer whose parts of the model are trained by rules of their own.

    Args:
        model: built model.
        learning_rate: of a factor of 1.
        rules: path of a part -> (one of ``training.optimizers``, factor on the learning rate, its options); of two that
            fit, the longer path counts. The first factor is 1: history and callbacks show its rate.

    Raises:
        ValueError: a part has no weights, trained weights belong to no part, or the first factor is not 1.
    """
    factors = {part: factor for part, (_, factor, _) in rules.items()}
    optimizer = with_rates(Optimizer, model, learning_rate, factors, weight_decay=0.0, options={})
    members = {part: kind(learning_rate, **options) for part, (kind, _, options) in rules.items()}
    for member in members.values():
        member.steps = optimizer.steps
    owners = {
        id(variable): members[owning_part(path, factors)]
        for path, layer in walk(model)
        for variable in layer._trainable_variables
        if variable.trainable
    }
    optimizer.rules = MappingProxyType(owners)  # a plain dict of optimizers would be written into files
    return optimizer


def walk(owner, prefix=""):
    """Every layer with its path, owners before what they own."""
    for layer in owner._flatten_layers(include_self=False, recursive=False):
        yield prefix + layer.name, layer
        yield from walk(layer, f"{prefix}{layer.name}.")


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
