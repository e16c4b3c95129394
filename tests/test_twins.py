"""Every registered twin climbs every rung, and every preset to its gradients. Nobody edits this to add a model."""

import pytest

from parity import portions
from parity.checking import twin_pair
from parity.climbing import climb
from parity.ladder import RUNGS
from parity.ladder.trajectory import TRAJECTORY_BOUND
from parity.zoo import presets

FAST = RUNGS[: RUNGS.index("activations") + 1]
COUNTED = RUNGS[: RUNGS.index("parameters") + 1]  # what the fast tier asks of a heavy twin
COMPARED = RUNGS[: RUNGS.index("gradients") + 1]
HEAVY = 2_000_000
PROOF = 1e-10
ALL = list(presets())
FIRST_OF_EACH = {twin.name: (name, twin, preset) for name, twin, preset in reversed(ALL)}


@pytest.mark.parametrize("twin", FIRST_OF_EACH)
def test_twin_is_the_same_network(duo, twin, monkeypatch):
    """With every pair of places as a portion of its own, as large tensors are."""
    monkeypatch.setattr(portions, "PORTION_BYTES", 0)
    entry = FIRST_OF_EACH[twin]
    _climb(duo, entry, COUNTED if entry[2].parameters > HEAVY else FAST)


def _cases():
    """Heavy presets stay on one test process: two of them at once would not fit into memory."""
    for name, twin, preset in ALL:
        marks = [pytest.mark.xdist_group("heavy")] if preset.parameters > HEAVY else []
        yield pytest.param((name, twin, preset), id=name, marks=marks)


@pytest.mark.full
@pytest.mark.parametrize("entry", list(_cases()))
def test_preset_climbs(duo, entry):
    """The first preset of a twin climbs every rung; of the others ``make zoo`` trains and exports each as well."""
    rungs = RUNGS if entry == FIRST_OF_EACH[entry[1].name] else COMPARED
    report = _climb(duo, entry, rungs)
    assert [rung.rung for rung in report.rungs] == list(rungs)
    for rung in report.rungs:
        assert rung.figure is None or rung.figure <= (TRAJECTORY_BOUND if rung.rung == "trajectory" else PROOF), rung


def _climb(duo, entry, rungs):
    name, twin, preset = entry
    report = climb(twin_pair(duo, name, twin, preset), rungs)
    assert report.verdict == "pass", "\n".join(f"{r.rung} {r.verdict}: {r.reason}" for r in report.rungs)
    return report
