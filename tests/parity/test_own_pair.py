"""What the inputs of a pair of the user's own may hold."""

import numpy as np
import pytest

from parity.errors import SideFailed
from parity.own_pair import OwnPair
from parity.pair import Case
from parity.recording import Event, Forward, Gradients, Trace
from parity.shelf import NOTHING
from parity.sides.source import Source
from parity.towers import as_one


class Duo:
    """Keras alone, whose tables look up rows as they are told to."""

    keras = None

    def __init__(self, rows):
        self._rows = rows

    def ask(self, side, method, dtype, inputs, enter):
        return Trace((), NOTHING, {}, {number: self._rows[number](inputs["tokens"]) for number in enter})


def limits(*tables):
    """Limits of tokens that tables look up, each with its size and what its code makes of the tokens."""
    events = [
        Event("table", "embedding", "Embedding", (2, 6, 4), {"entries": rows}, "table", (-1,)) for rows, _ in tables
    ]
    duo, case = Duo([code for _, code in tables]), Case({"tokens": np.ones((2, 6), int)}, np.zeros(2))
    pair = OwnPair("pair", duo, Source("keras"), Source("torch"), (case,), "", 0)
    pair.__dict__["_runs"] = as_one(Trace(tuple(events), NOTHING, {}), ()), Trace((), NOTHING, {}), ()
    return pair.token_limits


def test_a_table_of_types_that_are_all_the_same_does_not_limit_the_words():
    words, types = (70, lambda tokens: tokens), (2, np.zeros_like)
    assert limits(words, types) == limits(types, words) == {"tokens": 70}
    assert limits(words) == {"tokens": 70}
    assert limits(types) == {"tokens": 2}


def test_a_smaller_table_that_tokens_are_looked_up_in_limits_them():
    assert limits((70, lambda tokens: tokens), (5, lambda tokens: tokens + 1)) == {"tokens": 5}


def test_where_code_of_the_users_own_has_the_tables_those_of_torch_limit_the_tokens():
    table = Event("v", "embedding", "Embedding", (2, 6, 4), {"entries": 40}, "v", (-1,))
    weight = Event("w", "embedding", "Embedding", (2, 6, 1), {"entries": 30}, "w", (-1,))
    pair = OwnPair(
        "p", Duo(()), Source("k"), Source("t"), (Case({"tokens": np.ones((2, 6), int)}, np.zeros(2)),), "", 0
    )
    layer = Event("fm", "fm", "FM", (2, 1), {}, "fm", (-1,))
    pair.__dict__["_runs"] = as_one(Trace((layer,), NOTHING, {}), ()), Trace((table, weight), NOTHING, {}), ()
    assert pair.token_limits == {"tokens": 30}


class Modes:
    """Both sides in train mode, where each gives these outputs, or raises."""

    def __init__(self, *outputs):
        self._outputs = outputs

    def both(self, method, **arguments):
        if None in self._outputs:
            raise SideFailed(("keras", "torch")[self._outputs.index(None)], method, "targets are missing")
        return tuple(Forward(dict.fromkeys(names, np.zeros(2)), (), {}) for names in self._outputs)


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        (("y", "y"), None),
        (("ya", "ya"), None),
        (("y", "ya"), "torch gives other outputs in train mode (y, a)"),
        (("ya", "y"), "keras gives other outputs in train mode (y, a)"),
        (("y", None), "torch does not run in train mode (targets are missing)"),
    ],
)
def test_what_only_eval_mode_shows_is_judged_in_it(outputs, reason):
    case = Case({"x": np.ones((3, 4))}, 0)
    pair = OwnPair("pair", Modes(*outputs), Source("keras"), Source("torch"), (case,), "", 0)
    trace = Trace((), NOTHING, {"y": np.zeros(2)})
    pair.__dict__["_runs"] = as_one(trace, ()), trace, ()
    assert pair.eval_only == reason
    assert pair.train_cases == (() if reason else (0,))


class Ends:
    """Both sides of a model with two outputs, one of which is a number that no sample changes."""

    def __init__(self, inputs):
        self._inputs = inputs

    def both(self, method, **arguments):
        if method == "forward":
            return (Forward({"mean": np.arange(6.0).reshape(3, 2), "deviation": np.ones((3, 2))}, (), {}),) * 2
        return (Gradients(1.0, {"log_std": np.ones(2)}, self._inputs),) * 2


@pytest.mark.parametrize(("inputs", "sensitivity"), [({}, 0.8), ({"x": np.zeros((3, 4))}, 0.0)])
def test_an_output_made_of_weights_alone_shows_as_much_as_it_can(inputs, sensitivity):
    pair = OwnPair("pair", Ends(inputs), Source("keras"), Source("torch"), (Case({"x": np.ones((3, 4))}, 0),), "", 0)
    pair.__dict__.update(weights=({}, {}), mapping=Straight())
    assert pair.sensitivity == pytest.approx(sensitivity)


class Straight:
    """Weights have the same names on both sides."""

    def to_keras(self, torch, gradients=False):
        return torch
