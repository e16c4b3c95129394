"""Train with the optimizer and the loss that the user hands over beside a Keras model."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from keras.src.backend.common.masking import set_keras_mask
from keras.src.losses.losses import LossFunctionWrapper
from keras.src.optimizers.base_optimizer import BaseOptimizer
from numpy.typing import NDArray

from parity import plateau
from parity.errors import UsageError
from parity.goals import Goals, Several, each_of
from parity.loss_variants import NONE, PLAIN_RATE
from parity.recording import Arrays, LossFacts, OptimizerFacts, Training
from parity.sides import keras_facts, keras_patches, keras_training
from parity.sides.calls import Calls
from parity.sides.common import plain_number, replaced
from parity.sides.keras_state import everything, held, stored
from parity.sides.recipes import NEGLIGIBLE, Log

FORMULAS: Mapping[str, tuple[str, tuple[str, ...], Mapping[str, Any]]] = {
    "SGD": ("sgd", ("momentum", "nesterov"), {"dampening": 0.0, "rate_inside": True}),
    "Adam": ("adam", ("beta_1", "beta_2", "epsilon", "amsgrad"), {"epsilon_corrected": True}),
    "AdamW": ("adam", ("beta_1", "beta_2", "epsilon", "amsgrad"), {"epsilon_corrected": True}),
    "RMSprop": ("rmsprop", ("rho", "epsilon", "centered", "momentum"), {"epsilon_inside": True, "rate_inside": True}),
    "Adagrad": ("adagrad", ("epsilon",), {"epsilon_inside": True, "rate_decay": 0.0}),
    "Adadelta": ("adadelta", ("rho", "epsilon"), {}),
    "Adamax": ("adamax", ("beta_1", "beta_2", "epsilon"), {"epsilon_inside": False}),
    "Nadam": ("nadam", ("beta_1", "beta_2", "epsilon"), {"momentum_decay": 1.0}),
    "Lion": ("lion", ("beta_1", "beta_2"), {}),
}
"""By class: the formula, the attributes that it takes, and the form in which Keras writes it."""
SLOTS = {
    "momentums": "momentum",
    "_momentums": "momentum",
    "_velocities": "velocity",
    "_velocity_hats": "velocity_hat",
    "_average_gradients": "average_gradient",
    "_accumulators": "accumulator",
    "_accumulated_grads": "accumulated_gradient",
    "_accumulated_delta_vars": "accumulated_delta",
    "_m": "momentum",
    "_u": "norm",
}
LOSSES = {
    "mean_squared_error": "squared_error",
    "mean_absolute_error": "absolute_error",
    "huber": "huber",
    "sparse_categorical_crossentropy": "cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "binary_crossentropy": "binary_cross_entropy",
    "kl_divergence": "divergence",
    "cosine_similarity": "cosine",
    "hinge": "hinge",
    "squared_hinge": "hinge",
    "poisson": "poisson",
    "dice": "dice",
    "tversky": "dice",
    "binary_focal_crossentropy": "binary_cross_entropy",
    "categorical_focal_crossentropy": "cross_entropy",
}
SUMMED = frozenset({"kl_divergence", "cosine_similarity"})
"""Over the last axis."""
FORMS: Mapping[str, Mapping[str, Any]] = {
    "kl_divergence": {"takes": "probabilities", "swapped": False, "clip": True},
    "cosine_similarity": {"sign": -1.0, "offset": 0.0},
    "hinge": {"mapped": True, "power": 1.0},
    "squared_hinge": {"mapped": True, "power": 2.0},
}
"""What Keras writes in one way and others in another."""
FOCAL = ("binary_focal_crossentropy", "categorical_focal_crossentropy")
REDUCTIONS = {"sum_over_batch_size": "mean", "mean": "mean", "mean_with_sample_weight": "mean", "sum": "sum"}


@dataclass(frozen=True)
class Given:
    """What stands beside the model; every run takes copies.

    Args:
        model: the one that ``optimizer`` was made for.
        loss: one, or one for each output in a list or dict.
        weights: what each counts, as ``compile`` takes it.
        plateau: what lets the learning rate fall after epochs.
    """

    model: keras.Model
    optimizer: Any
    loss: Any
    weights: Any = None
    plateau: Any = None

    def of_outputs(self, names: Sequence[str]) -> list[tuple[Any, float | None]]:
        """Loss and weight of each output; a loss that stands alone is that of every output.

        Args:
            names: of the outputs, in their order.
        """
        return list(zip(_of_each(self.loss, names), _of_each(self.weights, names), strict=True))


def taken_apart(parts: Any, reference: str) -> Given | None:
    """(model, optimizer, loss[, schedule]), or a compiled model, or nothing but a model.

    Raises:
        UsageError: a tuple of another kind.
    """
    if isinstance(parts, keras.Model):
        compiled = getattr(parts, "optimizer", None) is not None and getattr(parts, "loss", None) is not None
        weights = getattr(getattr(parts, "_compile_loss", None), "_user_loss_weights", None)
        return Given(parts, parts.optimizer, parts.loss, weights) if compiled else None
    if not isinstance(parts, (tuple, list)):
        return None
    if len(parts) not in (3, 4) or not isinstance(parts[0], keras.Model):
        raise UsageError(
            f"{reference}: {len(parts)} objects, expected (model, optimizer, loss[, schedule])",
            "the model first, then a keras.optimizers object, then a loss",
        )
    model, optimizer, loss, *schedule = parts
    try:
        optimizer = keras.optimizers.get(optimizer)
    except ValueError as problem:
        raise UsageError(
            f"{reference}: {type(optimizer).__name__} is no Keras optimizer", "such as keras.optimizers.Adam()"
        ) from problem
    if schedule and isinstance(schedule[0], keras.callbacks.ReduceLROnPlateau):
        return Given(model, optimizer, loss, plateau=schedule[0])
    if schedule and schedule[0] is not None:
        optimizer = type(optimizer).from_config({**_configuration(optimizer), "learning_rate": schedule[0]})
    return Given(model, optimizer, loss)


def _of_each(given: Any, names: Sequence[str]) -> list[Any]:
    """What was given by name, in order, or once for all."""
    if isinstance(given, Mapping):
        return [given.get(name) for name in names]
    return list(given) if isinstance(given, (tuple, list)) else [given] * len(names)


def optimizer_of(given: Given, model: keras.Model) -> BaseOptimizer:
    """A fresh copy, to be made under the policy of ``model``: true float64 keeps its numbers double.

    Raises:
        UsageError: it has already trained.
    """
    own = given.optimizer
    if int(ops.convert_to_numpy(own.iterations)):
        raise UsageError(
            f"the keras optimizer has already made {int(own.iterations)} steps", "hand over one that has made none"
        )
    rate = own._learning_rate
    config = _configuration(own)
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        config["learning_rate"] = _schedule(rate)
    elif getattr(rate, "dtype", "") == "float32":
        config["learning_rate"] = float(str(np.float32(rate)))  # the number that was rounded
    fresh = type(own).from_config(config)
    pattern = getattr(own, "_exclude_from_weight_decay_pattern", None)
    excluded: set[Any] = getattr(own, "_exclude_from_weight_decay", set())
    weights = zip(given.model.trainable_variables, model.trainable_variables, strict=True)
    chosen = [copied for original, copied in weights if own._var_key(original) in excluded]
    fresh.exclude_from_weight_decay(chosen, [pattern.pattern] if pattern else None)
    return fresh


def _configuration(optimizer: BaseOptimizer) -> dict[str, Any]:
    """Its configuration; a schedule of the user's own need not have one, and is replaced afterwards."""
    rate = optimizer._learning_rate
    scheduled = isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)
    with replaced(optimizer, "_learning_rate", tf.constant(0.0)) if scheduled else nullcontext():
        return dict(optimizer.get_config())


