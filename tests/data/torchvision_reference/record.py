"""Record what torchvision's networks compute, so that the tests can hold ours against them without torchvision.

Weights are not stored: ``fill`` makes them anew from the list of names and shapes. Run it where torchvision is
installed (this project never needs it):

    python -m venv /tmp/tv && /tmp/tv/bin/pip install torch==2.14.1 torchvision==0.29.1
    /tmp/tv/bin/python tests/data/torchvision_reference/record.py
"""

import json
import math
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
NETWORKS = ("resnet18", "resnet50", "mobilenet_v2", "efficientnet_b0")
SIZES = ((64, 64), (65, 47))


def fill(shapes):
    """Weights by name, from a list of (name, shape): tensor i is drawn from ``default_rng([0, i])`` in float64.

    Matrices and kernels: normal, variance 2 / fan in. Batch norm: weight and running variance uniform in [0.5, 1.5),
    running mean normal / 10, counter 0. Biases: normal / 10.
    """
    values = {}
    for index, (name, shape) in enumerate(shapes):
        rng = np.random.default_rng([0, index])
        if name.endswith("num_batches_tracked"):
            values[name] = np.zeros(shape, np.int64)
        elif len(shape) > 1:
            values[name] = rng.normal(0, math.sqrt(2 / math.prod(shape[1:])), shape)
        elif name.endswith(("weight", "running_var")):
            values[name] = rng.uniform(0.5, 1.5, shape)
        else:
            values[name] = rng.normal(0, 0.1, shape)
    return values


def images(height, width):
    """Two images (2, 3, H, W), standard normal in float64."""
    return np.random.default_rng([1, height, width]).normal(size=(2, 3, height, width))


def main():
    import torch
    import torchvision
    from torch import nn
    from torchvision.models.efficientnet import MBConv

    torch.set_num_threads(1)
    for name in NETWORKS:
        model = getattr(torchvision.models, name)(weights=None).double().eval()
        shapes = [(key, tuple(value.shape)) for key, value in model.state_dict().items()]
        model.load_state_dict({key: torch.from_numpy(value) for key, value in fill(shapes).items()})
        modules = dict(model.named_modules())
        facts = {
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "trainable": sum(p.numel() for p in model.parameters()),
            "batch_norm": {p: [m.eps, m.momentum] for p, m in modules.items() if isinstance(m, nn.BatchNorm2d)},
            "dropout": {p: m.p for p, m in modules.items() if isinstance(m, nn.Dropout)},
            "stochastic_depth": {
                f"{p}.stochastic_depth": m.stochastic_depth.p
                for p, m in modules.items()
                if isinstance(m, MBConv) and m.use_res_connect
            },
            "shapes": dict(shapes),
        }
        with torch.no_grad():
            outputs = {f"{h}x{w}": model(torch.from_numpy(images(h, w))).numpy() for h, w in SIZES}
        for size, logits in outputs.items():
            sensitivity = np.abs(logits[0] - logits[1]).max() / np.abs(logits).max()
            print(f"{name} {size}: peak {np.abs(logits).max():.2e}, two images differ by {sensitivity:.1e}")
            if not sensitivity > 0.01:
                raise SystemExit(f"error: {name} hardly looks at its input; such a record proves nothing")
        (HERE / f"{name}.json").write_text(json.dumps(facts, indent=0) + "\n")
        np.savez_compressed(HERE / f"{name}.npz", **outputs)


if __name__ == "__main__":
    main()
