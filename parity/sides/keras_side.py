"""The Keras side: builds the model, runs what it is asked, hands back NumPy."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from parity.calibration import SPREAD, WIDE, calibrate
from parity.errors import UsageError
from parity.recording import (
    Arrays,
    Description,
    Drawing,
    Event,
    Forward,
    Gradients,
    InputFacts,
    LossFacts,
    OptimizerFacts,
    Tap,
    Trace,
    Training,
)
from parity.shelf import NOTHING, Writer
from parity.sides import (
    keras_draws,
    keras_exports,
    keras_facts,
    keras_given,
    keras_patches,
    keras_state,
    keras_steps,
    keras_training,
    keras_weights,
)
from parity.sides.calls import Calls
from parity.sides.common import by_name, replaced
from parity.sides.keras_calling import (
    as_tensor,
    as_tensors,
    call,
    call_first,
    declared,
    finish,
    named_outputs,
    names_of_outputs,
)
from parity.sides.keras_events import Recorder, value_of
from parity.sides.keras_losses import LOSSES
from parity.sides.keras_retype import built_on, carry_weights, rebuilt
from parity.sides.keras_wiring import wiring
from parity.sides.recipes import GIVEN, SMALL_STEPS, batches
from parity.sides.source import Source, last_line, written
from parity.sides.training_side import TrainingSide


class KerasSide(TrainingSide):
    """One Keras model in float32 and float64.

    Every method takes and returns plain data: it is called through a pipe or in the same process.
    """

    framework = "keras"

    def __init__(self) -> None:
        super().__init__()
        self._models: dict[str, keras.Model] = {}
        self._given: dict[str, keras_given.Given | None] = {}
        self._graphs: dict[tuple[str, int], Callable[..., Any]] = {}
        self._source: Source | None = None
        self._seed = 0
        self._sample: Arrays | None = None
        self._noise, self._drops = False, frozenset[str]()
        self._outputs: tuple[str, ...] = ()
        self._by_name = False

    def versions(self) -> dict[str, str]:
        return {"keras": keras.__version__, "tensorflow": tf.__version__, "backend": keras.backend.backend()}

    def devices(self) -> list[str]:
        return [device.name for device in tf.config.list_physical_devices()]

    def load(self, source: Source, seed: int, sample: Arrays | None = None) -> Description:
        """Build the model in float32 and describe it.

        Args:
            sample: what a model that declares no inputs is called on to make its weights; by position.

        Raises:
            UsageError: the source gives no Keras model, or one without inputs and there is no sample.
        """
        self._models.clear()
        self._given.clear()
        self._graphs.clear()
        self._noise, self._drops = False, frozenset()
        gc.collect()  # models hold themselves in cycles; a large one must not stay beside the next
        self._source, self._seed, self._sample = source, seed, sample
        return self._describe(self._model("float32"))

    def adopt(self, model: keras.Model) -> Description:
        """Take a live model itself, not a copy: what is set here is set in it."""
        if not model.built:
            raise UsageError(f"model {model.name!r} has no weights yet", "call it once, or build it with an Input")
        finish(model)
        self._models = {"float32": model}
        return self._describe(model)

    def load_weights(self, path: str, part: str = "") -> tuple[str, ...]:
        """Load the user's own weights, strictly; a part does without the file's classifier, whose names come back."""
        if part:
            weights, left_out = keras_weights.read_part(path, part, self.get_weights("float32"))
            self.set_weights("float32", weights)
            return left_out
        if path.endswith(".safetensors"):
            self.set_weights("float32", keras_weights.read_tensors(path, self.get_weights("float32")))
        else:
            keras_weights.load(self._model("float32"), path)
        return ()

    def get_weights(self, dtype: str, paths: frozenset[str] | None = None) -> Arrays:
        return keras_state.weights(self._model(dtype), paths)

    def set_weights(self, dtype: str, weights: Arrays) -> None:
        keras_state.set_weights(self._model(dtype), weights)

    def begin(self, seed: int, inputs: Arrays | None, levelled: bool = False, wide: bool = False) -> Arrays:
        """The weights to judge the models in, float32 values: as initialised, or made testable on ``inputs``.

        Args:
            levelled: scale and shift what every layer makes of them to one deviation and mean 0.
            wide: shifts so large that some units are always below zero.
        """
        start = self.get_weights("float32")
        if inputs is not None:
            constants = keras_state.constants(self._model("float32"))
            open_to_choice = {path: array for path, array in start.items() if path not in constants}
            start |= calibrate(open_to_choice, seed, WIDE if wide else SPREAD)
            with keras_patches.without_draws():
                self.set_weights("float64", start)
            settled = self._settled("float64", inputs, levelled)
            start |= {path: array.astype(start[path].dtype) for path, array in settled.items()}
        self.agree(start)
        return start

    def _settled(self, dtype: str, inputs: Arrays, levelled: bool) -> Arrays:
        """Running statistics; of every batch norm that was still at its initial state, those of one batch.

        Where the layers are ``levelled``, all weights.
        """
        model = self._model(dtype)
        with (
            keras_state.settling_norms(model),
            keras_state.levelling(model) if levelled else nullcontext(),
            keras_patches.policy(dtype),
            keras_patches.frugal(),
            self._as_it_is(model, True),
        ):
            call(model, as_tensors(inputs, dtype), True)
        return keras_state.weights(model) if levelled else keras_state.running_statistics(model)

    def trace(
        self,
        dtype: str,
        inputs: Arrays,
        training: bool = False,
        shelf: str = "",
        enter: frozenset[int] = frozenset(),
    ) -> Trace:
        """Every operation of one forward pass, without dropout.

        Args:
            dtype: float type of the model that runs.
            inputs: one batch, canonical order.
            training: in train mode.
            shelf: a file to which values go as they are made.
            enter: layers whose first input to return.
        """
        model = self._model(dtype)
        tensors = as_tensors(inputs, dtype)
        writer = Writer(shelf) if shelf else None

        def visit(number: int, event: Event, value: Any) -> None:
            if writer:
                writer.put(number, value_of(value))

        recorder = Recorder(model, tensors, visit, enter)
        with (
            keras_state.kept_statistics(model),
            keras_patches.policy(dtype),
            keras_patches.frugal(),
            keras_patches.folded_time(training),
            self._as_it_is(model, training),
            recorder.watching(),
        ):
            outputs = call(model, tensors, training)
        self._outputs, self._by_name = names_of_outputs(model, outputs), isinstance(outputs, Mapping)
        values = writer.done() if writer else NOTHING
        facts = (recorder.entering, recorder.ends(outputs), tuple(recorder.drops), recorder.masks)
        return Trace(tuple(recorder.events), values, named_outputs(outputs), *facts)

    def find_draws(self, inputs: Arrays) -> Drawing:
        """What code of the user's draws in train mode; layers of it that drop do not from here on.

        Where it cannot run in train mode, the rungs say so.
        """
        model, found, count = self._model("float32"), set[str](), keras_draws.Draws()
        if not keras_draws.may_draw(model):
            return Drawing()
        with (
            suppress(Exception),
            keras_state.kept_statistics(model),
            self._as_it_is(model, True, count),
            keras_draws.finding_drops(model, found, count),
        ):
            call(model, as_tensors(inputs, "float32"), True)
        self._drops = frozenset(found)
        return Drawing(count.normal > 0, bool(found))

    def agree_on_noise(self, noise: bool) -> None:
        """Both models draw normal numbers, or none is to be seen of them."""
        self._noise = noise

    @contextmanager
    def _as_it_is(self, model: keras.Model, training: bool, count: keras_draws.Draws | None = None) -> Iterator[None]:
        """In one float type throughout, with draws that both sides agree on.

        In train mode nothing drops at random; what drops or draws in eval mode is seen.
        """
        with (
            keras_draws.not_dropping(model, self._drops) if training else nullcontext(),
            keras_patches.no_augmentation() if training else nullcontext(),
            keras_patches.no_dropout() if training else keras_draws.dropping_alike(),
            keras_patches.kept_double(),
            keras_draws.agreed(self._noise or not training, count),
        ):
            yield

    def forward(
        self,
        dtype: str,
        inputs: Arrays,
        training: bool = False,
        seed: int = 0,
        taps: frozenset[str] = frozenset(),
        dropout: bool = True,
    ) -> Forward:
        """One forward pass; in train mode the running statistics are put back afterwards."""
        model = self._model(dtype)
        calls = Calls()
        seen: list[Tap] = []
        visits: Counter[str] = Counter()
        sources = wiring(model, taps) if taps else {}

        def observe(path: str, layer: keras.layers.Layer, result: Any) -> None:
            if path in taps:
                visits[path] += 1
                seen.append(Tap(path, _tap_values(layer, result), sources.get((path, visits[path] - 1))))

        with (
            keras_state.kept_statistics(model),
            keras_patches.policy(dtype),
            keras_patches.frugal(),
            keras_patches.observed(model, calls, observe if taps else None),
            keras_patches.shared_draws(calls, seed) if dropout else self._as_it_is(model, training),
        ):
            run = model if taps or not dropout else self._runner(dtype, seed)
            outputs = call(model, as_tensors(inputs, dtype), training, run)
            state = keras_state.statistics(model) if training else {}
        return Forward(named_outputs(outputs), tuple(seen), state)

    def gradients(
        self,
        dtype: str,
        inputs: Arrays,
        training: bool = False,
        seed: int = 0,
        projections: Arrays | None = None,
        loss: str = "",
        targets: NDArray | None = None,
        dropout: bool = True,
        unstopped: bool = False,
        hold: bool = False,
    ) -> Gradients:
        """Gradient of a fixed random projection of the outputs, or of a named loss.

        Args:
            unstopped: nothing stops it.
            hold: those of weights are left out, and wait to be asked for by ``held``.
        """
        model = self._model(dtype)
        calls = Calls()
        tensors = as_tensors(inputs, dtype)
        watched = {name: tensor for name, tensor in tensors.items() if tensor.dtype.is_floating}
        parameters = keras_state.trainable(model)
        with (
            keras_state.kept_statistics(model),
            keras_patches.policy(dtype),
            keras_patches.observed(model, calls),
            keras_patches.shared_draws(calls, seed) if dropout else self._as_it_is(model, training),
            keras_patches.unstopped() if unstopped else nullcontext(),
            tf.GradientTape() as tape,
        ):
            tape.watch(list(watched.values()))
            outputs = call(model, tensors, training)
            value = _loss(dtype, outputs, projections, loss, targets)
            gradients = tape.gradient(value, [list(parameters.values()), list(watched.values())])
        found = Gradients(
            float(value),
            {name: _dense(g) for name, g in zip(parameters, gradients[0], strict=True) if g is not None},
            {name: _dense(g) for name, g in zip(watched, gradients[1], strict=True) if g is not None},
        )
        return self._holding(found, hold)

    def train(
        self,
        dtype: str,
        recipe: str,
        training: Any,
        validation: Any,
        options: Mapping[str, Any],
        seed: int = 0,
        shared: bool = True,
        keep: int | None = None,
        quiet: frozenset[str] = frozenset(),
    ) -> Training:
        """Train with ``keras_impl.recipes.RECIPE``, without a name on the loss that ``options`` name.

        The recipe ``given`` is the optimizer and the loss that came with the model.

        Args:
            dtype: float type of the model that is trained.
            recipe: name of a file in ``recipes/``.
            training, validation: (inputs, targets) in canonical order, or what else the recipe takes.
            options: of the recipe.
            seed: of the shuffling and of what both sides draw.
            shared: take the dropout masks that the other side takes too.
            keep: record every step, and keep the state after the first ``keep`` and the last for ``trained``.
            quiet: weights whose gradient is zero but for rounding, and is taken as zero.
        """
        model = self._model(dtype)
        if recipe == GIVEN:
            with (
                keras_draws.agreed(self._noise),
                keras_draws.not_dropping(model, self._drops),
                keras_patches.no_augmentation(),
            ):
                inputs, goals = training
                result, self._trained = keras_given.train(
                    model,
                    self._with_model(dtype),
                    Calls(in_order=True),
                    dtype,
                    (inputs, keras_given.targets_of(goals, dtype, self._by_name)),
                    options,
                    seed,
                    keep,
                    quiet,
                )
            return result
        if recipe == SMALL_STEPS:
            rows = batches(training, options["epochs"], options["batch"])
            result, self._trained = self._small_steps(model, dtype, rows, options["loss"], keep, quiet)
            return result
        result, self._trained = keras_training.train(
            model, Calls(), dtype, recipe, training, validation, options, seed, shared, keep, quiet
        )
        return result

    def _small_steps(
        self,
        model: keras.Model,
        dtype: str,
        rows: Iterator[tuple[int, Arrays, NDArray]],
        name: str,
        keep: int | None,
        quiet: frozenset[str],
    ) -> tuple[Training, dict[int, dict[str, Arrays]]]:
        """In train mode without dropout, as the gradients of such a pair are compared."""

        def loss(inputs: Arrays, targets: NDArray) -> Any:
            return _loss(dtype, call(model, as_tensors(inputs, dtype), True), None, name, targets)

        with keras_patches.policy(dtype), keras_patches.observed(model, Calls()), self._as_it_is(model, True):
            return keras_steps.train(model, keras_state.trainable(model), rows, loss, keep, quiet)

    def training_facts(self, horizon: int) -> tuple[OptimizerFacts, LossFacts]:
        """What the optimizer and the loss are that came with the model; ``horizon``: steps of a schedule."""
        model = self._model("float64")
        given = self._with_model("float64")
        with keras_patches.policy("float64"), keras_patches.kept_double():
            loss = keras_given.loss_facts(given, model, self._outputs)
            return keras_given.optimizer_facts(given, model, horizon), loss

    def output_names(self) -> tuple[str, ...]:
        """As losses and targets call the outputs of the run that was traced."""
        return self._outputs

    def training_data(self, source: Source) -> tuple[Any, Any]:
        """What the user's function gives: (inputs, targets), each one array, or several by name or in order.

        Raises:
            UsageError: it gives something else.
        """
        found = source.resolve()
        found = found(**source.arguments) if callable(found) else found
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise UsageError(f"{source.reference}: expected (inputs, targets)", "two arrays, rows on the first axis")
        return _as_arrays(found[0]), _as_arrays(found[1])

    def loss_values(self, outputs: list[NDArray], targets: list[NDArray], part: int = 0) -> list[float]:
        """The user's loss of one output, by its number, on values and targets that both sides are given."""
        with keras_patches.policy("float64"), keras_patches.kept_double():
            return keras_given.loss_values(self._with_model("float64"), outputs, targets, self._outputs, part)

    def export(self, format: str, dtype: str, path: str, inputs: Arrays, optional: bool = False) -> dict[str, Any]:
        """Write the model to ``path``; ``inputs`` give the sizes of every axis but the batch.

        An exporter that fails is an error, unless the file is ``optional``: then the model is a user's, every part of a
        float64 file is computed in float64, and what the user's code draws are the numbers that both sides agree on.
        """
        model = self._model(dtype)
        with keras_patches.policy(dtype), self._as_it_is(model, False) if optional else nullcontext():
            return written(keras_exports.EXPORTERS[format], model, path, inputs, optional=optional)

    def run_artifact(self, format: str, path: str, inputs: Arrays) -> Arrays:
        """Load an exported file without its source and run it."""
        return keras_exports.RUNNERS[format](path, inputs)

    def _model(self, dtype: str) -> keras.Model:
        if dtype not in self._models:
            self._models[dtype], self._given[dtype] = self._double() if dtype == "float64" else self._fresh(dtype)
        return self._models[dtype]

    def _double(self) -> tuple[keras.Model, keras_given.Given | None]:
        """In float64, also where the code asks for float32 by name, or computes constants in it."""
        with suppress(UsageError), keras_patches.policy("float64"), keras_patches.kept_double():
            return self._fresh("float64")
        return self._fresh("float64")

    def _fresh(self, dtype: str) -> tuple[keras.Model, keras_given.Given | None]:
        assert self._source is not None, "load comes first"
        with replaced(gc, "collect", lambda *_: 0):  # there is nothing to find: ``load`` has searched
            keras.backend.clear_session()  # automatic names count from the start again
        keras.utils.set_random_seed(self._seed)
        with keras_patches.policy(dtype):
            return self._built(self._source, dtype)

    def _with_model(self, dtype: str) -> keras_given.Given:
        """The optimizer and the loss that came with the model."""
        self._model(dtype)
        given = self._given[dtype]
        assert given is not None, "descriptions say whether there is one"
        return given

    def _built(self, source: Source, dtype: str) -> tuple[keras.Model, keras_given.Given | None]:
        """A new model of the source, and what came with it to train it; a live one is built again, with its weights."""
        found = source.resolve()
        if not isinstance(found, (keras.Model, tuple, list)):
            model, given = _build(source, found)
            return self._called(model, dtype), given
        given = keras_given.taken_apart(found, source.reference)
        live = given.model if given else found
        finish(live)
        if self._sample is None and not declared(live):
            self._sample = built_on(live) or None
        model = self._called(rebuilt(live, dtype), dtype)
        carry_weights(live, model)
        return model, given

    def _called(self, model: keras.Model, dtype: str) -> keras.Model:
        """A model that declares no inputs makes its weights when it is first called."""
        if declared(model):
            finish(model)
            return model
        if self._sample is None:
            if model.built:
                return model
            raise UsageError(
                f"model {model.name!r} declares no inputs and was never called", "give its shapes by --input"
            )
        arrays = self._sampled(model)
        try:
            call_first(model, as_tensors(arrays, dtype))
        except Exception as problem:
            shapes = ", ".join(str(array.shape) for array in arrays.values())
            raise UsageError(
                f"model {model.name!r} cannot be called on {shapes}: {last_line(problem)}", "give its shapes by --input"
            ) from problem
        return model

    def _runner(self, dtype: str, seed: int) -> Callable[..., Any]:
        """The model, as a graph if it holds recurrent layers: run step by step in Python they take seconds."""
        model = self._model(dtype)
        if not any(isinstance(layer, keras_facts.RECURRENT) for _, layer in keras_facts.walk(model)):
            return model
        return self._graphs.setdefault((dtype, seed), tf.function(model.__call__, reduce_retracing=False))

    def _describe(self, model: keras.Model) -> Description:
        owners = keras_facts.owners(model)
        return Description(
            layers=tuple(keras_facts.describe_layer(path, layer) for path, layer in keras_facts.walk(model)),
            parameters=tuple(p for path, layer in owners for p in keras_facts.describe_parameters(path, layer)),
            inputs=self._inputs(model),
            trainable_count=sum(int(np.prod(w.shape)) for w in model.trainable_weights),
            total_count=model.count_params(),
            native_class=type(model).__name__,
            trains=any(self._given.values()),
        )

    def _inputs(self, model: keras.Model) -> tuple[InputFacts, ...]:
        if declared(model):
            return tuple(InputFacts(t.name, tuple(t.shape[1:]), t.dtype) for t in declared(model))
        return tuple(
            InputFacts(name, array.shape[1:], str(array.dtype)) for name, array in self._sampled(model).items()
        )

    def _sampled(self, model: keras.Model) -> Arrays:
        """The sample by argument, or as it came where one argument takes several inputs."""
        sample, names = self._sample or {}, keras_facts.call_arguments(model)
        return dict(zip(names, sample.values(), strict=True)) if len(names) == len(sample) else dict(sample)


