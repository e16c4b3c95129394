"""What could make two matched operations differ, and how to take each suspicion away on the Torch side.

A suspicion is tried only where its rule can apply; the first trials are those that the two sides' attributes point to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, permutations
from math import prod
from typing import Any

from numpy.typing import NDArray

from parity.loaded import Loaded, Weights, loaded_rule
from parity.matching import ACTIVATIONS, MASKING, POOLS
from parity.recording import Event, Trial

# (kind, attribute) -> rule, and how the Torch side is told (attribute of the module, or argument of the function).
ATTRIBUTES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("batch_norm", "epsilon"): ("norm-epsilon", "eps"),
    ("layer_norm", "epsilon"): ("norm-epsilon", "eps"),
    ("group_norm", "epsilon"): ("norm-epsilon", "eps"),
    ("rms_norm", "epsilon"): ("norm-rms-epsilon", "eps"),
    ("group_norm", "groups"): ("norm-axis", "num_groups"),
    ("leaky_relu", "slope"): ("leaky-slope", "negative_slope"),
    ("max_pool", "ceil"): ("pool-ceil-mode", "ceil_mode"),
    ("average_pool", "ceil"): ("pool-ceil-mode", "ceil_mode"),
}
ACTIVATION_RULES: Mapping[str, str] = {
    "gelu": "gelu-form",
    "leaky_relu": "leaky-slope",
    "hard_sigmoid": "hard-sigmoid-form",
    "hard_silu": "hard-sigmoid-form",
    "relu": "relu-threshold",
    "softmax": "softmax-axis",
}
OTHER_ACTIVATION = "activation-other"
OTHER_PARAMETER = "activation-parameter"
JOINING = frozenset({"add", "subtract", "multiply", "concatenate", "maximum", "minimum", "average"})
SOFTMAXES = frozenset({"softmax", "log_softmax"})
ORDERS = 24
"""So many orders of concatenated branches are tried: all of four."""
PREPARING = frozenset({"rescaling", "normalization", "divide", "multiply", "subtract", "resizing"})
FACTORS = ("multiply", "divide", "rescaling")
NORMS = ("batch_norm", "layer_norm", "group_norm", "rms_norm", "instance_norm")
ONE_SIDED: Mapping[str, str] = {
    **dict.fromkeys(PREPARING, "preprocessing-inside"),
    **dict.fromkeys(NORMS, "norm-other"),
    **dict.fromkeys(POOLS, "pool-other"),
}
MISSING_RULES: Mapping[str, str] = {
    "softmax": "softmax-missing",
    "log_softmax": "softmax-missing",
    **ONE_SIDED,
}
EXTRA_RULES: Mapping[str, str] = {
    "softmax": "softmax-twice",
    "log_softmax": "softmax-twice",
    **ONE_SIDED,
}


@dataclass(frozen=True)
class Suspect:
    """Two operations in the same place whose values part.

    Args:
        keras, torch: what each side runs there.
        weights: of the Keras layer, as Keras stores them.
        inputs: what the Keras operation was given.
        torch_weights: of the Torch layer, as Keras would store them.
        neighbours: kinds of the operations around it in Keras.
        before_keras, before_torch: the operations that feed it.
        lengths: of the sequences, where the input is padded tokens.
        entering: what goes into an attention whose projections are layers of their own in Keras.
        value: what the Keras operation gave.
        loaded: the tensors of the Torch layer, where the models are judged in weights of their own.
        training: the models run in train mode.
        other_sources: what feeds the one is not what feeds the other.
    """

    keras: Event
    torch: Event
    weights: Weights
    inputs: tuple[NDArray, ...] = ()
    torch_weights: Weights | None = None
    neighbours: tuple[str, ...] = ()
    before_keras: tuple[Event, ...] = ()
    before_torch: tuple[Event, ...] = ()
    lengths: tuple[int, ...] | None = None
    loaded: Loaded | None = None
    entering: NDArray | None = None
    value: NDArray | None = None
    training: bool = False
    other_sources: bool = False


def trials(suspect: Suspect) -> tuple[Trial, ...]:
    """Every suspicion worth a try, the likeliest first."""
    found: list[Trial] = []
    for source in SOURCES:
        found += source(suspect)
    return tuple(found)


def _attributes(suspect: Suspect) -> Iterator[Trial]:
    keras, torch = suspect.keras, suspect.torch
    if keras.kind != torch.kind:
        return
    for name, value in keras.attributes.items():
        rule, attribute = ATTRIBUTES.get((keras.kind, name), ("", ""))
        if rule and torch.attributes.get(name, value) != value:
            yield Trial(rule, "set", {attribute: value})
            if attribute == "eps":
                yield Trial(rule, "set", {"variance_epsilon": value})
                yield Trial(rule, "set", {"epsilon": value})


def _activation(suspect: Suspect) -> Iterator[Trial]:
    keras, torch = suspect.keras, suspect.torch
    if keras.kind not in ACTIVATIONS | SOFTMAXES:
        return
    wanted = {k: v for k, v in keras.attributes.items() if isinstance(v, (int, float, bool))}
    same = keras.kind == torch.kind or torch.kind not in ACTIVATIONS | SOFTMAXES
    by_hand = keras.kind == "gelu" and torch.kind == "tanh" and torch.layer is None
    rule = ACTIVATION_RULES.get(keras.kind, OTHER_ACTIVATION) if same or by_hand else OTHER_ACTIVATION
    hard = {keras.kind, torch.kind} & {"hard_sigmoid", "hard_silu"}
    if hard and not {keras.kind, torch.kind} & (ACTIVATIONS - hard):
        rule = "hard-sigmoid-form"
    elif {keras.kind, torch.kind} == {"relu", "leaky_relu"}:
        rule = "leaky-slope"
    elif keras.kind == torch.kind == "relu":
        rule = "relu-threshold"
    elif keras.kind == torch.kind and rule == OTHER_ACTIVATION:
        rule = OTHER_PARAMETER
    yield Trial(rule, "apply", {"kind": keras.kind, **wanted})
    if suspect.inputs and keras.kind != torch.kind:
        yield Trial(rule, "recompute", {"value": suspect.inputs[0], "kind": keras.kind, **wanted})
    if keras.kind in SOFTMAXES:
        yield from _other_axes(keras)
    if keras.kind == "gelu":
        yield _other_gelu(keras)
    if keras.kind == "hard_sigmoid":
        yield Trial("hard-sigmoid-form", "apply", {"kind": "hard_sigmoid", "slope": 0.2})


def _other_axes(event: Event) -> Iterator[Trial]:
    for axis in range(len(event.shape) - 1, 0, -1):
        yield Trial("softmax-axis", "apply", {"kind": event.kind, "axis": axis})


def _gelu(suspect: Suspect) -> Iterator[Trial]:
    """Keras wraps the form of a GELU in a function of any name."""
    if suspect.torch.kind == "gelu" and suspect.keras.kind != "gelu":
        yield _other_gelu(suspect.torch)


def _other_gelu(event: Event) -> Trial:
    return Trial("gelu-form", "apply", {"kind": "gelu", "approximate": not event.attributes.get("approximate")})


def _window(suspect: Suspect) -> Iterator[Trial]:
    """Convolutions and poolings: padding, then stride and the rest."""
    keras = suspect.keras
    pooled = keras.kind in ("max_pool", "average_pool")
    if not ("conv" in keras.kind or pooled):
        return
    padding = {
        "max_pool": "pool-padding",
        "average_pool": "average-pool-padding",
    }.get(keras.kind, "same-padding-stride")
    if keras.kind.endswith("transpose"):
        yield Trial("transpose-conv-same", "transpose same", {})
        return
    explicit = keras.attributes.get("padding")
    if isinstance(explicit, tuple) and explicit and isinstance(explicit[0], tuple):
        causal = len(explicit) == 1 and explicit[0][0] > 0 == explicit[0][1]
        yield Trial("causal-padding" if causal else padding, "padded", {"widths": explicit})
    yield Trial(padding, "same padding", {})
    dilation = keras.attributes.get("dilation")
    if dilation is not None and dilation != suspect.torch.attributes.get("dilation"):
        yield Trial("dilation-other", "same padding", {"dilation": dilation})
        yield Trial("dilation-other", "set", {"dilation": dilation})
    if keras.attributes.get("stride") != suspect.torch.attributes.get("stride"):
        yield Trial("stride-other-conv", "set", {"stride": keras.attributes.get("stride")})
        yield Trial("stride-other-conv", "same padding", {"stride": keras.attributes.get("stride")})
        if "bias" in suspect.weights:
            shifted = {"stride": keras.attributes.get("stride"), "shift": suspect.weights["bias"]}
            yield Trial("stride-other-conv", "set shifted", shifted)
    if pooled:
        yield Trial("pool-other", "pooled", {"kind": "max" if keras.kind == "max_pool" else "mean"})
        yield Trial(padding, "set", {"count_include_pad": False})
        yield Trial("pool-ceil-mode", "set", {"ceil_mode": True})
        yield Trial("pool-zero-padding", "zero padding", {})
    elif suspect.inputs and _other_window(suspect):
        yield Trial(_convolution_rule(suspect, padding), "convolve", _as_keras_convolves(keras, suspect.inputs[0]))


def _other_window(suspect: Suspect) -> bool:
    """Attributes, or paddings in front, say that the two do not see the same pixels."""
    keras, torch = suspect.keras.attributes, suspect.torch.attributes
    around = {event.kind for event in (*suspect.before_keras, *suspect.before_torch)}
    names = ("padding", "stride", "dilation", "padding_mode")
    return "zero_padding" in around or any(keras.get(name) != torch.get(name) for name in names)


def _convolution_rule(suspect: Suspect, padding: str) -> str:
    """What is left when only the weights are Torch's: the step, the dilation, or what is put around the image."""
    keras, torch = suspect.keras, suspect.torch
    if keras.attributes.get("stride") != torch.attributes.get("stride"):
        return "stride-other-conv"
    if keras.attributes.get("dilation") != torch.attributes.get("dilation"):
        return "dilation-other"
    around = (keras, torch, *suspect.before_keras, *suspect.before_torch)
    return "padding-mode" if any("padding_mode" in event.attributes for event in around) else padding


