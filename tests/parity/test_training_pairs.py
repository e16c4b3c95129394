"""Two live triples (model, optimizer, loss): the runs, the causes, and what is refused."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import pytest
from keras import layers
from torch import nn

import parity
from parity.errors import UsageError
from parity.sides.torch_clipping import clipping

ROWS = np.random.default_rng(0).normal(size=(24, 5)).astype("float32")
GOALS = ROWS[:, :1] ** 2
PADDED = np.random.default_rng(1).normal(size=(6, 4, 5)).astype("float32") * [[1], [1], [1], [0]]


def keras_triple(optimizer=None, loss="mse"):
    model = keras.Sequential([keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(1)])
    return model, optimizer or keras.optimizers.SGD(0.05, momentum=0.9), loss


def torch_triple(optimizer=None, loss=None):
    module = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 1))
    made = optimizer(module) if optimizer else torch.optim.SGD(module.parameters(), 0.05, momentum=0.9)
    return module, made, loss or nn.MSELoss()


def checked(keras_side, torch_side, **options):
    return parity.check(keras_side, torch_side, inputs=ROWS, targets=GOALS, rungs=("step", "trajectory"), **options)


def rules(report):
    return {cause.rule for cause in report.pairs[0].causes if cause.confirmed}


@pytest.mark.full
def test_equal_triples_pass_and_the_models_are_left_alone():
    ours, theirs = keras_triple(), torch_triple()
    before = [weight.numpy().copy() for weight in ours[0].weights], [p.detach().clone() for p in theirs[0].parameters()]
    report = checked(ours, theirs)
    assert report, report
    assert report.pairs[0].rungs[1].details["figures"]["weights"] < 1e-12
    assert all(np.array_equal(a, w.numpy()) for a, w in zip(before[0], ours[0].weights, strict=True))
    assert all(torch.equal(a, p) for a, p in zip(before[1], theirs[0].parameters(), strict=True))
    assert int(ours[1].iterations) == 0
    assert not theirs[1].state


@pytest.mark.full
def test_each_of_two_causes_is_confirmed_alone():
    ours = keras_triple(keras.optimizers.Adam(1e-3, beta_1=0.8))
    theirs = torch_triple(lambda module: torch.optim.Adam(module.parameters(), 2e-3))
    report = checked(ours, theirs)
    assert rules(report) == {"adam-epsilon", "optimizer-betas", "learning-rate-defaults"}
    for cause in report.pairs[0].causes:
        assert cause.after < 1e-12 < cause.before


@pytest.mark.full
def test_groups_of_the_torch_optimizer_keep_their_own_rates():
    def grouped(module):
        groups = [{"params": module[0].parameters(), "lr": 0.01}, {"params": module[2].parameters()}]
        return torch.optim.SGD(groups, 0.05, momentum=0.9)

    report = checked(keras_triple(), torch_triple(grouped))
    assert rules(report) == {"learning-rate-defaults"}


@pytest.mark.parametrize("decay", [0.01, 0.02])
def test_a_regulariser_is_no_weight_decay(decay):
    _, optimizer, loss = keras_triple()
    kernels = {"kernel_regularizer": keras.regularizers.L2(0.01), "bias_regularizer": keras.regularizers.L2(0.01)}
    model = keras.Sequential([keras.Input((5,)), layers.Dense(6, "tanh", **kernels), layers.Dense(1, **kernels)])
    theirs = torch_triple(lambda module: torch.optim.SGD(module.parameters(), 0.05, momentum=0.9, weight_decay=decay))
    report = checked((model, optimizer, loss), theirs)
    assert rules(report) == {"l2-half"}  # with twice the factor, only the loss that is reported differs


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({"kernel_regularizer": keras.regularizers.L1(0.01)}, {"loss-penalty"}),
        ({"activity_regularizer": keras.regularizers.L2(0.01)}, {"loss-penalty"}),
        ({"kernel_constraint": keras.constraints.MaxNorm(0.5)}, {"weight-constraints"}),
    ],
)
def test_what_keras_alone_does_is_taken_away(option, expected):
    _, optimizer, loss = keras_triple()
    model = keras.Sequential([keras.Input((5,)), layers.Dense(6, "tanh", **option), layers.Dense(1)])
    assert rules(checked((model, optimizer, loss), torch_triple())) == expected


def test_averages_that_replace_the_weights_part_the_runs_at_their_end():
    report = checked(keras_triple(keras.optimizers.SGD(0.05, momentum=0.9, use_ema=True)), torch_triple())
    assert rules(report) == {"average-at-the-end"}
    assert report.pairs[0].first_divergence.keras == "optimizer"


def test_what_is_frozen_in_torch_moves_where_that_is_taken_away():
    theirs = torch_triple()
    theirs[0][0].requires_grad_(False)
    assert rules(checked(keras_triple(), theirs)) == {"optimizer-left-out"}
    assert not any(parameter.requires_grad for parameter in theirs[0][0].parameters())


def test_groups_that_decay_otherwise():
    def grouped(module):
        groups = [{"params": module[0].parameters()}, {"params": module[2].parameters(), "weight_decay": 0.01}]
        return torch.optim.AdamW(groups, 0.05, eps=1e-7, weight_decay=0.1)

    report = checked(keras_triple(keras.optimizers.AdamW(0.05, weight_decay=0.1)), torch_triple(grouped))
    assert "optimizer-decay-exclusion" in rules(report)


def test_one_cycle_ends_and_moves_the_momentum():
    module, optimizer, loss = torch_triple()
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=10)
    report = checked(keras_triple(), (module, optimizer, loss, cycle))
    assert rules(report) >= {"one-cycle-momentum", "schedule-other"}


class Warm(keras.optimizers.schedules.LearningRateSchedule):
    """As a tutorial writes it: without a configuration, in float32."""

    def __call__(self, step):
        step = keras.ops.cast(step, "float32")
        return keras.ops.minimum(0.01 * (step + 1), 0.05)


def test_a_schedule_of_the_users_own_needs_no_configuration():
    module, optimizer, loss = torch_triple(lambda module: torch.optim.SGD(module.parameters(), 0.05))
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / 5, 1.0))
    ours = keras_triple(keras.optimizers.SGD(Warm()))
    assert checked(ours, (module, optimizer, loss, scheduler))


def test_a_sum_over_as_many_classes_as_rows():
    """Both are the same number then."""
    model = keras.Sequential([keras.Input((5,)), layers.Dense(4)])
    module = nn.Linear(5, 4)
    ours = model, keras.optimizers.SGD(0.05), keras.losses.MeanSquaredError()
    theirs = module, torch.optim.SGD(module.parameters(), 0.05), lambda x, y: ((x - y) ** 2).sum(-1).mean()
    report = parity.check(ours, theirs, inputs=ROWS[:4], targets=ROWS[4:8, :4], rungs=("step", "trajectory"))
    assert rules(report) == {"loss-sum-reduction"}


@pytest.mark.parametrize(("others", "divided"), [([0.5, 2.0, 3.0], True), ([1.0, 1.0, 4.0], False)])
def test_weights_of_classes_in_functions_of_the_user_are_told_by_their_values(others, divided):
    model, module = keras.Sequential([keras.Input((5,)), layers.Dense(3)]), nn.Linear(5, 3)
    weights = [0.5, 2.0, 3.0]

    def ours(target, output):
        factors = keras.ops.take(keras.ops.convert_to_tensor(weights, output.dtype), keras.ops.cast(target, "int32"))
        return factors * keras.losses.sparse_categorical_crossentropy(target, output, from_logits=True)

    def theirs(output, target):
        each = nn.functional.cross_entropy(output, target, output.new_tensor(others), reduction="none")
        return each.sum() / (output.new_tensor(others)[target].sum() if divided else len(each))

    sides = (model, keras.optimizers.SGD(0.05), ours), (module, torch.optim.SGD(module.parameters(), 0.05), theirs)
    report = parity.check(*sides, inputs=ROWS, targets=np.arange(24) % 3, rungs=("step", "trajectory"))
    assert rules(report) == {"loss-class-weights"}


def test_the_first_class_can_be_the_one_that_is_ignored():
    model, module = keras.Sequential([keras.Input((5,)), layers.Dense(3)]), nn.Linear(5, 3)
    ours = model, keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    theirs = module, torch.optim.SGD(module.parameters(), 0.05), nn.CrossEntropyLoss(ignore_index=0)
    goals = np.arange(24) % 3
    report = parity.check(ours, theirs, inputs=ROWS, targets=goals, rungs=("step", "trajectory"))
    assert rules(report) == {"loss-other"}


@pytest.mark.full
def test_an_optimizer_that_asks_for_the_loss_again_is_refused():
    with pytest.raises(UsageError, match="several times in a step"):
        checked(keras_triple(), torch_triple(lambda module: torch.optim.LBFGS(module.parameters())))


@pytest.mark.full
def test_an_accumulator_without_epsilon_has_slots():
    report = checked(keras_triple(keras.optimizers.Ftrl()), torch_triple())
    assert rules(report) == {"optimizer-other"}


@pytest.mark.full
def test_a_loss_function_of_the_user_is_recognised_by_its_values():
    report = checked(keras_triple(), torch_triple(loss=lambda output, target: ((output - target) ** 2).sum()))
    assert "loss-reduction" in rules(report)
    assert report.pairs[0].first_divergence.keras == "loss"


@pytest.mark.full
def test_two_losses_that_have_nothing_in_common_are_told_apart():
    report = checked(keras_triple(loss=keras.losses.MeanAbsoluteError()), torch_triple())
    assert rules(report) == {"loss-other"}


def _towards(sign):
    """Nobody's loss."""
    return lambda target, output: keras.ops.mean(keras.ops.exp(sign * output) * target), (
        lambda output, target: (torch.exp(output) * target).mean()
    )