def _build(source: Source, found: Any) -> tuple[keras.Model, keras_given.Given | None]:
    if not callable(found):
        raise UsageError(
            f"{source.reference}: a {type(found).__name__}, expected a Keras model or a function that builds one"
        )
    built = source.build(found)
    given = keras_given.taken_apart(built, source.reference)
    if given:
        return given.model, given
    if not isinstance(built, keras.Model):
        raise UsageError(
            f"{source.reference}: built a {type(built).__name__}, expected a keras.Model",
            "return the model from the function",
        )
    return built, None


def _as_arrays(given: Any) -> Any:
    """In NumPy what may be something else."""
    if isinstance(given, Mapping):
        return {name: np.asarray(array) for name, array in given.items()}
    several = isinstance(given, (tuple, list)) and all(hasattr(each, "shape") for each in given)
    return tuple(map(np.asarray, given)) if several else np.asarray(given)


def _loss(dtype: str, outputs: Any, projections: Arrays | None, loss: str, targets: NDArray | None) -> Any:
    named = by_name(outputs)
    if projections is not None:
        return tf.add_n([tf.reduce_sum(named[k] * as_tensor(v, dtype)) for k, v in projections.items()])
    return LOSSES[loss](as_tensor(np.asarray(targets), dtype), named)


def _tap_values(layer: keras.layers.Layer, result: Any) -> Arrays:
    first = result[0] if isinstance(result, (list, tuple)) else result
    inner = layer.forward_layer if isinstance(layer, keras.layers.Bidirectional) else layer
    if isinstance(inner, keras.layers.RNN):
        return {"sequence" if inner.return_sequences else "state": np.asarray(first)}
    if isinstance(first, Mapping):
        return {name: np.asarray(value) for name, value in first.items()}
    return {"output": np.asarray(first)}


def _dense(gradient: Any) -> NDArray:
    """Embedding gradients arrive as rows; repeated tokens are summed here.  rule: embedding-sparse-gradient"""
    return np.asarray(tf.convert_to_tensor(gradient))
