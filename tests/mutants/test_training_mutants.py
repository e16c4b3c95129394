"""Every part of a training is the same on both sides; every mistake in it is caught by `step` or `trajectory`.

All in one process: the sound Keras run of each part is remembered, a mutant runs on the Torch side alone.
"""

import importlib
import sys
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import torch  # isort: skip  before TensorFlow

from parity import draws
from parity.climbing import climb
from parity.pair import Case, Pair
from parity.process import Duo, LocalSide
from parity.sides.source import Source
from parity.training import Plan

HERE = Path(__file__).parent
pytestmark = pytest.mark.xdist_group("training mutants")  # the sound runs are remembered in one process
PROOF = 1e-10
NETS = {
    "table": ("build_table_net", "TableNet"),
    "token": ("build_token_net", "TokenNet"),
    "probability": ("build_probability_net", "ProbabilityNet"),
}


@dataclass(frozen=True)
class Part:
    """One part of a training, alone.

    Args:
        options: of ``keras_parts.train``.
        mutants: by name what is changed on the Torch side; ``fault`` is one of its network.
        net: which network.
    """

    options: dict[str, Any] = field(default_factory=dict)
    mutants: dict[str, dict[str, Any]] = field(default_factory=dict)
    net: str = "table"


def scheduled(name, *numbers, unit="step"):
    return [("schedule", "Schedule", {"factor": (name, numbers), "unit": unit})]


def adam(**numbers):
    return {"optimizer": "Adam", "rate": 0.01, "numbers": numbers}


def plateau(name="Plateau", **options):
    return [("plateau", name, {"monitor": "val_loss", "factor": 0.5, **options})]


def stopping(name="EarlyStopping", **options):
    return [("early_stopping", name, {"monitor": "val_loss", **options})]


