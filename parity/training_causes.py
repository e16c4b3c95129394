"""Why two runs of the user's own optimizers and losses part, each cause confirmed by taking it away.

Both sides say what their optimizer and their loss are in one vocabulary. Whatever differs is an aspect. The Torch model
is trained with every aspect as Keras has it, which gives Keras's run; then with every aspect but one, which shows what
that one does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from parity import plateau
from parity.aspects import Aspect, differing
from parity.ladder.findings import Findings
from parity.ladder.runs import END, Runs, apart
from parity.ladder.trajectory import TRAJECTORY_BOUND
from parity.loss_aspects import loss_aspects, with_aspects
from parity.loss_recognition import Outputs
from parity.loss_variants import NEUTRAL, PLAIN_RATE
from parity.pair import Pair
from parity.rate_rules import rate_rule
from parity.recording import Instead, OptimizerFacts, Training
from parity.rules.book import RULES
from parity.training_facts import training_facts
from parity.verdicts import Cause, Divergence

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
        self.outputs = Outputs(pair)
        self.keras, self.torch = self.facts.optimizers
        self.keras_loss, self.torch_loss = self.facts.losses
        self.reference = pair.trained[0]

    def run(self) -> tuple[Cause, ...]:
        self.keras_loss, self.torch_loss = self.outputs.recognised(self.facts.losses)
        by_hand = {} if self.facts.losses[1].kind else self.outputs.penalties()
        self.torch = replace(self.torch, penalties=by_hand)
        losses = loss_aspects(self.keras_loss, self.torch_loss, self.outputs.arrays)
        aspects = [*losses, *self._optimizer_aspects()]
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
        if not self.keras_loss.kind and self.outputs.part(self.facts.losses):
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
        place = aspect.part if aspect.output is None else f"{aspect.part}.{self.outputs.names[aspect.output]}"
        return Cause(aspect.rule, place, place, confirmed, shown[0], shown[1], fix)

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
            yield from differing("optimizer", groups, ours.numbers, theirs.numbers)
            yield from _clip_aspects(ours.numbers, theirs.numbers)
        doubled = {path for path in theirs.rates if path in self.pair.mapping.explained}
        if doubled:
            yield Aspect("optimizer", self.pair.mapping.explained[min(doubled)], ("trained",), False)
        elif ours.rates.keys() != theirs.rates.keys():
            yield Aspect("optimizer", "optimizer-left-out", ("trained",))
        shared = ours.rates.keys() & theirs.rates.keys()
        if self.facts.rates_apart:
            falling = ours.numbers.get("plateau"), theirs.numbers.get("plateau")
            rules = self._of_plateaus(falling[0], falling[1]) if falling[0] and falling[1] else [rate_rule(self.facts)]
            yield from (Aspect("learning rate", rule, ("rates",)) for rule in rules)
        yield from self._decay_aspects(shared)

    def _of_plateaus(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
        """The rules for rates that fall after other epochs; what is left over is how an epoch of rest is counted."""
        pairs = list(plateau.unlike(ours, theirs))
        sides = self.pair.duo
        numbers = [ours, *(each for _, each in pairs)]
        alike, *without = sides.ask(sides.torch, "plateau_rates", numbers=numbers)
        found = plateau.matter([rule for rule, _ in pairs], alike, without)
        return found or ["learning-rate-defaults" if ours == theirs else "plateau-cooldown"]

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

    @property
    def _more_penalties(self) -> dict[str, float]:
        """By weight, how much more Keras has of the sum of its squares."""
        ours, theirs = self.keras.penalties, self.torch.penalties
        both = {path: (ours.get(path, 0.0), theirs.get(path, 0.0)) for path in {*ours, *theirs}}
        return {path: mine - other for path, (mine, other) in both.items() if not math.isclose(mine, other)}

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
        optimizer = plain_descent(self.torch) if "plain" in self.third else self._optimizer(names)
        in_loss = [aspect for aspect in taken if aspect.part == "loss"]
        own = with_aspects(self.keras_loss, self.torch_loss, in_loss)
        return Instead(optimizer, NEUTRAL if "neutral" in self.third else own)

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


def plain_descent(facts: OptimizerFacts) -> OptimizerFacts:
    """Gradient descent of the same weights, with the rate that ``keras_given.train`` takes for it."""
    numbers = {"momentum": 0.0, "rate_inside": True, "clip": None}
    return OptimizerFacts("SGD", "sgd", numbers, dict.fromkeys(facts.rates, (PLAIN_RATE,)), {})


def _ratio(ours: float, theirs: float) -> float:
    return round(ours / theirs, 9) if theirs else math.inf


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
