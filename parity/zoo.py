"""The registry of twins: plain data, readable without importing a framework.

Adding an architecture touches two model files and one entry here; nothing else names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

BATCHES = (4, 1, 7)


@dataclass(frozen=True)
class Input:
    """One model input: the name of the Keras ``Input`` and of the ``forward`` argument.

    ``shape`` is canonical (channels last, no batch axis); ``None`` marks an axis whose size varies.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"


@dataclass(frozen=True)
class Preset:
    """One published configuration of an architecture and the real data that it is checked on.

    Args:
        arguments: keyword arguments of the builder, the same on both sides.
        inputs: the model's inputs.
        data: a name of ``parity.data``.
        loss: a name of ``parity.losses``: the loss of the recipe that trains this preset.
        parameters: trainable plus non-trainable numbers, counted natively by Keras.
        sizes: for each case the values of the free (``None``) axes, in order of the inputs.
        batches: batch size of each case.
        options: further arguments of the data source.
        source: where the configuration is published.
    """

    arguments: Mapping[str, Any]
    inputs: tuple[Input, ...]
    data: str
    parameters: int
    loss: str = "cross_entropy"
    sizes: tuple[tuple[int, ...], ...] = ((), (), ())
    batches: tuple[int, ...] = BATCHES
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""


@dataclass(frozen=True)
class Twin:
    """An architecture written twice. ``keras`` and ``torch`` are ``package.module:object``."""

    name: str
    keras: str
    torch: str
    summary: str
    presets: Mapping[str, Preset]


def _features(width: int) -> tuple[Input, ...]:
    return (Input("features", (width,)),)


def _image(channels: int, height: int | None = None, width: int | None = None) -> tuple[Input, ...]:
    return (Input("image", (height, width, channels)),)


