"""Networks that are not the same: another operation, another tensor, another wire."""

from __future__ import annotations

from parity.rules.rule import Rule

GROUP = "structure"

RULES = (
    Rule(
        id="activation-other",
        title="One side applies another activation, or none",
        group=GROUP,
        layers=("Activation", "ReLU", "Dense", "Conv2D", "nn.ReLU", "nn.Tanh", "nn.SiLU"),
        keras="f(x), often as activation=... inside a layer, where it is easily overlooked",
        torch="g(x), or x itself: an activation is a call of its own and can be forgotten",
        effect="Every value behind it. Two smooth activations can look alike near zero.",
        silent=True,
        size=None,
        seen_at="activations",
        see="Compare the value in front of the activation and behind it.",
        fix_keras="Write the activation that the other side has.",
        fix_torch="Write the activation that the other side has.",
        reference="keras.activations, torch.nn.functional",
    ),
    Rule(
        id="bias-missing",
        title="A layer has a bias on one side only",
        group=GROUP,
        layers=("Dense", "Conv2D", "nn.Linear", "nn.Conv2d", "EinsumDense"),
        keras="xW + b with use_bias=True, the default",
        torch="xW with bias=False; nn.Linear and the convolutions have one by default",
        effect="A constant per unit; nothing while the bias is at its initial zero.",
        silent=False,
        size=None,
        seen_at="parameters",
        see="Compare the lists of parameters.",
        fix_keras="use_bias=False.",
        fix_torch="bias=True.",
        reference="keras.layers.Dense, torch.nn.Linear",
    ),
    Rule(
        id="wiring-other",
        title="The layer is the same and is given another input",
        group=GROUP,
        layers=("Model", "Add", "Concatenate", "nn.Module"),
        keras="the layer reads the value of one layer",
        torch="its twin reads the value of another",
        effect="Every value behind it; shapes agree wherever the two values have the same shape.",
        silent=True,
        size=None,
        seen_at="activations",
        see="Hand the layer its twin's input: its own value comes back.",
        fix_keras="Connect it as the other side does.",
        fix_torch="Connect it as the other side does.",
        reference="keras.Model, torch.nn.Module.forward",
    ),
)