@pytest.mark.full
def test_a_loss_that_nobody_knows_is_a_cause_where_a_third_one_makes_the_runs_agree():
    equal, other = _towards(1), _towards(-1)
    assert checked(keras_triple(loss=equal[0]), torch_triple(loss=equal[1]))
    report = checked(keras_triple(keras.optimizers.SGD(0.02), loss=other[0]), torch_triple(loss=other[1]))
    assert rules(report) == {"loss-other", "learning-rate-defaults", "optimizer-momentum"}


@pytest.mark.full
def test_a_compiled_model_brings_its_optimizer_and_loss():
    model, optimizer, loss = keras_triple()
    model.compile(optimizer=optimizer, loss=loss)
    assert checked(model, torch_triple())


@pytest.mark.full
def test_a_shared_parameter_and_a_frozen_one_follow_their_copies():
    ours, theirs = keras_triple(), torch_triple()
    ours[0].layers[0].trainable = False
    for parameter in theirs[0][0].parameters():
        parameter.requires_grad_(False)
    assert checked(ours, theirs)


@pytest.mark.full
def test_an_optimizer_for_another_module_is_refused():
    module, _, loss = torch_triple()
    with pytest.raises(UsageError, match="no parameters of the module"):
        checked(keras_triple(), (module, torch_triple()[1], loss))