def _double(value: Any) -> Any:
    return np.float64(value) if isinstance(value, float) else value


def _schedule(schedule: Any) -> Any:
    """A schedule computes in float32 from Python numbers.  rule: schedule-double"""
    fresh = copy.deepcopy(schedule)
    for name, value in vars(fresh).items():
        if isinstance(value, (list, tuple)):
            setattr(fresh, name, type(value)(_double(each) for each in value))
        else:
            setattr(fresh, name, _double(value))
    return fresh


def loss_of(given: Given, dtype: str) -> Any:
    """The loss, or all of them, computing in ``dtype``."""
    return keras.tree.map_structure(lambda loss: _loss_in(loss, dtype), given.loss)


def _loss_in(loss: Any, dtype: str) -> Any:
    if not isinstance(loss, keras.losses.Loss):
        return loss
    fresh = object.__new__(type(loss))  # a copy by way of its configuration loses numbers: docs/upstream.md
    vars(fresh).update(vars(loss))
    fresh._dtype_policy = keras.dtype_policies.get(dtype)
    fresh._dtype = dtype
    return fresh


def optimizer_facts(given: Given, model: keras.Model, horizon: int) -> OptimizerFacts:
    """What the optimizer is; learning rates of ``horizon`` steps where it has a schedule."""
    optimizer = optimizer_of(given, model)
    name = type(optimizer).__name__
    stock = type(optimizer).__module__.startswith("keras.")
    kind, attributes, forms = FORMULAS.get(name, ("", (), {})) if stock else ("", (), {})
    numbers = {each: plain_number(getattr(optimizer, each)) for each in attributes} | dict(forms)
    if kind == "adagrad":
        numbers["start"] = float(optimizer.initial_accumulator_value)
    numbers |= {
        "decoupled": True,
        "clip": _clipping(optimizer),
        "clip_epsilon": 0.0,
        "accumulated": optimizer.gradient_accumulation_steps or 1,
        "cycled": None,
    }
    rate = optimizer._learning_rate
    scheduled = isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)
    rates = tuple(_number(rate(step)) for step in range(horizon)) if scheduled else (_number(optimizer.learning_rate),)
    if given.plateau is not None:
        rates, numbers["plateau"] = _after_epochs(given.plateau, rates[0]), _of_plateau(given.plateau)
    paths = {id(weight): path for path, weight in stored(model)}
    trained = [weight for weight in model.trainable_variables if id(weight) in paths]
    decay = float(optimizer.weight_decay or 0.0)
    return OptimizerFacts(
        name,
        kind,
        numbers,
        {paths[id(weight)]: rates for weight in trained},
        {paths[id(weight)]: decay if optimizer._use_weight_decay(weight) else 0.0 for weight in trained},
        type(rate).__name__ if scheduled else plateau.NAME if given.plateau is not None else "",
        _end(rate) if scheduled else None,
        any(isinstance(layer, keras.layers.Embedding) for _, layer in keras_facts.walk(model)),
        {paths[id(weight)]: factor for weight in trained if (factor := _penalty(weight))},
        extras=_extras(optimizer, model),
    )


