"""One training per side with everything in it that remembers, for the tests and benchmarks of resuming."""

import importlib

import numpy as np

STEPS, EPOCHS, BATCH = 35, 5, 6  # 7 batches per epoch, the last one short


def load(side, module):
    return importlib.import_module(f"{side}_impl.{module}")


def data():
    random = np.random.default_rng(3)
    x = random.normal(size=(51, 6))
    y = (x[:, 0] * x[:, 1] > 0).astype("int64")
    return (x[:40], y[:40]), (x[40:], y[40:])


def new_model(side):
    arguments = {"input_shape": (6,), "units": (8, 5), "classes": 2, "dropout": 0.3, "batch_norm": True}
    if side == "keras":
        import keras

        keras.utils.set_random_seed(0)
        return load("keras", "models.mlp").build_mlp(**arguments)
    import torch

    torch.manual_seed(0)
    return load("torch", "models.mlp").MLP(**arguments).double()


def train(side, folder, resume=False, every=1, on_step=None):
    """Train with batch norm, dropout, shuffling, clipping, accumulation and every callback that remembers.

    Returns:
        weights and slots by name, curves, and the bytes of the log.
    """
    model = new_model(side)
    adam = load(side, "training.optimizers").Adam
    optimizer = adam(0.05) if side == "keras" else adam(model.parameters(), 0.05)
    rows, validation = data()
    batches = load(side, "training.batches")
    triangular = load(side, "training.schedules").triangular(4)
    callbacks = [
        load(side, "callbacks.schedule").Schedule(triangular, "step"),
        load(side, "callbacks.plateau").Plateau(patience=0),
        load(side, "callbacks.keras_plateau").KerasPlateau(patience=1),
        load(side, "callbacks.early_stopping").EarlyStopping(patience=4),
        load(side, "callbacks.keras_early_stopping").KerasEarlyStopping(patience=4, restore_best_weights=True),
        load(side, "callbacks.weight_average").WeightAverage(0.8),
        load(side, "callbacks.csv_log").CSVLog(folder / "log.csv", leave_out=["seconds"]),
        load(side, "callbacks.json_log").JSONLog(folder / "log.jsonl"),
        load(side, "callbacks.keep").Keep(folder / "checkpoints", every, resume=resume),
    ]
    curves = load(side, "training.loop").fit(
        model,
        optimizer,
        load(side, "training.losses").cross_entropy(),
        batches.Batches(*rows, BATCH, batches.shuffled(len(rows[1]), 1)),
        batches.Batches(*validation, 4),
        EPOCHS,
        metrics=[load(side, "training.metrics").accuracy],
        callbacks=callbacks,
        clip=load(side, "training.clipping").global_norm(1.0),
        accumulate=2,
        on_step=on_step,
    )
    curves.pop("seconds")
    return tensors(side, model, optimizer) | {"log": (folder / "log.csv").read_bytes(), "curves": repr(curves)}


def tensors(side, model, optimizer):
    """Every weight, statistic, seed and slot, as bytes."""
    if side == "keras":
        variables = {"model": model.variables, "optimizer": optimizer.variables}
        return {f"{of} {i}": np.asarray(v).tobytes() for of, vs in variables.items() for i, v in enumerate(vs)}
    weights = {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}
    slots = [slot for slots in optimizer.state_dict()["state"].values() for slot in slots.values()]
    return weights | {f"slot {index}": slot.numpy().tobytes() for index, slot in enumerate(slots)}
