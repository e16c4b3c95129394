"""One mistake at a time in a Torch twin: ``FAULTS[kind](model, rng)`` changes the model and tells the place.

The place is the path of the layer, or of the block whose code is changed; None where the model has no such layer.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from torch_impl.layers import recurrent
from torch_impl.layers.attention import MultiHeadAttention
from torch_impl.layers.class_token import ClassToken
from torch_impl.layers.positional import LearnedPositions, SinusoidalPositions
from torch_impl.layers.resnet import BasicBlock
from torch_impl.layers.transformer import EncoderBlock
from torch_impl.models.bert import BERT
from torch_impl.models.bidirectional_lstm import BidirectionalLSTM
from torch_impl.models.sentiment_lstm import SentimentLSTM
from torch_impl.models.tcn import TCNBlock
from torch_impl.models.transformer_encoder import TransformerEncoder
from torch_impl.models.unet import UpBlock
from torch_impl.models.vit import ViT

Random = random.Random
Fault = Callable[[nn.Module, Random], str | None]
FAULTS: dict[str, Fault] = {}
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
POSITIONS = (SinusoidalPositions, LearnedPositions)
WHOLE = "*"


def fault(name: str) -> Callable[[Fault], Fault]:
    def register(inject: Fault) -> Fault:
        FAULTS[name] = inject
        return inject

    return register


def chosen(model: nn.Module, rng: Random, *kinds: type, where: Callable[[Any], bool] = lambda m: True) -> str | None:
    """The path of one layer of these kinds, at random."""
    paths = [path for path, module in model.named_modules() if path and isinstance(module, kinds) and where(module)]
    return rng.choice(paths) if paths else None


def put(model: nn.Module, path: str, module: nn.Module) -> None:
    owner, _, name = path.rpartition(".")
    setattr(model.get_submodule(owner), name, module)


def changed(name: str, *kinds: type, where: Callable[[Any], bool] = lambda m: True) -> Callable[[Any], Any]:
    """Register ``change(module, rng)``, which works on one layer of these kinds; what it returns takes its place."""

    def register(change: Callable[[Any, Random], nn.Module | None]) -> Any:
        def inject(model: nn.Module, rng: Random) -> str | None:
            path = chosen(model, rng, *kinds, where=where)
            if path is None:
                return None
            instead = change(model.get_submodule(path), rng)
            if instead is not None:
                put(model, path, instead)
            return path

        FAULTS[name] = inject
        return change

    return register


def rewritten(name: str, *kinds: type, where: Callable[[Any], bool] = lambda m: True) -> Callable[[Any], Any]:
    """Register a ``forward(module, ...)`` that takes the place of that of one layer of these kinds."""

    def register(forward: Callable[..., Any]) -> Any:
        def inject(model: nn.Module, rng: Random) -> str | None:
            if isinstance(model, kinds) and where(model):
                rewrite(model, forward)
                return WHOLE
            path = chosen(model, rng, *kinds, where=where)
            if path is not None:
                rewrite(model.get_submodule(path), forward)
            return path

        FAULTS[name] = inject
        return forward

    return register


def rewrite(module: nn.Module, forward: Callable[..., Any]) -> None:
    module.__class__ = type(type(module).__name__, (type(module),), {"forward": forward})


def around(name: str, before: Callable[..., Any] | None = None, after: Callable[..., Any] | None = None) -> None:
    """Register a model that does something to its first input, or to its output."""

    class Around(nn.Module):
        def __init__(self, net: nn.Module) -> None:
            super().__init__()
            self.net = net

        def forward(self, x: Any, *rest: Any) -> Any:
            x = self.net(x if before is None else before(x), *rest)
            return x if after is None else after(x)

    def inject(model: nn.Module, rng: Random) -> str:
        inner = copy.copy(model)
        model.__class__, model.__dict__ = Around, Around(inner).__dict__
        return WHOLE

    FAULTS[name] = inject


# Norms


@changed("batch-norm-epsilon", *BATCH_NORMS)
def batch_norm_epsilon(norm, rng):
    norm.eps = rng.choice([1e-3, 1e-4, 1e-6])


@changed("layer-norm-epsilon", nn.LayerNorm)
def layer_norm_epsilon(norm, rng):
    norm.eps = rng.choice([1e-3, 1e-4, 1e-7])


@changed("batch-norm-momentum", *BATCH_NORMS)
def batch_norm_momentum(norm, rng):
    norm.momentum = rng.choice([0.01, 0.9, 0.2])


@changed("norm-affine-missing", nn.LayerNorm, *BATCH_NORMS)
def norm_affine_missing(norm, rng):
    if isinstance(norm, nn.LayerNorm):
        return nn.LayerNorm(norm.normalized_shape, norm.eps, elementwise_affine=False)
    return type(norm)(norm.num_features, norm.eps, norm.momentum, affine=False)


@changed("norm-shift-missing", nn.LayerNorm)
def layer_norm_shift_missing(norm, rng):
    return nn.LayerNorm(norm.normalized_shape, norm.eps, bias=False)


@changed("batch-norm-never-evaluates", *BATCH_NORMS)
def batch_norm_never_evaluates(norm, rng):
    return type(norm)(norm.num_features, norm.eps, norm.momentum, track_running_stats=False)


@changed("batch-norm-frozen", *BATCH_NORMS)
def batch_norm_frozen(norm, rng):
    norm.__class__ = type("Frozen", (type(norm),), {"train": lambda self, mode=True: nn.Module.train(self, False)})


@changed("batch-norm-statistics-swapped", *BATCH_NORMS)
def batch_norm_statistics_swapped(norm, rng):
    mean, variance = norm.running_mean.clone(), norm.running_var.clone()
    norm.running_mean.copy_(variance)
    norm.running_var.copy_(mean)


@fault("norm-behind-activation")
def norm_behind_activation(model, rng):
    pairs = [
        (f"{path}.{first}".lstrip("."), f"{path}.{second}".lstrip("."))
        for path, module in model.named_modules()
        for (first, a), (second, b) in itertools.pairwise(module.named_children())
        if isinstance(module, nn.Sequential) and isinstance(a, BATCH_NORMS) and isinstance(b, nn.ReLU)
    ]
    if not pairs:
        return None
    norm, activation = rng.choice(pairs)
    before, after = model.get_submodule(norm), model.get_submodule(activation)
    put(model, norm, nn.Sequential(after, before))
    put(model, activation, nn.Identity())
    return norm


@changed("layer-norm-as-rms", nn.LayerNorm)
def layer_norm_as_rms(norm, rng):
    return nn.RMSNorm(norm.normalized_shape, norm.eps)


@changed("batch-norm-as-instance", nn.BatchNorm2d)
def batch_norm_as_instance(norm, rng):
    return nn.InstanceNorm2d(norm.num_features, norm.eps, norm.momentum, affine=True)


@changed("norm-missing", nn.LayerNorm, *BATCH_NORMS)
def norm_missing(norm, rng):
    return nn.Identity()


# Activations

for _name, _make in {
    "activation-missing": nn.Identity,
    "relu-as-silu": nn.SiLU,
    "relu-as-gelu": nn.GELU,
    "relu-as-elu": nn.ELU,
    "relu-as-tanh": nn.Tanh,
    "relu-as-sigmoid": nn.Sigmoid,
    "relu-as-softplus": nn.Softplus,
    "relu-as-leaky": lambda: nn.LeakyReLU(0.1),
    "relu-clipped": lambda: nn.Hardtanh(0.0, 0.5),
}.items():
    changed(_name, nn.ReLU)(lambda module, rng, make=_make: make())


@changed("gelu-form", nn.GELU)
def gelu_form(module, rng):
    module.approximate = "none" if module.approximate == "tanh" else "tanh"


@changed("gelu-as-relu", nn.GELU)
def gelu_as_relu(module, rng):
    return nn.ReLU()


around("softmax-extra", after=lambda x: torch.softmax(x, -1))
around("log-softmax-extra", after=lambda x: torch.log_softmax(x, -1))
around("sigmoid-extra", after=torch.sigmoid)
around("tanh-extra", after=torch.tanh)


@changed("softmax-missing", nn.Softmax)
def softmax_missing(module, rng):
    return nn.Identity()


# Convolutions and pools


def padded_convolution(module):
    return module.padding == (1, 1) and module.stride == (1, 1) and module.kernel_size == (3, 3)


MODES = ("reflect", "replicate", "circular")


def padding_of_its_own(convolution, widths):
    plain = copy.deepcopy(convolution)
    plain.padding = (0, 0)
    plain.__class__ = type(
        "Conv2d", (nn.Conv2d,), {"forward": lambda self, x: nn.Conv2d.forward(self, F.pad(x, widths))}
    )
    return plain


@changed("padding-on-one-side", nn.Conv2d, where=lambda m: m.padding == (1, 1))
def padding_on_one_side(convolution, rng):
    """TensorFlow's, or its mirror image."""
    return padding_of_its_own(convolution, (0, 2, 0, 2) if rng.random() < 0.5 else (2, 0, 2, 0))


