"""The Torch side: builds the module, runs what it is asked, hands back NumPy in canonical order."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from parity.errors import UsageError
from parity.goals import Goals
from parity.recording import (
    Arrays,
    Description,
    Drawing,
    Forward,
    Gradients,
    InputFacts,
    LossFacts,
    OptimizerFacts,
    Probe,
    Probed,
    Tap,
    Trace,
    Training,
)
from parity.shelf import NOTHING
from parity.sides import (
    torch_draws,
    torch_exports,
    torch_facts,
    torch_folding,
    torch_given,
    torch_patches,
    torch_state,
    torch_steps,
    torch_training,
    torch_weights,
)
from parity.sides.calls import Calls
from parity.sides.recipes import GIVEN, SMALL_STEPS, batches
from parity.sides.source import Source, written
from parity.sides.torch_binding import Binding, bind, bound, materialize, named_outputs, native
from parity.sides.torch_events import KeptDouble, Recorder, Visit, overwriting_layers, without_dropout
from parity.sides.torch_form import Form, Outputs
from parity.sides.torch_losses import LOSSES
from parity.sides.torch_overwriting import current
from parity.sides.torch_probing import Prober
from parity.sides.torch_taps import tapped
from parity.sides.torch_trace import Tracing, canonical, channels_last, mark_of, tensor_like, unmark
from parity.sides.training_side import TrainingSide


class TorchSide(TrainingSide):
    """One Torch module in float32 and float64.

    Every method takes and returns plain data: it is called through a pipe or in the same process.
    """

    framework = "torch"

    def __init__(self) -> None:
        super().__init__()
        self._models: dict[str, nn.Module] = {}
        self._given: dict[str, torch_given.Given | None] = {}
        self._binding: Binding | None = None
        self._expected: tuple[str, ...] = ()
        self._form: Form | None = None
        self._source: Source | None = None
        self._seed = 0
        self._rounded = False
        self._folded = True
        self._computed: tuple[str, ...] = ()
        self._stored_count = 0
        self._overwriting = False
        self._noise, self._drops = False, frozenset[str]()
        self._attending: tuple[float, ...] = ()
        self._sample: Arrays | None = None

    def versions(self) -> dict[str, str]:
        return {"torch": str(torch.__version__)}  # its own class would have the core import torch

    def devices(self) -> list[str]:
        return [
            "cpu",
            *(f"cuda:{index} {torch.cuda.get_device_name(index)}" for index in range(torch.cuda.device_count())),
        ]

    def load(
        self, source: Source, seed: int, rounded: bool = False, folded: bool = True, sample: Arrays | None = None
    ) -> Description:
        """Build the module in float32 and describe it.

        Args:
            sample: what layers without sizes take them from; canonical order.
            rounded: buffers of the float64 module hold what float32 can hold.
            folded: weights that are computed become tensors of their own, unless an optimizer came with the module,
                which holds what they are computed from.

        Raises:
            UsageError: the source gives no module.
        """
        self._models.clear()
        self._given.clear()
        self._binding, self._overwriting = None, False
        self._expected, self._form = (), None
        self._noise, self._drops, self._attending = False, frozenset(), ()
        self._source, self._seed, self._rounded, self._folded = source, seed, rounded, folded
        self._sample = sample
        return self._describe(self._model("float32"))

    def adopt(self, model: nn.Module, folded: bool = False) -> Description:
        """Take a live module itself, not a copy: what is set here is set in it.

        Args:
            folded: it is only read; where weights are computed, a copy that stores them takes its place.
        """
        self._computed, self._stored_count = torch_folding.computed(model), _trainable_count(model)
        if folded and self._computed:
            model = torch_folding.duplicate(model)
            torch_folding.fold(model)
        self._models = {"float32": model}
        return self._describe(model)

    def load_weights(self, path: str, part: str = "") -> tuple[str, ...]:
        """Load the user's own weights, strictly; a part does without the file's classifier, whose names come back."""
        model = self._as_saved() if self._folds else self._model("float32")
        left_out: tuple[str, ...] = ()
        if part:
            left_out = torch_weights.load_part(model, path, part)
        else:
            torch_weights.load(model, path)
        if self._folds:
            torch_folding.fold(model)
            self._model("float32").load_state_dict(model.state_dict())
        return left_out

    def get_weights(self, dtype: str, paths: frozenset[str] | None = None) -> Arrays:
        """Every stored tensor once, a tied one under its first name; those of the ``paths``."""
        return torch_state.weights(self._model(dtype), paths)

    def set_weights(self, dtype: str, weights: Arrays) -> None:
        torch_state.set_weights(self._model(dtype), weights)

    def begin(self) -> None:
        """Build the float64 module, while Keras chooses the weights."""
        self._model("float64")

    def bind(self, inputs: Arrays, expected: Mapping[str, tuple[int, ...]]) -> Binding:
        """Take inputs and outputs of the user's own module as the Keras model takes its own.

        Args:
            inputs: one batch, canonical order.
            expected: shapes of the Keras outputs.

        Raises:
            UsageError: the module cannot be run on them.
        """
        model = self._model("float32").eval()
        self._binding = bind(model, inputs, expected, "float32")
        self._expected, self._form = tuple(expected), None
        self._overwriting = self._needs_overwriting(model, inputs)
        return self._binding

    def find_draws(self, inputs: Arrays) -> Drawing:
        """What code of the user's draws in train mode; modules of it that drop do not from here on.

        Where it cannot run in train mode, the rungs say so.
        """
        model, found, attending = self._model("float32"), set[str](), list[float]()
        with (
            self._recording(model, "float32", True, 0),
            suppress(Exception),
            torch.no_grad(),
            without_dropout(model, self._overwriting, attending),
            torch_draws.agreed(False) as mode,
            torch_draws.finding_drops(model, found, mode),
        ):
            self._outputs(model, self._arguments(model, inputs, "float32"))
        self._drops, self._attending = frozenset(found), tuple(attending)
        return Drawing(mode.normal > 0, bool(found))

    def agree_on_noise(self, noise: bool) -> None:
        """Both models draw normal numbers, or none is to be seen of them."""
        self._noise = noise

    @contextmanager
    def _as_it_is(self, model: nn.Module) -> Iterator[None]:
        """With draws that both sides agree on.

        In train mode nothing drops at random; what drops or draws in eval mode is seen.
        """
        with (
            torch_draws.not_dropping(model, self._drops),
            torch_draws.dropping_alike(),
            without_dropout(model, self._overwriting),
            torch_draws.agreed(self._noise or not model.training),
        ):
            yield

    def _needs_overwriting(self, model: nn.Module, inputs: Arrays) -> bool:
        """Code keeps a tensor that a layer overwrites afterwards: run out of place it gives something else."""
        if not overwriting_layers(model):
            return False
        runs = []
        for overwriting in (True, False):
            with torch.no_grad(), without_dropout(model, overwriting):
                runs.append(self._outputs(model, self._arguments(model, inputs, "float32")))
        return any(not torch.allclose(runs[0][name], runs[1][name], equal_nan=True) for name in runs[0])

    def trace(self, dtype: str, inputs: Arrays, training: bool = False) -> Trace:
        """Every operation of one forward pass, without dropout."""
        recorder, tensors = self._recorded(dtype, inputs, training, None)
        drops = tuple(recorder.drops)
        return Trace(tuple(recorder.events), NOTHING, _arrays(tensors), ends=_ends(tensors), drops=drops)

    def probe(
        self, dtype: str, inputs: Arrays, probes: Mapping[int, Probe], training: bool = False
    ) -> tuple[dict[int, Probed], Arrays]:
        """Carry out ``probes``, by number of the operation; the outputs are those of the altered run."""
        prober = Prober(probes)
        _, outputs = self._recorded(dtype, inputs, training, prober)
        return prober.found, _arrays(outputs)

    def _recorded(
        self, dtype: str, inputs: Arrays, training: bool, visit: Visit | None
    ) -> tuple[Recorder, dict[str, torch.Tensor]]:
        model = self._model(dtype)
        recorder = Recorder(model, visit, self._attending)
        with (
            self._recording(model, dtype, training, 0, recorder.watching(model)),
            torch.no_grad(),
            self._as_it_is(model),
        ):
            arguments = self._arguments(model, inputs, dtype)
            recorder.enter(arguments)
            outputs = self._outputs(model, arguments)
        return recorder, current(outputs)

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
        seen: list[Tap] = []
        with (
            self._recording(model, dtype, training, seed),
            torch.no_grad(),
            nullcontext() if dropout else self._as_it_is(model),
            tapped(model, taps, seen),
        ):
            outputs = self._outputs(model, self._arguments(model, inputs, dtype))
            arrays = {name: canonical(tensor) for name, tensor in outputs.items()}
            state = torch_state.statistics(model) if training else {}
        return Forward(arrays, tuple(seen), state)

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
        model.zero_grad(set_to_none=True)
        with (
            torch_patches.exact_derivatives(dtype),
            torch_patches.without_hooks(model),
            self._recording(model, dtype, training, seed),
            nullcontext() if dropout else self._as_it_is(model),
        ):
            arguments = self._arguments(model, inputs, dtype)
            watched = {n: t.requires_grad_() for n, t in arguments.items() if t.is_floating_point()}
            with torch_patches.unstopped() if unstopped else nullcontext():
                outputs = self._outputs(model, arguments)
            value = _loss(outputs, projections, loss, targets)
            value.backward()
        gradients = Gradients(
            float(value.detach()),
            torch_state.gradients(model),
            {n: _canonical_gradient(tensor) for n, tensor in watched.items() if tensor.grad is not None},
        )
        model.zero_grad(set_to_none=True)
        return self._holding(gradients, hold)

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
        biased: frozenset[str] = frozenset(),
    ) -> Training:
        """Train with ``torch_impl.recipes.RECIPE``, without a name on the loss that ``options`` name.

        The recipe ``given`` is the optimizer and the loss that came with the module.

        Args:
            dtype: float type of the model that is trained.
            recipe: name of a file in ``recipes/``.
            training, validation: (inputs, targets) in canonical order, or what else the recipe takes.
            options: of the recipe.
            seed: of the shuffling and of what both sides draw.
            shared: take the dropout masks that the other side takes too.
            keep: record every step, and keep the state after the first ``keep`` and the last for ``trained``.
            quiet: weights whose gradient is zero but for rounding, and is taken as zero.
            biased: batch norms that update their running variance over n.
        """
        model = self._model(dtype)
        with torch_training.over_n(model, biased), torch_patches.exact_derivatives(dtype):
            if recipe == SMALL_STEPS:
                rows = batches(training, options["epochs"], options["batch"])
                result, self._trained = self._small_steps(model, dtype, rows, options["loss"], keep, quiet)
            elif recipe == GIVEN:
                with torch_draws.agreed(self._noise), torch_draws.not_dropping(model, self._drops):
                    result, self._trained = torch_given.train(
                        model,
                        self._with_model(dtype),
                        Calls(in_order=True),
                        dtype,
                        lambda inputs: self._given_form(model, inputs, dtype),
                        batches(training, options["epochs"], options["batch"]),
                        options,
                        seed,
                        keep,
                        quiet,
                    )
            else:
                result, self._trained = torch_training.train(
                    model, Calls(), dtype, recipe, training, validation, options, seed, shared, keep, quiet
                )
        return result

    def _given_form(self, model: nn.Module, inputs: Arrays, dtype: str) -> Form:
        """What the module returns, as its loss takes it; the losses that are tried later take the same form."""
        binding = self._binding or Binding()
        form = Form.of(binding.run(model, self._arguments(model, inputs, dtype)), self._expected, binding.outputs)
        self._form = self._form or form.kept()
        return form

    def _small_steps(
        self,
        model: nn.Module,
        dtype: str,
        rows: Iterator[tuple[int, Arrays, NDArray]],
        name: str,
        keep: int | None,
        quiet: frozenset[str],
    ) -> tuple[Training, dict[int, dict[str, Arrays]]]:
        """In train mode without dropout, as the gradients of such a pair are compared."""

        def loss(inputs: Arrays, targets: NDArray) -> torch.Tensor:
            value: torch.Tensor = _loss(
                self._outputs(model, self._arguments(model, inputs, dtype)), None, name, targets
            )
            return value

        model.train()
        with torch_patches.default_dtype(dtype), self._as_it_is(model), Tracing(), KeptDouble():
            found = torch_steps.train(model, rows, loss, keep, quiet)
        model.eval()
        return found

    def training_facts(self, horizon: int) -> tuple[OptimizerFacts, LossFacts]:
        """What the optimizer and the loss are that came with the module; ``horizon``: steps of a schedule."""
        model = self._model("float64")
        given = self._with_model("float64")
        loss = torch_given.loss_facts(given, len(self._expected) or 1)
        return torch_given.optimizer_facts(given, model, horizon), loss

    def plateau_rates(self, numbers: list[Mapping[str, Any]]) -> list[tuple[float, ...]]:
        """Learning rates of epochs, where the rate falls by these numbers instead of the user's."""
        given = self._with_model("float64")
        return [torch_given.plateau_rates(given, each) for each in numbers]

    def loss_values(self, outputs: list[Outputs], targets: list[Goals]) -> list[float]:
        """The user's loss on outputs and targets that both sides are given; of a module that has been trained."""
        assert self._form is not None
        with torch_patches.default_dtype("float64"), KeptDouble():
            return torch_given.loss_values(self._with_model("float64"), outputs, targets, self._form)

    def formula_values(
        self, candidates: list[LossFacts], outputs: list[NDArray], targets: list[NDArray], part: int = 0
    ) -> list[list[float]]:
        """Losses by their facts on one output, by its number, in the order of axes that the trained module gives."""
        assert self._form is not None
        with torch_patches.default_dtype("float64"), KeptDouble():
            return torch_given.formula_values(candidates, outputs, targets, self._form.first[part])

    def penalties(self, outputs: Outputs, targets: Goals) -> dict[str, float]:
        """What the user's loss adds by hand, by weight."""
        assert self._form is not None
        with torch_patches.default_dtype("float64"), KeptDouble():
            given, model = self._with_model("float64"), self._model("float64")
            return torch_given.penalties(given, model, outputs, targets, self._form)

    def export(self, format: str, dtype: str, path: str, inputs: Arrays, optional: bool = False) -> dict[str, Any]:
        """Write the module to ``path``; ``inputs`` give the sizes of every axis but the batch.

        An exporter that fails is an error, unless the file is ``optional``: then the module is a user's, and what its
        code draws are the numbers that both sides agree on.
        """
        model = self._model(dtype).eval()
        draws = self._as_it_is(model) if optional else nullcontext()
        with torch_patches.default_dtype(dtype), draws:
            with self._recording(model, dtype, False, 0), torch.no_grad():
                arguments = self._arguments(model, inputs, dtype)
                outputs = self._outputs(model, arguments)
                first = {
                    "inputs": [n for n, t in arguments.items() if mark_of(t).channels_first],
                    "outputs": [n for n, t in outputs.items() if mark_of(t).channels_first],
                }
            plain = {name: tensor.detach().clone() for name, tensor in arguments.items()}
            with self._bound(model, list(inputs), dtype):
                facts = written(torch_exports.EXPORTERS[format], model, path, plain, list(outputs), optional=optional)
        return facts | {"channels_first": first}

    def run_artifact(self, format: str, path: str, inputs: Arrays) -> Arrays:
        """Load an exported file without its source and run it on native (channels first) inputs."""
        return torch_exports.RUNNERS[format](path, inputs)

    @property
    def _folds(self) -> bool:
        """The module stores weights that the user's own module computes."""
        return bool(self._source and self._folded and self._computed and not any(self._given.values()))

    def _as_saved(self) -> nn.Module:
        """The user's module with what its weights are computed from, as files of its own hold it."""
        assert self._source is not None
        torch.manual_seed(self._seed)
        return _build(self._source)[0].to(torch.float32)

    def _model(self, dtype: str) -> nn.Module:
        if dtype not in self._models:
            assert self._source is not None, "load comes first"
            torch.manual_seed(self._seed)
            with torch_patches.default_dtype(dtype), KeptDouble() if dtype == "float64" else nullcontext():
                model, self._given[dtype] = _build(self._source)
                materialize(model, self._sample, dtype)
                self._computed, self._stored_count = torch_folding.computed(model), _trainable_count(model)
                if self._folded and self._computed and not self._given[dtype]:
                    torch_folding.fold(model)
                self._models[dtype] = model.to(getattr(torch, dtype))
                torch_state.spread_out(model)
            for buffer in self._models[dtype].buffers() if self._rounded else ():
                buffer.copy_(buffer.to(torch.float32))
        return self._models[dtype]

    def _with_model(self, dtype: str) -> torch_given.Given:
        """The optimizer and the loss that came with the module."""
        self._model(dtype)
        given = self._given[dtype]
        assert given is not None, "descriptions say whether there is one"
        return given

    def _describe(self, model: nn.Module) -> Description:
        return Description(
            layers=tuple(torch_facts.describe_layer(path, m) for path, m in torch_facts.walk(model)),
            parameters=tuple(torch_facts.describe_parameters(model)),
            inputs=tuple(InputFacts(name) for name in _input_names(model)),
            trainable_count=_trainable_count(model),
            total_count=sum(t.numel() for t in (*model.parameters(), *torch_state.stored_buffers(model))),
            native_class=type(model).__name__,
            trains=any(self._given.values()),
            computed=self._computed,
            stored_count=self._stored_count,
        )

    def _arguments(self, model: nn.Module, inputs: Arrays, dtype: str) -> dict[str, torch.Tensor]:
        """Tensors by name; images become channels first in freshly allocated memory."""
        bound = self._binding
        if bound is not None:
            return {n: native(array, n, dtype, n in bound.channels_first, True) for n, array in inputs.items()}
        names = _input_names(model)
        unknown = [name for name in inputs if name not in names]
        if unknown:
            raise UsageError(
                f"input {', '.join(unknown)!r} is no argument of forward, expected one of {', '.join(names)}",
                "name the arguments of forward like the Keras inputs",
            )
        return {name: native(array, name, dtype, array.ndim >= 4) for name, array in inputs.items()}

    def _outputs(self, model: nn.Module, arguments: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        bound = self._binding or Binding()
        return bound.named(named_outputs(bound.run(model, arguments)))

    @contextmanager
    def _bound(self, model: nn.Module, names: list[str], dtype: str) -> Iterator[None]:
        """A module of the user's: inputs and outputs as Keras has them, every part in one float type."""
        if self._binding is None:
            yield
            return
        with bound(model, self._binding, names), KeptDouble() if dtype == "float64" else nullcontext():
            yield

    @contextmanager
    def _recording(
        self, model: nn.Module, dtype: str, training: bool, seed: int, following: Any = None
    ) -> Iterator[Calls]:
        calls = Calls()
        model.train(training)
        unmark(model)
        with (
            torch_state.kept_statistics(model),
            torch_patches.default_dtype(dtype),
            torch_patches.followed(model, calls),
            torch_patches.shared_draws(calls, seed),
            following or Tracing(),
        ):
            try:
                yield calls
            finally:
                model.eval()


def _build(source: Source) -> tuple[nn.Module, torch_given.Given | None]:
    """The module, and what came with it to train it.

    Raises:
        UsageError: there is none, or one whose operations cannot be seen.
    """
    module, given = _found(source)
    if any(isinstance(each, torch.jit.ScriptModule) for each in module.modules()):
        raise UsageError(
            f"{source.reference}: a scripted module, expected one whose operations can be seen",
            "give the module that it was scripted from",
        )
    return module, given


def _found(source: Source) -> tuple[nn.Module, torch_given.Given | None]:
    """As the user has made it."""
    found = _unwrapped(source.resolve())
    if isinstance(found, (nn.Module, tuple, list)):
        given = torch_given.taken_apart(found, source.reference)
        return torch_folding.duplicate(given.module if given else found), given
    if not callable(found):
        raise UsageError(
            f"{source.reference}: a {type(found).__name__}, expected a torch module or a function that builds one"
        )
    built = _unwrapped(source.build(found))
    given = torch_given.taken_apart(built, source.reference)
    if given:
        return given.module, given
    if not isinstance(built, nn.Module):
        raise UsageError(
            f"{source.reference}: built a {type(built).__name__}, expected a torch.nn.Module",
            "return the module from the function",
        )
    return built, None


def _unwrapped(found: Any) -> Any:
    """What ``torch.compile`` was given, alone or in front of what trains it."""
    if isinstance(found, (tuple, list)):
        return tuple(map(_unwrapped, found))
    return getattr(found, "_orig_mod", found) if isinstance(found, nn.Module) else found


def _trainable_count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def _input_names(model: nn.Module) -> list[str]:
    parameters = inspect.signature(model.forward).parameters.values()
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]


def _arrays(outputs: Mapping[str, torch.Tensor]) -> Arrays:
    return {name: canonical(tensor) for name, tensor in outputs.items()}


def _ends(outputs: Mapping[str, torch.Tensor]) -> dict[str, tuple[int, ...]]:
    """The events that each output comes from."""
    return {name: tuple(sorted(mark_of(tensor).sources)) for name, tensor in outputs.items()}


def _loss(outputs: dict[str, torch.Tensor], projections: Arrays | None, loss: str, targets: NDArray | None) -> Any:
    if projections is None:
        last = {name: channels_last(tensor) for name, tensor in outputs.items()}
        target = torch.from_numpy(np.array(targets))
        return LOSSES[loss](target.to(next(iter(last.values()))) if target.is_floating_point() else target, last)
    terms = [(channels_last(outputs[n]) * tensor_like(v, outputs[n])).sum() for n, v in projections.items()]
    return torch.stack(terms).sum()


def _canonical_gradient(tensor: torch.Tensor) -> NDArray:
    gradient = tensor.grad
    assert gradient is not None
    array = gradient.cpu().numpy()
    return np.ascontiguousarray(np.moveaxis(array, 1, -1) if mark_of(tensor).channels_first else array)
