"""One training in several processes: each does its part of every batch, gradients and means are those of all.

    python -m keras_impl.training.distributed --processes 2 keras_impl.models.mlp:build_mlp handout data.npz out.npz

Any script that calls ``start`` first and then a recipe works too: ``fit`` sees the processes by itself. On TensorFlow
they find each other by ``TF_CONFIG``, as ``tf.distribute`` has it; on JAX by what ``keras.distribution`` reads.
"""

import argparse
import contextlib
import importlib
import json
import os
import socket
import subprocess
import sys
import time

import keras
import numpy as np
from keras import ops

from keras_impl.callbacks.callback import Callback
from keras_impl.training.batches import at


class Alone:
    """The only process."""

    rank, size = 0, 1


class Collective:
    """One of several TensorFlow processes, which add tensors up with the collective operations of ``tf.distribute``.

    The strategy makes the cluster and no more: ``fit`` does not run in its scope, as docs/upstream.md shows.
    """

    def __init__(self):
        import tensorflow

        self.operations = tensorflow.raw_ops
        self.strategy = tensorflow.distribute.MultiWorkerMirroredStrategy()  # it closes the cluster when it is freed
        self.rank = self.strategy.cluster_resolver.task_id
        self.size = self.strategy.num_replicas_in_sync

    def sum(self, vector):
        """Sum over the processes; its type and length are what they know a vector by."""
        types = ("float16", "bfloat16", "float32", "float64")
        return self.operations.CollectiveReduceV2(
            input=vector,
            group_size=self.size,
            group_key=1,
            instance_key=len(types) * vector.shape[0] + types.index(vector.dtype.name),
            ordering_token=[],
            merge_op="Add",
            final_op="Id",
        )


class Sharded:
    """One of several JAX processes: their parts are one array, of which JAX computes loss, gradients and means."""

    def __init__(self):
        keras.distribution.initialize()
        keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
        import jax

        self.rank, self.size = jax.process_index(), jax.process_count()


BACKENDS = {"tensorflow": Collective, "jax": Sharded}
process = Alone()


def start():
    """Join the processes that the environment names; call it before anything is computed.

    Raises:
        ValueError: the backend has no way to do so.
    """
    global process
    if keras.backend.backend() not in BACKENDS:
        raise ValueError(f"backend {keras.backend.backend()!r}: expected one of {', '.join(BACKENDS)}")
    joined = BACKENDS[keras.backend.backend()]()
    process = joined if joined.size > 1 else Alone()


def workers():
    """How many processes train together; 1 without a launcher."""
    return process.size


def together(gradients):
    """Mean of each gradient over all processes."""
    if not isinstance(process, Collective):
        return gradients
    found = [gradient for gradient in gradients if gradient is not None]
    lengths = [int(np.prod(gradient.shape)) for gradient in found]
    whole = process.sum(ops.concatenate([ops.reshape(gradient, (-1,)) for gradient in found]))
    parts = iter(ops.split(whole / workers(), np.cumsum(lengths)[:-1].tolist()))
    return [None if gradient is None else ops.reshape(next(parts), gradient.shape) for gradient in gradients]


def part(x, y):
    """The rows of a batch that this process takes, and what the gradient of its loss is multiplied with.

    Parts differ by one row at most; with that factor the mean over the processes is the mean over the batch. JAX needs
    equal parts.
    """
    if len(y) < workers():
        raise ValueError(f"a batch of {len(y)} rows: expected at least one for each of {workers()} processes")
    if isinstance(process, Sharded) and len(y) % workers():
        raise ValueError(f"a batch of {len(y)} rows: expected the same number for each of {workers()} processes")
    ours = np.array_split(np.arange(len(y)), workers())[process.rank]
    rows = slice(ours[0], ours[-1] + 1)
    return at(x, rows), y[rows], len(ours) * workers() / len(y)


def total(numbers):
    """Sum of each number over all processes, in double precision."""
    if not isinstance(process, Collective):
        return numbers
    return ops.convert_to_numpy(process.sum(ops.convert_to_tensor(np.array(numbers, "float64")))).tolist()


def joint(batches, loss):
    """What ``fit`` takes of several processes: their own parts of the batches, and the loss of a part."""
    if workers() == 1:
        return batches, loss
    return Parts(batches), PartLoss(loss) if isinstance(process, Collective) else loss


def joined(training, state):
    """The callback that ``fit`` needs in several processes."""
    return [Joint(training, state)] if isinstance(process, Collective) else []


class Parts(keras.utils.PyDataset):
    """The parts of this process of some batches; where the weights of samples would be, the factor of their loss."""

    def __init__(self, batches):
        super().__init__(workers=1)
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        x, y, share = part(*self.batches[index])
        return (x, y, np.full(len(y), share)) if isinstance(process, Collective) else (x, y)