def _as_keras_convolves(keras: Event, value: NDArray) -> dict[str, Any]:
    explicit = keras.attributes.get("padding")
    widths = explicit if isinstance(explicit, tuple) and explicit and isinstance(explicit[0], tuple) else None
    return {"value": value, "widths": widths, **{n: keras.attributes.get(n, 1) for n in ("stride", "dilation")}}


def _pool(suspect: Suspect) -> Iterator[Trial]:
    """Another kind of pool, or of window."""
    keras, torch = suspect.keras, suspect.torch
    if keras.kind in POOLS and torch.kind in POOLS and (keras.kind, keras.attributes) != (torch.kind, torch.attributes):
        yield Trial("pool-other", "apply", {"kind": keras.kind, **keras.attributes})


def _global_pool(suspect: Suspect) -> Iterator[Trial]:
    kind = _GLOBAL.get(suspect.keras.kind)
    if kind and suspect.keras.kind != suspect.torch.kind:
        yield Trial("pool-other", "pooled", {"kind": kind})


_GLOBAL: Mapping[str, str] = {
    "mean": "mean",
    "adaptive_average_pool": "mean",
    "max": "max",
    "adaptive_max_pool": "max",
}


def _norm(suspect: Suspect) -> Iterator[Trial]:
    if not suspect.keras.kind.endswith("_norm"):
        return
    scale, shift = suspect.weights.get("gamma", suspect.weights.get("scale")), suspect.weights.get("beta")
    epsilon = suspect.keras.attributes.get("epsilon")
    if suspect.keras.kind == "batch_norm":
        mode = "norm-frozen" if suspect.training else "train-mode-left-on"
        yield Trial("norm-statistics-swapped", "swap statistics")
        yield Trial(mode, "evaluate")
        if "moving_mean" in suspect.weights:
            names = ("moving_mean", "moving_variance")
            yield Trial(mode, "with statistics", {n: suspect.weights[n] for n in names})
        yield Trial(mode, "train")
    if scale is not None or shift is not None:
        yield Trial("norm-affine-missing", "affine", {"scale": scale, "shift": shift})
        yield Trial("norm-affine-missing", "affine", {"scale": scale})
        yield Trial("norm-affine-missing", "affine", {"shift": shift})
        yield Trial("norm-affine-missing", "set affine", {"eps": epsilon, "scale": scale, "shift": shift})
    for kind in dict.fromkeys(suspect.neighbours):
        if kind in ACTIVATIONS:
            yield Trial("norm-activation-order", "apply before", {"kind": kind})
    if suspect.keras.kind != suspect.torch.kind:
        yield Trial("norm-other", "apply", normalizing(suspect.keras, suspect.weights))


