"""Our factors are the learning rates of PyTorch's stock schedulers, and equal on both sides to the last bit."""

import pytest
import torch
from torch.optim import lr_scheduler as stock

from keras_impl.training import schedules as keras_schedules
from torch_impl.training import schedules as torch_schedules

RATE = 0.1
STOCK = {
    "step": (("step", 3, 0.5), lambda o: stock.StepLR(o, 3, 0.5)),
    "exponential": (("exponential", 0.9), lambda o: stock.ExponentialLR(o, 0.9)),
    "cosine": (("cosine", 12), lambda o: stock.CosineAnnealingLR(o, 12)),
    "cosine floor": (("cosine", 12, 0.1), lambda o: stock.CosineAnnealingLR(o, 12, eta_min=0.1 * RATE)),
    "warmup": (("warmup", 5, 0.2), lambda o: stock.LinearLR(o, 0.2, total_iters=5)),
    "triangular": (("triangular", 4, 0.1), lambda o: stock.CyclicLR(o, 0.1 * RATE, RATE, step_size_up=4)),
}


def rates(schedule, count):
    """Learning rates that a stock scheduler gives, epoch by epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler = schedule(optimizer)
    seen = []
    for _ in range(count):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


@pytest.mark.parametrize(("call", "schedule"), STOCK.values(), ids=STOCK)
def test_schedule_follows_pytorch(call, schedule):
    name, *numbers = call
    factor = getattr(torch_schedules, name)(*numbers)
    assert [RATE * factor(index) for index in range(30)] == pytest.approx(rates(schedule, 30), rel=1e-12, abs=1e-16)


def test_warmup_then_cosine_follows_pytorch():
    def sequence(optimizer):
        up, down = stock.LinearLR(optimizer, 0.2, total_iters=5), stock.CosineAnnealingLR(optimizer, 12)
        return stock.SequentialLR(optimizer, [up, down], milestones=[5])

    factor = torch_schedules.warmup_cosine(5, 17, start=0.2)
    expected = rates(sequence, 17)
    assert [RATE * factor(index) for index in range(17)] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ["step", "exponential", "cosine", "warmup", "warmup_cosine", "triangular"])
def test_schedule_is_the_same_number_on_both_sides(name):
    numbers = {"warmup_cosine": (3, 10), "exponential": (0.97,)}.get(name, (4,))
    ours, theirs = (getattr(module, name)(*numbers) for module in (keras_schedules, torch_schedules))
    assert [ours(index) for index in range(40)] == [theirs(index) for index in range(40)]
    assert len({theirs(index) for index in range(10)}) > 2