LONG = {"epochs": 12, "rate": 1.0}
SQUARED = {"loss": "mean_squared_error"}
PARTS = {
    "sgd": Part({}, {"rate": {"rate": 0.1000001}, "data order": {"seed": 1}, "batch": {"batch": 7}}),
    "sgd decay": Part(
        {"numbers": {"weight_decay": 0.1}},
        {"decoupled": {"optimizer": "DecayThatIsDecoupled"}, "half": {"numbers": {"weight_decay": 0.05}}},
    ),
    "momentum": Part(
        {"numbers": {"momentum": 0.9}},
        {
            "convention": {"numbers": {"momentum": 0.9, "dampening": 0.9}},
            "nesterov": {"numbers": {"momentum": 0.9, "nesterov": True}},
        },
    ),
    "momentum and a schedule": Part(
        {"numbers": {"momentum": 0.9}, "callbacks": scheduled("step", 2, 0.5)},
        {"rate inside the velocity": {"optimizer": "RateInsideVelocity"}},
    ),
    "nesterov": Part(
        {"numbers": {"momentum": 0.9, "nesterov": True}},
        {
            "missing": {"numbers": {"momentum": 0.9}},
            "old buffer": {"optimizer": "NesterovFirst", "numbers": {"momentum": 0.9}},
        },
    ),
    "rmsprop": Part(
        {"optimizer": "RMSprop", "rate": 0.01},
        {
            "epsilon inside the root": {"optimizer": "EpsilonInsideRoot"},
            "alpha": {"numbers": {"alpha": 0.9}},
            "centered": {"numbers": {"centered": True}},
            "epsilon": {"numbers": {"eps": 1e-7}},
        },
    ),
    "adagrad": Part(
        {"optimizer": "Adagrad", "rate": 0.1},
        {"start of the sum": {"optimizer": "AdagradFromTenth"}, "epsilon": {"numbers": {"eps": 1e-7}}},
    ),
    "adagrad on repeated tokens": Part(
        {"optimizer": "Adagrad", "rate": 0.1}, {"squares of rows": {"optimizer": "AdagradByOccurrence"}}, "token"
    ),
    "adam": Part(
        adam(),
        {
            "epsilon": {"numbers": {"eps": 1e-7}},
            "epsilon before the correction": {"optimizer": "EpsilonHat"},
            "no correction": {"optimizer": "UncorrectedAdam"},
            "betas": {"numbers": {"betas": (0.9, 0.99)}},
            "amsgrad": {"numbers": {"amsgrad": True}},
        },
    ),
    "adam decay": Part(
        adam(weight_decay=0.1),
        {
            "decoupled": {"optimizer": "AdamW"},
            "not on biases": {"optimizer": "AdamSparesBiases"},
        },
    ),
    "adamw": Part(
        {"optimizer": "AdamW", "rate": 0.01, "numbers": {"weight_decay": 0.1}},
        {
            "coupled": {"optimizer": "CoupledAdamW"},
            "not on biases": {"optimizer": "AdamWSparesBiases"},
            "without the rate": {"optimizer": "DecayWithoutRate"},
        },
    ),
    "lion": Part(
        {"optimizer": "Lion", "rate": 0.01, "numbers": {"weight_decay": 0.1}},
        {"sign of the new momentum": {"optimizer": "LionAfterUpdate"}, "coupled": {"optimizer": "LionCoupled"}},
    ),
    "adafactor": Part(
        {"optimizer": "Adafactor", "rate": 0.1},
        {
            "unscaled": {"optimizer": "AdafactorUnscaled"},
            "decay of beta": {"numbers": {"beta2_decay": -0.7}},
            "sums of rows": {"optimizer": "AdafactorKeepsSums"},
        },
    ),
    "clip to a joint norm": Part(
        {"clip": ("global_norm", 0.1)},
        {
            "per tensor": {"clip": ("tensor_for_global", 0.1)},
            "missing": {"clip": None},
            "squared": {"clip": ("squared_norm", 0.1)},
        },
    ),
    "clip each tensor": Part({"clip": ("tensor_norm", 0.05)}, {"global": {"clip": ("global_for_tensor", 0.05)}}),
    "clip each value": Part({"clip": ("value", 0.01)}, {"norm": {"clip": ("norm_for_value", 0.01)}}),
    "accumulation": Part(
        {"accumulate": 2},
        {"sum": {"rate": 0.2}, "missing": {"accumulate": 1}, "of three": {"accumulate": 3}},
    ),
    "label smoothing": Part(
        {"loss_options": {"smoothing": 0.1}},
        {"over the others": {"loss": "smoothed_others"}, "missing": {"loss_options": {}}},
    ),
    "class weights": Part(
        {"loss_options": {"class_weights": (0.5, 2.0, 1.0)}},
        {"divided by the batch": {"loss": "cross_entropy_by_batch"}},
    ),
    "probabilities": Part(
        {"loss": "cross_entropy_on_probabilities"}, {"no clipping": {"loss": "probabilities_plain"}}, "probability"
    ),
    "squared error": Part(
        SQUARED, {"summed": {"loss": "squared_error_summed"}, "half": {"loss": "half_squared_error"}}
    ),
    "absolute error": Part({"loss": "mean_absolute_error"}, {"smooth": {"loss": "absolute_error_smooth"}}),
    "huber": Part(
        {"loss": "huber", "loss_options": {"delta": 0.5}},
        {"smooth l1": {"loss": "huber_smooth_l1"}, "delta": {"loss_options": {"delta": 1.0}}},
    ),
    "binary": Part(
        {"loss": "binary_cross_entropy", "loss_options": {"smoothing": 0.1}},
        {"not smoothed": {"loss": "binary_unsmoothed"}},
    ),
    "categorical": Part({"loss": "categorical_cross_entropy"}, {"softmax twice": {"loss": "categorical_twice"}}),
    "l1": Part({"penalty": ("l1", 0.01)}, {"mean": {"penalty": ("l1_mean", 0.01)}, "missing": {"penalty": None}}),
    "l2": Part({"penalty": ("l2", 0.1)}, {"without the half": {"penalty": ("l2_whole", 0.1)}}),
    "schedule: step": Part(
        {"callbacks": scheduled("step", 2, 0.5)}, {"late by one": {"callbacks": scheduled("step_late", 2, 0.5)}}
    ),
    "schedule: exponential": Part(
        {"callbacks": scheduled("exponential", 0.9)},
        {
            "late by one": {"callbacks": scheduled("exponential_late", 0.9)},
            "each epoch": {"callbacks": scheduled("exponential", 0.9, unit="epoch")},
        },
    ),
    "schedule: cosine": Part(
        {"callbacks": scheduled("cosine", 9)}, {"length off by one": {"callbacks": scheduled("cosine_longer", 9)}}
    ),
    "schedule: warm-up": Part(
        {"callbacks": scheduled("warmup", 5)}, {"starts at one step": {"callbacks": scheduled("warmup_from_one", 5)}}
    ),
    "schedule: warm-up and cosine": Part(
        {"callbacks": scheduled("warmup_cosine", 3, 9)},
        {"cosine from the start": {"callbacks": scheduled("warmup_cosine_whole", 3, 9)}},
    ),
    "schedule: triangular": Part(
        {"callbacks": scheduled("triangular", 3)}, {"begins at the top": {"callbacks": scheduled("triangular_down", 3)}}
    ),
    "plateau": Part(
        LONG | {"callbacks": plateau(patience=2)},
        {
            "patience off by one": {"callbacks": plateau("PlateauEarly", patience=2)},
            "factor": {"callbacks": plateau(patience=2, factor=0.1)},
        },
    ),
    "plateau threshold": Part(
        {"epochs": 6, "callbacks": plateau(patience=0, threshold=0.03)},
        {"absolute": {"callbacks": plateau("PlateauAbsolute", patience=0, threshold=0.03)}},
    ),
    "plateau cooldown": Part(
        LONG | {"callbacks": plateau(patience=0, cooldown=3)},
        {"missing": {"callbacks": plateau("PlateauWithoutCooldown", patience=0, cooldown=3)}},
    ),
    "early stopping": Part(
        LONG | {"callbacks": stopping(patience=2)},
        {
            "patience off by one": {"callbacks": stopping("StoppingLate", patience=2)},
            "restore missing": {"callbacks": stopping("StoppingWithoutRestore", patience=2)},
            "missing": {"callbacks": []},
        },
    ),
    "early stopping with a least gain": Part(
        {"epochs": 8, "callbacks": stopping(patience=3, min_delta=0.3)},
        {"gain ignored": {"callbacks": stopping("StoppingWithoutDelta", patience=3, min_delta=0.3)}},
    ),
    "mean over batches": Part({"mean_of": "batches"}, {"over samples": {"mean_of": "samples"}}),
    "mean over samples": Part({}, {"over batches": {"mean_of": "batches"}}),
    "weight average": Part(
        {"callbacks": [("weight_average", "WeightAverage", {"decay": 0.8})]},
        {
            "decay": {"callbacks": [("weight_average", "WeightAverage", {"decay": 0.9})]},
            "from zero": {"callbacks": [("weight_average", "AverageFromZero", {"decay": 0.8})]},
        },
    ),
    "layers": Part(
        adam(),
        {
            fault: {"fault": fault}
            for fault in ("norm-momentum", "norm-biased", "norm-frozen", "dropout-unscaled", "frozen-bias")
        },
    ),
}
MUTANTS = [pytest.param(part, name, id=f"{part}-{name}") for part in PARTS for name in PARTS[part].mutants]


