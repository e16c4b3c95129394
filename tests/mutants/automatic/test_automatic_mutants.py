"""A sample of the automatic mutants; ``python benchmarks/mutants.py`` injects all of them."""

import pytest
from injecting import FAMILIES, FAULTS, Mutant, judge, mutants
from kinds import EQUIVALENT, KINDS

from parity import check
from parity.rules.book import RULES

SAMPLE = (
    Mutant("batch-norm-epsilon", "mlp", "keras", 0),
    Mutant("norm-missing", "mlp", "torch", 0),
    Mutant("relu-as-silu", "mlp", "keras", 1),
    Mutant("layers-swapped", "mlp", "torch", 1),
    Mutant("lstm-gate-order", "lstm_network", "keras", 0),
    Mutant("first-step", "rnn_network", "torch", 0),
)


@pytest.mark.full
@pytest.mark.xdist_group("automatic mutants")
@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught_named_and_placed(mutant):
    found = judge(mutant)
    assert (found.caught, found.named, found.placed) == (True, True, True), found.report


@pytest.mark.full
@pytest.mark.xdist_group("automatic mutants")
@pytest.mark.parametrize("family", ["mlp", "rnn_network"])
def test_twins_without_a_fault_pass(family):
    twins = FAMILIES[family]
    report = check(twins.keras, twins.torch, twins.inputs(0))
    assert report, report
    assert not report.pairs[0].causes


def test_sixty_kinds_are_injected_into_three_families_or_more():
    assert sum(len(kind.families) >= 3 for kind in KINDS.values()) >= 60


def test_every_kind_has_an_injection_and_every_injection_a_kind():
    assert set(FAULTS["keras"]) | set(FAULTS["torch"]) == set(KINDS)


def test_kinds_name_rules_of_the_book_and_known_families():
    assert {rule for kind in KINDS.values() for rule in kind.rules} <= set(RULES)
    assert {family for kind in KINDS.values() for family in kind.families} <= set(FAMILIES)


def test_both_sides_of_a_kind_get_their_turn():
    sides = {mutant.side for mutant in mutants(("relu-as-silu",), seeds=2)}
    assert sides == {"keras", "torch"}


def test_equivalent_mutants_are_not_injected_and_have_a_reason():
    assert not set(EQUIVALENT) & set(KINDS)
    assert all(EQUIVALENT.values())
