"""Torch modules in the neutral vocabulary: paths, kinds, attributes, parameters and buffers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import nn

from parity.recording import Layer, Parameter
from parity.sides.common import snake, spread

Facts = tuple[str, dict[str, Any], dict[str, Any]]
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
TRANSPARENT = (nn.Identity, nn.Flatten, nn.Unflatten, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout)


def walk(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Every module but the root, with its attribute path."""
    for path, module in model.named_modules():
        if path:
            yield path, module


def describe_layer(path: str, module: nn.Module) -> Layer:
    kind, attributes, storage = _facts(module)
    weight = getattr(module, "weight", None)
    if isinstance(weight, torch.Tensor):
        storage = storage | {"weight": tuple(weight.shape)}
    return Layer(path, kind, type(module).__name__, attributes, storage, _is_container(module))


def _is_container(module: nn.Module) -> bool:
    has_children = next(module.children(), None) is not None
    has_own = next(module.parameters(recurse=False), None) is not None
    return isinstance(module, CONTAINERS) or (has_children and not has_own)


def is_leaf(module: nn.Module) -> bool:
    """A layer that is compared as a whole: a known kind, or a childless one of PyTorch's own."""
    if any(kind in _EXTRACTORS for kind in type(module).__mro__) or _is_transposed_dense(module):
        return True
    if type(module).__name__.endswith("RMSNorm"):
        return True
    own = type(module).__module__.startswith("torch.nn.modules")
    return own and next(module.children(), None) is None and not isinstance(module, CONTAINERS)


def is_transparent(module: nn.Module) -> bool:
    """It hands values on as they are, or in another shape."""
    return isinstance(module, TRANSPARENT)


def describe_parameters(model: nn.Module) -> Iterator[Parameter]:
    """Parameters and persistent buffers; a tied tensor is listed under its first name."""
    stored, buffers = model.state_dict(keep_vars=True), dict(model.named_buffers())
    seen: set[int] = set()
    for path, tensor in stored.items():
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        layer, _, name = path.rpartition(".")
        yield Parameter(
            layer,
            name,
            tuple(tensor.shape),
            tensor.requires_grad,
            str(tensor.dtype).removeprefix("torch."),
            path in buffers,
        )


def _facts(module: nn.Module) -> Facts:
    if _is_transposed_dense(module):
        return "dense", {"units": module.nf, "bias": True}, {"transposed": True}
    if type(module).__name__.endswith("RMSNorm"):
        return _rms_norm(module)
    for kind in type(module).__mro__:
        extract = _EXTRACTORS.get(kind)
        if extract:
            return extract(module)
    return _named(snake(type(module).__name__), module)


def _is_transposed_dense(module: Any) -> bool:
    """The ``Conv1D`` of GPT-2 in transformers: a dense layer whose weight is (in, out)."""
    return type(module).__name__ == "Conv1D" and hasattr(module, "nf")


def _rms_norm(module: Any) -> Facts:
    epsilon = next(
        (getattr(module, name) for name in ("eps", "variance_epsilon", "epsilon") if hasattr(module, name)), None
    )
    owned = [name for name, _ in module.named_parameters(recurse=False)]
    return "rms_norm", {"epsilon": epsilon}, {"vector": owned[0]} if len(owned) == 1 else {}


def _multi_head(module: Any) -> Facts:
    packed = module.in_proj_weight
    if packed is not None:
        return "multi_head_attention", {"heads": module.num_heads}, {"packed": tuple(packed.shape)}
    matrices = (module.q_proj_weight, module.k_proj_weight, module.v_proj_weight)
    storage = {"separate": tuple((matrix.shape[1], matrix.shape[0]) for matrix in matrices)}
    return "multi_head_attention", {"heads": module.num_heads}, storage


def _named(kind: str, module: nn.Module) -> Facts:
    """A kind that only its name tells."""
    return _plain(kind, **({"deviation": module.stddev} if kind == "gaussian_noise" else {}))