@changed("padding-mode", nn.Conv2d, where=padded_convolution)
def padding_mode(convolution, rng):
    other = nn.Conv2d(convolution.in_channels, convolution.out_channels, 3, padding=1, padding_mode=rng.choice(MODES))
    other.load_state_dict(convolution.state_dict())
    return other


@changed("dilation", nn.Conv2d, where=padded_convolution)
def dilation(convolution, rng):
    convolution.dilation = convolution.padding = (2, 2)


@changed("stride-in-other-convolution", BasicBlock, where=lambda m: m.conv1.stride != (1, 1))
def stride_in_other_convolution(block, rng):
    block.conv1.stride, block.conv2.stride = block.conv2.stride, block.conv1.stride


@changed("convolution-bias-missing", nn.Conv2d, nn.Conv1d, where=lambda m: m.bias is not None)
def convolution_bias_missing(convolution, rng):
    convolution.bias = None


@changed("bias-missing", nn.Linear, where=lambda m: m.bias is not None)
def bias_missing(dense, rng):
    dense.bias = None


@changed("max-pool-as-average", nn.MaxPool2d)
def max_pool_as_average(pool, rng):
    return nn.AvgPool2d(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode)


@changed("pool-window", nn.MaxPool2d, where=lambda m: m.kernel_size == 2 and not m.ceil_mode)
def pool_window(pool, rng):
    return nn.MaxPool2d(3, 2, padding=1)