def normalizing(event: Event, weights: Weights) -> dict[str, Any]:
    """A norm of Keras as options of a trial."""
    names = {"gamma": "scale", "scale": "scale", "beta": "shift", "moving_mean": "mean", "moving_variance": "variance"}
    tensors = {names[name]: array for name, array in weights.items() if name in names}
    plain = {name: event.attributes[name] for name in ("epsilon", "groups") if name in event.attributes}
    return {"kind": event.kind, **plain, **tensors}


def _recurrent(suspect: Suspect) -> Iterator[Trial]:
    if suspect.keras.kind not in ("lstm", "gru", "rnn"):
        return
    weights = dict(suspect.weights)
    form = suspect.keras.attributes.get("activation")
    if suspect.keras.kind == "rnn" and form in ("tanh", "relu"):
        yield Trial(OTHER_ACTIVATION, "set", {"nonlinearity": form, "mode": f"RNN_{form.upper()}"})
    after = [event.attributes.get("reset_after", True) for event in (suspect.keras, suspect.torch)]
    if suspect.keras.kind == "gru" and not after[0]:
        yield Trial("gru-reset-before", "gru reset before", {"weights": weights})
    if suspect.keras.kind == "gru" and after == [True, False]:
        yield Trial("gru-reset-before", "recur", {"kind": "gru", "weights": weights})
    both = suspect.keras.attributes.get("bidirectional")
    if both:
        yield Trial("bidirectional-order", "swap halves")
    if suspect.lengths is not None:
        yield Trial("recurrent-mask", "masked", {"lengths": suspect.lengths})
    functions = {n: f for n, f in suspect.keras.attributes.items() if n in INSIDE and f != INSIDE[n]}
    if functions:
        options = {"kind": suspect.keras.kind, "weights": weights, **functions}
        yield Trial(_function_rule(functions), "recur", options)
    yield Trial("recurrent-batch-first", "batch first")
    yield Trial("recurrent-backwards-order", "reverse time")
    yield Trial("recurrent-backwards-order", "reverse input")
    read = "bidirectional-last-step" if both else "recurrent-last-step"
    read = read if suspect.lengths is None else "recurrent-mask"
    for options in ({}, {"last": True}, {"ends": True}):
        yield Trial(read, "steps", options)