@pytest.mark.full
def test_an_optimizer_that_has_made_steps_is_refused():
    module, optimizer, loss = torch_triple(lambda module: torch.optim.Adam(module.parameters()))
    module(torch.zeros(1, 5)).sum().backward()
    optimizer.step()
    with pytest.raises(UsageError, match="already made steps"):
        checked(keras_triple(), (module, optimizer, loss))


@pytest.mark.full
def test_a_triple_on_one_side_only_is_refused():
    with pytest.raises(UsageError, match="keras model without"):
        checked(keras_triple()[0], torch_triple())


@pytest.mark.full
@pytest.mark.parametrize("parts", [(), ("model", "sgd", "mse"), (None, None)])
def test_another_tuple_is_refused(parts):
    with pytest.raises(UsageError, match="expected \\(model, optimizer, loss"):
        checked(parts, torch_triple())


@pytest.mark.full
def test_as_many_targets_as_rows():
    with pytest.raises(UsageError, match="24 rows, and 3 targets"):
        parity.check(keras_triple(), torch_triple(), inputs=ROWS, targets=GOALS[:3])


def over_words(output, target):
    """The mean over positions that are no padding."""
    return ((output - target) ** 2)[:, :3].mean()


def largest(output, target):
    """Of its own kind, without padding as well."""
    return ((output - target) ** 2)[:, :3].max()