class Remembered:
    """A side that is asked to train once for each part; then it gives the answers that it gave."""

    def __init__(self, side):
        self.side, self.name, self.span = side, side.name, (0.0, 0.0)
        self.part, self.answers, self.key = "", {}, None
        self.runs, self.last = {}, None

    def start(self, method, arguments):
        trains = method in ("train", "trained", "forget_training")
        asked = (arguments.get(name) for name in ("step", "what", "paths"))
        self.key = (self.part, method, *asked) if trains else None
        if method == "forget_training":
            self.answers[self.key] = None  # a mutant may ask for a state that the sound run did not
        if self.key in self.answers:
            return
        if method == "train":
            self.runs[self.part], self.last = arguments, self.part
        elif method == "trained" and self.last != self.part:
            self.side.start("train", self.runs[self.part])
            self.side.finish()
            self.last = self.part
        self.side.start(method, arguments)

    def finish(self):
        if self.key is None:
            return self.side.finish()
        if self.key not in self.answers:
            self.answers[self.key] = self.side.finish()
        return self.answers[self.key]


class Changed:
    """A side that trains with other options than it is told."""

    def __init__(self, side, changes):
        self.side, self.changes, self.name, self.span = side, changes, side.name, (0.0, 0.0)

    def start(self, method, arguments):
        if method == "train":
            options = {**arguments["options"], **self.changes}
            arguments = {**arguments, "seed": options.pop("seed", arguments["seed"]), "options": options}
        self.side.start(method, arguments)

    def finish(self):
        return self.side.finish()


