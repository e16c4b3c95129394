"""What a log of a training keeps is what was there after the step, though it copies as late as it can."""

from __future__ import annotations

import numpy as np
import pytest

from parity.sides.recipes import END, Log


@pytest.fixture
def memory():
    return {"weights": {"w": np.zeros(3)}, "momentum": {"w": np.zeros(3)}}


def train(memory, steps, keep, callback=lambda weights: None):
    log = Log(keep)
    for _ in range(steps):
        log.begin()
        for arrays in memory.values():
            arrays["w"] += 1
        log.step((0.1,), lambda: memory["weights"], lambda: {"momentum": memory["momentum"]})
        callback(memory["weights"]["w"])
    log.end(lambda: memory["weights"], lambda: {"momentum": memory["momentum"]})
    return log


def test_every_step_has_its_own_state(memory):
    states = train(memory, steps=3, keep=2).states
    assert sorted(states) == [END, 0, 1]
    for step, count in ((0, 1), (1, 2), (END, 3)):
        for what in ("weights", "momentum"):
            assert (states[step][what]["w"] == count).all()


def test_a_callback_that_sets_weights_changes_the_end_and_not_the_step(memory):
    def restore(weights):
        weights[:] = 7

    log = train(memory, steps=1, keep=1, callback=restore)
    states = log.states
    assert not log.settled
    assert (states[0]["weights"]["w"] == 1).all()
    assert (states[END]["weights"]["w"] == 7).all()
    assert (states[END]["momentum"]["w"] == 1).all()


@pytest.mark.parametrize(("keep", "settled"), [(3, True), (2, False)])
def test_a_run_is_settled_if_its_last_step_is_kept(memory, keep, settled):
    assert train(memory, steps=3, keep=keep).settled == settled


def test_what_stays_as_it_is_needs_no_copies():
    frozen, slots = {"w": np.zeros(3)}, {"w": np.ones(3)}
    log = Log(1, frozen=True)
    log.begin()
    log.step((0.1,), lambda: frozen, lambda: {"momentum": slots})
    log.end(lambda: frozen, lambda: {"momentum": slots})
    for step in (0, END):
        assert log.states[step]["weights"]["w"] is frozen["w"]
        assert log.states[step]["momentum"]["w"] is slots["w"]


def test_what_has_not_changed_since_the_last_step_is_kept_once(memory):
    states = train(memory, steps=1, keep=1).states
    assert states[END]["weights"]["w"] is states[0]["weights"]["w"]
    assert states[END]["weights"]["w"] is not memory["weights"]["w"]
