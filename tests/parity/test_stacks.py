"""A list of tensors on one side is one tensor on the other: found by shape and numbered names, there and back."""

from __future__ import annotations

import numpy as np
import pytest

from parity.links import JoinedLink, StackLink
from parity.mapping import link_of_tensors
from parity.recording import Parameter
from parity.stacks import find_stacks, list_axis


def parameter(path, *shape):
    layer, _, name = path.rpartition("/")
    return Parameter(layer, name, shape, True, "float32", False)


EXPERTS = [parameter(f"experts.{n}.0/weight", 5, 3) for n in range(4)]
STACKED = parameter("moe/w_in", 4, 3, 5)


def test_a_list_of_layers_is_one_tensor_in_the_order_of_its_numbers():
    names = " + ".join(f"experts.{n}.0/weight" for n in range(4))
    turned = {each.path for each in EXPERTS}
    assert find_stacks([STACKED], EXPERTS[::-1], turned) == ({"moe/w_in": names}, {names})
    assert find_stacks([STACKED], EXPERTS[:3], turned) == ({}, frozenset())


def test_a_list_of_keras_is_one_tensor_of_torch():
    heads = [parameter(f"head_{n}/kernel", 3, 5) for n in range(2)]
    whole = parameter("weight", 2, 3, 5)
    assert find_stacks(heads, [whole], ()) == ({"head_0/kernel + head_1/kernel": "/weight"}, frozenset())


def test_a_matrix_is_no_list_of_its_columns():
    """The router of four experts has as many columns as there are biases."""
    biases = [parameter(f"experts.{n}.0/bias", 5) for n in range(4)]
    assert find_stacks([parameter("moe/router", 5, 4)], biases, ())[0] == {}


@pytest.mark.parametrize(
    ("whole", "part", "axis"), [((4, 3, 5), (3, 5), 0), ((3, 4, 5), (3, 5), 1), ((3, 5), (5,), None)]
)
def test_the_axis_of_the_list(whole, part, axis):
    assert list_axis(whole, part, 4) == axis


def test_kernels_of_experts_go_there_and_back():
    kernel = np.random.default_rng(0).normal(size=(4, 3, 5)).astype("float32")
    link = StackLink((STACKED,), tuple(EXPERTS), transposed=True)
    there = link.to_torch({"moe": {"w_in": kernel}})
    assert np.array_equal(there["experts.2.0/weight"], kernel[2].T)
    layers = {path.rpartition("/")[0]: {"weight": array} for path, array in there.items()}
    assert np.array_equal(link.to_keras(layers)["moe/w_in"], kernel)
    assert link.to_torch({}) == {}


def test_heads_of_keras_go_there_and_back_along_the_second_axis():
    heads = tuple(parameter(f"head_{n}/kernel", 3, 5) for n in range(2))
    link = StackLink(heads, (parameter("gat/weight", 3, 2, 5),))
    kernels = {f"head_{n}": {"kernel": np.full((3, 5), float(n))} for n in range(2)}
    there = link.to_torch(kernels)
    assert there["gat/weight"].shape == (3, 2, 5)
    back = link.to_keras({"gat": {"weight": there["gat/weight"]}})
    assert all(np.array_equal(back[f"head_{n}/kernel"], kernels[f"head_{n}"]["kernel"]) for n in range(2))


def test_a_map_with_joined_tensors_is_no_map_of_layers():
    """It is read back as it was written."""
    from parity.groups import _given_spread

    assert _given_spread({"moe/w_in": "experts.0/weight + experts.1/weight"}, None, None) == {}


def test_tensors_with_twins_of_their_own_hold_no_list():
    """Two blocks, each with a vector and a pair of vectors: as many on either side."""
    keras = [parameter(f"block{n}/{name}", *shape) for n in "ab" for name, shape in (("bias", (5,)), ("pair", (2, 5)))]
    torch = [parameter(f"blocks.{n}/{name}", *shape) for n in range(2) for name, shape in (("u", (5,)), ("s", (2, 5)))]
    assert find_stacks(keras, torch, ()) == ({}, frozenset())
    stacked = [each for each in torch if each.name == "u"]
    whole = parameter("both/bias", 2, 5)
    assert find_stacks([whole, keras[1]], [*stacked, torch[1]], ())[0] == {whole.path: "blocks.0/u + blocks.1/u"}


@pytest.mark.parametrize(
    ("whole", "part", "kind", "turned"),
    [
        ((3, 4), (4, 1), StackLink, False),
        ((3, 4), (1, 4), StackLink, True),  # kernels of projections to one number
        ((3, 12), (3, 4), JoinedLink, False),
    ],
)
def test_parts_with_as_many_axes_may_be_a_list(whole, part, kind, turned):
    parts = tuple(parameter(f"heads.{n}/a", *part) for n in range(3))
    link = link_of_tensors((parameter("gat/a", *whole),), parts, turned=turned)
    assert isinstance(link, kind)
    array = np.random.default_rng(0).normal(size=whole)
    there = link.to_torch({"gat": {"a": array}})
    assert {each.shape for each in there.values()} == {part}
    stored = {path.rpartition("/")[0]: {"a": each} for path, each in there.items()}
    assert np.array_equal(link.to_keras(stored)["gat/a"], array)


def test_a_list_is_one_tensor_though_another_has_its_shape():
    """As many pairs of vectors on either side, but the vectors are on one side alone; a turned kernel is no pair."""
    keras = [parameter("moe/b", 2, 5), parameter("moe/gate", 5, 2)]
    torch = [parameter("experts.0/bias", 5), parameter("experts.1/bias", 5), parameter("gate/weight", 2, 5)]
    for turned in ((), ("gate/weight",)):
        assert find_stacks(keras, torch, turned)[0] == {"moe/b": "experts.0/bias + experts.1/bias"}


def test_single_numbers_are_no_vector_where_the_other_side_has_as_many():
    """Layers with a vector and a number each: (4, 1) and (1,) on one side, (4,) and () on the other."""
    keras = [parameter(f"flow_{n}/{name}", *shape) for n in range(4) for name, shape in (("w", (4, 1)), ("b", (1,)))]
    torch = [parameter(f"flows.{n}/{name}", *shape) for n in range(4) for name, shape in (("w", (4,)), ("b", ()))]
    assert find_stacks(keras, torch, ()) == ({}, frozenset())
