"""How much memory does it take to compare every layer of ResNet-50 at 224, batch 8, in float64?

    python benchmarks/check_memory.py [--size 224] [--batch 8] [--rungs structure,parameters,activations]

The pair is checked as one of the user's own: layers are matched by what they do, and each is compared on the values of
the reference. Printed are the peaks of resident memory (VmHWM) of the two sides and of the process that compares, and,
for scale, those of the two frameworks alone in processes of their own: import, the model in float64, one call in eval
mode on the same batch, as a user makes it. The first ratio is that of the larger side to the heavier framework, the
second that of the three peaks together, which never occur at the same time.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

KERAS, TORCH = "keras_impl.models.resnet50:build_resnet50", "torch_impl.models.resnet50:ResNet50"
MIB = 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rungs", default="structure,parameters,activations")
    parser.add_argument("--alone", choices=("keras", "torch"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        {"keras": keras_alone, "torch": torch_alone}[options.alone](options.batch, options.size)
        print(peak(os.getpid()))
        return
    alone = {name: in_a_process(name, options) for name in ("keras", "torch")}
    checked = check(options.batch, options.size, options.rungs.split(","))
    for name, mib in alone.items():
        print(f"{name} alone      {mib:6.0f} MiB")
    for name, mib in checked.items():
        print(f"check, {name:<9} {mib:6.0f} MiB")
    larger, heavier = max(checked["keras"], checked["torch"]), max(alone.values())
    print(f"larger side / heavier framework      {larger / heavier:.2f}  (at most 1.5)")
    print(f"all three together / heavier framework {sum(checked.values()) / heavier:.2f}")


def in_a_process(name, options):
    command = [sys.executable, __file__, "--alone", name, "--size", str(options.size), "--batch", str(options.batch)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def peak(process):
    """MiB that a process has held at most."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / MIB


def keras_alone(batch, size):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import numpy as np

    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    from keras_impl.models.resnet50 import build_resnet50

    build_resnet50()(np.zeros((batch, size, size, 3)), training=False)


def torch_alone(batch, size):
    import torch

    from torch_impl.models.resnet50 import ResNet50

    with torch.no_grad():
        ResNet50().double().eval()(torch.zeros(batch, 3, size, size, dtype=torch.float64))


def check(batch, size, rungs):
    """Peaks of the three processes of a check."""
    import numpy as np

    from parity.climbing import climb
    from parity.own_pair import OwnPair
    from parity.pair import Case
    from parity.process import two_processes
    from parity.sides.source import Source

    images = np.random.default_rng(0).normal(size=(batch, size, size, 3)).astype("float32")
    cases = tuple(Case({"image": images[:rows]}, np.zeros(rows)) for rows in (batch, 1))
    with two_processes() as duo:
        pair = OwnPair("resnet50", duo, Source(KERAS), Source(TORCH), (), "")
        name = pair.descriptions[0].inputs[0].name
        pair.cases = tuple(Case({name: case.inputs["image"]}, case.targets) for case in cases)
        report = climb(pair, rungs)
        print(f"verdict {report.verdict}; {', '.join(f'{rung.rung} {rung.seconds:.0f} s' for rung in report.rungs)}")
        processes = {"keras": duo.keras.process, "torch": duo.torch.process, "core": os.getpid()}
        return {each: peak(number) for each, number in processes.items()}


if __name__ == "__main__":
    main()
