"""Why two runs of the user's own optimizers and losses part, each cause confirmed by taking it away.

Both sides say what their optimizer and their loss are in one vocabulary. Whatever differs is an aspect. The Torch model
is trained with every aspect as Keras has it, which gives Keras's run; then with every aspect but one, which shows what
that one does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.class_weights import Values, class_weights, positive_weight
from parity.errors import SideFailed
from parity.ladder.findings import Findings
from parity.ladder.runs import END, Runs, apart
from parity.ladder.trajectory import TRAJECTORY_BOUND
from parity.loss_variants import CHANGES, NEUTRAL, PLAIN_RATE, plain_binary, plain_entropies, rounds, weighted
from parity.pair import Pair
from parity.rate_rules import rate_rule
from parity.recording import Instead, LossFacts, OptimizerFacts, Training
from parity.rules.book import RULES
from parity.training_facts import training_facts
from parity.verdicts import Cause, Divergence

PROBED = 3
EQUAL, NEAR = 1e-13, 1e-9
"""Relative: two losses are one, or differ by next to nothing, such as a smaller epsilon."""
LARGE = 2**18
"""Losses of so many numbers are not tried with three changes."""
OF_OPTIMIZER: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "sgd": (
        (("momentum", "dampening"), "optimizer-momentum"),
        (("nesterov",), "optimizer-nesterov"),
        (("rate_inside",), "sgd-momentum-rate"),
    ),
    "adam": (
        (("beta_1", "beta_2"), "optimizer-betas"),
        (("epsilon", "epsilon_corrected"), "adam-epsilon"),
        (("amsgrad",), "optimizer-variant"),
    ),
    "rmsprop": (
        (("rho",), "optimizer-betas"),
        (("epsilon", "epsilon_inside"), "rmsprop-epsilon"),
        (("centered",), "optimizer-variant"),
        (("momentum",), "optimizer-momentum"),
        (("rate_inside",), "rmsprop-momentum-rate"),
    ),
    "adagrad": ((("start", "epsilon", "epsilon_inside"), "adagrad-start"), (("rate_decay",), "inverse-time-decay")),
    "adadelta": ((("rho", "epsilon"), "adadelta-defaults"),),
    "adamax": ((("beta_1", "beta_2"), "optimizer-betas"), (("epsilon", "epsilon_inside"), "adamax-epsilon")),
    "nadam": ((("beta_1", "beta_2"), "optimizer-betas"), (("momentum_decay", "epsilon"), "nadam-schedule")),
    "lion": ((("beta_1", "beta_2"), "optimizer-betas"),),
}
"""By formula: numbers that belong together, and the rule that knows them."""
OF_EVERY_OPTIMIZER = ((("accumulated",), "accumulation-mean"), (("cycled",), "one-cycle-momentum"))
NORMS = frozenset({"clipnorm", "global_clipnorm"})
"""Ways to clip that divide by a norm."""
OF_LOSS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("takes", "labels", "clip", "epsilon", "swapped", "log_target", "full"), ""),
    (("reduce",), "loss-reduction"),
    (("inner",), "loss-sum-reduction"),
    (("broadcast",), "loss-broadcast"),
    (("smoothing",), "loss-label-smoothing"),
    (("weights", "divide", "smoothing_weighted", "positive_weight"), "loss-class-weights"),
    (("class_axis",), "loss-class-axis"),
    (("ignored",), "loss-other"),
    (("delta", "scale"), "loss-huber"),
    (("over",), "loss-dice-batch"),
    (("alpha",), "loss-focal-balance"),
    (("times",), "loss-factor"),
    (("sign", "offset"), "loss-cosine-sign"),
    (("mapped",), "loss-hinge-labels"),
    (("gamma", "factor", "added", "squared", "shares", "power"), "loss-other"),
)
OF_KIND = {
    ("binary_cross_entropy", "loss-label-smoothing"): "loss-binary-smoothing",
    ("divergence", "loss-sum-reduction"): "loss-kl-divergence",
    ("divergence", "loss-other"): "loss-kl-divergence",
    ("divergence", ""): "loss-kl-divergence",
    ("poisson", ""): "loss-poisson",
}
NUMBERED = frozenset({"ignored"})
"""Names whose zero is no absence: the first class."""
FORMS = frozenset(
    {"rate_inside", "epsilon_corrected", "epsilon_inside", "broadcast", "class_axis", "smoothing_weighted", "clip"}
)
"""What a library does and nobody has chosen."""


@dataclass(frozen=True)
class Aspect:
    """Something in which the two sides differ.

    Args:
        part: ``optimizer``, ``learning rate`` or ``loss``.
        names: numbers that are Keras's once the aspect is taken away; or ``kind``, ``rates``, ``decays``,
            ``penalties``, ``trained``.
        chosen: somebody has set it, it is not a form that the library has.
    """

    part: str
    rule: str
    names: tuple[str, ...]
    chosen: bool = True


OF_KERAS = {
    "dense": Aspect("optimizer", "embedding-sparse-gradient", ()),
    "unmasked": Aspect("loss", "loss-mask", ()),
    "unpenalised": Aspect("loss", "loss-penalty", ()),
    "unconstrained": Aspect("optimizer", "weight-constraints", ()),
    "unaveraged": Aspect("optimizer", "average-at-the-end", ()),
}
"""What Keras does of its own accord, by the option that trains without it."""


def training_causes(pair: Pair) -> tuple[Cause, ...]:
    """Every difference between the two optimizers and losses that the runs show; the others as suspicions."""
    return _Search(pair).run()


def training_divergence(pair: Pair) -> Divergence | None:
    """Where two runs part whose models do not: in the loss, the learning rate (element: the step) or the optimizer."""
    keras, torch = pair.trained
    runs = Runs(pair, Findings("step"), TRAJECTORY_BOUND)
    for step in range(min(len(keras.losses), len(torch.losses))):
        runs.judge_step(step)
        if step in keras.kept and step in torch.kept:
            runs.judge_state(step, f"after update {step + 1}")
        if runs.first:
            return _parted(runs)
    apart_at = training_facts(pair).rates_apart
    if apart_at is None:
        runs.judge_state(END, "at the end")
        return _parted(runs)
    step, ours, theirs = apart_at
    return Divergence(
        "learning rate", "learning rate", apart(ours, theirs).figure, TRAJECTORY_BOUND, (step,), ours, theirs
    )


def _parted(runs: Runs) -> Divergence | None:
    """In what the first difference is, if there is one."""
    if runs.first is None:
        return None
    figure, _, _ = max(runs.findings.figures)
    part = {"loss": "loss", "learning_rate": "learning rate"}.get(runs.first[1], "optimizer")
    return Divergence(part, part, figure, TRAJECTORY_BOUND)


class _Search:
    """One search: facts of both sides in the names of the Torch side, and runs with some of them exchanged."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.third: frozenset[str] = frozenset()
        self.facts = training_facts(pair)
        self.keras, self.torch = self.facts.optimizers
        self.keras_loss, self.torch_loss = self.facts.losses
        self.reference = pair.trained[0]

    def run(self) -> tuple[Cause, ...]:
        self.keras_loss, self.torch_loss = self._known_losses()
        self.torch = replace(self.torch, penalties=self._penalties_by_hand())
        aspects = [*self._loss_aspects(), *self._optimizer_aspects()]
        try:
            of_keras = self._unknown(aspects) or self._of_keras(aspects)
            after = self._figure(aspects)
            found = [(each, self._figure(a for a in aspects if a is not each)) for each in aspects]
        finally:
            self.pair.forget_training()
        causes = [(each, self._cause(each, before, after)) for each, before in found]
        listed = [cause for each, cause in causes if cause.confirmed or (each.chosen and after > TRAJECTORY_BOUND)]
        return (*listed, *(self._cause(each, before, after) for each, before in of_keras))

    def _of_keras(self, aspects: list[Aspect]) -> list[tuple[Aspect, float]]:
        """What Keras alone does, and how far each takes the runs apart; from here on its run is one without them.

        Nobody knows whether a loss of another kind has the mask too.
        """
        figures = {frozenset[str](): self._figure(aspects)}
        left = {frozenset[str](): list(aspects)}
        for removed in _subsets([name for name, may in self._may_be.items() if may]):
            if min(figures.values()) <= TRAJECTORY_BOUND:
                break
            left[removed] = _without_penalties(aspects) if "unpenalised" in removed else list(aspects)
            self._train_keras_without(removed)
            figures[removed] = self._figure(left[removed])
        best = min(figures, key=figures.__getitem__)
        if figures[best] > TRAJECTORY_BOUND:
            if len(figures) > 1:  # the side keeps the states of its last run alone
                self._train_keras_without(())
            return []
        aspects[:] = left[best]
        other_loss = any(each.part == "loss" and "kind" in each.names for each in aspects)
        told = best - {"unmasked"} if other_loss else best
        return [(OF_KERAS[name], figures[best - {name}]) for name in sorted(told)]

    def _unknown(self, aspects: list[Aspect]) -> list[tuple[Aspect, float]]:
        """A loss, or an optimizer, whose formula nobody here knows: from here on both sides train with a third one."""
        parts = self._without_formula(aspects)
        figures = {frozenset[str](): self._figure(aspects) if parts else 0.0}
        if figures[frozenset()] <= TRAJECTORY_BOUND:
            return []
        for chosen in _subsets(list(parts)):
            figures[chosen] = self._with_third(chosen, aspects)
            if figures[chosen] <= TRAJECTORY_BOUND:
                aspects[:] = self._still_there(aspects)
                return [(parts[name], figures[chosen - {name}]) for name in sorted(chosen)]
        self.third = frozenset()
        self._train_keras_without(())
        return []

    def _without_formula(self, aspects: Sequence[Aspect]) -> dict[str, Aspect]:
        """By the option of Keras's side that trains with a third one."""
        parts = {}
        if not self.keras_loss.kind and self._losses_part():
            parts["neutral"] = Aspect("loss", "loss-other", ())
        if not self.keras.kind:
            known = [each for each in aspects if each.part != "loss"]
            parts["plain"] = known[0] if len(known) == 1 else Aspect("optimizer", "optimizer-other", ())
        return parts

    def _with_third(self, chosen: frozenset[str], aspects: Sequence[Aspect]) -> float:
        """The figure where both sides have the same loss, or optimizer, instead of their own."""
        self.third = chosen
        self._train_keras_without(chosen)
        return self._figure(self._still_there(aspects))

    def _train_keras_without(self, options: Iterable[str]) -> None:
        """What the others are compared with is a run of Keras that does without these."""
        self.reference = self._train(self.pair.duo.keras, self._quiet[0], dict.fromkeys(options, True))

    def _still_there(self, aspects: Sequence[Aspect]) -> list[Aspect]:
        return [each for each in aspects if "plain" not in self.third or each.part == "loss"]

    def _losses_part(self) -> bool:
        """On the same outputs and targets."""
        outputs, targets = self._probes()
        keras = self.pair.duo.keras
        ours = self.pair.duo.ask(keras, "loss_values", outputs=outputs, targets=targets)
        return not _alike(ours, self._tried([], outputs, targets)[0])

    @property
    def _may_be(self) -> Mapping[str, bool]:
        """Repeated rows of a table arrive one by one, a mask of the model counts in its loss."""
        rows = self.keras.sparse and self.keras.kind not in ("", "sgd")
        own = dict.fromkeys(sorted(self.keras.extras), True)
        return {"dense": rows, "unmasked": self.facts.losses[0].masked, **own}

    def _cause(self, aspect: Aspect, before: float, after: float) -> Cause:
        rule = RULES[aspect.rule]
        if aspect.names == ("rates",) and before <= TRAJECTORY_BOUND and self.facts.rates_apart:
            _, ours, theirs = self.facts.rates_apart  # beyond the steps of the run
            before, after = apart(ours, theirs).figure, 0.0
        confirmed = after <= TRAJECTORY_BOUND < before
        fix = f"in torch: {rule.fix_torch}; or in keras: {rule.fix_keras}"
        shown = (before, after) if confirmed else (None, None)
        return Cause(aspect.rule, aspect.part, aspect.part, confirmed, shown[0], shown[1], fix)

    def _optimizer_aspects(self) -> Iterator[Aspect]:
        ours, theirs = self.keras, self.torch
        known = bool(ours.kind)
        if not known and ours.native.lower() != theirs.native.lower():
            yield Aspect("optimizer", "optimizer-other", ())  # whose formula nobody here can put in the other's place
            return
        if known and ours.kind != theirs.kind:
            yield Aspect("optimizer", "optimizer-other", ("kind",))
        elif known:
            groups = (*OF_OPTIMIZER[ours.kind], *OF_EVERY_OPTIMIZER)
            yield from _differing("optimizer", groups, ours.numbers, theirs.numbers)
            yield from _clip_aspects(ours.numbers, theirs.numbers)
        doubled = {path for path in theirs.rates if path in self.pair.mapping.explained}
        if doubled:
            yield Aspect("optimizer", self.pair.mapping.explained[min(doubled)], ("trained",), False)
        elif ours.rates.keys() != theirs.rates.keys():
            yield Aspect("optimizer", "optimizer-left-out", ("trained",))
        shared = ours.rates.keys() & theirs.rates.keys()
        if self.facts.rates_apart:
            yield Aspect("learning rate", rate_rule(self.facts), ("rates",))
        yield from self._decay_aspects(shared)

    def _decay_aspects(self, shared: Iterable[str]) -> Iterator[Aspect]:
        pairs = [(self.keras.decays.get(path, 0.0), self.torch.decays.get(path, 0.0)) for path in shared]
        if self._more_penalties and self.torch_loss.kind:
            decays = any(ours for ours, _ in pairs)
            yield Aspect("optimizer", "l2-half", ("penalties", *(() if decays else ("decays", "decoupled"))))
            if not decays:
                return  # what PyTorch has stands for the penalty
        if not any(ours or theirs for ours, theirs in pairs):
            return
        both = all(any(each) for each in zip(*pairs, strict=True))
        forms = self.keras.numbers.get("decoupled"), self.torch.numbers.get("decoupled")
        if both and forms[0] != forms[1]:
            yield Aspect("optimizer", "optimizer-coupled-decay", ("decoupled",), False)
        if any(not math.isclose(ours, theirs) for ours, theirs in pairs):
            shares = {_ratio(*each) for each in pairs if any(each)}
            partly = any(ours and theirs for ours, theirs in pairs) and len(shares) > 1
            yield Aspect(
                "optimizer",
                "optimizer-decay-exclusion" if partly else "adamw-default-decay",
                ("decays", *(() if both else ("decoupled",))),
            )

    def _loss_aspects(self) -> Iterator[Aspect]:
        ours, theirs = self.keras_loss, self.torch_loss
        if not ours.kind:
            return
        if ours.kind != theirs.kind:
            yield Aspect("loss", "loss-other", ("kind",))
            return
        differing = list(_differing("loss", OF_LOSS, ours.numbers, theirs.numbers))
        named = [replace(each, rule=self._rule_of(each, ours.kind, theirs.numbers)) for each in differing]
        yield from _one_each(named)

    def _rule_of(self, aspect: Aspect, kind: str, theirs: Mapping[str, Any]) -> str:
        """Divided by the samples alone, a divergence of sequences has the mean of the library and not a sum."""
        if kind == "divergence" and aspect.names == ("reduce",) and theirs["reduce"] == "samples":
            return "loss-kl-divergence"
        return OF_KIND.get((kind, aspect.rule), aspect.rule) or self._given_rule()

    def _given_rule(self) -> str:
        """One side takes the outputs for logits, the other for probabilities: which of them is right?"""
        takes = self.keras_loss.numbers["takes"], self.torch_loss.numbers["takes"]
        if takes[0] == takes[1]:
            return "loss-binary-clip"
        if not self._shares:
            return "softmax-missing"
        return "loss-log-missing" if takes[1] == "logarithms" else "softmax-twice"

    @cached_property
    def _shares(self) -> bool:
        """Are the outputs probabilities?"""
        return bool((self._output >= 0).all() and (self._output <= 1).all())

    def _known_losses(self) -> tuple[LossFacts, LossFacts]:
        """A function of the user's is the variant of the other side's loss that has its values, maybe by class."""
        keras, torch = self._among((self._of_rank(facts) for facts in self.facts.losses), ())
        if keras.kind and torch.kind:
            return keras, torch
        known = next((facts for facts in (keras, torch) if facts.kind), None)
        found = [*self._weighted(keras, torch, known), *self._positive(keras, torch, known)]
        return self._among((keras, torch), found) if found else (keras, torch)

    def _weighted(self, keras: LossFacts, torch: LossFacts, known: LossFacts | None) -> Iterator[LossFacts]:
        """A plain loss with the weights of classes of each loss whose formula is not known."""
        plain, (outputs, targets) = plain_entropies(known), self._probes()
        for values in self._unknown_values(keras, torch, plain):
            with suppress(SideFailed):  # not every loss takes targets of one class
                weights = class_weights(values, outputs, targets[0])
                yield from [weighted(plain[0], weights)] if weights else []

    def _positive(self, keras: LossFacts, torch: LossFacts, known: LossFacts | None) -> Iterator[LossFacts]:
        """A plain binary loss with what a one counts in each loss whose formula is not known."""
        plain, (outputs, targets) = plain_binary(known), self._probes()
        for values in self._unknown_values(keras, torch, plain):
            with suppress(SideFailed):
                found = positive_weight(values, outputs, targets[0])
                if found:
                    more, scale = found
                    factor = None if math.isclose(scale, 1.0) else scale
                    yield replace(plain[0], numbers={**plain[0].numbers, "positive_weight": more, "factor": factor})

    def _unknown_values(self, keras: LossFacts, torch: LossFacts, plain: list[LossFacts]) -> Iterator[Values]:
        """What each loss whose formula is not known gives, beside plain ones."""
        of_torch = partial(self._tried, plain)

        def of_keras(x: list[NDArray], y: list[NDArray]) -> tuple[list[float], list[list[float]]]:
            ours = self.pair.duo.ask(self.pair.duo.keras, "loss_values", outputs=x, targets=y)
            return ours, of_torch(x, y)[1]

        yield from (ask for facts, ask in ((keras, of_keras), (torch, of_torch)) if not facts.kind)

    def _among(self, both: Iterable[LossFacts], known: Sequence[LossFacts]) -> tuple[LossFacts, LossFacts]:
        """Of a loss that is a function of the user's the one of its values: a variant of ``known``, or of the other."""
        keras, torch = both
        if keras.kind and torch.kind:
            return keras, torch
        outputs, targets = self._probes()
        sides = self.pair.duo
        ours = [] if keras.kind else sides.ask(sides.keras, "loss_values", outputs=outputs, targets=targets)
        most = 2 if outputs[0].size > LARGE else CHANGES
        known = known or [facts for facts in (keras, torch) if facts.kind]
        for variants in rounds(known, most, sequences=self._output.ndim > 2):
            theirs, tried = self._tried(variants, outputs[:1], targets[:1])
            wanted = [*([] if keras.kind else ours[:1]), *([] if torch.kind else theirs)]
            near = [v for v, values in zip(variants, tried, strict=True) if any(_alike(values, [w]) for w in wanted)]
            theirs, tried = self._tried(near, outputs, targets)
            keras = keras if keras.kind else _recognised(keras, ours, near, tried)
            torch = torch if torch.kind else _recognised(torch, theirs, near, tried)
            if keras.kind and torch.kind:
                break
        return keras, torch

    def _penalties_by_hand(self) -> Mapping[str, float]:
        """What a loss of the user's own adds in PyTorch."""
        if self.facts.losses[1].kind:
            return {}
        outputs, targets = self._probes()
        options = {"output": outputs[0], "target": targets[0], "first": self._output.ndim >= 4}
        found: Mapping[str, float] = self.pair.duo.ask(self.pair.duo.torch, "penalties", **options)
        return found

    @property
    def _more_penalties(self) -> dict[str, float]:
        """By weight, how much more Keras has of the sum of its squares."""
        ours, theirs = self.keras.penalties, self.torch.penalties
        both = {path: (ours.get(path, 0.0), theirs.get(path, 0.0)) for path in {*ours, *theirs}}
        return {path: mine - other for path, (mine, other) in both.items() if not math.isclose(mine, other)}

    def _tried(
        self, variants: Sequence[LossFacts], outputs: list[NDArray], targets: list[NDArray]
    ) -> tuple[list[float], list[list[float]]]:
        """Values of the Torch side's own loss, and of each variant."""
        duo, first = self.pair.duo, self._output.ndim >= 4
        options = {"outputs": outputs, "targets": targets, "candidates": list(variants), "first": first}
        values: tuple[list[float], list[list[float]]] = duo.ask(duo.torch, "loss_values", **options)
        return values

    def _of_rank(self, facts: LossFacts) -> LossFacts:
        """Axis 1 of PyTorch is the last axis of Keras, but for sequences; a mean over rows is one over samples."""
        numbers = dict(facts.numbers)
        if self._output.ndim != 3 and "class_axis" in numbers:
            numbers["class_axis"] = "last"
        if self._output.ndim <= 2 and numbers.get("reduce") == "samples":
            numbers["reduce"] = "mean"
        return replace(facts, numbers=numbers)

    @cached_property
    def _output(self) -> NDArray:
        return next(iter(self.pair.forward("float64", 0, False)[0].outputs.values()))

    def _probes(self) -> tuple[list[NDArray], list[NDArray]]:
        """Outputs near those of the model, and targets of the plan."""
        output = self._output
        goals = self.pair.chosen_plan.training[1]
        rows = min(len(output), len(goals))
        counts = [rows] * (PROBED - 1) + [max(rows // 2, min(rows, 2))]  # as many rows as classes hide what is summed
        moved = [0.9 + 0.2 * draws.uniform(output.shape, "loss", number) for number in range(PROBED)]
        return [(output * each)[:n] for each, n in zip(moved, counts, strict=True)], [goals[:n] for n in counts]

    @cached_property
    def _quiet(self) -> tuple[frozenset[str], frozenset[str]]:
        ours, start = self.pair.rounding, self.pair.weights[0]
        return ours, frozenset(self.pair.mapping.to_torch({path: start[path] for path in ours}))

    def _train(self, side: Any, quiet: frozenset[str], more: Mapping[str, Any]) -> Training:
        """One run of one side from the start."""
        plan = self.pair.chosen_plan
        biased = {} if side is self.pair.duo.keras else {"biased": self.pair.biased}
        self.pair.duo.ask(side, "restore", dtype="float64")
        try:
            return self.pair.duo.ask(
                side,
                "train",
                dtype="float64",
                recipe=plan.recipe,
                training=plan.training,
                validation=None,
                options={**plan.options, **more},
                seed=self.pair.seed,
                keep=plan.keep,
                quiet=quiet,
                **biased,
            )
        finally:
            self.pair.duo.ask(side, "restore", dtype="float64")

    def _figure(self, taken: Iterable[Aspect]) -> float:
        """How far Keras's run is from Torch's once the aspects ``taken`` are Keras's."""
        instead = self._instead(list(taken))
        theirs = self._train(self.pair.duo.torch, self._quiet[1], {"instead": instead})
        vars(self.pair)["trained"] = (self.reference, theirs)
        runs = Runs(self.pair, Findings("cause"), TRAJECTORY_BOUND)
        for step in range(min(len(self.reference.losses), len(theirs.losses))):
            runs.judge_step(step)
        runs.judge_state(END, "at the end")
        judged = [figure for name, figure in runs.figures.items() if name in ("loss", "weights", "statistics")]
        return max(judged, default=math.inf)

    def _instead(self, taken: Sequence[Aspect]) -> Instead:
        names = {name for aspect in taken if aspect.part != "loss" for name in aspect.names}
        in_loss = {name for aspect in taken if aspect.part == "loss" for name in aspect.names}
        optimizer = plain_descent(self.torch) if "plain" in self.third else self._optimizer(names)
        return Instead(optimizer, NEUTRAL if "neutral" in self.third else self._loss(in_loss))

    def _optimizer(self, names: set[str]) -> OptimizerFacts | None:
        base = self.keras if "kind" in names else self.torch
        if not base.kind:
            return None
        numbers = {**base.numbers, **{name: self.keras.numbers[name] for name in names if name in self.keras.numbers}}
        if base is self.keras and "decoupled" not in names:
            numbers["decoupled"] = self.torch.numbers.get("decoupled", True)
        rates, decays = dict(self.torch.rates), dict(self.torch.decays)
        if "trained" in names:
            rates = {path: rates.get(path, rate) for path, rate in self.keras.rates.items()}
        if "rates" in names:
            rates = {path: self.keras.rates.get(path, rate) for path, rate in rates.items()}
        if "decays" in names:
            decays = dict(self.keras.decays)
        penalties = self._more_penalties if "penalties" in names else {}
        pieces = self.keras.pieces if names & {"clip", "kind"} else {}
        return replace(base, numbers=numbers, rates=rates, decays=decays, penalties=penalties, pieces=pieces)

    def _loss(self, names: set[str]) -> LossFacts | None:
        base = self.keras_loss if "kind" in names else self.torch_loss
        if not names or not base.kind:
            return None
        taken = {name: self.keras_loss.numbers[name] for name in names if name in self.keras_loss.numbers}
        lacking = {name for name in names if name not in self.keras_loss.numbers}
        return replace(base, numbers={**{n: v for n, v in base.numbers.items() if n not in lacking}, **taken})


def plain_descent(facts: OptimizerFacts) -> OptimizerFacts:
    """Gradient descent of the same weights, with the rate that ``keras_given.train`` takes for it."""
    numbers = {"momentum": 0.0, "rate_inside": True, "clip": None}
    return OptimizerFacts("SGD", "sgd", numbers, dict.fromkeys(facts.rates, (PLAIN_RATE,)), {})


def _ratio(ours: float, theirs: float) -> float:
    return round(ours / theirs, 9) if theirs else math.inf


def _differing(
    part: str, groups: Iterable[tuple[tuple[str, ...], str]], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[Aspect]:
    for names, rule in groups:
        unlike = [name for name in names if _said(name, ours) != _said(name, theirs)]
        if unlike and unlike != ["labels"]:
            yield Aspect(part, rule, names, bool(set(unlike) - FORMS))


def _one_each(aspects: Iterable[Aspect]) -> Iterator[Aspect]:
    """What one rule knows is one aspect."""
    by_rule: dict[str, list[Aspect]] = {}
    for each in aspects:
        by_rule.setdefault(each.rule, []).append(each)
    for group in by_rule.values():
        names = tuple(name for each in group for name in each.names)
        yield replace(group[0], names=names, chosen=any(each.chosen for each in group))


def _said(name: str, numbers: Mapping[str, Any]) -> Any:
    """Zero, false and absent are one."""
    value = numbers.get(name)
    return value if name in NUMBERED else value or None


def _without_penalties(aspects: Iterable[Aspect]) -> list[Aspect]:
    """What stands beside a penalty is a decay of its own once the penalty is away."""
    left = [(each, tuple(name for name in each.names if name != "penalties")) for each in aspects]
    return [
        each if names == each.names else replace(each, names=names, rule="adamw-default-decay")
        for each, names in left
        if names or not each.names
    ]


def _subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    """None of them is empty; small ones first."""
    for count in range(1, 1 + len(names)):
        yield from map(frozenset, itertools.combinations(names, count))


def _clip_aspects(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Aspect]:
    """Another way to clip, another limit, or another form of the same way."""
    clips = ours["clip"], theirs["clip"]
    if clips[0] != clips[1]:
        yield Aspect("optimizer", _clip_rule(*clips), ("clip",))
    norms = all(clip is not None and clip[0] in NORMS for clip in clips)
    if norms and ours["clip_epsilon"] != theirs["clip_epsilon"]:
        yield Aspect("optimizer", "clip-norm-epsilon", ("clip_epsilon",), False)


def _clip_rule(ours: tuple[str, float] | None, theirs: tuple[str, float] | None) -> str:
    if ours is None or theirs is None:
        return "clipping-one-side"
    ways = {ours[0], theirs[0]}
    return "clip-norm-each" if ways == NORMS and ours[1] == theirs[1] else "clipping-other"


def _recognised(
    facts: LossFacts, values: Sequence[float], variants: Sequence[LossFacts], tried: Sequence[Sequence[float]]
) -> LossFacts:
    """The first variant with these values, rounding apart; else the first that is near, or ``facts``."""
    for bound in (EQUAL, NEAR):
        for variant, found in zip(variants, tried, strict=True):
            if _alike(found, values, bound):
                return variant
    return facts


def _alike(first: Sequence[float], second: Sequence[float], bound: float = NEAR) -> bool:
    return bool(np.allclose(first, second, rtol=bound, atol=0))