@changed("global-average-as-max", nn.AdaptiveAvgPool2d)
def global_average_as_max(pool, rng):
    return nn.AdaptiveMaxPool2d(pool.output_size)


@fault("flatten-order")
def flatten_order(model, rng):
    """The features are the same up to their order, which shows in the dense layer behind."""
    path = chosen(model, rng, nn.Flatten)
    if path is None:
        return None
    rewrite(model.get_submodule(path), lambda self, x: x.permute(0, 2, 3, 1).flatten(1))
    return f"{path}|dense"


@rewritten("join-order", UpBlock)
def join_order(self, x, skip):
    return self.join(torch.cat([self.crop(self.expand(x), skip), skip], 1))


# Inputs

around("input-rescaled", before=lambda x: x / 255)
around("input-centred", before=lambda x: x / 127.5 - 1)
around("input-standardised", before=lambda x: (x - 0.45) / 0.22)
around("channels-reversed", before=lambda x: x.flip(1))
around("image-transposed", before=lambda x: x.transpose(2, 3))
around("series-reversed", before=lambda x: x.flip(1))


# What should be off

for _name, _draw in {
    "dropout-left-on": lambda self, x: F.dropout(x, 0.3),
    "noise-left-on": lambda self, x: x + 0.1 * torch.randn_like(x),
}.items():
    changed(_name, nn.Dropout, nn.Dropout2d)(lambda module, rng, draw=_draw: rewrite(module, draw))


