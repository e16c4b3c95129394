"""Write docs/zoo.md from the registry and a report: ``python docs/make_zoo.py out/report.json docs/zoo.md``.

The report is that of ``parity check --all --json out/report.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parity import atomic
from parity.errors import ParityError, UsageError, listed
from parity.verdicts import SCHEMA
from parity.zoo import attention, dense, presets, recurrent, vision

FAMILIES = {"Dense": dense, "Vision": vision, "Recurrent": recurrent, "Attention": attention}

# preset -> (weights entry of torchvision, its file)
PRETRAINED = {
    "resnet18/imagenet": (("ResNet18_Weights.IMAGENET1K_V1", "resnet18-f37072fd.pth"),),
    "resnet50/imagenet": (
        ("ResNet50_Weights.IMAGENET1K_V1", "resnet50-0676ba61.pth"),
        ("ResNet50_Weights.IMAGENET1K_V2", "resnet50-11ad3fa6.pth"),
    ),
    "mobilenet_v2/imagenet": (
        ("MobileNet_V2_Weights.IMAGENET1K_V1", "mobilenet_v2-b0353104.pth"),
        ("MobileNet_V2_Weights.IMAGENET1K_V2", "mobilenet_v2-7ebf99e0.pth"),
    ),
    "efficientnet_b0/imagenet": (("EfficientNet_B0_Weights.IMAGENET1K_V1", "efficientnet_b0_rwightman-7f5810bc.pth"),),
}

HEAD = """\
# The zoo

Written by `docs/make_zoo.py` from the registry (`parity/zoo/`) and a report of `{command}`; do not edit it by hand.

{versions}.

Each cell holds the worst figure of a rung and the bound that it was judged against: the largest difference between the
two sides, relative to the peak of the Keras tensor, in float64. `exact` means that nothing may differ at all. Sources
are the rows of the system that a preset comes from.
"""

WEIGHTS = """\
## Pretrained weights

The four twins below have the names, shapes and numbers of torchvision's own models, so torchvision's weight files fit
them as they are. torchvision downloads a file the first time that its weights entry is used, into the folder
`hub/checkpoints` of the Torch cache; `torchvision.models.get_model(NAME, weights=ENTRY)` is enough to get it. Then

```
parity transfer resnet18/imagenet --from torch --weights resnet18-f37072fd.pth -o resnet18.safetensors
```

checks every key, shape and number of the file, carries the weights over, and writes the Keras tensors as
`layer/tensor` once they have survived the way back bit for bit. `parity transfer ... --from keras --weights
resnet18.safetensors` goes the other way. In Python, where both models are at hand:

```python
from keras_impl.models.resnet18 import build_resnet18
from torch_impl.models.resnet18 import ResNet18
import parity, torch

module = ResNet18()
module.load_state_dict(torch.load("resnet18-f37072fd.pth", weights_only=True))
model = build_resnet18()
parity.transfer(module, model)
```

| preset | weights entry of torchvision | file |
|---|---|---|
"""


def page(report: Mapping[str, Any]) -> str:
    """The whole page.

    Raises:
        UsageError: the report is none, or a registered preset is not in it.
    """
    schema = report.get("schema") if isinstance(report, Mapping) else None
    if schema != SCHEMA:
        raise UsageError(f"schema {schema!r}: expected {SCHEMA!r}", "parity check --all --json FILE")
    pairs = {pair["name"]: pair for pair in report["pairs"]}
    missing = [name for name, _, _ in presets() if name not in pairs]
    if missing:
        raise UsageError(f"the report misses {listed(missing)}", "parity check --all --json FILE")
    rungs = list(dict.fromkeys(rung["rung"] for pair in pairs.values() for rung in pair["rungs"]))
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    parts = [HEAD.format(command=report["command"], versions=versions)]
    parts += [f"## {title}\n\n{_table(module.TWINS, pairs, rungs)}" for title, module in FAMILIES.items()]
    parts.append(WEIGHTS + "".join(f"| `{n}` | `{e}` | `{f}` |\n" for n, files in PRETRAINED.items() for e, f in files))
    return "\n".join(parts)


def _table(twins: Any, pairs: Mapping[str, Any], rungs: list[str]) -> str:
    lines = [_row(["preset", "source", "parameters", *rungs]), _row(["---", "---", "---:", *["---"] * len(rungs)])]
    for twin in twins:
        for key, preset in twin.presets.items():
            name = f"{twin.name}/{key}"
            climbed = {rung["rung"]: rung for rung in pairs[name]["rungs"]}
            cells = [_cell(climbed.get(rung)) for rung in rungs]
            lines.append(_row([f"`{name}`", preset.source or "own", f"{preset.parameters:,}", *cells]))
    return "".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(rung: Mapping[str, Any] | None) -> str:
    """A figure never stands without its bound, and nothing but a pass looks like one."""
    if rung is None:
        return "not climbed"
    judged = "exact" if rung["bound"] is None else f"{_short(rung['figure'])} ≤ {_short(rung['bound'])}"
    return judged if rung["verdict"] == "pass" else f"**{rung['verdict']}**"


def _short(number: float | str | None) -> str:
    """JSON has no infinity: it arrives as a string."""
    return f"{number:.0e}" if isinstance(number, float) and number else str(number or 0)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("error: two arguments expected\nhint: make_zoo.py out/report.json docs/zoo.md", file=sys.stderr)
        return 2
    source, target = map(Path, arguments)
    try:
        try:
            report = json.loads(source.read_text())
        except (OSError, ValueError) as problem:
            raise UsageError(
                f"{source}: not readable as JSON: {problem}", "parity check --all --json FILE"
            ) from problem
        atomic.write_text(target, page(report))
    except ParityError as problem:
        print(f"error: {problem.message}\nhint: {problem.hint}", file=sys.stderr)
        return problem.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