INSIDE: Mapping[str, str] = {"activation": "tanh", "recurrent_activation": "sigmoid"}


def _function_rule(functions: Mapping[str, str]) -> str:
    hard = "hard_sigmoid" in functions.values()
    return "hard-sigmoid-form" if hard else OTHER_ACTIVATION


def _attention(suspect: Suspect) -> Iterator[Trial]:
    if suspect.torch.kind == "multi_head_attention":
        yield Trial("attention-mask-polarity", "invert masks")
        yield Trial("attention-batch-first", "batch first")
    if suspect.torch.kind in ("multi_head_attention", "attention"):
        yield Trial("attention-causal", "causal")


def _scaling(suspect: Suspect) -> Iterator[Trial]:
    """Numbers that the code multiplies with or divides by."""
    keras, torch = suspect.keras, suspect.torch
    if keras.kind in ("rescaling", "normalization") and torch.kind in PREPARING:
        numbers = {k: v for k, v in keras.attributes.items() if k in ("scale", "offset", "mean", "variance")}
        yield Trial("preprocessing-inside", "apply", {"kind": keras.kind, **numbers})
    if torch.kind == "divide":
        yield Trial("data-variance-or-deviation", "root of constant")
    if torch.kind in ("add", "subtract", "multiply", "divide"):
        yield Trial("constants-through-float32", "rounded")
    if torch.kind == "pixel_shuffle":
        yield Trial("pixel-shuffle-order", "depth to space")


