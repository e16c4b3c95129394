"""The mixed-precision recipe: Adam with layers in float16 or bfloat16 (source: G, F18)."""

from keras_impl.callbacks.nan_guard import NaNGuard
from keras_impl.training.batches import Batches, shuffled
from keras_impl.training.loop import fit
from keras_impl.training.losses import cross_entropy
from keras_impl.training.metrics import accuracy
from keras_impl.training.optimizers import Adam
from keras_impl.training.precision import Precision


def train(
    model,
    training,
    validation,
    epochs=20,
    batch=32,
    learning_rate=1e-3,
    dtype="float16",
    scale=2.0**15,
    growth=2000,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a float32 classifier that gives logits; it ends with the weights of its last epoch.

    It ends early with FloatingPointError, never with NaN: when a loss is no finite number, and when the gradients
    overflow at any scale.

    Args:
        model: built model; its weights and their updates stay in float32.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y).
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of all epochs.
        dtype: what the layers compute in: "float16", "bfloat16" or "float32".
        scale: first factor on the float16 loss; an overflow halves it and skips the update.  rule: loss-scale-start
        growth: updates in a row that double it.
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: further ones, called after those of the recipe.

    Returns:
        loss, accuracy, val_loss, val_accuracy, learning_rate and seconds of each epoch; in float16 also loss_scale, the
        one after the epoch, and skipped_steps.

    Raises:
        ValueError: naming the argument, its value and what was expected.
        FloatingPointError: naming the step.
    """
    return fit(
        model,
        Adam(learning_rate),
        cross_entropy(),
        Batches(*training, batch, order or shuffled(len(training[1]), seed)),
        Batches(*validation, batch),
        epochs,
        metrics=[accuracy],
        callbacks=[NaNGuard(), *callbacks],
        on_step=on_step,
        on_epoch=on_epoch,
        precision=Precision(dtype, scale, growth),
    )
