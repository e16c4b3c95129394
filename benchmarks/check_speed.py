"""How long does a check of a ResNet-50 pair take, against the script that people write by hand?

    python benchmarks/check_speed.py [--rounds 1] [--rungs structure,...,onnx]

Both are whole processes, imports included, on the same pair and the same image, one after the other:

* ours: ``parity check resnet50 --upto onnx``: nine rungs, from names to trained weights to files, in both float types;
  ``--rungs`` leaves some out;
* plain: import both frameworks, build both models, copy nothing, ``tf2onnx.convert.from_function`` with opset 18,
  ``torch.onnx.export(dynamo=True)``, two ONNX Runtime sessions, print the largest difference of the outputs.

Seconds of the processor, over all processes, do not care for other work on the machine; wall seconds do.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time

PAIR = "resnet50"
SIZE = 64


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--rungs", help="instead of everything up to onnx")
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain:
        plain()
        return
    chosen = ["--rungs", options.rungs] if options.rungs else ["--upto", "onnx"]
    commands = {
        "ours": [sys.executable, "-m", "parity", "check", PAIR, *chosen],
        "plain": [sys.executable, __file__, "--plain"],
    }
    times = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            times[name].append(timed(command))
    for place, unit in enumerate(("wall", "processor")):
        ours, theirs = (statistics.median(pair[place] for pair in times[name]) for name in commands)
        print(f"{unit:<9}  ours {ours:6.1f} s  plain script {theirs:6.1f} s  ours / plain {ours / theirs:.2f}")


def timed(command):
    """Wall seconds, and processor seconds of the process with all that it starts."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def plain():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import torch  # isort: skip  before TensorFlow
    import numpy as np
    import onnxruntime
    import tensorflow as tf
    import tf2onnx

    from keras_impl.models.resnet50 import build_resnet50
    from torch_impl.models.resnet50 import ResNet50

    image = np.random.default_rng(0).normal(size=(2, SIZE, SIZE, 3)).astype("float32")
    keras_model, torch_model = build_resnet50(), ResNet50().eval()
    signature = [tf.TensorSpec((None, SIZE, SIZE, 3), tf.float32, name="image")]
    function = tf.function(lambda image: keras_model(image, training=False), input_signature=signature)
    tf2onnx.convert.from_function(function, input_signature=signature, opset=18, output_path="/tmp/plain_keras.onnx")
    native = torch.from_numpy(image.transpose(0, 3, 1, 2).copy())
    torch.onnx.export(torch_model, (native,), "/tmp/plain_torch.onnx", dynamo=True, opset_version=18)
    outputs = []
    for path, feed in (("/tmp/plain_keras.onnx", image), ("/tmp/plain_torch.onnx", native.numpy())):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        outputs.append(session.run(None, {session.get_inputs()[0].name: feed})[0])
    print(np.abs(outputs[0] - outputs[1]).max())


if __name__ == "__main__":
    main()