def _loaded(suspect: Suspect) -> Iterator[Trial]:
    """The tensors of the one are those of the other in a wrong order, or something else."""
    if suspect.loaded is not None:
        yield Trial(
            loaded_rule(suspect.keras.kind, suspect.weights, suspect.loaded), "weights", dict(suspect.loaded.right)
        )


def _precision(suspect: Suspect) -> Iterator[Trial]:
    """A layer with a float type of its own."""
    if suspect.weights:
        yield Trial("dtype-policy", "full precision")
    dtype = suspect.keras.attributes.get("compute_dtype")
    if dtype is not None:
        yield Trial("dtype-policy", "cast", {"dtype": dtype})


def _tensors(suspect: Suspect) -> Iterator[Trial]:
    """A bias that only one side has."""
    mine, theirs = suspect.weights, suspect.torch_weights or {}
    if "bias" in mine and "bias" not in theirs and not suspect.keras.kind.endswith("_norm"):
        rule = "bias-before-norm" if "norm" in suspect.neighbours or "conv" in suspect.keras.kind else "bias-missing"
        yield Trial(rule, "affine", {"shift": mine["bias"].reshape(-1)})
    if "bias" in theirs and "bias" not in mine:
        yield Trial("bias-missing", "set", {"bias": None})


def _resize(suspect: Suspect) -> Iterator[Trial]:
    if suspect.keras.kind not in ("upsample", "resizing"):
        return
    theirs = suspect.torch.attributes
    for mode in ("bilinear", "bicubic"):
        for corners, antialias in ((False, False), (True, False), (False, True)):
            rule = "resize-antialias" if antialias != theirs.get("antialias", False) else "resize-align-corners"
            rule = "resize-bicubic" if "bicubic" in (mode, theirs.get("mode")) else rule
            yield Trial(rule, "resize", {"mode": mode, "align_corners": corners, "antialias": antialias})
    yield Trial("resize-nearest", "resize", {"mode": "nearest"})
    yield Trial("resize-nearest", "resize", {"mode": "nearest-exact"})


PATTERNS: Mapping[str, str] = {
    "heads": "attention-heads",
    "causal": "attention-causal",
    "inverted": "attention-mask-polarity",
    "masked": "attention-mask-missing",
    "scaled": "attention-scale",
}


def _scores(suspect: Suspect) -> Iterator[Trial]:
    """The weights of an attention, or their masked logits: who may be seen, and how sharply."""
    kinds = suspect.keras.kind, suspect.torch.kind
    if kinds == ("softmax", "softmax") and suspect.inputs and suspect.inputs[0].ndim == 4:
        logits = suspect.inputs[0]
    elif set(kinds) <= MASKING and suspect.value is not None and suspect.value.ndim == 4:
        logits = suspect.value
    else:
        return
    for pattern, rule in PATTERNS.items():
        yield Trial(rule, "scores", {"value": logits, "pattern": pattern, "weights": kinds[0] == "softmax"})


def _score_factor(suspect: Suspect) -> Iterator[Trial]:
    """The logits of an attention times a number."""
    kinds = {suspect.keras.kind, suspect.torch.kind}
    logits = suspect.value is not None and suspect.value.ndim == 4 and "matmul" in (kinds | {*suspect.neighbours})
    if logits and kinds <= {*FACTORS, "matmul"}:
        yield Trial("attention-scale", "multiple", {"value": suspect.value})


def _added(suspect: Suspect) -> Iterator[Trial]:
    """Positions that begin elsewhere."""
    value, given = suspect.value, suspect.inputs[0] if suspect.inputs else None
    if suspect.torch.kind == "add" and value is not None and given is not None and value.shape == given.shape:
        yield Trial("position-offset", "addend shifted", {"value": (value - given)[:1]})
        yield Trial("scale-other", "scaled input", {"value": value})