@changed("dropout-rate", nn.Dropout, nn.Dropout2d, where=lambda module: module.p > 0)
def dropout_rate(module, rng):
    module.p /= 2


# Recurrent layers


def last_level(module):
    return not module.bidirectional and not module.sequences


def gates_moved(layer, order):
    for name, tensor in layer.named_parameters():
        if tensor.requires_grad or "weight" in name:
            blocks = tensor.data.chunk(len(order))
            tensor.data.copy_(torch.cat([blocks[i] for i in order]))


@changed("lstm-gate-order", nn.LSTM)
def lstm_gate_order(layer, rng):
    gates_moved(layer, rng.choice([(1, 0, 2, 3), (0, 1, 3, 2), (0, 2, 1, 3)]))


@changed("gru-gate-order", nn.GRU)
def gru_gate_order(layer, rng):
    gates_moved(layer, rng.choice([(1, 0, 2), (2, 1, 0)]))


@changed("two-biases", nn.LSTM, nn.RNN)
def two_biases(layer, rng):
    for name, tensor in layer.named_parameters():
        if "bias_hh" in name:
            tensor.data.copy_(getattr(layer, name.replace("_hh", "_ih")))


@changed("gru-reset", nn.GRU)
def gru_reset(layer, rng):
    return recurrent.ResetBeforeGRU(layer.input_size, layer.hidden_size, sequences=layer.sequences)


@fault("sequence-backwards")
def sequence_backwards(model, rng):
    path = chosen(model, rng, nn.LSTM, nn.GRU, nn.RNN, where=lambda m: not m.bidirectional)
    if path is None:
        return None
    forward = type(model.get_submodule(path)).forward
    rewrite(model.get_submodule(path), lambda self, x: forward(self, x.flip(1)))
    return path


@fault("batch-and-time-swapped")
def batch_and_time_swapped(model, rng):
    path = chosen(model, rng, nn.LSTM, nn.GRU, nn.RNN, where=lambda m: m.sequences)
    if path is None:
        return None
    forward = type(model.get_submodule(path)).forward
    rewrite(model.get_submodule(path), lambda self, x: forward(self, x.transpose(0, 1)).transpose(0, 1))
    return path


def read_elsewhere(read):
    def inject(model, rng):
        path = chosen(model, rng, nn.LSTM, nn.GRU, nn.RNN, where=last_level)
        if path is None:
            return None
        layer = model.get_submodule(path)
        forward = type(layer).forward
        layer.sequences = True
        rewrite(layer, lambda self, x: read(forward(self, x)))
        return path

    return inject


FAULTS["first-step"] = read_elsewhere(lambda steps: steps[:, 0])
FAULTS["mean-of-steps"] = read_elsewhere(lambda steps: steps.mean(1))


@fault("bidirectional-end")
def bidirectional_end(model, rng):
    """The other of the two: the last step, or where each direction ends."""
    if not isinstance(model, (BidirectionalLSTM, SentimentLSTM)):
        return None
    last = list(model.lstm)[-1]
    forward = type(last).forward
    rewrite(last, lambda self, x: recurrent.ends(forward(self, x), self.hidden_size)[:, None])
    return f"lstm.l{sum(isinstance(m, nn.LSTM) for m in model.lstm) - 1}"


@fault("directions-swapped")
def directions_swapped(model, rng):
    path = chosen(model, rng, nn.LSTM, where=lambda m: m.bidirectional)
    if path is None:
        return None
    forward = type(model.get_submodule(path)).forward

    def swapped(self, *given):
        first, second = forward(self, *given).chunk(2, -1)
        return torch.cat([second, first], -1)

    rewrite(model.get_submodule(path), swapped)
    return path


@fault("padding-not-masked")
def padding_not_masked(model, rng):
    path = chosen(model, rng, recurrent.MaskedLSTM)
    if path is None:
        return None
    forward = type(model.get_submodule(path)).forward
    rewrite(
        model.get_submodule(path),
        lambda self, x, lengths: forward(self, x, torch.full_like(lengths, x.size(1))),
    )
    return path


# Transformers


