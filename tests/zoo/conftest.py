"""Both frameworks in one process (Torch first) and twins with the same weights."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import numpy as np
import pytest

import torch  # isort: skip  before TensorFlow

from parity.layouts import layout_of
from parity.sides import keras_facts
from parity.sides.keras_patches import policy
from parity.sides.source import Source
from parity.zoo import TWINS

Build = Callable[..., tuple[Any, Any]]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def built() -> Callable[..., AbstractContextManager[tuple[Any, Any]]]:
    """``with built(twin, dtype, **arguments) as (model, module)``: Keras works in ``dtype`` inside the block."""
    twins = {twin.name: twin for twin in TWINS}

    @contextmanager
    def both(name: str, dtype: str = "float64", **arguments: Any) -> Iterator[tuple[Any, Any]]:
        with policy(dtype):
            model = Source(twins[name].keras).resolve()(**arguments)
            module = Source(twins[name].torch).resolve()(**arguments).to(getattr(torch, dtype)).eval()
            share_weights(model, module)
            yield model, module

    return both


@pytest.fixture
def build(built: Callable[..., AbstractContextManager[tuple[Any, Any]]]) -> Iterator[Build]:
    """``build(twin, dtype, **arguments)``: ``built`` until the test ends."""
    with ExitStack() as stack:
        yield lambda *key, **arguments: stack.enter_context(built(*key, **arguments))


def share_weights(model: Any, module: torch.nn.Module) -> None:
    """Random numbers for every weight, biases and norms too, so that no mistake hides behind a zero or a one."""
    rng = np.random.default_rng(0)
    state = {}
    for path, layer in keras_facts.walk(model):
        weights = {}
        for name, weight in keras_facts.named_weights(layer):
            spread = 0.1 if len(weight.shape) == 1 else 0.3
            weight.assign(rng.normal(float(name == "gamma"), spread, weight.shape))
            weights[name] = np.asarray(weight)
        facts = keras_facts.describe_layer(path, layer)
        moved = layout_of(facts.kind).to_torch(weights, facts.storage)
        state |= {f"{path}.{name}": torch.tensor(array) for name, array in moved.items()}
    module.load_state_dict(state)
