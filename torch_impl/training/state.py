"""Everything that changes while ``fit`` runs."""

import torch


class State:
    """The state of a training, from which it goes on bit for bit.

    Args:
        model: module.
        optimizer: of its parameters.
        callbacks: those whose state is kept, in order.
        means: ``Means``, which run over an epoch.

    Attributes:
        epoch, index, step: of the next batch: its epoch, its place in that epoch, its place in the training.
    """

    def __init__(self, model, optimizer, callbacks, means):
        self.model = model
        self.optimizer = optimizer
        self.callbacks = callbacks
        self.means = means
        self.epoch = self.index = self.step = 0

    @property
    def position(self):
        return [self.epoch, self.index, self.step]

    @position.setter
    def position(self, numbers):
        self.epoch, self.index, self.step = numbers

    @property
    def stopped(self):
        return any(callback.stop for callback in self.callbacks)

    def capture(self):
        """Position, weights, slots, gradients, partial means, callbacks and random states, as tensors and plain values.

        The gradients are those of batches that wait for their update.
        """
        return {
            "position": self.position,
            "stopped": self.stopped,
            "model": dict(self.model.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "gradients": [parameter.grad for parameter in self.model.parameters()],
            "means": self.means.sums,
            "callbacks": [[type(callback).__name__, callback.state()] for callback in self.callbacks],
            "random": {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all()},
        }

    def restore(self, captured):
        """Go on from what ``capture`` gave.

        Raises:
            ValueError: it is that of another training.
        """
        names = [type(callback).__name__ for callback in self.callbacks]
        check_same("callbacks", [name for name, _ in captured["callbacks"]], names)
        shapes = [{name: tuple(t.shape) for name, t in m.items()} for m in (captured["model"], self.model.state_dict())]
        check_same("shapes of the weights", *shapes)
        self.model.load_state_dict(captured["model"])
        self.optimizer.load_state_dict(captured["optimizer"])
        restore_layout(self.optimizer)
        for parameter, gradient in zip(self.model.parameters(), captured["gradients"], strict=True):
            parameter.grad = None if gradient is None else torch.empty_like(parameter).copy_(gradient)
        self.means.sums = captured["means"]
        self.position = captured["position"]
        for callback, (_, state) in zip(self.callbacks, captured["callbacks"], strict=True):
            callback.restore(state)
            callback.stop = captured["stopped"]
        torch.set_rng_state(captured["random"]["cpu"])
        if captured["random"]["cuda"]:
            torch.cuda.set_rng_state_all(captured["random"]["cuda"])


def restore_layout(optimizer):
    """Slots in the memory layout of their weights, as they were made: sums may come out otherwise in another one."""
    for parameter, slots in optimizer.state.items():
        for name, slot in slots.items():
            if torch.is_tensor(slot) and slot.shape == parameter.shape:
                slots[name] = torch.empty_like(parameter, dtype=slot.dtype).copy_(slot)


def check_same(what, kept, ours):
    """Raise ValueError unless a checkpoint fits."""
    if kept != ours:
        raise ValueError(f"{what} of the checkpoint: {kept}; expected {ours}")