@pytest.mark.parametrize(
    ("loss", "expected"), [(nn.MSELoss(), {"loss-mask"}), (over_words, set()), (largest, {"loss-other"})]
)
def test_a_mask_that_travels_with_the_outputs_counts_in_the_loss(loss, expected):
    ours = keras.Sequential([keras.Input((4, 5)), layers.Masking(), layers.Dense(1)])
    theirs = nn.Sequential(nn.Linear(5, 1))
    sgd = torch.optim.SGD(theirs.parameters(), 0.05)
    report = parity.check(
        (ours, keras.optimizers.SGD(0.05), "mse"),
        (theirs, sgd, loss),
        inputs=PADDED,
        targets=PADDED[..., :1] + 1,
        rungs=("step", "trajectory"),
    )
    assert rules(report) == expected, report
    assert bool(report) != bool(expected)


def clipped(clip):
    """Plain steps behind a hook that clips."""

    def hook(optimizer, args, kwargs):
        clip([p for group in optimizer.param_groups for p in group["params"]])

    def made(module):
        optimizer = torch.optim.SGD(module.parameters(), 0.05)
        optimizer.register_step_pre_hook(hook)
        return optimizer

    return made


CLIPS = {
    "together": (lambda p: nn.utils.clip_grad_norm_(p, 0.3), (("global_clipnorm", 0.3), 1e-6)),
    "each": (lambda p: [nn.utils.clip_grad_norm_(each, 0.3) for each in p], (("clipnorm", 0.3), 1e-6)),
    "value": (lambda p: nn.utils.clip_grad_value_(p, 0.02), (("clipvalue", 0.02), 0.0)),
    "largest": (lambda p: nn.utils.clip_grad_norm_(p, 0.3, norm_type=float("inf")), (None, 0.0)),
    "some": (lambda p: nn.utils.clip_grad_norm_(p[:2], 0.3), (None, 0.0)),
    "weights": (lambda p: [each.data.clamp_(-0.1, 0.1) for each in p], (None, 0.0)),
}


@pytest.mark.parametrize("name", CLIPS)
def test_a_hook_is_known_by_what_it_does_to_gradients(name):
    clip, expected = CLIPS[name]
    module, optimizer, _ = torch_triple(clipped(clip))
    before = [parameter.detach().clone() for parameter in module.double().parameters()]
    assert clipping(optimizer, module) == expected
    assert all(torch.equal(old, new) for old, new in zip(before, module.parameters(), strict=True))
    assert all(parameter.grad is None for parameter in module.parameters())


@pytest.mark.full
def test_each_weight_is_clipped_as_keras_cuts_them():
    """Keras has one bias of a GRU with two rows, and both rows make one norm."""
    ours = keras.Sequential([keras.Input((3, 5)), layers.GRU(4), layers.Dense(1)])
    theirs = Read(5, 4)
    sgd = clipped(lambda weights: nn.utils.clip_grad_norm_(weights, 0.02))(theirs)
    rows, goals = ROWS[:, None].repeat(3, 1), GOALS
    left = ours, keras.optimizers.SGD(0.05, clipnorm=0.02), "mse"
    report = parity.check(left, (theirs, sgd, nn.MSELoss()), inputs=rows, targets=goals, rungs=("step", "trajectory"))
    assert rules(report) == {"clip-norm-each", "clip-norm-epsilon"}, report