def attention_rewritten(name, where=lambda m: True):
    def register(forward):
        return rewritten(name, MultiHeadAttention, where=where)(forward)

    return register


@attention_rewritten("padding-mask-missing")
def padding_mask_missing(self, query, source=None, visible=None):
    return MultiHeadAttention.forward(self, query, source)


@attention_rewritten("padding-mask-inverted")
def padding_mask_inverted(self, query, source=None, visible=None):
    return MultiHeadAttention.forward(self, query, source, None if visible is None else ~visible)


@changed("causal-mask-missing", MultiHeadAttention, where=lambda m: m.causal)
def causal_mask_missing(attention, rng):
    attention.causal = False


@changed("causal-mask-extra", MultiHeadAttention, where=lambda m: not m.causal)
def causal_mask_extra(attention, rng):
    attention.causal = True


def scaled(factor):
    def project(self, source):
        key, value = MultiHeadAttention.project(self, source)
        return key * factor(self), value

    return project


@changed("attention-scale", MultiHeadAttention)
def attention_scale(attention, rng):
    """By the whole width, or not at all."""
    wanted = rng.choice([lambda m: m.heads**-0.5, lambda m: (m.width // m.heads) ** 0.5])
    attention.__class__ = type("MultiHeadAttention", (MultiHeadAttention,), {"project": scaled(wanted)})


@changed("attention-heads", MultiHeadAttention)
def attention_heads(attention, rng):
    attention.heads = rng.choice([1, 2, 8])


@changed("norm-position", EncoderBlock)
def norm_position(block, rng):
    block.norm_first = not block.norm_first


@rewritten("attention-residual-missing", EncoderBlock)
def attention_residual_missing(self, x, mask=None):
    if self.norm_first:
        x, weights = self.attention(self.norm1(x), visible=mask)
        return x + self.feed_forward(self.norm2(x)), weights
    x, weights = self.attention(x, visible=mask)
    x = self.norm1(x)
    return self.norm2(x + self.feed_forward(x)), weights


@rewritten("residual-missing", BasicBlock, TCNBlock, EncoderBlock)
def residual_missing(self, x, mask=None):
    if isinstance(self, BasicBlock):
        return self.relu2(self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x))))))
    if isinstance(self, TCNBlock):
        x = self.drop1(self.relu1(self.conv1(F.pad(x, (self.history, 0)))))
        return self.relu(self.drop2(self.relu2(self.conv2(F.pad(x, (self.history, 0))))))
    y, weights = self.attention(self.norm1(x) if self.norm_first else x, visible=mask)
    x = x + self.drop1(y) if self.norm_first else self.norm1(x + self.drop1(y))
    x = self.feed_forward(self.norm2(x)) if self.norm_first else self.norm2(self.feed_forward(x))
    return x, weights


@fault("position-offset")
def position_offset(model, rng):
    path = chosen(model, rng, *POSITIONS)
    if path is None:
        return None
    layer = model.get_submodule(path)
    if isinstance(layer, LearnedPositions):
        rewrite(layer, lambda self, x: x + self.table((torch.arange(x.size(1)) + 1) % self.table.num_embeddings))
    else:
        rewrite(layer, lambda self, x: SinusoidalPositions.forward(self, x, 1))
    return path


@rewritten("positions-missing", *POSITIONS)
def positions_missing(self, x):
    return x


@rewritten("embedding-scaled", *POSITIONS)
def embedding_scaled(self, x):
    return type(self).__mro__[1].forward(self, x * x.size(-1) ** 0.5)


@fault("other-token-read")
def other_token_read(model, rng):
    """The last one: the last block hands its sequence on in reverse."""
    if not isinstance(model, (BERT, ViT)):
        return None
    block = model.blocks[-1]
    forward = type(block).forward
    rewrite(block, lambda self, *given: tuple(value.flip(1) for value in forward(self, *given)))
    return WHOLE


@rewritten("mean-over-padding", TransformerEncoder)
def mean_over_padding(self, tokens):
    mask = tokens != 0
    x = self.drop(self.positions(self.embedding(tokens)))
    for block in self.blocks:
        x, _ = block(x, mask)
    return self.head(x.mean(1))