def _of_plateau(callback: Any) -> dict[str, Any]:
    """Its numbers in the words of ``parity.plateau``."""
    return {
        "patience": callback.patience - 1,
        "threshold": float(callback.min_delta),
        "relative": False,
        "cooldown": int(callback.cooldown),
        "smallest": 0.0,
        "factor": float(callback.factor),
        "least": float(callback.min_lr),
        "mode": "max" if callback.mode == "max" or (callback.mode == "auto" and "acc" in callback.monitor) else "min",
    }


def _after_epochs(callback: Any, rate: float) -> tuple[float, ...]:
    """The learning rate of every epoch of ``parity.plateau.losses``."""
    own, model = copy.copy(callback), keras.Sequential()
    model.optimizer = keras.optimizers.SGD(rate)
    own.set_model(model)
    own.on_train_begin()
    upwards, rates = _of_plateau(callback)["mode"] == "max", []
    for epoch, loss in enumerate(plateau.losses()):
        rates.append(_number(model.optimizer.learning_rate))
        own.on_epoch_end(epoch, {own.monitor: -loss if upwards else loss})
    return tuple(rates)


def _extras(optimizer: BaseOptimizer, model: keras.Model) -> frozenset[str]:
    """What no optimizer and no loss of PyTorch does, by the option of ``train`` that does without it."""
    found = {
        "unpenalised": bool(model.losses) or any(weight.regularizer for weight in model.trainable_variables),
        "unconstrained": any(weight.constraint for weight in model.trainable_variables),
        "unaveraged": bool(optimizer.use_ema),
    }
    return frozenset(name for name, there in found.items() if there)