TWINS: tuple[Twin, ...] = (
    Twin(
        name="mlp",
        keras="keras_impl.models.mlp:build_mlp",
        torch="torch_impl.models.mlp:MLP",
        summary="dense -> [batch norm] -> ReLU -> dropout, dense head",
        presets={
            "tabular": Preset(
                arguments={"input_shape": (20,), "units": (128, 64, 32), "classes": 3, "dropout": 0.3, "batch_norm": True},
                inputs=_features(20),
                data="breast_cancer",
                parameters=14_019,
                source="HA1",
            ),
            "mnist": Preset(
                arguments={"input_shape": (784,), "units": (256, 128, 64), "classes": 10, "dropout": 0.2, "batch_norm": False},
                inputs=_features(784),
                data="digits",
                parameters=242_762,
                source="HB1",
            ),
            "guide": Preset(
                arguments={"input_shape": (20,), "units": (64, 32), "classes": 1, "dropout": 0.2, "batch_norm": False},
                inputs=_features(20),
                data="breast_cancer",
                loss="mean_squared_error",
                parameters=3_457,
                source="G",
            ),
            "slides": Preset(
                arguments={"input_shape": (20,), "units": (64, 64), "classes": 2, "dropout": 0.0, "batch_norm": False},
                inputs=_features(20),
                data="breast_cancer",
                parameters=5_634,
                source="S",
            ),
            "xor": Preset(
                arguments={"input_shape": (2,), "units": (4,), "classes": 1, "dropout": 0.0, "batch_norm": False},
                inputs=_features(2),
                data="xor",
                loss="binary_cross_entropy",
                parameters=17,
                source="F2",
            ),
            "fashion": Preset(
                arguments={"input_shape": (28, 28), "units": (128,), "classes": 10, "dropout": 0.0, "batch_norm": False},
                inputs=(Input("features", (28, 28)),),
                data="digits",
                parameters=101_770,
                source="F16",
            ),
        },
    ),
    Twin(
        name="cnn",
        keras="keras_impl.models.cnn:build_cnn",
        torch="torch_impl.models.cnn:CNN",
        summary="blocks of conv -> batch norm -> ReLU, pooled; two dense layers",
        presets={
            "handout": Preset(
                arguments={"channels": 3, "widths": (32, 64, 128), "convs": 2, "classes": 10, "spatial_dropout": 0.25, "dropout": 0.5},
                inputs=_image(3),
                data="photos",
                parameters=815_914,
                sizes=((32, 32), (24, 28), (33, 29)),
                source="HA2",
            ),
            "short": Preset(
                arguments={"channels": 3, "widths": (32, 64, 128), "convs": 1, "classes": 10, "spatial_dropout": 0.0, "dropout": 0.5},
                inputs=_image(3),
                data="photos",
                parameters=621_258,
                sizes=((32, 32), (24, 28), (33, 29)),
                source="HB2",
            ),
        },
    ),
    Twin(
        name="lstm_classifier",
        keras="keras_impl.models.lstm_classifier:build_lstm_classifier",
        torch="torch_impl.models.lstm_classifier:LSTMClassifier",
        summary="embedding -> bidirectional LSTM, read at the end of both directions -> head",
        presets={
            "handout": Preset(
                arguments={"vocabulary": 10_000, "width": 128, "units": 256, "depth": 2, "classes": 2, "dropout": 0.3, "head_units": 256},
                inputs=(Input("tokens", (None,), "int32"),),
                data="docstrings",
                parameters=3_775_234,
                sizes=((12,), (1,), (40,)),
                source="HA3",
            ),
            "short": Preset(
                arguments={"vocabulary": 10_000, "width": 128, "units": 256, "depth": 2, "classes": 2, "dropout": 0.3, "head_units": 0},
                inputs=(Input("tokens", (None,), "int32"),),
                data="docstrings",
                parameters=3_644_418,
                sizes=((12,), (1,), (40,)),
                source="HB3",
            ),
        },
    ),
    Twin(
        name="autoencoder",
        keras="keras_impl.models.autoencoder:build_autoencoder",
        torch="torch_impl.models.autoencoder:Autoencoder",
        summary="784 -> 128 -> 64 -> 2 -> 64 -> 128 -> 784, ReLU between",
        presets={
            "mnist": Preset(
                arguments={"width": 784, "units": (128, 64), "code": 2},
                inputs=_features(784),
                data="digits",
                loss="mean_squared_error",
                options={"reconstruct": True},
                parameters=218_514,
                source="F10",
            ),
        },
    ),
    Twin(
        name="transformer_encoder",
        keras="keras_impl.models.transformer_encoder:build_transformer_encoder",
        torch="torch_impl.models.transformer_encoder:TransformerEncoder",
        summary="embedding + sinusoidal positions -> encoder blocks -> mean over real tokens -> head",
        presets={
            "relu": Preset(
                arguments={"vocabulary": 1000, "classes": 4, "width": 64, "heads": 4, "depth": 2, "units": 128, "dropout": 0.1,
                           "activation": "relu", "norm_first": False, "attention_weights": False},
                inputs=(Input("tokens", (None,), "int32"),),
                data="docstrings",
                parameters=131_204,
                sizes=((12,), (1,), (40,)),
                source="F11",
            ),
            "gelu": Preset(
                arguments={"vocabulary": 1000, "classes": 4, "width": 64, "heads": 4, "depth": 2, "units": 128, "dropout": 0.1,
                           "activation": "gelu", "norm_first": True, "attention_weights": False},
                inputs=(Input("tokens", (None,), "int32"),),
                data="docstrings",
                parameters=131_332,
                sizes=((12,), (1,), (40,)),
                source="F11",
            ),
            "weights": Preset(
                arguments={"vocabulary": 1000, "classes": 4, "width": 64, "heads": 4, "depth": 2, "units": 128, "dropout": 0.1,
                           "activation": "relu", "norm_first": False, "attention_weights": True},
                inputs=(Input("tokens", (None,), "int32"),),
                data="docstrings",
                parameters=131_204,
                sizes=((12,), (1,), (40,)),
                source="F11",
            ),
        },
    ),
)


def presets() -> Iterator[tuple[str, Twin, Preset]]:
    """Yield (``twin/preset``, twin, preset) in registry order."""
    for twin in TWINS:
        for name, preset in twin.presets.items():
            yield f"{twin.name}/{name}", twin, preset