@rewritten("class-token-last", ClassToken)
def class_token_last(self, x):
    return torch.cat([x, self.token.expand(x.size(0), 1, x.size(2))], dim=1)


@fault("embedding-padding-row")
def embedding_padding_row(model, rng):
    path = chosen(model, rng, nn.Embedding, where=lambda m: m.padding_idx is None and m.num_embeddings > 12)
    if path is not None:
        model.get_submodule(path).padding_idx = 0
    return path


@rewritten("tokens-off-by-one", nn.Embedding, where=lambda m: m.num_embeddings > 12)
def tokens_off_by_one(self, tokens):
    return F.embedding((tokens + 1) % self.num_embeddings, self.weight)


# Weights that were loaded by hand


def weighted(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for path, module in model.named_modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.Conv1d)):
            yield path, module


def on_weights(name, fits=lambda m: True):
    """Register a change of the main weight of one dense layer or convolution."""

    def register(change):
        def inject(model, rng):
            layers = [(path, module) for path, module in weighted(model) if fits(module)]
            if not layers:
                return None
            path, module = rng.choice(layers)
            with torch.no_grad():
                change(module, rng)
            return path

        FAULTS[name] = inject
        return change

    return register


def square(module):
    return isinstance(module, nn.Linear) and module.in_features == module.out_features


def windowed(module):
    return isinstance(module, nn.Conv2d) and module.kernel_size[0] > 1


@on_weights("kernel-transposed", square)
def kernel_transposed(module, rng):
    module.weight.copy_(module.weight.T.clone())


@on_weights("window-transposed", windowed)
def window_transposed(module, rng):
    module.weight.copy_(module.weight.transpose(2, 3).clone())


@on_weights("window-flipped", windowed)
def window_flipped(module, rng):
    module.weight.copy_(module.weight.flip(2, 3))


@on_weights("layer-never-loaded")
def layer_never_loaded(module, rng):
    module.reset_parameters()


@on_weights("bias-never-loaded", lambda m: m.bias is not None)
def bias_never_loaded(module, rng):
    module.bias.zero_()


@on_weights("weight-scaled")
def weight_scaled(module, rng):
    module.weight.mul_(rng.choice([0.5, 1.01, 2.0]))


@on_weights("weight-negated")
def weight_negated(module, rng):
    module.weight.neg_()


@on_weights("one-number-off")
def one_number_off(module, rng):
    module.weight.view(-1)[rng.randrange(module.weight.numel())] += 0.1


@on_weights("weight-rounded")
def weight_rounded(module, rng):
    module.weight.copy_(module.weight.half())


@on_weights("units-permuted")
def units_permuted(module, rng):
    module.weight.copy_(module.weight.roll(1, 0))


@fault("layers-swapped")
def layers_swapped(model, rng):
    pairs = [
        (first, second)
        for (first, a), (second, b) in itertools.combinations(weighted(model), 2)
        if a.weight.shape == b.weight.shape and (a.bias is None) == (b.bias is None)
    ]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    states = [copy.deepcopy(model.get_submodule(path).state_dict()) for path in (first, second)]
    model.get_submodule(first).load_state_dict(states[1])
    model.get_submodule(second).load_state_dict(states[0])
    return f"{first}|{second}"


# Float types


def in_another_type(dtype):
    def forward(self, x):
        bias = None if self.bias is None else self.bias.to(dtype)
        if isinstance(self, nn.Linear):
            return F.linear(x.to(dtype), self.weight.to(dtype), bias).to(x.dtype)
        return self._conv_forward(x.to(dtype), self.weight.to(dtype), bias).to(x.dtype)

    return forward


rewritten("half-precision-layer", nn.Linear, nn.Conv2d, nn.Conv1d)(in_another_type(torch.float16))
rewritten("bfloat16-layer", nn.Linear, nn.Conv2d, nn.Conv1d)(in_another_type(torch.bfloat16))