def _penalty(weight: Any) -> float:
    """The factor of the sum of its squares, where a regulariser adds nothing else to the loss."""
    own = weight.regularizer
    alone = isinstance(own, keras.regularizers.L2) or (isinstance(own, keras.regularizers.L1L2) and not own.l1)
    return _number(own.l2) if alone else 0.0


def _end(schedule: Any) -> int | None:
    """Decays that go on for ever are named so by ``decay_rate``."""
    if not hasattr(schedule, "decay_steps") or hasattr(schedule, "decay_rate"):
        return None
    return int(schedule.decay_steps) + int(getattr(schedule, "warmup_steps", 0))


def _clipping(optimizer: BaseOptimizer) -> tuple[str, float] | None:
    for name in ("clipnorm", "global_clipnorm", "clipvalue"):
        if getattr(optimizer, name):
            return name, float(getattr(optimizer, name))
    return None


def _number(value: Any) -> float:
    return float(ops.convert_to_numpy(value))


def loss_facts(given: Given, model: keras.Model, names: Sequence[str] = ("output",)) -> LossFacts:
    """What the loss is, and whether ``model`` may hand it a mask; one for each output where they have several names."""
    ranks = [len(shape) for shape in _shapes(given.model)] or [0] * len(names)
    losses = given.of_outputs(names)
    parts = [_weighted_facts(*each, rank) for each, rank in zip(losses, ranks, strict=False)]
    whole = parts[0] if len(names) == 1 else LossFacts("losses", "", parts=tuple(parts))
    return replace(whole, masked=any(_makes_masks(layer) for _, layer in keras_facts.walk(model)))


def _shapes(model: keras.Model) -> list[tuple[int | None, ...]]:
    """Of all outputs, where the model knows them."""
    try:
        outputs = model.outputs
    except AttributeError:
        return []
    return [tuple(each.shape) for each in outputs or ()]


def _weighted_facts(loss: Any, weight: float | None, rank: int) -> LossFacts:
    if loss is None:
        return NONE
    facts = _loss_facts(loss, rank)
    return facts if weight is None else replace(facts, numbers={**facts.numbers, "times": float(weight)})


def _makes_masks(layer: Any) -> bool:
    return isinstance(layer, keras.layers.Masking) or bool(getattr(layer, "mask_zero", False))


def _loss_facts(given: Any, rank: int) -> LossFacts:
    """A function of the user's has no kind."""
    try:
        loss = keras.losses.get(given)
    except (ValueError, TypeError):
        return LossFacts(type(given).__name__, "")
    if isinstance(loss, LossFunctionWrapper):
        function, options, reduction = loss.fn, dict(loss._fn_kwargs), loss.reduction
    else:
        function, options, reduction = loss, {}, "sum_over_batch_size"
    name = getattr(function, "__name__", "")
    known = LOSSES.get(name, "") if getattr(function, "__module__", "").startswith("keras.") else ""
    native = type(loss).__name__ if loss is not function else name
    if known == "dice" and reduction in REDUCTIONS:
        numbers = _overlap_numbers(name, options, rank)
        return LossFacts(native, known if numbers["over"] else "", {"reduce": REDUCTIONS[reduction], **numbers})
    if not known or reduction not in REDUCTIONS or options.get("axis", -1) != -1:
        return LossFacts(name or type(given).__name__, "")
    return LossFacts(native, known, _loss_numbers(name, options, reduction))


