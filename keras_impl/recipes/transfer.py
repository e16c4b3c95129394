"""The transfer recipe: train a new head, more, or all on published weights; then fine-tune (source: HA2, G, F19)."""

from keras_impl.arguments import check_choice
from keras_impl.training.batches import Batches, shuffled
from keras_impl.training.loop import fit
from keras_impl.training.losses import cross_entropy
from keras_impl.training.metrics import accuracy
from keras_impl.training.optimizers import Adam
from keras_impl.training.parts import only_trained, with_rates

STRATEGIES = ("frozen", "partial", "full", "fine_tuning")
FACTORS = (1, 5, 10)


def train(
    model,
    training,
    validation,
    strategy="frozen",
    parts=("backbone.layer3", "backbone.layer4", "head"),
    epochs=10,
    batch=32,
    learning_rate=None,
    order=None,
    on_step=None,
    on_epoch=None,
    seed=0,
    callbacks=(),
):
    """Train a classifier that gives logits in one of four ways; it ends with the weights of its last epoch.

    The first three begin from published weights and are followed by "fine_tuning", a call of its own. What is not
    trained is frozen, its batch norms infer, and it is as it was after the call.  rule: norm-frozen

    Args:
        model: built model; set ``floatx`` and the dtype policy before building it.
        training: arrays (x, y), y int labels.
        validation: arrays (x, y).
        strategy: "frozen" trains the head, "partial" head and last stage, "full" everything, "fine_tuning" the three
            parts at 1, 5 and 10 times the learning rate.
        parts: paths of the stage before the last, the last stage and the head: those of a ResNet; of EfficientNet
            ("backbone.features.7", "backbone.features.8", "head").
        epochs: number of epochs.
        batch: samples per step; the last batch of an epoch may be shorter.
        learning_rate: of all epochs; None is 1e-3, and 1e-5 for "fine_tuning".
        order: epoch -> permutation of the training rows; None shuffles by ``seed``.
        on_step: called with the number of the batch before its forward pass.
        on_epoch: called with epoch and logs after each epoch.
        seed: of the shuffling.
        callbacks: called in this order.

    Returns:
        loss, accuracy, val_loss, val_accuracy, learning_rate and seconds of each epoch.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    factors = factors_of(strategy, parts)
    if learning_rate is None:
        learning_rate = 1e-5 if strategy == "fine_tuning" else 1e-3
    with only_trained(model, tuple(factors)):
        return fit(
            model,
            with_rates(Adam, model, learning_rate, factors),
            cross_entropy(),
            Batches(*training, batch, order or shuffled(len(training[1]), seed)),
            Batches(*validation, batch),
            epochs,
            metrics=[accuracy],
            callbacks=callbacks,
            on_step=on_step,
            on_epoch=on_epoch,
        )


def factors_of(strategy, parts):
    """Path of each trained part -> factor on the learning rate."""
    check_choice("strategy", strategy, STRATEGIES)
    if isinstance(parts, str) or len(parts) != len(FACTORS):
        raise ValueError(f"parts={parts!r}: expected three paths: the stage before the last, the last stage, the head")
    _, last, head = parts
    plain = {"frozen": (head,), "partial": (last, head), "full": ("",)}
    return dict.fromkeys(plain[strategy], 1) if strategy in plain else dict(zip(parts, FACTORS, strict=True))
