"""Networks drawn at random, each written for both frameworks from one list of blocks: identical by construction.

``keras_model(number)`` and ``torch_model(number)`` build pair ``number``; ``shape(number)`` is its input.
Names, containers and the place of every activation differ between the sides as they do in hand-written code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FAMILIES = ("perceptron", "image", "sequence", "residual", "attention")
DEPTHS = (1, 2, 3, 5, 8, 13, 40, 200)
WIDTHS = (1, 2, 3, 7, 16, 33)
ACTIVATIONS = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "softplus", "leaky_relu")


@dataclass(frozen=True)
class Plan:
    """One network: its family, the width and activation of every block, and switches."""

    family: str
    widths: tuple[int, ...]
    activations: tuple[str, ...]
    norm: bool
    outputs: int
    recurrent: str


def plan(number: int) -> Plan:
    """What pair ``number`` looks like; families and depths take turns, the rest is drawn."""
    draw = np.random.default_rng([7, number])
    family = FAMILIES[number % len(FAMILIES)]
    depth = DEPTHS[number // len(FAMILIES) % len(DEPTHS)]
    depth = min(depth, {"sequence": 4, "image": 13, "attention": 8}.get(family, 200))
    widths = tuple(int(w) for w in draw.choice(WIDTHS, depth))
    if depth > 13 or family in ("residual", "attention"):
        widths = (int(draw.choice((4, 8, 12))),) * depth
    return Plan(
        family,
        widths,
        tuple(str(a) for a in draw.choice(ACTIVATIONS, depth)),
        bool(draw.integers(2)),
        int(draw.choice((1, 3, 10))),
        str(draw.choice(("lstm", "gru", "rnn"))),
    )


def shape(number: int) -> tuple[int, ...]:
    """Of one sample, channels last."""
    draw = np.random.default_rng([11, number])
    side, channels = int(draw.integers(12, 18)), int(draw.choice((1, 3, 4)))
    drawn = plan(number)
    if drawn.family in ("perceptron", "residual"):
        return (drawn.widths[0] if drawn.family == "residual" else int(draw.choice((1, 5, 20))),)
    return (side, side + 1, channels) if drawn.family == "image" else (side, drawn.widths[0])


def keras_model(number: int) -> Any:
    import keras

    inputs = keras.Input(shape(number))
    return keras.Model(inputs, _KERAS[plan(number).family](plan(number), inputs))


def _keras_perceptron(drawn: Plan, x: Any) -> Any:
    from keras import layers

    for width, activation in zip(drawn.widths, drawn.activations, strict=True):
        x = layers.Dense(width, activation=_in_keras(activation))(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x) if drawn.norm else x
    return layers.Dense(drawn.outputs)(x)


def _keras_image(drawn: Plan, x: Any) -> Any:
    from keras import layers

    for width, activation in zip(drawn.widths, drawn.activations, strict=True):
        x = layers.Conv2D(width, 3, padding="same", use_bias=not drawn.norm)(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x) if drawn.norm else x
        x = layers.Activation(_in_keras(activation))(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    return layers.Dense(drawn.outputs)(x)


def _keras_sequence(drawn: Plan, x: Any) -> Any:
    from keras import layers

    kind = {"lstm": layers.LSTM, "gru": layers.GRU, "rnn": layers.SimpleRNN}[drawn.recurrent]
    for place, width in enumerate(drawn.widths, 1):
        layer = kind(width, return_sequences=place < len(drawn.widths))
        x = layers.Bidirectional(layer)(x) if drawn.norm and place < len(drawn.widths) else layer(x)
    return layers.Dense(drawn.outputs)(x)


def _keras_residual(drawn: Plan, x: Any) -> Any:
    from keras import layers

    for width, activation in zip(drawn.widths, drawn.activations, strict=True):
        inner = layers.LayerNormalization(epsilon=1e-5)(x) if drawn.norm else x
        x = layers.Add()([x, layers.Dense(width, activation=_in_keras(activation))(inner)])
    return layers.Dense(drawn.outputs)(x)


def _keras_attention(drawn: Plan, x: Any) -> Any:
    from keras import layers

    for width, activation in zip(drawn.widths, drawn.activations, strict=True):
        inner = layers.LayerNormalization(epsilon=1e-5)(x)
        x = x + layers.MultiHeadAttention(2, width // 2)(inner, inner)
        inner = layers.Dense(2 * width, activation=_in_keras(activation))(layers.LayerNormalization(epsilon=1e-5)(x))
        x = x + layers.Dense(width)(inner)
    return layers.Dense(drawn.outputs)(layers.GlobalAveragePooling1D()(x))


def _in_keras(activation: str) -> Any:
    import keras

    if activation == "leaky_relu":
        return lambda x: keras.activations.leaky_relu(x, negative_slope=0.01)
    return activation


def torch_model(number: int) -> Any:
    return _TORCH[plan(number).family](plan(number), shape(number))


def _torch_perceptron(drawn: Plan, sample: tuple[int, ...]) -> Any:
    from torch import nn

    layers, inputs = [], sample[-1]
    for width, activation in zip(drawn.widths, drawn.activations, strict=True):
        layers += [nn.Linear(inputs, width), _in_torch(activation)]
        layers += [nn.BatchNorm1d(width)] if drawn.norm else []
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, drawn.outputs))


def _torch_image(drawn: Plan, sample: tuple[int, ...]) -> Any:
    from torch import nn

    layers, inputs = [], sample[-1]
    for width, activation in zip(drawn.widths, drawn.activations, strict=True):
        layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=not drawn.norm)]
        layers += [nn.BatchNorm2d(width)] if drawn.norm else []
        layers += [_in_torch(activation)]
        inputs = width
    features = inputs * (sample[0] // 2) * (sample[1] // 2)
    return nn.Sequential(*layers, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(features, drawn.outputs))


def _torch_sequence(drawn: Plan, sample: tuple[int, ...]) -> Any:
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[drawn.recurrent]
            self.steps, inputs = nn.ModuleList(), sample[-1]
            for place, width in enumerate(drawn.widths, 1):
                both = drawn.norm and place < len(drawn.widths)
                self.steps.append(kind(inputs, width, batch_first=True, bidirectional=both))
                inputs = width * (2 if both else 1)
            self.out = nn.Linear(inputs, drawn.outputs)

        def forward(self, x: Any) -> Any:
            for step in self.steps:
                x, _ = step(x)
            return self.out(x[:, -1])

    return Net()


def _torch_residual(drawn: Plan, sample: tuple[int, ...]) -> Any:
    from torch import nn

    class Block(nn.Module):
        def __init__(self, width: int, activation: str) -> None:
            super().__init__()
            norm = [nn.LayerNorm(width)] if drawn.norm else []
            self.body = nn.Sequential(*norm, nn.Linear(width, width), _in_torch(activation))

        def forward(self, x: Any) -> Any:
            return x + self.body(x)

    blocks = [Block(width, activation) for width, activation in zip(drawn.widths, drawn.activations, strict=True)]
    return nn.Sequential(*blocks, nn.Linear(sample[-1], drawn.outputs))


def _torch_attention(drawn: Plan, sample: tuple[int, ...]) -> Any:
    from torch import nn

    class Block(nn.Module):
        def __init__(self, width: int, activation: str) -> None:
            super().__init__()
            self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attend = nn.MultiheadAttention(width, 2, batch_first=True)
            self.body = nn.Sequential(nn.Linear(width, 2 * width), _in_torch(activation), nn.Linear(2 * width, width))

        def forward(self, x: Any) -> Any:
            inner = self.first(x)
            x = x + self.attend(inner, inner, inner, need_weights=False)[0]
            return x + self.body(self.second(x))

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            pairs = zip(drawn.widths, drawn.activations, strict=True)
            self.blocks = nn.Sequential(*(Block(width, activation) for width, activation in pairs))
            self.out = nn.Linear(sample[-1], drawn.outputs)

        def forward(self, x: Any) -> Any:
            return self.out(self.blocks(x).mean(1))

    return Net()


def _in_torch(activation: str) -> Any:
    from torch import nn

    return {
        "relu": nn.ReLU,
        "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid,
        "gelu": nn.GELU,
        "silu": nn.SiLU,
        "elu": nn.ELU,
        "softplus": nn.Softplus,
        "leaky_relu": nn.LeakyReLU,
    }[activation]()


_KERAS = {
    "perceptron": _keras_perceptron,
    "image": _keras_image,
    "sequence": _keras_sequence,
    "residual": _keras_residual,
    "attention": _keras_attention,
}
_TORCH = {
    "perceptron": _torch_perceptron,
    "image": _torch_image,
    "sequence": _torch_sequence,
    "residual": _torch_residual,
    "attention": _torch_attention,
}
