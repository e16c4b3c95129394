"""What to change is told in the words of the place."""

from __future__ import annotations

import pytest

from parity.fixes import fix_of
from parity.recording import Event


def event(kind, **attributes):
    return Event(kind, kind, kind, (2, 4), attributes)


@pytest.mark.parametrize(
    ("rule", "keras", "torch", "told"),
    [
        ("activation-other", "add", "clamp", "leave clamp out; or in keras (add): add clamp."),
        ("activation-other", "clip", "dense", "add clip; or in keras (clip): leave clip out."),
        ("reshape-order", "einsum", "matmul", "view(b, steps, heads, width).transpose(1, 2)"),
        ("reshape-order", "layer_norm", "layer_norm", "x.flatten(2).transpose(1, 2)"),
    ],
)
def test_a_fix_names_what_stands_there(rule, keras, torch, told):
    assert told in fix_of(rule, event(keras), event(torch))


def test_a_bias_is_taken_from_the_side_that_has_it():
    assert "bias=False; or in keras (dense): use_bias=True" in fix_of(
        "bias-missing", event("dense"), event("dense", bias=True)
    )


def test_a_plain_rectifier_has_the_slope_zero():
    told = fix_of("leaky-slope", event("relu"), event("leaky_relu", slope=0.1))
    assert "negative_slope=0.0; or in keras (relu): negative_slope=0.1" in told
