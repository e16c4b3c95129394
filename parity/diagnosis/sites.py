"""What a line of hand-written PyTorch code leaves out, every time that it runs: an activation, or a factor.

The other side may be one layer of the user's own, whose insides are not seen, or a loop over a cell.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from numpy.typing import NDArray

from parity.diagnosis.grouping import OVER
from parity.hypotheses import OTHER_ACTIVATION
from parity.hypotheses.kinds import APPLIED
from parity.hypotheses.norms import EPSILONS
from parity.recording import Event, Trial

FORMS = ("tanh", "sigmoid", "relu", "softmax")
"""Activations that code by hand forgets, or takes for each other."""
CHOSEN = ("topk", "sigmoid", "softmax", "exp")
"""What gives weights, which code may divide by their sum."""
SUMMED = ("sum", "mean")
STATISTICS = ("max", "mean", "sum", "logsumexp", "min")
"""Over the same axes, for each other."""
SHIFTS = (1.0, 0.5, -0.5, -1.0)
"""Constants that code by hand forgets, or has otherwise."""
LENGTH = "norm"
GRIDDED = ("add", "subtract")
COUPLES = 2
"""Of axes of a constant, such as places in a grid, that may have changed places."""
POWERS = ("sqrt", "square")
"""Of distances and deviations: the one side goes on with the root, the other with the square."""
SCALES = (math.pi, 2 * math.pi, 2.0, 0.5, 1 / math.pi, 0.5 / math.pi, -1.0, math.sqrt(2.0), math.sqrt(0.5))
"""Factors that code by hand forgets."""
SLOPES = (0.01, 0.1, 0.2, 0.3)
"""Of leaky rectifiers: defaults of the libraries, and what papers have."""
MOST = 12
"""So many sites are looked at."""
LOOP = 4
"""So often a place in the code of a loop runs; what runs less often may be two layers."""


def sites(events: Sequence[Event], numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """Operations that one place in the code runs, in ascending order; the last sites first.

    Of one module, and then of all modules that run the line: the heads of a list.
    """
    single = _sites(_grouped(events, numbers, _line_of_module))
    shared = _sites(_grouped(events, numbers, lambda event: (event.line, event.native)))
    return [*single, *(site for site in shared if len({events[n].path.partition("#")[0] for n in site}) > 1)]


def _sites(groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    sizes = Counter(len(group) for group in groups)
    rounds = max(sorted(sizes), key=sizes.__getitem__, default=1)
    found = {site for group in groups for site in (*_of_line(group, rounds), tuple(group))}  # loops differ in length
    return sorted(found, key=lambda site: (-site[-1], site))[:MOST]


def places(events: Sequence[Event], numbers: Iterable[int]) -> list[tuple[int, ...]]:
    """Each operation alone; of a loop what one place in the code runs in every round, and the last round."""
    groups = _grouped(events, sorted(numbers), _line_of_module)
    found: list[tuple[int, ...]] = [(n,) for group in groups if len(group) < LOOP for n in group]
    loops = [group for group in groups if len(group) >= LOOP]
    rounds = min(map(len, loops), default=LOOP)
    for group in loops:
        ways = list(_of_line(group, rounds))
        found += [*ways, *((way[-1],) for way in ways)]
    return sorted(found)


def _line_of_module(event: Event) -> Hashable:
    """Runs of one function in one line of code."""
    return event.line, event.path.partition("#")[0]


def _grouped(events: Sequence[Event], numbers: Iterable[int], key: Callable[[Event], Hashable]) -> list[list[int]]:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number in numbers:
        groups[key(events[number])].append(number)
    return list(groups.values())


def _of_line(group: Sequence[int], rounds: int) -> Iterator[tuple[int, ...]]:
    """A line may run one function at several places, in every round of a loop."""
    places = max(1, len(group) // rounds)
    for place in range(places):
        yield tuple(group[place::places])


def completions(event: Event, inputs: Sequence[NDArray] = ()) -> Iterator[Trial]:
    """What a site may leave out, or do otherwise.

    Args:
        event: the last operation of the site.
        inputs: of the model; one of them may be a mask, or weights of what is summed.
    """
    if event.kind == "leaky_relu":
        for slope in SLOPES:
            yield Trial("leaky-slope", "apply", {"kind": "leaky_relu", "slope": slope})
    if event.kind == "multiply":
        yield Trial("window-periodic", "other window", {})
    if event.kind == "add" and len(event.sources) == 1 and "tensors" not in event.attributes:
        for epsilon in EPSILONS:
            yield Trial("norm-epsilon", "other epsilon", {"epsilon": epsilon})
    if event.kind == LENGTH:
        for over, rule in OVER.items():
            yield Trial(rule, "statistic over", {"over": over})
    if event.kind in GRIDDED and len(event.sources) == 1:
        for place in range(COUPLES):
            yield Trial("permute-axes", "addend turned", {"place": place})
    if event.kind in CHOSEN:
        yield Trial("scale-other", "apply after", {"kind": "shares"})
    for kind in STATISTICS if event.kind in STATISTICS else ():
        if kind != event.kind:
            yield Trial("pool-other", "reduced as", {"kind": kind})
    for value in inputs if event.kind in SUMMED else ():
        for mean in (False, True):
            yield Trial("pool-global-mask", "weighted by an input", {"value": value, "mean": mean})
    for form in FORMS:
        if event.kind in APPLIED and event.kind != form:
            yield Trial(OTHER_ACTIVATION, "apply", {"kind": form})
        yield Trial(OTHER_ACTIVATION, "apply after", {"kind": form})
        for place in range(len(event.sources)):
            yield Trial(OTHER_ACTIVATION, "apply before", {"kind": form, "place": place})
    for axis in range(1, len(event.shape) - 1) if event.kind in APPLIED else ():
        yield Trial(OTHER_ACTIVATION, "apply", {"kind": "softmax", "axis": axis})
    for form in POWERS:
        yield Trial(OTHER_ACTIVATION, "apply after", {"kind": form})
    for scale in SCALES:
        yield Trial("scale-other", "apply after", {"kind": "rescaling", "scale": scale})
    for offset in SHIFTS if event.kind in GRIDDED and "tensors" not in event.attributes else ():
        yield Trial("shift-other", "apply after", {"kind": "rescaling", "offset": offset})
