"""A bound of the user's own: figures may be larger, what must be exact may not differ."""

import math

import pytest

from parity.compare import Difference
from parity.errors import UsageError
from parity.ladder.findings import Findings
from parity.tolerance import refuse_unusable, tolerate
from parity.verdicts import PairReport, Report, Verdict


def judged(*figures, violation=None, untestable=None, bound):
    findings = Findings("outputs")
    for figure in figures:
        findings.judge("y", Difference(figure, (0,), 1.0, 1.0), 1e-10)
    if violation:
        findings.violate(violation)
    report = Report("parity.check", {}, 0, (PairReport("a", (findings.result(untestable=untestable),)),))
    return tolerate(report, bound).pairs[0].rungs[0]


def test_figures_within_the_bound_pass_beside_it():
    rung = judged(1e-12, 3e-7, 2e-8, bound=1e-6)
    assert (rung.verdict, rung.figure, rung.bound, rung.reason) == (Verdict.PASS, 3e-7, 1e-6, None)


def test_one_figure_above_the_bound_fails():
    rung = judged(3e-7, 2e-6, bound=1e-6)
    assert (rung.verdict, rung.figure, rung.bound) == (Verdict.FAIL, 2e-6, 1e-10)


@pytest.mark.parametrize(
    "other", [{"violation": "only in Keras: bias"}, {"untestable": "the output hardly depends on the input"}]
)
def test_a_bound_excuses_neither_structure_nor_deafness(other):
    assert judged(3e-7, **other, bound=1.0).verdict is Verdict.FAIL


def test_a_figure_that_is_no_number_fails_at_every_bound():
    assert judged(3e-7, math.inf, bound=1e300).verdict is Verdict.FAIL


def test_a_pass_stays_as_it_is():
    assert judged(1e-12, bound=1e-6).bound == 1e-10


@pytest.mark.parametrize("bound", [0, -1e-9, math.inf, math.nan])
def test_a_bound_that_is_no_positive_number_is_refused(bound):
    with pytest.raises(UsageError, match="expected a positive number"):
        refuse_unusable(bound)
