"""One training in several processes: each does its part of every batch, gradients and means are those of all.

    torchrun --nproc_per_node=2 -m torch_impl.training.distributed torch_impl.models.mlp:MLP handout data.npz out.npz

Any script that calls ``start`` first and then a recipe works too: ``fit`` sees the processes by itself.
"""

import argparse
import importlib
import json

import numpy as np
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from torch_impl.training.batches import at


def start():
    """Join the processes that the launcher started; gloo on CPU, nccl on GPU."""
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def workers():
    """How many processes train together; 1 without a launcher."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def together(model):
    """The model whose backward pass gives the mean gradient of all processes."""
    return DistributedDataParallel(model) if workers() > 1 else model


def part(x, y):
    """The rows of a batch that this process takes, and what its loss is multiplied with.

    Parts differ by one row at most; with that factor the mean over the processes is the mean over the batch.
    """
    if workers() == 1:
        return x, y, 1
    if len(y) < workers():
        raise ValueError(f"a batch of {len(y)} rows: expected at least one for each of {workers()} processes")
    ours = np.array_split(np.arange(len(y)), workers())[distributed.get_rank()]
    rows = slice(ours[0], ours[-1] + 1)
    return at(x, rows), y[rows], len(ours) * workers() / len(y)


def total(numbers):
    """Sum of each number over all processes."""
    if workers() == 1:
        return numbers
    sums = torch.tensor(numbers, dtype=torch.float64)
    distributed.all_reduce(sums)
    return sums.tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", metavar="MODULE:CLASS")
    parser.add_argument("recipe")
    parser.add_argument("data", help=".npz with x, y, x_validation, y_validation; weights as 'weight NAME'")
    parser.add_argument("output", help=".npz for weights and curves, written by the first process")
    parser.add_argument("--arguments", type=json.loads, default={}, help="of the model, as JSON")
    parser.add_argument("--options", type=json.loads, default={}, help="of the recipe, as JSON")
    parser.add_argument("--dtype", default="float32", choices=("float32", "float64"))
    options = parser.parse_args()
    start()
    data = dict(np.load(options.data))
    module, _, name = options.model.partition(":")
    torch.manual_seed(distributed.get_rank())  # each draws its own masks; the weights are those of the first
    model = getattr(importlib.import_module(module), name)(**options.arguments).to(getattr(torch, options.dtype))
    given = {key.removeprefix("weight "): torch.from_numpy(data[key]) for key in data if key.startswith("weight ")}
    model.load_state_dict(given or model.state_dict())
    train = importlib.import_module(f"torch_impl.recipes.{options.recipe}").train
    rows = [(data["x"], data["y"]), (data["x_validation"], data["y_validation"])]
    curves = train(model, *rows, **options.options)
    if distributed.get_rank() == 0:
        weights = {f"weight {name}": tensor.numpy() for name, tensor in model.state_dict().items()}
        np.savez(options.output, **weights, **{f"curve {name}": values for name, values in curves.items()})
    distributed.barrier()  # one that leaves while another still works aborts it
    distributed.destroy_process_group()


if __name__ == "__main__":
    main()
