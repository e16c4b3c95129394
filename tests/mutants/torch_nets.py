"""The twins of ``keras_nets``; ``fault`` breaks one thing."""

import torch
from torch import nn

from torch_impl.layers.aligned import LSTM


class ImageNet(nn.Module):
    """Image (B, 3, 8, 8) -> {"logits": (B, 4)}."""

    def __init__(self, fault=""):
        super().__init__()
        self.fault = fault
        stride = 2 if fault == "stride" else 1
        self.conv = nn.Conv2d(3, 6, 3, stride=stride, padding=1, bias=fault != "missing-bias")
        self.norm = nn.BatchNorm2d(
            6, eps=1e-3 if fault == "norm-epsilon" else 1e-5, momentum=0.01 if fault == "norm-momentum" else 0.1
        )
        self.relu = nn.LeakyReLU(1e-6) if fault == "leaky" else nn.ReLU()
        self.pool = nn.MaxPool2d(2) if fault != "stride" else nn.Identity()
        self.drop = nn.Dropout2d(0.3 if fault == "dropout-rate" else 0.25)
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(96, 8)
        self.gelu = nn.GELU(approximate="tanh" if fault == "gelu-form" else "none")
        self.second = nn.Linear(8, 8)
        self.head = nn.Linear(8, 4)
        if fault == "extra-parameter":
            self.scale = nn.Parameter(torch.ones(1))
        if fault == "frozen":
            self.dense.weight.requires_grad_(False)
        if fault == "tied":
            self.second.bias = self.dense.bias
        if fault in LOADING:
            self._register_load_state_dict_pre_hook(LOADING[fault])

    def forward(self, image):
        x = self.drop(self.pool(self.relu(self.norm(self.conv(image)))))
        if self.fault == "flatten-order":
            x = x.permute(0, 2, 3, 1)
        y = self.gelu(self.dense(self.flatten(x)))
        z = self.second(self.gelu(y) if self.fault == "activation-twice" else y)
        logits = self.head(self.joined(y, z))
        return {"scores" if self.fault == "output-name" else "logits": logits}

    def joined(self, y, z):
        if self.fault == "detach":
            return y.detach() + z
        if self.fault == "wiring":
            return z + z
        if self.fault == "gradient-scale":
            return y + ScaledGradient.apply(z)
        if self.fault == "not-a-number":
            return y + z + torch.log(-torch.ones_like(y[:1]))
        if self.fault == "train-only" and self.training:
            return y + 1.01 * z
        if self.fault == "export-only" and exporting():
            return y + 1.01 * z
        if self.fault == "fixed-batch" and exporting():
            return (y + z).reshape(4, 8)
        if self.fault == "export-single-precision" and exporting():
            return y + z.float().to(z.dtype)
        if self.fault == "large-batch" and len(y) > 5:
            return y + 1.01 * z
        return y + z


class TextNet(nn.Module):
    """Tokens (B, L) -> logits (B, 3)."""

    def __init__(self, fault=""):
        super().__init__()
        self.fault = fault
        self.embedding = nn.Embedding(20, 6)
        self.lstm = LSTM(6, 5, batch_first=fault != "batch-first")
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(5, 3)
        if fault == "swapped-gates":
            self._register_load_state_dict_pre_hook(swap_gates)

    def forward(self, tokens):
        steps = self.lstm(self.embedding(tokens))[0]
        kept = self.drop(steps)
        return self.head(kept[:, -1] if self.fault == "last-step" else kept.mean(1))


class ScaledGradient(torch.autograd.Function):
    """The identity with a gradient that is 1e-6 too large."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient * (1 + 1e-6)


def exporting():
    return torch.compiler.is_exporting() or torch.onnx.is_in_onnx_export()


def nudge_one_weight(state, prefix, *_):
    weight = state[prefix + "dense.weight"].clone()
    weight[3, 5] += 1e-5
    state[prefix + "dense.weight"] = weight


def keep_half_precision(state, prefix, *_):
    state[prefix + "head.weight"] = state[prefix + "head.weight"].bfloat16().to(state[prefix + "head.weight"].dtype)


def swap_gates(state, prefix, *_):
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"):
        gates = state[f"{prefix}lstm.{name}"].chunk(4)
        state[f"{prefix}lstm.{name}"] = torch.cat([gates[0], gates[1], gates[3], gates[2]])


LOADING = {"one-weight-off": nudge_one_weight, "half-precision": keep_half_precision}


class DeafNet(nn.Module):
    """Features (B, 5) -> outputs (B, 3) that hardly depend on them."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(5, 3)

    def forward(self, features):
        return 1 + 1e-7 * self.dense(features)
