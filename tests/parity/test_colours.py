"""Pictures that become grey by other weights, or have their colours in the other order."""

from __future__ import annotations

import numpy as np
import torch

from parity.hypotheses import Suspect, trials
from parity.recording import Event
from parity.sides.torch_trace import set_mark
from parity.sides.torch_trials import Call, attempt

LUMA = np.array([0.299, 0.587, 0.114])


def picture():
    """In the order of Keras, and as PyTorch has it."""
    last = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
    x = torch.from_numpy(last).movedim(-1, 1)
    set_mark(x, True, frozenset({-1}))
    return last, x


def grey(x, own, **options):
    set_mark(own, True, frozenset({0}))
    return attempt(Call((x,), {}, own, function=torch.mean), "grey by weights", options)


def test_a_mean_of_the_colours_becomes_a_weighted_sum_and_nothing_else_does():
    last, x = picture()
    wanted = (last @ LUMA)[..., None]
    mean = x.mean(1, keepdim=True)
    found = grey(x, mean, picture=last, reference=wanted)
    assert np.allclose(found[:, 0], wanted[..., 0])
    assert grey(x, x.sum(1, keepdim=True), picture=last, reference=wanted) is None
    assert grey(x, mean, picture=last, reference=wanted**2) is None
    assert grey(x, mean, picture=last, reference=last[..., :1]) is None


MEANS = np.array([103.9, 116.8, 123.7])


def prepared(x, wanted, reordered, own=None):
    """What a layer makes of the input of the model, or of ``own``, where it was to be handed ``wanted``."""
    last, first = x
    given = first if own is None else own
    set_mark(given, True, frozenset({-1}))
    call = Call((given,), {}, -given, function=torch.neg)
    return attempt(call, "prepared like", {"given": last, "value": wanted, "handed": True, "reordered": reordered})


def test_red_is_taken_for_blue_where_that_is_what_the_reference_has():
    last, x = picture()
    turned = last[..., ::-1].copy()
    assert torch.equal(prepared((last, x), turned, True), -x.flip(1))
    assert prepared((last, x), turned, False) is None
    assert prepared((last, x), last**3, True) is None


def test_numbers_that_stand_in_the_other_order_are_a_matter_of_order():
    last, x = picture()
    own = x - torch.from_numpy(MEANS[::-1].copy()).view(3, 1, 1)
    assert torch.allclose(prepared((last, x), last - MEANS, True, own), torch.from_numpy(MEANS).view(3, 1, 1) - x)
    assert prepared((last, x), last - MEANS, False, own) is None


def test_other_numbers_prepare_otherwise_whatever_the_order():
    last, x = picture()
    for wanted in (last / 255, (last - MEANS)[..., ::-1].copy(), last * 2 - 1):
        assert torch.equal(prepared((last, x), wanted, False)[:, 0], torch.from_numpy(-wanted[..., 0]))
        assert prepared((last, x), wanted, True) is None


def test_numbers_that_only_are_stored_shorter_prepare_alike():
    last, x = picture()
    own = x - torch.from_numpy(MEANS).view(3, 1, 1)
    assert prepared((last, x), last - MEANS * (1 + 3e-8), False, own) is None


def rules(keras, torch_event, **options):
    return {trial.rule for trial in trials(Suspect(keras, torch_event, {}, **options))}


def test_grey_is_suspected_straight_behind_an_input_alone():
    def of_sums(straight, channels=3):
        image = np.ones((2, 4, 4, channels))
        both = (Event(kind, kind, kind, (2, 4, 4, 1), sources=(-1,)) for kind in ("sum", "mean"))
        return rules(*both, inputs=(image,), value=image[..., :1], straight=straight)

    assert "data-greyscale" in of_sums(True)
    assert "data-greyscale" not in of_sums(False)
    assert "data-greyscale" not in of_sums(True, 4)


def test_preparations_are_suspected_of_what_has_the_shape_of_an_input():
    def of_values(shape, given):
        both = (Event(kind, kind, kind, shape, sources=(-1,)) for kind in ("subtract", "divide"))
        return rules(*both, value=np.ones(shape), given=(np.ones(given),))

    assert of_values((2, 4, 4, 3), (2, 4, 4, 3)) >= {"data-channel-order", "preprocessing-inside"}
    assert "data-channel-order" not in of_values((2, 5), (2, 5))
    assert "preprocessing-inside" not in of_values((2, 4, 4, 8), (2, 4, 4, 3))


def test_a_frame_of_zeros_around_a_picture_is_none_of_its_pixels():
    last, _ = picture()
    padded = np.pad(last, [(0, 0), (3, 3), (3, 3), (0, 0)])
    conv = Event("conv", "conv", "conv", (2, 4, 4, 8), sources=(-1,))
    found = trials(Suspect(conv, conv, {"kernel": np.ones((1, 1, 3, 8))}, (padded,), given=(last,)))
    handed = [trial.options["value"] for trial in found if trial.action == "prepared like"]
    assert handed
    assert all(np.array_equal(value, last) for value in handed)
