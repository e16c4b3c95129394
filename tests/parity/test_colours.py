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


def test_red_is_taken_for_blue_where_that_is_what_the_reference_has():
    last, x = picture()
    call = Call((x,), {}, -x, function=torch.neg)
    assert torch.equal(attempt(call, "colours turned", {"value": last[..., ::-1].copy()}), -x.flip(1))
    assert attempt(call, "colours turned", {"value": last}) is None


def test_colours_are_suspected_straight_behind_an_input_alone():
    def rules(straight, channels=3):
        image = np.ones((2, 4, 4, channels))
        keras, torch_event = (Event(kind, kind, kind, (2, 4, 4, 1), sources=(-1,)) for kind in ("sum", "mean"))
        suspect = Suspect(keras, torch_event, {}, (image,), value=image[..., :1], straight=straight)
        return {trial.rule for trial in trials(suspect)}

    colours = {"data-greyscale", "data-channel-order"}
    assert rules(True) >= colours
    assert not rules(False) & colours
    assert not rules(True, 4) & colours