def _mean(suspect: Suspect) -> Iterator[Trial]:
    """Keras leaves padding out of its mean."""
    if suspect.torch.kind in ("mean", "adaptive_average_pool") and suspect.lengths is not None:
        yield Trial("pool-global-mask", "masked mean", {"lengths": suspect.lengths})


def _lookup(suspect: Suspect) -> Iterator[Trial]:
    if suspect.torch.kind == "embedding":
        for shift in (-2, -1, 1, 2):
            yield Trial("position-offset", "shift rows", {"shift": shift})


def _joined(suspect: Suspect) -> Iterator[Trial]:
    """The same branches, joined in another order."""
    if "concatenate" in (suspect.keras.kind, suspect.torch.kind):
        branches = range(max(2, len(suspect.keras.sources)))
        for order in [tuple(reversed(branches)), *islice(permutations(branches), 1, ORDERS)]:
            yield Trial("concat-order", "permuted", {"order": order})


def _order(suspect: Suspect) -> Iterator[Trial]:
    """The layer is right, but it was handed something else."""
    if not suspect.inputs:
        return
    if not suspect.weights:
        from_input = all(source < 0 for source in suspect.keras.sources)
        if PREPARING & set(suspect.neighbours) and suspect.keras.kind != "softmax":
            yield Trial("preprocessing-inside", "feed", {"value": suspect.inputs[0]})
        if _other_branches(suspect):
            yield Trial("branch-missing", "feed", {"value": suspect.inputs[0]})
        elif suspect.keras.kind in ACTIVATIONS and not from_input:
            yield Trial("wiring-other", "feed", {"value": suspect.inputs[0]})
        return
    feed = {"value": suspect.entering if suspect.entering is not None else suspect.inputs[0]}
    recurrent = [event for event in suspect.before_keras if "returns" in event.attributes]
    if recurrent and recurrent[0].attributes["returns"] == "state":
        yield Trial(_last_step_rule(suspect, recurrent[0]), "feed", feed)
    elif suspect.keras.flattened or suspect.torch.flattened or _flattens(suspect):
        yield Trial("flatten-order", "feed", feed)
    elif suspect.inputs[0].ndim >= 4 and any(len(event.shape) == 2 for event in suspect.before_keras):
        yield Trial("reshape-order", "feed", feed)
    if any(event.attributes.get("bidirectional") for event in (*suspect.before_keras, *suspect.before_torch)):
        yield Trial("bidirectional-order", "swap input")
    if _prepared(suspect.before_keras) != _prepared(suspect.before_torch):
        yield Trial("preprocessing-inside", "feed", feed)
    normed = any(event.kind in NORMS for event in (*suspect.before_keras, *suspect.before_torch))
    if normed and suspect.other_sources:
        yield Trial("attention-norm-position", "feed", feed)
    yield Trial("branch-missing" if _other_branches(suspect) else "wiring-other", "feed", feed)


def _last_step_rule(suspect: Suspect, recurrent: Event) -> str:
    """Why the state behind a recurrence can be another one."""
    if recurrent.attributes.get("bidirectional"):
        return "bidirectional-last-step"
    return "recurrent-masked-output" if suspect.lengths is not None else "recurrent-last-step"


def _flattens(suspect: Suspect) -> bool:
    """Its features are all values of an image."""
    features = suspect.inputs[0].shape[1:]
    images = [event.shape[1:] for event in suspect.before_keras if len(event.shape) == 4]
    return len(features) == 1 and any(prod(image) == features[0] != image[-1] for image in images)


def _other_branches(suspect: Suspect) -> bool:
    """One side joins branches in front of the operation, the other does not."""
    ours, theirs = ({e.kind for e in events} & JOINING for events in (suspect.before_keras, suspect.before_torch))
    return ours != theirs


def _prepared(events: Sequence[Event]) -> bool:
    """These operations come straight from the input and only move or scale it."""
    return bool(events) and all(event.kind in PREPARING for event in events)


