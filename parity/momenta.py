"""Confirm a momentum that differs: what the running mean would be after one train-mode pass with the other one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from parity.compare import PROOF_BOUND, difference
from parity.pair import Pair
from parity.verdicts import Cause

RULE = "norm-momentum"


def settled(pair: Pair, cause: Cause) -> Cause:
    """The cause with both figures, confirmed if the other momentum takes the difference away."""
    layers = {keras.path: (keras, torch) for keras, torch in (*pair.twins, *pair.functions)}
    name = f"{cause.keras}/moving_mean"
    if cause.rule != RULE or not pair.train_cases or cause.keras not in layers:
        return cause
    keras, torch = pair.forward("float64", pair.train_cases[0], True)
    theirs = pair.mapping.to_keras(torch.state).get(name)
    mine, momenta = keras.state.get(name), [layer.attributes.get("momentum") for layer in layers[cause.keras]]
    if mine is None or theirs is None or not all(momenta):
        return cause
    start = pair.weights[0][name].astype(np.float64)
    moved = start + (theirs - start) * (float(momenta[0] or 0) / float(momenta[1] or 1))
    before, after = (difference(mine, array, PROOF_BOUND).figure for array in (theirs, moved))
    return replace(cause, confirmed=after <= PROOF_BOUND < before, before=before, after=after)