def _plain(kind: str, **attributes: Any) -> Facts:
    return kind, attributes, {}


def _dense(module: Any) -> Facts:
    return _plain("dense", units=module.out_features, bias=module.bias is not None)


def _conv(module: Any) -> Facts:
    kernel, stride, dilation = (tuple(getattr(module, n)) for n in ("kernel_size", "stride", "dilation"))
    shared = dict(
        kernel=kernel, stride=stride, dilation=dilation, bias=module.bias is not None, padding=_conv_padding(module)
    )
    rank = len(kernel)
    if module.groups > 1 and module.groups == module.in_channels:
        multiplier = module.out_channels // module.groups
        return f"depthwise_conv{rank}d", shared | {"multiplier": multiplier}, {"multiplier": multiplier}
    return f"conv{rank}d", shared | {"filters": module.out_channels, "groups": module.groups}, {}


def _conv_padding(module: Any) -> Any:
    if module.padding == "same":
        totals = [d * (k - 1) for k, d in zip(module.kernel_size, module.dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    if module.padding == "valid":
        return tuple((0, 0) for _ in module.kernel_size)
    return tuple((size, size) for size in module.padding)


def _conv_transpose(module: Any) -> Facts:
    return _plain(
        f"conv{len(module.kernel_size)}d_transpose",
        filters=module.out_channels,
        kernel=tuple(module.kernel_size),
        stride=tuple(module.stride),
        bias=module.bias is not None,
        **({"groups": module.groups} if module.groups > 1 else {}),  # Keras has none
    )


def _batch_norm(module: Any) -> Facts:
    momentum = module.momentum if module.momentum is None else round(module.momentum, 12)  # Keras has 1 minus it
    return _plain("batch_norm", epsilon=module.eps, momentum=momentum, scale=module.affine, center=module.affine)


def _layer_norm(module: Any) -> Facts:
    affine = module.weight is not None
    return _plain("layer_norm", epsilon=module.eps, scale=affine, center=affine and module.bias is not None)


def _upsample(module: Any) -> Facts:
    """To a size, or by a factor, which may be another one for each axis."""
    if module.size is not None:
        return _plain("upsample", size=module.size, mode=module.mode)
    return _plain("upsample", factor=spread(module.scale_factor, 2), mode=module.mode)


def _pool(kind: str, rank: int) -> Callable[[Any], Facts]:
    def extract(module: Any) -> Facts:
        return _plain(
            kind,
            size=spread(module.kernel_size, rank),
            stride=spread(module.stride, rank),
            padding=spread(module.padding, rank),
            ceil=module.ceil_mode,
        )

    return extract


def _dropout(kind: str) -> Callable[[Any], Facts]:
    return lambda module: _plain(kind, rate=module.p)


def _embedding(module: Any) -> Facts:
    return _plain(
        "embedding", entries=module.num_embeddings, width=module.embedding_dim, padding_token=module.padding_idx
    )


def _recurrent(kind: str) -> Callable[[Any], Facts]:
    def extract(module: Any) -> Facts:
        attributes = dict(units=module.hidden_size, bias=module.bias, bidirectional=module.bidirectional)
        if kind == "gru":
            attributes["reset_after"] = getattr(module, "reset_after", True)
        if kind == "rnn":
            attributes["activation"] = module.nonlinearity
        return kind, attributes, {"bidirectional": module.bidirectional, "layers": module.num_layers}

    return extract


def _cell(kind: str) -> Callable[[Any], Facts]:
    """One step of a recurrence, which the user's own loop repeats."""

    def extract(module: Any) -> Facts:
        attributes = dict(units=module.hidden_size, bias=module.bias, bidirectional=False)
        if kind == "gru":
            attributes["reset_after"] = True
        if kind == "rnn":
            attributes["activation"] = module.nonlinearity
        return kind, attributes, {"cell": True}

    return extract


def _instance_norm(module: Any) -> Facts:
    """A group norm of one channel per group, unless it keeps running statistics."""
    if module.track_running_stats:
        return _named(snake(type(module).__name__), module)
    return _plain("group_norm", groups=module.num_features, epsilon=module.eps)


def _gelu(module: Any) -> Facts:
    return _plain("gelu", approximate=module.approximate == "tanh")


_EXTRACTORS: Mapping[type, Callable[[Any], Facts]] = {
    nn.Linear: _dense,
    nn.Conv1d: _conv,
    nn.Conv2d: _conv,
    nn.Conv3d: _conv,
    nn.ConvTranspose1d: _conv_transpose,
    nn.ConvTranspose2d: _conv_transpose,
    nn.ConvTranspose3d: _conv_transpose,
    nn.ConvTranspose3d: _conv_transpose,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.BatchNorm3d: _batch_norm,
    nn.InstanceNorm1d: _instance_norm,
    nn.InstanceNorm2d: _instance_norm,
    nn.InstanceNorm3d: _instance_norm,
    nn.LayerNorm: _layer_norm,
    nn.GroupNorm: lambda module: _plain("group_norm", groups=module.num_groups, epsilon=module.eps),
    nn.MaxPool1d: _pool("max_pool", 1),
    nn.MaxPool2d: _pool("max_pool", 2),
    nn.MaxPool3d: _pool("max_pool", 3),
    nn.AvgPool1d: _pool("average_pool", 1),
    nn.AvgPool2d: _pool("average_pool", 2),
    nn.AvgPool3d: _pool("average_pool", 3),
    nn.AdaptiveMaxPool2d: lambda module: _plain("adaptive_max_pool", output=spread(module.output_size, 2)),
    nn.AdaptiveAvgPool2d: lambda module: _plain("adaptive_average_pool", output=spread(module.output_size, 2)),
    nn.Dropout: _dropout("dropout"),
    nn.Dropout1d: _dropout("spatial_dropout"),
    nn.Dropout2d: _dropout("spatial_dropout"),
    nn.Embedding: _embedding,
    nn.MultiheadAttention: _multi_head,
    nn.LSTM: _recurrent("lstm"),
    nn.GRU: _recurrent("gru"),
    nn.RNN: _recurrent("rnn"),
    nn.LSTMCell: _cell("lstm"),
    nn.GRUCell: _cell("gru"),
    nn.RNNCell: _cell("rnn"),
    nn.ReLU: lambda module: _plain("relu"),
    nn.ReLU6: lambda module: _plain("relu", max_value=6, slope=0.0, threshold=0),
    nn.LeakyReLU: lambda module: _plain("leaky_relu", slope=module.negative_slope),
    nn.GELU: _gelu,
    nn.PReLU: lambda module: _plain("prelu"),
    nn.SiLU: lambda module: _plain("silu"),
    nn.Sigmoid: lambda module: _plain("sigmoid"),
    nn.Tanh: lambda module: _plain("tanh"),
    nn.Softmax: lambda module: _plain("softmax"),
    nn.ELU: lambda module: _plain("elu", alpha=module.alpha),
    nn.CELU: lambda module: _plain("celu", alpha=module.alpha),
    nn.Softshrink: lambda module: _plain("soft_shrink", threshold=module.lambd),
    nn.Hardshrink: lambda module: _plain("hard_shrink", threshold=module.lambd),
    nn.Tanhshrink: lambda module: _plain("tanh_shrink"),
    nn.LogSigmoid: lambda module: _plain("log_sigmoid"),
    nn.Hardswish: lambda module: _plain("hard_silu"),
    nn.Hardsigmoid: lambda module: _plain("hard_sigmoid"),
    nn.Flatten: lambda module: _plain("flatten", order="channels_first"),
    nn.Identity: lambda module: _plain("identity"),
    nn.Upsample: _upsample,
}