def _overlap_numbers(name: str, options: Mapping[str, Any], rank: int) -> dict[str, Any]:
    """Keras adds its epsilon to the sums of the one, and to half of them in the other."""
    small = float(keras.config.epsilon())
    own: dict[str, Any] = {"shares": (0.5, 0.5), "added": (0.0, small)}
    if name == "tversky":
        shares = tuple(float(options.get(each, 0.5)) for each in ("alpha", "beta"))
        own = {"shares": shares, "added": (0.0, 2 * small)}
    over = _over(options.get("axis"), rank)
    return {**own, "broadcast": False, "takes": "probabilities", "squared": False, "over": over}


def _over(axis: Any, rank: int) -> str | None:
    """What one sum of a loss of overlaps is over; None for axes that have no name, or of an output of unknown rank."""
    if axis is None or not rank:
        return "batch" if axis is None else None
    summed = {each % rank for each in (axis if isinstance(axis, (tuple, list)) else (axis,))}
    kept = tuple(each for each in range(rank) if each not in summed)
    names = {(): "batch", (0,): "sample", (rank - 1,): "class", (0, rank - 1): "sample and class"}
    return names.get(kept)


def _loss_numbers(name: str, options: Mapping[str, Any], reduction: str) -> dict[str, Any]:
    numbers: dict[str, Any] = {"reduce": REDUCTIONS[reduction]}
    if name.endswith("crossentropy"):
        numbers |= {
            "takes": "logits" if options.get("from_logits") else "probabilities",
            "smoothing": float(options.get("label_smoothing") or 0.0),
        }
    if "categorical" in name:
        numbers |= {"labels": "indices" if name.startswith("sparse") else "shares", "class_axis": "last"}
        numbers |= {"weights": None, "divide": "samples", "ignored": options.get("ignore_class")}
    else:
        numbers |= {"inner": "sum" if name in SUMMED else "mean", "broadcast": False}
    if name == "huber":
        numbers |= {"delta": float(options.get("delta", 1.0)), "scale": 1.0}
    numbers |= FORMS.get(name, {})
    if name.startswith("binary"):
        numbers["positive_weight"] = None
    if name in FOCAL:
        numbers |= _focal_numbers(name, options)
    return numbers


