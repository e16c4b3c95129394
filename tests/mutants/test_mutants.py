"""Every rung catches at least three broken twins, and lets the sound ones pass."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from parity import draws
from parity.attributes import ATTRIBUTE_RULES
from parity.climbing import climb
from parity.ladder import RUNGS
from parity.pair import Case, Pair
from parity.rules.book import RULES
from parity.sides.source import Source

HERE = Path(__file__).parent
COSTLY = ("step", "trajectory", "onnx")  # climbed by the faults that they catch; test_training_mutants has more
NETS = {"image": ("build_image_net", "ImageNet"), "text": ("build_text_net", "TextNet")}

# fault: (network, the rungs that catch it). Names that begin with keras- break the Keras side.
FAULTS = {
    "norm-epsilon": ("image", {"structure", "activations", "outputs", "gradients"}),
    "norm-momentum": ("image", {"structure", "outputs", "step", "trajectory"}),
    "gelu-form": ("image", {"structure", "activations", "outputs", "gradients"}),
    "keras-gelu-form": ("image", {"structure", "activations", "outputs", "gradients"}),
    "leaky": ("image", {"structure", "activations", "outputs", "gradients"}),
    "stride": ("image", {"structure", "activations", "outputs"}),
    "dropout-rate": ("image", {"structure", "activations", "outputs", "gradients"}),
    "wiring": ("image", {"structure", "activations", "outputs", "gradients"}),
    "activation-twice": ("image", {"structure", "activations", "outputs", "gradients"}),
    "output-name": ("image", {"structure", "outputs", "gradients"}),
    "keras-output-name": ("image", {"structure", "outputs", "gradients"}),
    "keras-flatten-order": ("image", {"structure", "activations", "outputs", "gradients"}),
    "flatten-order": ("image", {"activations", "outputs", "gradients"}),
    "not-a-number": ("image", {"activations", "outputs", "gradients"}),
    "train-only": ("image", {"activations", "outputs", "gradients"}),
    "large-batch": ("image", {"outputs"}),
    "missing-bias": ("image", {"structure", "parameters", "transfer"}),
    "keras-missing-bias": ("image", {"structure", "parameters", "transfer"}),
    "extra-parameter": ("image", {"parameters", "transfer"}),
    "frozen": ("image", {"parameters", "gradients", "step", "trajectory"}),
    "tied": ("image", {"parameters", "transfer"}),
    "one-weight-off": ("image", {"transfer", "activations", "outputs", "gradients"}),
    "half-precision": ("image", {"transfer"}),
    "swapped-gates": ("text", {"transfer", "activations", "outputs", "gradients"}),
    "batch-first": ("text", {"activations", "outputs", "gradients"}),
    "last-step": ("text", {"activations", "outputs", "gradients"}),
    "detach": ("image", {"gradients", "step", "trajectory"}),
    "keras-stop-gradient": ("image", {"gradients"}),
    "gradient-scale": ("image", {"gradients"}),
    "export-only": ("image", {"onnx"}),
    "fixed-batch": ("image", {"onnx"}),
    "export-single-precision": ("image", {"onnx"}),
}


@pytest.mark.full
@pytest.mark.parametrize("net", NETS)
def test_sound_networks_climb_every_rung(duo, net):
    report = climb(_pair(duo, net, ""))
    assert [rung.verdict for rung in report.rungs] == ["pass"] * len(RUNGS), report


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_caught_by_its_rungs(duo, fault):
    net, expected = FAULTS[fault]
    rungs = tuple(rung for rung in RUNGS if rung not in COSTLY or rung in expected)
    report = climb(_pair(duo, net, fault), rungs)
    caught = {rung.rung for rung in report.rungs if rung.verdict == "fail"}
    assert expected <= caught, f"{fault} is caught by {sorted(caught)}"
    assert report.verdict == "fail"


def test_every_rung_has_three_faults():
    counts = Counter(rung for _, rungs in FAULTS.values() for rung in rungs)
    assert all(counts[rung] >= 3 for rung in RUNGS), counts


@pytest.mark.full
def test_failure_names_the_first_diverging_layer_and_the_worst_element(duo):
    divergence = climb(_pair(duo, "image", "norm-epsilon"), RUNGS[:5]).first_divergence
    assert (divergence.keras, divergence.torch) == ("norm", "norm")
    assert divergence.figure > divergence.bound
    assert divergence.keras_value != divergence.torch_value
    assert len(divergence.element) == 4


@pytest.mark.parametrize(
    ("fault", "rule", "layer"),
    [
        ("norm-epsilon", "norm-epsilon", "norm"),
        ("norm-momentum", "norm-momentum", "norm"),
        ("gelu-form", "gelu-form", "gelu"),
        ("keras-flatten-order", "flatten-order", "flatten"),
    ],
)
def test_a_difference_of_attributes_is_named_by_its_rule(duo, fault, rule, layer):
    causes = climb(_pair(duo, "image", fault), ("structure",)).causes
    assert [(cause.rule, cause.keras, cause.torch) for cause in causes] == [(rule, layer, layer)]


def test_sound_networks_have_no_cause(duo):
    assert climb(_pair(duo, "image", ""), ("structure",)).causes == ()


def test_every_attribute_rule_is_in_the_book():
    assert set(ATTRIBUTE_RULES.values()) <= set(RULES)


@pytest.mark.full
def test_a_model_that_ignores_its_input_is_untestable(duo):
    sources = [
        Source(f"{HERE / file}:{name}")
        for file, name in (("keras_nets.py", "build_deaf_net"), ("torch_nets.py", "DeafNet"))
    ]
    cases = tuple(Case({"features": draws.normal((batch, 5), "deaf", batch)}, np.zeros(batch)) for batch in (4, 1, 7))
    report = climb(Pair("deaf", duo, *sources, cases, ""))
    verdicts = {rung.rung: rung.verdict for rung in report.rungs}
    assert verdicts["structure"] == verdicts["parameters"] == verdicts["transfer"] == "pass"
    numeric = ("activations", "outputs", "gradients", "step", "trajectory", "onnx")
    assert {verdicts[rung] for rung in numeric} == {"untestable"}
    assert report.verdict == "untestable"


def _pair(duo, net, fault):
    keras_name, torch_name = NETS[net]
    on_keras = fault.startswith("keras-")
    sources = (
        Source(f"{HERE / 'keras_nets.py'}:{keras_name}", {"fault": fault if on_keras else ""}),
        Source(f"{HERE / 'torch_nets.py'}:{torch_name}", {"fault": "" if on_keras else fault}),
    )
    cases = tuple(_case(net, batch, number) for number, batch in enumerate((4, 1, 7)))
    return Pair(f"{net}-{fault or 'sound'}", duo, *sources, cases, "cross_entropy")


def _case(net, batch, number):
    if net == "image":
        return Case({"image": draws.normal((batch, 8, 8, 3), "mutants", number)}, np.arange(batch) % 4)
    tokens = np.floor(20 * draws.uniform((batch, 6 + number), "mutants", number)).astype(np.int32)
    return Case({"tokens": tokens}, np.arange(batch) % 3)
