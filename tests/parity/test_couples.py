"""Real and imaginary part apart on one side, the last axis of one tensor on the other: found, there and back."""

from __future__ import annotations

import numpy as np
import pytest

from parity.couples import coupled, couples_in
from parity.links import CoupleLink
from parity.recording import Parameter


def parameter(path, *shape):
    layer, _, name = path.rpartition("/")
    return Parameter(layer, name, shape, True, "float32", False)


HALVES = (parameter("spectral/imag", 6, 4, 4), parameter("spectral/real", 6, 4, 4))
WHOLE = parameter("conv/weights", 4, 4, 6, 2)
JOINED = "spectral/real + spectral/imag"


@pytest.mark.parametrize(
    "names", [("out_re", "out_im"), ("real", "imag"), ("real_kernel", "imag_kernel"), ("w.real", "w.imaginary")]
)
def test_names_tell_real_from_imaginary_parts(names):
    halves = [parameter(f"a/{name}", 3) for name in names]
    assert list(couples_in(halves[::-1])) == [" + ".join(f"a/{name}" for name in names)]


def test_parts_of_other_owners_or_shapes_are_no_couple():
    assert not couples_in([parameter("a/real", 3), parameter("b/imag", 3)])
    assert not couples_in([parameter("a/real", 3), parameter("a/imag", 4)])
    assert not couples_in([parameter("a/A_imag", 3), parameter("a/log_A_real", 3)])


def test_two_tensors_are_taken_as_one_where_the_other_side_has_both_in_one():
    found = coupled(HALVES, [WHOLE])
    assert [(each.path, each.shape) for each in found.mine] == [(JOINED, (6, 4, 4, 2))]
    assert (found.rest, found.aside) == ([WHOLE], {JOINED, WHOLE.path})
    assert coupled([WHOLE], HALVES).rest == found.mine


def test_parts_that_both_sides_keep_apart_stay_apart():
    theirs = [parameter("conv/re", 4, 4, 6), parameter("conv/im", 4, 4, 6)]
    found = coupled(HALVES, theirs)
    assert (found.mine, found.rest, found.aside) == (list(HALVES), theirs, frozenset())


@pytest.mark.parametrize("keras_has_parts", [False, True])
def test_both_parts_go_there_and_back(keras_has_parts):
    parts, axes = HALVES[::-1], (2, 0, 1, 3) if keras_has_parts else (1, 2, 0, 3)
    real, imaginary = np.random.default_rng(0).normal(size=(2, 6, 4, 4))
    apart, whole = {"real": real, "imag": imaginary}, np.stack([real, imaginary], -1).transpose(1, 2, 0, 3)
    link = CoupleLink(parts, (WHOLE,), axes=axes) if keras_has_parts else CoupleLink((WHOLE,), parts, axes=axes)
    to_whole, back = (link.to_torch, link.to_keras) if keras_has_parts else (link.to_keras, link.to_torch)
    assert np.array_equal(to_whole({"spectral": apart})["conv/weights"], whole)
    found = back({"conv": {"weights": whole}})
    assert all(np.array_equal(found[f"spectral/{name}"], array) for name, array in apart.items())
    assert to_whole({"spectral": {"real": real}}) == {}
