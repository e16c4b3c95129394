"""How fast does a Keras ResNet-50 become an ONNX file, here and with plain tf2onnx? And are the files the same?

    python benchmarks/export_speed.py [--rounds 3]

The two take turns in processes of their own, so that neither profits from what the other has warmed up; imports and
the building of the model are not counted. Seconds of the processor do not care for other work on the machine.
The files are compared node by node (operator, attributes, wiring) and initializer by initializer, names aside.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

SIDES = ("ours", "plain")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--path")
    options = parser.parse_args()
    if options.side:
        print(*export(options.side, options.path))
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = {side: f"{folder}/{side}.onnx" for side in SIDES}
        times = {side: [] for side in SIDES}
        for _ in range(options.rounds):
            for side in SIDES:
                command = [sys.executable, __file__, "--side", side, "--path", paths[side]]
                said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                times[side].append(tuple(float(number) for number in said.split()[-2:]))
        for place, unit in enumerate(("wall", "processor")):
            ours, plain = (statistics.median(pair[place] for pair in times[side]) for side in SIDES)
            print(f"{unit:<9}  ours {ours:6.2f} s  plain tf2onnx {plain:6.2f} s  ratio {plain / ours:.2f}")
        print("files are", "the same" if contents(paths["ours"]) == contents(paths["plain"]) else "DIFFERENT")


def export(side, path):
    """Wall and processor seconds of one export."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import numpy as np
    import tensorflow as tf
    import tf2onnx

    from parity.sides import keras_exports

    keras.utils.set_random_seed(0)
    model = keras.applications.ResNet50(weights=None)
    begin = time.perf_counter(), time.process_time()
    if side == "ours":
        keras_exports.export_onnx(model, path, {model.inputs[0].name: np.zeros((2, 224, 224, 3), "float32")})
    else:
        signature = [tf.TensorSpec((None, 224, 224, 3), "float32", model.inputs[0].name)]
        function = tf.function(lambda x: {"output": model(x, training=False)}, input_signature=signature)
        tf2onnx.convert.from_function(function, input_signature=signature, opset=18, output_path=path)
    return time.perf_counter() - begin[0], time.process_time() - begin[1]


def contents(path):
    """Every node and every initializer of a file, values by what they hold and by who made them."""
    import onnx

    graph = onnx.load(path).graph
    made = {value.name: ("input", number) for number, value in enumerate(graph.input)}
    made |= {each.name: onnx.numpy_helper.to_array(each).tobytes() for each in graph.initializer}
    nodes = []
    for number, node in enumerate(graph.node):
        attributes = sorted(attribute.SerializeToString() for attribute in node.attribute)
        nodes.append((node.op_type, attributes, [made.get(name, name) for name in node.input]))
        made |= {name: ("node", number, place) for place, name in enumerate(node.output)}
    weights = sorted((tuple(each.dims), each.data_type, made[each.name]) for each in graph.initializer)
    return nodes, weights, [made[value.name] for value in graph.output]


if __name__ == "__main__":
    main()