class PartLoss(keras.losses.Loss):
    """A loss whose gradient is multiplied with the factor of the part; its value is not.

    Args:
        loss: the mean over the rows that it is given.
    """

    def __init__(self, loss):
        super().__init__(name=getattr(loss, "name", None))
        self.loss = loss
        self.whole = getattr(loss, "whole", False)

    def __call__(self, y_true, y_pred, sample_weight=None):
        value = self.loss(y_true, y_pred)
        return value if sample_weight is None else with_gradient_times(sample_weight[0], value)


def with_gradient_times(factor, value):
    """``value``, whose gradient is multiplied with ``factor``."""
    return ops.custom_gradient(lambda same: (same, lambda upstream: upstream * ops.cast(factor, upstream.dtype)))(value)


class Joint(Callback):
    """Starts every process with the weights of the first; ends every epoch with its running statistics, means of all.

    ``fit`` reads the means between the last batch of an epoch and the validation.
    """

    def __init__(self, training, state):
        super().__init__()
        self.training = training
        self.training_state = state

    def on_train_begin(self, logs=None):
        share_first(self.model.variables)

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 == self.training.first + len(self.training):
            share_first(self.model.non_trainable_variables)
            for metric in self.training_state.means:
                for variable in metric.variables:
                    assign_total(variable, ops.convert_to_numpy(variable))


def share_first(variables):
    """Give the numbers of the first process to all; whole numbers, such as seeds, stay each its own."""
    if isinstance(process, Collective):
        for variable in variables:
            if variable.dtype.startswith(("float", "bfloat")):
                values = ops.convert_to_numpy(variable)
                assign_total(variable, values if process.rank == 0 else np.zeros_like(values))


def assign_total(variable, values):
    variable.assign(np.reshape(total(np.ravel(values)), variable.shape))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", metavar="MODULE:FUNCTION")
    parser.add_argument("recipe")
    parser.add_argument("data", help=".npz with x, y, x_validation, y_validation; weights as 'weight PATH'")
    parser.add_argument("output", help=".npz for weights and curves, written by the first process")
    parser.add_argument("--arguments", type=json.loads, default={}, help="of the model, as JSON")
    parser.add_argument("--options", type=json.loads, default={}, help="of the recipe, as JSON")
    parser.add_argument("--dtype", default="float32", choices=("float32", "float64"))
    parser.add_argument("--processes", type=int, default=0, help="start so many here; 0: be one of a cluster")
    options = parser.parse_args()
    if options.processes < 0:
        parser.error(f"--processes {options.processes}: expected a whole number from 0")
    if options.processes:
        sys.exit(launch(options.processes, [sys.executable, "-m", __spec__.name, *sys.argv[1:], "--processes", "0"]))
    start()
    keras.config.set_floatx(options.dtype)
    keras.utils.set_random_seed(process.rank if isinstance(process, Collective) else 0)  # each draws its own masks
    data = dict(np.load(options.data))
    module, _, name = options.model.partition(":")
    model = getattr(importlib.import_module(module), name)(**options.arguments)
    for variable in model.variables:
        variable.assign(data.get(f"weight {variable.path}", variable))
    train = importlib.import_module(f"keras_impl.recipes.{options.recipe}").train
    rows = [(data["x"], data["y"]), (data["x_validation"], data["y_validation"])]
    curves = train(model, *rows, **options.options)
    if process.rank == 0:
        weights = {f"weight {variable.path}": ops.convert_to_numpy(variable) for variable in model.variables}
        np.savez(options.output, **weights, **{f"curve {name}": values for name, values in curves.items()})
    total([0])  # one that leaves while another still works aborts it


def launch(count, command):
    """Run a command in so many processes of this machine; the exit status of the first that fails, which ends all."""
    addresses = free_addresses(count)
    members = [subprocess.Popen(command, env={**os.environ, **place(rank, addresses)}) for rank in range(count)]
    try:
        while any(member.poll() is None for member in members) and not any(member.returncode for member in members):
            time.sleep(0.1)
    finally:
        for member in members:
            member.terminate()
    return next((member.returncode for member in members if member.returncode), 0)


def place(rank, addresses):
    """The environment of a process: ``tf.distribute`` reads the first variable, ``keras.distribution`` the others."""
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": rank}}
    numbers = {"JOB_ADDRESSES": addresses[0], "NUM_PROCESSES": len(addresses), "PROCESS_ID": rank}
    return {"TF_CONFIG": json.dumps(task)} | {f"KERAS_DISTRIBUTION_{name}": str(x) for name, x in numbers.items()}


def free_addresses(count):
    """Ports of this machine that nobody listens on; all are held until the last is known."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("localhost", 0))
        return [f"localhost:{each.getsockname()[1]}" for each in sockets]


if __name__ == "__main__":
    importlib.import_module("keras_impl.training.distributed").main()  # this file is __main__: fit asks the other one