class Read(nn.Module):
    """One number from the last state of a GRU."""

    def __init__(self, features, units):
        super().__init__()
        self.gru = nn.GRU(features, units, batch_first=True)
        self.head = nn.Linear(units, 1)

    def forward(self, x):
        return self.head(self.gru(x)[1][0])


OPTIMIZERS = {
    "adadelta": (
        keras.optimizers.Adadelta,
        torch.optim.Adadelta,
        {},
        {},
        {"learning-rate-defaults", "adadelta-defaults"},
    ),
    "adagrad": (keras.optimizers.Adagrad, torch.optim.Adagrad, {}, {}, {"learning-rate-defaults", "adagrad-start"}),
    "adamax": (keras.optimizers.Adamax, torch.optim.Adamax, {}, {}, {"learning-rate-defaults", "adamax-epsilon"}),
    "nadam": (keras.optimizers.Nadam, torch.optim.NAdam, {}, {}, {"learning-rate-defaults", "nadam-schedule"}),
    "amsgrad": (
        keras.optimizers.Adam,
        torch.optim.Adam,
        {"learning_rate": 0.1, "amsgrad": True},
        {"lr": 0.1},
        {"adam-epsilon", "optimizer-variant"},
    ),
    "rmsprop": (
        keras.optimizers.RMSprop,
        torch.optim.RMSprop,
        {"learning_rate": 0.01, "centered": True, "momentum": 0.5},
        {"alpha": 0.9, "momentum": 0.6},
        {"rmsprop-epsilon", "optimizer-variant", "optimizer-momentum"},
    ),
    "sgd": (
        keras.optimizers.SGD,
        torch.optim.SGD,
        {"learning_rate": 0.01, "momentum": 0.9, "clipnorm": 0.1, "weight_decay": 0.1},
        {"lr": 0.01, "momentum": 0.9, "nesterov": True},
        {"optimizer-nesterov", "clipping-one-side", "adamw-default-decay"},
    ),
    "decay": (
        keras.optimizers.AdamW,
        torch.optim.Adam,
        {"weight_decay": 0.2},
        {"weight_decay": 0.2},
        {"adam-epsilon", "optimizer-coupled-decay"},
    ),
    "kinds": (keras.optimizers.SGD, torch.optim.Adam, {"learning_rate": 0.001}, {}, {"optimizer-other"}),
    "accumulation": (
        keras.optimizers.SGD,
        torch.optim.SGD,
        {"learning_rate": 0.01, "gradient_accumulation_steps": 3},
        {"lr": 0.01},
        {"accumulation-mean"},
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_formula_gives_the_run_of_keras(name):
    """Each cause is confirmed: with all of them taken away the Torch model takes the steps of the stock Keras class."""
    ours, theirs, keras_numbers, torch_numbers, expected = OPTIMIZERS[name]
    made = torch_triple(lambda module: theirs(module.parameters(), **torch_numbers))
    report = checked(keras_triple(ours(**keras_numbers)), made)
    assert rules(report) == expected, report
    assert all(cause.after < 1e-12 for cause in report.pairs[0].causes if cause.confirmed)


@pytest.mark.full
def test_an_optimizer_whose_formula_is_not_known_is_a_cause_where_a_third_one_makes_the_runs_agree():
    """Its rate and its decay mean something else, so they are not named beside it."""
    made = torch_triple(lambda module: torch.optim.Adam(module.parameters()))
    report = checked(keras_triple(keras.optimizers.Lamb(weight_decay=0.1)), made)
    assert [(cause.rule, cause.confirmed) for cause in report.pairs[0].causes] == [("optimizer-other", True)]


class Handwritten(torch.optim.Optimizer):
    """Adam as a blog has it, its epsilon and the second beta in the code."""

    def __init__(self, weights, lr, beta=0.9):
        super().__init__(weights, {"lr": lr, "betas": (beta, 0.999)})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for weight in group["params"]:
                state, beta = self.state[weight], group["betas"][0]
                state["n"] = state.get("n", 0) + 1
                state["m"] = beta * state.get("m", 0) + (1 - beta) * weight.grad
                state["v"] = 0.999 * state.get("v", 0) + 0.001 * weight.grad**2
                root = (state["v"] / (1 - 0.999 ** state["n"])).sqrt()
                weight -= group["lr"] * state["m"] / (1 - beta ** state["n"]) / (root + 1e-8)


class HandwrittenLion(torch.optim.Optimizer):
    def __init__(self, weights, lr, beta):
        super().__init__(weights, {"lr": lr, "betas": (beta, 0.99)})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for weight in group["params"]:
                state, (first, second) = self.state[weight], group["betas"]
                moment = state.get("m", torch.zeros_like(weight))
                weight -= group["lr"] * (first * moment + (1 - first) * weight.grad).sign()
                state["m"] = second * moment + (1 - second) * weight.grad


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (keras.optimizers.Adam(0.01), Handwritten, {"adam-epsilon", "optimizer-betas"}),
        (keras.optimizers.Lion(0.01), HandwrittenLion, {"optimizer-betas"}),
    ],
)
def test_an_optimizer_of_the_users_own_is_known_by_its_steps(ours, theirs, expected):
    made = torch_triple(lambda module: theirs(module.parameters(), 0.01, 0.5))
    report = checked(keras_triple(ours), made)
    assert rules(report) == expected, report


