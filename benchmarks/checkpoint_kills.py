"""Kill a process inside the writing of a checkpoint, again and again: is a state ever lost?

    python benchmarks/checkpoint_kills.py [--kills 200] [--side keras]

A child writes states without a pause, each 2 MB with its number in every element, and says the number once it is kept.
It is killed (SIGKILL) at a random moment. Then ``last`` must load, hold one number throughout, and that number must be
the last one that was said or the one that was being written.
"""

import argparse
import importlib
import os
import random
import select
import signal
import tempfile
import time

import numpy as np

SIZE = 250_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--side", choices=("keras", "torch"), default="torch")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    module = importlib.import_module(f"{options.side}_impl.training.checkpoints")
    rng = random.Random(options.seed)
    lost = inside = number = 0
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = module.Checkpoints(folder)
        for _ in range(options.kills):
            said = kill_a_writer(checkpoints, number, rng.uniform(0, 0.06))
            found = whole_number(checkpoints, module.DamagedCheckpoint)
            inside += any(name.endswith(".unfinished") for name in os.listdir(folder)) or found != said
            if found is None or not said <= found <= said + 1:
                lost += 1
                print(f"said {said}, found {found}")
            number = said if found is None else found
    print(f"{options.kills} kills, {inside} seen to be inside a write, {lost} lost")
    raise SystemExit(lost > 0)


def kill_a_writer(checkpoints, number, delay):
    """Fork a process that writes the states after ``number``, kill it, and return the last number that it said."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        write_for_ever(checkpoints, number, writer)
    os.close(writer)
    select.select([reader], [], [], 60)  # the first state is kept: it is running
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader) as lines:
        return int(lines.read().split()[-1])


def write_for_ever(checkpoints, number, writer):
    while True:
        number += 1
        checkpoints.save({"weights": np.full(SIZE, float(number)), "number": number})
        os.write(writer, f"{number}\n".encode())


def whole_number(checkpoints, damaged):
    """The number of the state that loads; None if it does not load or is mixed."""
    try:
        state = checkpoints.load()
    except damaged as problem:
        print(problem)
        return None
    values = np.asarray(state["weights"])
    return state["number"] if len(values) == SIZE and (values == state["number"]).all() else None


if __name__ == "__main__":
    main()
