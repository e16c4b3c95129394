"""Layers that one side alone has frozen."""

from __future__ import annotations

from types import SimpleNamespace

from parity.recording import Description, Layer, Parameter
from parity.static_causes import frozen_causes


def side(prefix, **trained):
    layers = tuple(Layer(prefix + path, "dense", "Dense", {}, {}) for path in trained)
    stored = [Parameter(prefix + path, "weight", (2, 2), flag, "float32") for path, flag in trained.items()]
    stored += [Parameter(prefix + path, "count", (), False, "int64", buffer=True) for path in trained]
    return Description(layers, tuple(stored), (), 0, 0, "Model")


def pair(keras, torch):
    descriptions = side("k", **keras), side("t", **torch)
    return SimpleNamespace(
        descriptions=descriptions, twins=list(zip(descriptions[0].layers, descriptions[1].layers, strict=True))
    )


def test_the_first_of_them_is_named_and_the_others_counted():
    (cause,) = frozen_causes(pair({"a": False, "b": False, "c": True}, {"a": True, "b": True, "c": True}))
    assert (cause.rule, cause.keras, cause.torch) == ("count-frozen", "ka", "ta")
    assert cause.fix == "in torch (ta and 1 more): requires_grad_(False); or in keras (ka): trainable = True."


def test_what_pytorch_alone_has_frozen_is_frozen_in_keras():
    (cause,) = frozen_causes(pair({"a": True}, {"a": False}))
    assert cause.fix == "in keras (ka): trainable = False; or in torch (ta): requires_grad_(True)."


def test_layers_that_are_frozen_alike_are_no_cause():
    assert frozen_causes(pair({"a": False, "b": True}, {"a": False, "b": True})) == ()