@pytest.mark.full
def test_an_unknown_optimizer_and_an_unknown_loss_are_two_causes():
    made = torch_triple(lambda module: torch.optim.Adam(module.parameters()), loss=_towards(-1)[1])
    report = checked(keras_triple(keras.optimizers.Lion(), loss=_towards(-1)[0]), made)
    assert rules(report) == {"optimizer-other", "loss-other"}


def focal(output, target):
    """Positive rows count a quarter."""
    entropy = nn.functional.binary_cross_entropy_with_logits(output, target, reduction="none")
    return ((0.25 * target + 0.75 * (1 - target)) * (1 - torch.exp(-entropy)) ** 2 * entropy).mean()


def summed(target, output):
    return keras.ops.sum(keras.ops.square(target - output))


LOSSES = {
    "focal": (keras.losses.BinaryFocalCrossentropy(from_logits=True), focal, {"loss-focal-balance"}),
    "functions": (summed, lambda output, target: ((output - target) ** 2).mean(), {"loss-reduction"}),
    "halved": ("mse", lambda output, target: ((output - target) ** 2).mean() / 2, {"loss-factor"}),
    "hinge": ("hinge", lambda output, target: (1 - output * target).relu().mean(), {"loss-hinge-labels"}),
    "absolute": (keras.losses.MeanAbsoluteError(), nn.L1Loss(), set()),
    "huber": (keras.losses.Huber(0.3), nn.SmoothL1Loss(beta=0.3), {"loss-huber"}),
    "poisson": (keras.losses.Poisson(), nn.PoissonNLLLoss(), {"loss-poisson"}),
    "poisson-full": (
        keras.losses.Poisson(),
        nn.PoissonNLLLoss(log_input=False, full=True, eps=1e-7),
        {"loss-poisson"},
    ),
    "sum": (keras.losses.MeanSquaredError(reduction="sum"), nn.MSELoss(reduction="sum"), set()),
    "logits": (keras.losses.BinaryCrossentropy(from_logits=True), nn.BCEWithLogitsLoss(), set()),
    "smoothing": (
        keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        nn.BCEWithLogitsLoss(),
        {"loss-binary-smoothing"},
    ),
    "weight": (
        keras.losses.BinaryCrossentropy(from_logits=True),
        nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])),
        {"loss-class-weights"},
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_compared_by_their_facts(name):
    ours, theirs, expected = LOSSES[name]
    goals = (GOALS.mean() < GOALS).astype("float32") * (3 if name == "poisson-full" else 1)
    positive = {"activation": "softplus"} if name.startswith("poisson") else {}
    model = keras.Sequential([keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(1, **positive)])
    module = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 1), *([nn.Softplus()] if positive else []))
    sides = (model, keras.optimizers.SGD(0.01), ours), (module, torch.optim.SGD(module.parameters(), 0.01), theirs)
    report = parity.check(*sides, inputs=ROWS, targets=goals, rungs=("step", "trajectory"))
    assert rules(report) == expected, report
    assert bool(report) == (not expected)


