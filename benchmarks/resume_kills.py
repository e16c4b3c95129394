"""Kill a training at random moments, resume it, kill it again: does it end bit for bit as one that was left alone?

    python benchmarks/resume_kills.py --side torch [--kills 60]
    python benchmarks/resume_kills.py --side keras [--kills 60]

The training is that of ``tests/training/resuming.py``: batch norm, dropout, shuffling, a step schedule, two plateaus,
two early stoppings, a weight average, clipping and accumulation. A child process trains and says each step that it
begins; it is killed (SIGKILL) a random moment after a random step, also while it writes a checkpoint. Compared are all
weights, statistics, seeds, slots, curves and the log file.
"""

import argparse
import importlib
import os
import pickle
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "training"))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import resuming


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", choices=("keras", "torch"), required=True)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    prepare(options.side)
    with tempfile.TemporaryDirectory() as folder:
        whole = finish(options.side, Path(folder) / "whole", 1)
        kills = trainings = different = 0
        while kills < options.kills:
            place = Path(folder) / str(trainings)
            every = rng.choice((1, 1, 2, 3, 5))
            points = killed_until_done(options.side, place, every, rng)
            wrong = [name for name, value in finish(options.side, place, every).items() if value != whole[name]]
            kills, trainings = kills + len(points), trainings + 1
            different += bool(wrong)
            print(f"{options.side}: every {every}, killed at {points}: {wrong or 'equal'}", flush=True)
    print(f"{options.side}: {kills} kills in {trainings} trainings, {different} trainings that ended differently")
    raise SystemExit(different > 0)


def prepare(side):
    """Import before forking, in double precision; nothing is computed yet."""
    if side == "keras":
        import keras

        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
    else:
        import torch

        torch.set_num_threads(1)
        importlib.import_module("torch._dynamo")  # every optimizer imports it, for seconds
    resuming.load(side, "training.loop")


def killed_until_done(side, place, every, rng):
    """Kill the training up to six times, each time further on; the steps at which it was killed."""
    points = []
    for _ in range(6):
        kill_at = (points[-1] if points else 0) + rng.randrange(1, 9)
        if kill_at >= resuming.STEPS:
            break
        step = kill(side, place, every, kill_at, rng.uniform(0, 0.02))
        if step is None:
            break
        points.append(step)
    return points


def kill(side, place, every, kill_at, delay):
    """Train in a child until it begins that step, wait a moment, kill it; the last step that it began."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        train(side, place, every, lambda step: os.write(writer, bytes([step])))
        os._exit(0)
    os.close(writer)
    step = None
    while said := os.read(reader, 1):
        step = said[0]
        if step >= kill_at:
            break
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    rest = os.read(reader, 100)
    os.close(reader)
    return (rest[-1] if rest else step) if os.WIFSIGNALED(status) else None


def finish(side, place, every):
    """Train to the end in a child and return what it ends with."""
    result = place.with_suffix(".pickle")
    child = os.fork()
    if child == 0:
        result.write_bytes(pickle.dumps(train(side, place, every, None)))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"{side}: a training failed")
    return pickle.loads(result.read_bytes())


def train(side, place, every, on_step):
    place.mkdir(exist_ok=True)
    resume = (place / "checkpoints" / "manifest.json").exists()
    return resuming.train(side, place, resume, every, on_step)


if __name__ == "__main__":
    main()
