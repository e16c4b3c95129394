"""Tables of several embeddings are one table of the other side, one behind the other."""

from __future__ import annotations

import numpy as np
import pytest

from parity.mapping import map_by_match
from parity.matching import match_layers
from parity.recording import Description, Event, Layer, Parameter, Trace


def side(name, **rows):
    """Embeddings of width 4 with so many rows, or of a shape, in the order in which they run."""
    shapes = {path: (count, 4) if isinstance(count, int) else count for path, count in rows.items()}
    layers = tuple(Layer(path, "embedding", "Embedding", {}, {name: shape}) for path, shape in shapes.items())
    stored = tuple(Parameter(path, name, shape, True, "float32") for path, shape in shapes.items())
    events = tuple(Event(path, "embedding", "Embedding", (2, 4), {}, path, (-1,)) for path in shapes)
    return Description(layers, stored, (), 0, 0, "Model"), Trace(events, {}, {})


def matched(ours, theirs):
    (keras, one), (torch, other) = side("embeddings", **ours), side("weight", **theirs)
    found = match_layers(keras, torch, one, other)
    return found, map_by_match(keras, torch, found, {})


SEVERAL, ONE = {"colour": 3, "size": 2, "brand": 5}, {"table": 10}


@pytest.mark.parametrize(("ours", "theirs"), [(SEVERAL, ONE), (ONE, SEVERAL)])
def test_rows_stand_one_behind_the_other(ours, theirs):
    found, mapping = matched(ours, theirs)
    assert {**found.fused, **found.spread} == {"table": ("colour", "size", "brand")}
    assert mapping.complete
    keras = {f"{path}/embeddings": np.random.default_rng(0).normal(size=(rows, 4)) for path, rows in ours.items()}
    torch = mapping.to_torch(keras)
    np.testing.assert_array_equal(np.concatenate([*keras.values()]), np.concatenate([*torch.values()]))
    for path, array in mapping.to_keras(torch).items():
        np.testing.assert_array_equal(array, keras[path])


def test_of_several_tables_those_that_follow_one_another_make_up_one():
    found, _ = matched({"a": 3, "b": 2, "c": 5, "d": 4}, {"one": 7, "two": 3, "three": 4})
    assert found.fused == {"one": ("b", "c")}
    assert found.layers == {"a": "two", "d": "three"}


def test_a_table_with_a_twin_has_no_parts():
    found, _ = matched({"a": 3, "b": 2, "c": 5}, {"one": 5, "two": 3, "three": 2})
    assert not found.fused
    assert found.layers == {"a": "two", "b": "three", "c": "one"}


@pytest.mark.parametrize("whole_in_keras", [True, False])
def test_tables_of_the_same_numbers_stand_side_by_side(whole_in_keras):
    parts, whole = {"gain": (6, 3), "shift": (6, 5)}, {"both": (6, 8)}
    ours, theirs = (whole, parts) if whole_in_keras else (parts, whole)
    found, mapping = matched(ours, theirs)
    assert {**found.fused, **found.spread} == {"both": ("gain", "shift")}
    keras = {f"{path}/embeddings": np.random.default_rng(0).normal(size=shape) for path, shape in ours.items()}
    torch = mapping.to_torch(keras)
    np.testing.assert_array_equal(np.concatenate([*keras.values()], 1), np.concatenate([*torch.values()], 1))
    for path, array in mapping.to_keras(torch).items():
        np.testing.assert_array_equal(array, keras[path])