def sharp(*shape):
    """Shares so small that Keras clips them."""
    scores = np.exp(8 * np.random.default_rng(2).normal(size=shape))
    return (scores / scores.sum(-1, keepdims=True)).astype("float32")


@pytest.mark.parametrize(("rows", "goals"), [(ROWS, sharp(24, 6)), (PADDED, sharp(6, 4, 6))], ids=["rows", "steps"])
def test_another_mean_of_a_divergence_is_named_where_its_targets_are_clipped(rows, goals):
    model = keras.Sequential([keras.Input(rows.shape[1:]), layers.Dense(6, activation="softmax")])
    module = nn.Sequential(nn.Linear(5, 6), nn.Softmax(-1))
    reduction = "batchmean" if rows.ndim == 3 else "mean"

    def loss(output, target):
        return nn.functional.kl_div(output.log(), target, reduction=reduction)

    ours = model, keras.optimizers.SGD(0.01), keras.losses.KLDivergence()
    theirs = module, torch.optim.SGD(module.parameters(), 0.01), loss
    report = parity.check(ours, theirs, inputs=rows, targets=goals, rungs=("step", "trajectory"))
    assert rules(report) == {"loss-kl-divergence"}, report


class Ridge(nn.Module):
    """A penalty by hand on every kernel."""

    def __init__(self, module):
        super().__init__()
        self.kernels = [p for p in module.parameters() if p.ndim > 1]

    def forward(self, output, target):
        return (output - target).square().mean() + 0.01 * sum(kernel.square().sum() for kernel in self.kernels)


def ridge(module):
    kernels = [p for p in module.parameters() if p.ndim > 1]

    def penalty():
        return 0.01 * sum(kernel.square().sum() for kernel in kernels)

    return lambda output, target: (output - target).square().mean() + penalty()


def penalised(factor, rate=0.05):
    model = keras.Sequential([keras.Input((5,))])
    model.add(layers.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L2(factor)))
    model.add(layers.Dense(1, kernel_regularizer=keras.regularizers.L2(factor)))
    return model, keras.optimizers.SGD(rate, momentum=0.9), "mse"


@pytest.mark.parametrize("by_hand", [Ridge, ridge])
def test_a_penalty_by_hand_is_one_on_the_weights_that_are_trained(by_hand):
    module, optimizer, _ = torch_triple()
    report = checked(penalised(0.01), (module, optimizer, by_hand(module)))
    assert report, report


@pytest.mark.parametrize(
    ("options", "expected"), [({"factor": 0.005}, "l2-half"), ({"factor": 0.01, "rate": 0.1}, "learning-rate-defaults")]
)
def test_beside_a_penalty_by_hand_only_what_differs_is_a_cause(options, expected):
    module, optimizer, _ = torch_triple()
    assert rules(checked(penalised(**options), (module, optimizer, ridge(module)))) == {expected}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"patience": 4, "threshold_mode": "abs", "eps": 0.0}, set()),
        ({"patience": 5, "threshold_mode": "abs"}, {"plateau-patience"}),
        ({"patience": 4}, {"plateau-threshold"}),
        ({"patience": 5}, {"plateau-patience", "plateau-threshold"}),
        ({"patience": 4, "threshold_mode": "abs", "factor": 0.1}, {"schedule-other"}),
    ],
)
def test_rates_that_fall_on_a_plateau_are_compared_over_epochs_of_the_same_losses(options, expected):
    callback = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=5, min_delta=1e-4)
    ours, (module, optimizer, loss) = keras_triple(), torch_triple()
    falling = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **{"factor": 0.5, **options})
    report = checked((*ours, callback), (module, optimizer, loss, falling))
    assert rules(report) == expected
    assert bool(report) is not bool(expected)
