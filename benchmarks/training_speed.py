"""How fast are the two training loops? ``image_classifier`` on 32x32x3, batch 32, two threads, against plain ones.

    python benchmarks/training_speed.py [--side keras|torch] [--rounds 5]

* Torch: ``torch_impl.training.loop.fit`` against the textbook loop below: contiguous NCHW, a ``DataLoader``, stock
  Adam, ``.item()`` in each step.
* Keras: ``keras_impl.training.loop.fit`` against plain ``compile`` and ``fit`` on arrays, with stock Adam, loss and
  metric, and the same ``jit_compile=False``.

The two take turns, a few epochs each; the first epoch of each turn is left out (it traces and warms up). Wall seconds
are what a user waits for, but other work on the machine blurs them; seconds of the processor do not care for it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

ROWS, BATCH, EPOCHS = 320, 32, 4
THREADS = os.environ.get("THREADS", "2")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", choices=("keras", "torch"))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.side:
        compare(options.side, options.rounds)
        return
    for side in ("keras", "torch"):
        subprocess.run([sys.executable, __file__, "--side", side, "--rounds", str(options.rounds)], check=True)


def compare(side, rounds):
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", OMP_NUM_THREADS=THREADS)
    os.environ.update(TF_NUM_INTRAOP_THREADS=THREADS, TF_NUM_INTEROP_THREADS=THREADS)
    contestants = keras_loops() if side == "keras" else torch_loops()
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, train in contestants.items():
            clock = Clock()
            train(clock)
            times[name] += clock.epochs[1:]
    ours, plain = (times[name] for name in ("ours", "plain"))
    batches = ROWS / BATCH
    for kind, unit in enumerate(("wall", "processor")):
        mine, theirs = (statistics.median(epoch[kind] for epoch in epochs) for epochs in (ours, plain))
        print(
            f"{side}  {unit:<9}  ours {1e3 * mine / batches:6.1f} ms per step  plain {1e3 * theirs / batches:6.1f}  "
            f"ratio {theirs / mine:.2f}  ({len(ours)} epochs each)",
            flush=True,
        )


class Clock:
    """Seconds of every epoch: wall, and processor over all threads."""

    def __init__(self):
        self.epochs = []
        self.last = time.perf_counter(), time.process_time()

    def tick(self, *ignored):
        now = time.perf_counter(), time.process_time()
        self.epochs.append(tuple(new - old for new, old in zip(now, self.last, strict=True)))
        self.last = now


def rows(first):
    import numpy as np

    random = np.random.default_rng(0)
    shape = (ROWS, 3, 32, 32) if first else (ROWS, 32, 32, 3)
    return random.random(shape, "float32"), random.integers(0, 10, ROWS)


def torch_loops():
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    from torch_impl.models.image_classifier import ImageClassifier
    from torch_impl.training.batches import Batches, shuffled
    from torch_impl.training.loop import fit
    from torch_impl.training.losses import cross_entropy
    from torch_impl.training.optimizers import Adam

    torch.set_num_threads(int(THREADS))
    x, y = rows(first=True)

    def ours(clock):
        model = ImageClassifier()
        batches = Batches(x, y, BATCH, shuffled(ROWS))
        fit(model, Adam(model.parameters()), cross_entropy(), batches, None, EPOCHS, on_epoch=clock.tick)

    def plain(clock):
        model = ImageClassifier()
        loader = DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), BATCH, shuffle=True)
        optimizer = torch.optim.Adam(model.parameters())
        criterion = torch.nn.CrossEntropyLoss()
        for _ in range(EPOCHS):
            model.train()
            running_loss = 0.0
            for inputs, labels in loader:
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                optimizer.step()
                running_loss += loss.item()
            clock.tick()

    return {"ours": ours, "plain": plain}


def keras_loops():
    import keras

    from keras_impl.models.image_classifier import build_image_classifier
    from keras_impl.training.batches import Batches, shuffled
    from keras_impl.training.loop import fit
    from keras_impl.training.losses import cross_entropy
    from keras_impl.training.metrics import accuracy
    from keras_impl.training.optimizers import Adam

    x, y = rows(first=False)

    def ours(clock):
        batches = Batches(x, y, BATCH, shuffled(ROWS))
        model = build_image_classifier()
        fit(model, Adam(), cross_entropy(), batches, None, EPOCHS, metrics=[accuracy], on_epoch=clock.tick)

    def plain(clock):
        model = build_image_classifier()
        model.compile(
            keras.optimizers.Adam(),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=[keras.metrics.SparseCategoricalAccuracy()],
            jit_compile=False,
        )
        watch = keras.callbacks.LambdaCallback(on_epoch_end=clock.tick)
        model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, callbacks=[watch], verbose=0)

    return {"ours": ours, "plain": plain}


if __name__ == "__main__":
    main()