def _focal_numbers(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """One number for the positive class, and the rest for the other; or one for all classes, or one for each."""
    alpha, gamma = options.get("alpha", 0.25), float(options.get("gamma", 2.0))
    if name.startswith("binary"):
        return {"gamma": gamma, "alpha": float(alpha) if options.get("apply_class_balancing") else None}
    each = np.ravel(alpha).astype(float).tolist()
    return {"gamma": gamma, "factor": each[0]} if len(each) == 1 else {"gamma": gamma, "weights": each}


def loss_values(
    given: Given,
    outputs: list[NDArray],
    targets: list[NDArray],
    names: Sequence[str] = ("output",),
    part: int = 0,
) -> list[float]:
    """The loss of one output on values that both sides are given; a function as ``fit`` calls it.

    Args:
        given: what the user handed over.
        outputs, targets: of that output.
        names: of all outputs.
        part: the number of that one.
    """
    own, weight = given.of_outputs(names)[part]
    if own is None:
        return [0.0] * len(outputs)
    loss = keras.losses.get(_loss_in(own, "float64"))
    if not isinstance(loss, keras.losses.Loss):
        loss = LossFunctionWrapper(loss, dtype="float64")
    values = (loss(tf.constant(y), tf.constant(x)) for x, y in zip(outputs, targets, strict=True))
    factor = 1.0 if weight is None else weight
    return [factor * float(np.mean(ops.convert_to_numpy(value))) for value in values]


class Recorder(keras.callbacks.Callback):
    """Tells when a step begins, and keeps what it leaves behind."""

    def __init__(self, log: Log, calls: Calls) -> None:
        super().__init__()
        self.log, self.calls = log, calls
        self.rate = 0.0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.calls.begin(len(self.log.rates))
        self.log.begin()
        self.rate = _number(self.model.optimizer.learning_rate)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.log.step((self.rate,), lambda: everything(self.model), lambda: slots(self.model))


def train(
    model: keras.Model,
    given: Given,
    calls: Calls,
    dtype: str,
    training: tuple[Any, Any],
    options: Mapping[str, Any],
    seed: int,
    keep: int | None,
    quiet: frozenset[str],
) -> tuple[Training, dict[int, dict[str, Arrays]]]:
    """``fit`` with the user's optimizer and loss, rows in order.

    Args:
        options: epochs, batch; what both sides do without: dense, undropped, unmasked, unpenalised, unconstrained,
            unaveraged, their loss (neutral) or optimizer (plain).
    """
    log = Log(keep or 0, frozen=True)
    inputs, targets = keras_training.typed(training[0], dtype), training[1]
    with ExitStack() as stack:
        stack.enter_context(keras_patches.policy(dtype))
        stack.enter_context(keras_patches.kept_double())
        stack.enter_context(keras_patches.observed(model, calls))
        stack.enter_context(keras_patches.shared_draws(calls, seed, noise=False))
        stack.enter_context(keras_training.eagerly(model))
        stack.enter_context(keras_training.losses_recorded(log))
        stack.enter_context(_gradients(model, quiet, options.get("dense", False)))
        for name, without in WITHOUT.items():
            stack.enter_context(without() if options.get(name) else nullcontext())
        neutral = options.get("neutral")
        loss, weights = (_square_of_outputs, None) if neutral else (loss_of(given, dtype), given.weights)
        optimizer = keras.optimizers.SGD(PLAIN_RATE) if options.get("plain") else optimizer_of(given, model)
        optimizer.use_ema = optimizer.use_ema and not options.get("unaveraged")
        model.compile(optimizer, loss, loss_weights=weights, jit_compile=False)
        history = model.fit(
            _ordered(model, inputs),
            targets,
            batch_size=options["batch"],
            epochs=options["epochs"],
            shuffle=False,
            verbose=0,
            callbacks=[Recorder(log, calls)],
        )
        log.opaque = not _is_stock(model.optimizer)
        log.updates = int(ops.convert_to_numpy(model.optimizer.iterations))
        log.numbers = _numbers(model.optimizer)
        log.end(lambda: everything(model), lambda: slots(model))
    result = log.result({"loss": history.history["loss"]})
    keras_training.forget_graphs(model)
    return result, log.states


def _square_of_outputs(targets: Any, outputs: Any) -> Any:
    """``parity.loss_variants.NEUTRAL``."""
    return ops.mean(ops.square(outputs), axis=-1)


def targets_of(goals: Goals, dtype: str, by_name: bool) -> Any:
    """As ``fit`` takes them: those of several outputs by name where the model gives them by name, else in order."""
    arrays = [keras_training.typed(array, dtype) for array in each_of(goals)]
    if not isinstance(goals, Several):
        return arrays[0]
    return dict(zip(goals.names, arrays, strict=True)) if by_name else arrays


def _ordered(model: keras.Model, inputs: Arrays) -> Any:
    """Several inputs as ``fit`` takes them: by name where the model takes them by name, else in order."""
    if len(inputs) == 1:
        return next(iter(inputs.values()))
    return dict(inputs) if isinstance(getattr(model, "input", None), dict) else list(inputs.values())


def _numbers(optimizer: BaseOptimizer) -> dict[str, Any]:
    """What judges a weight that Adam divides by next to nothing."""
    if type(optimizer).__name__ not in ("Adam", "AdamW"):
        return {}
    return {"eps": float(optimizer.epsilon), "betas": (float(optimizer.beta_1), float(optimizer.beta_2))}


@contextmanager
def _gradients(model: keras.Model, quiet: frozenset[str], dense: bool) -> Iterator[None]:
    """Gradients that are rounding alone become zero; ``dense`` adds up repeated rows of a table first."""
    zeros = {id(weight) for path, weight in stored(model) if path in quiet}
    original = BaseOptimizer.apply

    def apply(optimizer: Any, grads: Any, trainable_variables: Any = None) -> Any:
        variables = list(optimizer._trainable_variables if trainable_variables is None else trainable_variables)
        changed = [
            ops.zeros_like(v) if id(v) in zeros else tf.convert_to_tensor(g) if dense and g is not None else g
            for g, v in zip(grads, variables, strict=True)
        ]
        return original(optimizer, changed, variables)

    with replaced(BaseOptimizer, "apply", apply) if zeros or dense else nullcontext():
        yield


@contextmanager
def _unmasked() -> Iterator[None]:
    """Losses see no mask that travels with the outputs."""
    original = keras.losses.Loss.__call__

    def call(loss: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        for output in keras.tree.flatten(y_pred):
            set_keras_mask(output, None)
        return original(loss, y_true, y_pred, sample_weight)

    with replaced(keras.losses.Loss, "__call__", call):
        yield


def _unpenalised() -> AbstractContextManager[None]:
    """Neither regularisers nor the model itself add anything to the loss."""
    return replaced(keras.layers.Layer, "losses", property(lambda layer: []))


def _unconstrained() -> AbstractContextManager[None]:
    """New weights stay as the optimizer leaves them."""
    return replaced(keras.Variable, "constraint", None)


WITHOUT: Mapping[str, Callable[[], AbstractContextManager[None]]] = {
    "undropped": keras_patches.no_dropout,
    "unmasked": _unmasked,
    "unpenalised": _unpenalised,
    "unconstrained": _unconstrained,
}
"""By option of ``train``: what keeps Keras from it."""


def slots(model: keras.Model) -> dict[str, Arrays]:
    """Every slot of the optimizer by its name; a velocity that holds the rate is given without it.

    What an optimizer of the user's own keeps under such a name may be anything.
    """
    if not _is_stock(model.optimizer):
        return {}
    paths = {id(weight): path for path, weight in stored(model)}
    optimizer = model.optimizer
    found: dict[str, Arrays] = {}
    for attribute, name in SLOTS.items():
        tensors = getattr(optimizer, attribute, None) or ()
        pairs = [(v, t) for v, t in zip(optimizer._trainable_variables, tensors, strict=False) if id(v) in paths]
        if pairs:
            unit = _unit(optimizer, attribute)
            under = getattr(optimizer, "epsilon", 0.0) if name == "accumulator" else 0.0  # what is under the root
            under = under if under > NEGLIGIBLE else 0.0
            found[name] = {paths[id(v)]: (held(t) + under) / unit for v, t in pairs}
    return found


def _is_stock(optimizer: BaseOptimizer) -> bool:
    return type(optimizer).__module__.startswith("keras.")


def _unit(optimizer: BaseOptimizer, attribute: str) -> float:
    """What Keras keeps inside a momentum that PyTorch keeps outside.  rule: sgd-momentum-rate"""
    rate = _number(optimizer.learning_rate)
    name = type(optimizer).__name__ if rate else ""
    return {("SGD", "momentums"): -rate, ("RMSprop", "_momentums"): rate}.get((name, attribute), 1.0)
