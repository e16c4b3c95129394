"""An activation that only Keras has, between a layer and an operation where several values meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from parity.compare import PROOF_BOUND
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.faults import Fault
from parity.diagnosis.probing import Probing
from parity.errors import SideFailed
from parity.hypotheses import OTHER_ACTIVATION
from parity.matching import ACTIVATIONS
from parity.recording import Probe, Trial


def behind_its_layer(
    alignment: Alignment, pairs: Mapping[int, int], probing: Probing, k: int, t: int, fault: Fault
) -> Fault:
    """The fault at the layer whose activation is missing, if applying it there brings the value back.

    Args:
        alignment: which operation is which.
        pairs: every operation that has a counterpart.
        probing: how the Torch model is run.
        k, t: the two operations at fault.
        fault: what is known of them; left alone if it has a cause, but for an activation of one of several values.
    """
    if fault.cause is not None and not _of_one_value(fault):
        return fault
    for number, layer in _activations(alignment, pairs, k):
        event = alignment.keras[number]
        plain = {name: value for name, value in event.attributes.items() if isinstance(value, (int, float, bool))}
        trial = Trial(OTHER_ACTIVATION, "apply after", {"kind": event.kind, **plain})
        after = _figure(alignment, probing, (k, t), {layer: Probe(alter=trial)})
        if after <= PROOF_BOUND:
            return replace(fault, keras=event, torch=alignment.torch[layer], cause=(trial.rule, after))
    return fault


def _of_one_value(fault: Fault) -> bool:
    """An activation that is missing where values meet, in front of one of them."""
    rule, _ = fault.cause or ("", 0.0)
    joins = fault.torch.layer is None and len(fault.torch.sources) > 1
    return rule == OTHER_ACTIVATION and joins and fault.keras.kind in ACTIVATIONS


def _activations(alignment: Alignment, pairs: Mapping[int, int], k: int) -> Iterator[tuple[int, int]]:
    """Keras activations without a counterpart in front of ``k``, each with the Torch layer that it stands behind."""
    for number in sorted(alignment.above_in_keras(k) - pairs.keys()):
        event = alignment.keras[number]
        layers = [alignment.anchors[source] for source in event.sources if source in alignment.anchors]
        if event.kind in ACTIVATIONS and len(layers) == len(event.sources) == 1:
            yield number, layers[0]


def _figure(alignment: Alignment, probing: Probing, at: tuple[int, int], altered: Mapping[int, Probe]) -> float:
    """The figure of an operation in an altered run, all layers on the reference's values."""
    k, t = at
    try:
        run = probing.run(probing.forced(alignment.anchors) | {t: probing.operation(k)} | dict(altered))
    except SideFailed:
        return math.inf
    return run.figure(k, t)
