"""Tensors side by side in one of the other side: found by shape, owner and order, there and back."""

from __future__ import annotations

import numpy as np
import pytest

from parity.joined import find_joined, joined_axis
from parity.links import JoinedLink
from parity.recording import Parameter


def parameter(path, *shape):
    layer, _, name = path.rpartition("/")
    return Parameter(layer, name, shape, True, "float32", False)


def equal(one, other):
    return one.shape == other.shape


@pytest.mark.parametrize(
    ("whole", "parts", "axis"),
    [
        ((5, 12), [(5, 4), (5, 8)], 1),
        ((7, 3), [(2, 3), (5, 3)], 0),
        ((9,), [(3,), (3,), (3,)], 0),
        ((5, 12), [(5, 4), (5, 4)], None),
        ((5, 12), [(5, 4), (4, 8)], None),
        ((2, 3, 4), [(3, 4), (3, 4)], None),
    ],
)
def test_the_axis_along_which_parts_are_the_whole(whole, parts, axis):
    assert joined_axis(whole, parts) == axis


GATES = [parameter(f"/W_x{gate}", 5, 4) for gate in "zrh"]
KERNEL = parameter("gru/kernel", 5, 12)


def test_neighbours_of_one_owner_are_found_and_others_are_not():
    names = "/W_xz + /W_xr + /W_xh"
    assert find_joined([KERNEL], GATES, (), equal) == ({"gru/kernel": names}, frozenset())
    elsewhere = [*GATES[:2], parameter("decoder.out/W_xh", 5, 4)]
    assert find_joined([KERNEL], elsewhere, (), equal) == ({}, frozenset())


def test_what_has_a_twin_of_its_own_is_no_part():
    twin = parameter("dense/kernel", 5, 4)
    assert find_joined([KERNEL, twin], GATES, (), equal) == ({}, frozenset())


def test_kernels_of_layers_are_turned():
    halves = [parameter(f"conv.{name}/weight", 12, 6) for name in ("root", "near")]
    found, turned = find_joined([parameter("sage/kernel", 12, 12)], halves, {each.path for each in halves}, equal)
    assert found == {"sage/kernel": "conv.root/weight + conv.near/weight"}
    assert turned == set(found.values())


def test_parts_of_keras_in_one_tensor_of_torch():
    tables = [parameter(f"field_{n}/embeddings", 3 + n, 4) for n in range(3)]
    found, _ = find_joined(tables, [parameter("table/weight", 12, 4)], (), equal)
    assert found == {"field_0/embeddings + field_1/embeddings + field_2/embeddings": "table/weight"}


@pytest.mark.parametrize("transposed", [False, True])
def test_parts_of_other_sizes_go_there_and_back(transposed):
    sizes = (2, 5)
    parts = tuple(
        parameter(f"part{n}/weight", *((3, size) if transposed else (size, 3))) for n, size in enumerate(sizes)
    )
    link = JoinedLink((parameter("code/kernel", 7, 3),), parts, transposed)
    kernel = np.random.default_rng(0).normal(size=(7, 3))
    there = link.to_torch({"code": {"kernel": kernel}})
    first = there["part0/weight"]
    assert np.array_equal(first.T if transposed else first, kernel[:2])
    stored = {path.partition("/")[0]: {"weight": array} for path, array in there.items()}
    assert np.array_equal(link.to_keras(stored)["code/kernel"], kernel)
    assert link.to_keras({"part0": stored["part0"]}) == {}


def test_kernels_by_head_lie_in_a_matrix_in_the_order_of_their_roles():
    parts = [parameter(f"attention/{name}", 5, 2, 3) for name in ("value_kernel", "key_kernel", "query_kernel")]
    whole = parameter("attn.qkv/weight", 18, 5)
    found, turned = find_joined(parts, [whole], {whole.path}, equal)
    assert found == {"attention/query_kernel + attention/key_kernel + attention/value_kernel": whole.path}
    assert turned == {whole.path}
    link = JoinedLink(tuple(parts[::-1]), (whole,), transposed=True)
    kernels = {part.name: np.random.default_rng(n).normal(size=part.shape) for n, part in enumerate(parts)}
    there = link.to_torch({"attention": kernels})[whole.path]
    assert np.array_equal(there[6:12], kernels["key_kernel"].reshape(5, 6).T)
    back = link.to_keras({"attn.qkv": {"weight": there}})
    assert all(np.array_equal(back[f"attention/{name}"], array) for name, array in kernels.items())