def _one_sided(event: Event, rules: Mapping[str, str]) -> str:
    """The rule for an operation that the other side lacks."""
    if "dropout" in event.kind:
        return "train-mode-left-on"
    if event.kind in JOINING and len(event.sources) > 1:
        return "branch-missing"
    if event.kind in FACTORS and any(source >= 0 for source in event.sources):
        return "scale-other"
    if event.kind in rules:
        return rules[event.kind]
    return OTHER_ACTIVATION if event.kind in ACTIVATIONS else "wiring-other"


def missing(
    events: Sequence[Event],
    suspect: Suspect | None,
    weights: Mapping[str, Weights],
    addends: Mapping[str, NDArray],
    after: bool = False,
    stored: Collection[str] = (),
) -> list[Trial]:
    """Keras does something that PyTorch does not: do it there too, in front of the layer or behind the last one.

    Args:
        weights: of the Keras layers, by path.
        addends: what operations of Keras add to every sample alike, by path.
        after: behind the last operation, not in front of one.
        stored: layers of Keras with tensors of their own that have no twin.
    """
    found = []
    for event in events:
        if event.kind in NORMS:
            options = normalizing(event, weights.get(event.layer or "", {}))
            found.append(Trial("norm-other", "apply after" if after else "apply before", options))
            continue
        if event.path in addends:
            found.append(Trial("positions-missing", "add before", {"value": addends[event.path]}))
            continue
        rule = _one_sided(event, MISSING_RULES)
        plain = {
            name: value for name, value in event.attributes.items() if isinstance(value, (int, float, bool, tuple))
        }
        found.append(Trial(rule, "apply after" if after else "apply before", {"kind": event.kind, **plain}))
    given = {"value": suspect.inputs[0]} if suspect is not None and suspect.inputs else None
    if given and any(event.layer in stored for event in events):
        found.append(Trial("layer-missing", "feed", given))
    if given and any(event.kind in PREPARING for event in events):
        found.append(Trial("preprocessing-inside", "feed", given))
    if given and any("dropout" in event.kind for event in events):
        found.append(Trial("train-mode-left-on", "feed", given))
    return found


def extra(event: Event, stored: Collection[str] = ()) -> list[Trial]:
    """PyTorch does something that Keras does not: leave it out.

    Args:
        event: what PyTorch does.
        stored: layers of PyTorch with tensors of their own that have no twin.
    """
    rule = _one_sided(event, EXTRA_RULES)
    if event.kind == "add":
        return [Trial("positions-missing", "without addend"), Trial(rule, "apply", {"kind": "identity"})]
    if event.layer in stored and event.kind not in NORMS:
        rule = "layer-missing"
    return [Trial(rule, "apply", {"kind": "identity"})]


def wired(event: Event) -> list[Trial]:
    """Other ways to call an operation inside hand-written code."""
    found = []
    if event.kind in ("attention", "multi_head_attention", "masked_fill", "where"):
        found.append(Trial("attention-mask-polarity", "invert masks"))
    if event.kind == "multi_head_attention":
        found.append(Trial("attention-batch-first", "batch first"))
    if event.kind in SOFTMAXES:
        found += _other_axes(event)
    if event.kind in ("softmax", "attention", "multi_head_attention"):
        found.append(Trial("attention-causal", "causal"))
    if event.kind == "matmul":
        found.append(Trial("attention-scale", "scaled scores"))
    if event.kind == "gelu":
        found.append(_other_gelu(event))
    return found


def _factor(suspect: Suspect) -> Iterator[Trial]:
    """The same value but for a constant factor, in all or in one of two terms."""
    if suspect.value is None or suspect.loaded is not None:
        return
    prepared = {"rescaling", "normalization"} & set(suspect.neighbours)
    rule = "preprocessing-inside" if prepared else "scale-other"
    yield Trial(rule, "scaled to", {"reference": suspect.value})
    yield Trial(rule, "scaled to", {"reference": suspect.value, "rounded": True})


SOURCES = (
    _precision,
    _attributes,
    _activation,
    _gelu,
    _window,
    _global_pool,
    _pool,
    _scaling,
    _norm,
    _loaded,
    _recurrent,
    _attention,
    _tensors,
    _joined,
    _resize,
    _lookup,
    _scores,
    _score_factor,
    _added,
    _mean,
    _factor,
    _order,
)