@pytest.fixture(scope="module")
def base():
    """Network -> its pair, everything known but the training; recipes made of parts are found like any recipe."""
    import tensorflow as tf

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    sys.path.insert(0, str(HERE))
    for side in ("keras", "torch"):
        sys.modules[f"{side}_impl.recipes.parts"] = importlib.import_module(f"{side}_parts")
    tf.config.run_functions_eagerly(True)  # a few steps take less time than their graph
    yield cache(net_pair)
    tf.config.run_functions_eagerly(False)
    for side in ("keras", "torch"):
        del sys.modules[f"{side}_impl.recipes.parts"]
    sys.path.remove(str(HERE))
    torch.set_num_threads(threads)


def net_pair(net):
    case = Case({"tokens" if net == "token" else "features": rows(net, "", 20, 0)[0]}, np.zeros(20))
    torch_side = LocalSide("torch")
    return Pair(net, Duo(Remembered(LocalSide("keras")), torch_side), *sources(net), (case,), "squares")


def sources(net, **fault):
    keras, torch_name = NETS[net]
    return (
        Source(f"{HERE / 'keras_trained.py'}:{keras}"),
        Source(f"{HERE / 'torch_trained.py'}:{torch_name}", fault),
    )


def climbed(base, name, mutant=None):
    """The two rungs of a part, or of one of its mutants."""
    part, known = PARTS[name], base(PARTS[name].net)
    changes = dict(part.mutants[mutant]) if mutant else {}
    fault = changes.pop("fault", "")
    loss = part.options.get("loss", "cross_entropy")
    plan = Plan("parts", rows(part.net, loss, 20, 0), rows(part.net, loss, 12, 1), part.options)
    known.duo.keras.part = name
    torch_side = LocalSide("torch") if fault else known.duo.torch
    pair = replace(
        known,
        duo=Duo(known.duo.keras, Changed(torch_side, changes)),
        torch_source=sources(part.net, fault=fault)[1] if fault else known.torch_source,
        plan=plan,
    )
    if fault:
        torch_side.start("load", {"source": pair.torch_source, "seed": 0})
        torch_side.finish()
    vars(pair).update({fact: getattr(known, fact) for fact in FACTS})
    return climb(pair, ("step", "trajectory"))


FACTS = ("descriptions", "mapping", "weights", "sensitivity", "rounding")


def rows(net, loss, count, seed):
    if net == "token":
        inputs = np.floor(12 * draws.uniform((count, 5), "tokens", seed)).astype(np.int32)
    else:
        inputs = draws.normal((count, 6), "features", seed)
    labels = (np.abs(inputs).sum(-1) * 7).astype(np.int64) % 3
    if "cross_entropy" in loss and not loss.startswith(("binary", "categorical")):
        return inputs, labels
    return inputs, np.eye(3)[labels] if "cross" in loss else np.eye(3)[labels] + 0.3 * inputs[:, :3]


@pytest.mark.full
@pytest.mark.parametrize("name", PARTS)
def test_part_is_the_same_on_both_sides(base, name):
    report = climbed(base, name)
    assert [rung.verdict for rung in report.rungs] == ["pass", "pass"], str(report.rungs)
    assert all(rung.figure <= PROOF for rung in report.rungs)


@pytest.mark.full
@pytest.mark.parametrize(("part", "name"), MUTANTS)
def test_mutant_is_caught(base, part, name):
    assert climbed(base, part).verdict == "pass"
    report = climbed(base, part, name)
    assert report.rungs[1].verdict == "fail", str(report.rungs)
    assert report.rungs[1].reason
