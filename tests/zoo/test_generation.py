"""A ``gpt`` and a ``transformer`` write the same text on both sides, with and without a cache."""

import re
from itertools import product

import keras
import numpy as np
import pytest
import torch

from keras_impl import generation as keras_generation
from torch_impl import generation as torch_generation

pytestmark = pytest.mark.full

SIZES = {"vocabulary": 60, "width": 16, "heads": 2, "depth": 2, "units": 24}
ARGUMENTS = {"gpt": {**SIZES, "length": 16}, "transformer": SIZES}
STEPS = 8
RANDOM = np.random.default_rng(3)
SOURCE = RANDOM.integers(1, 60, (3, 7))
SOURCE[1, 4:] = 0
REQUESTS = {
    "gpt": {"prompt": RANDOM.integers(1, 60, (3, 4))},
    "transformer": {"prompt": np.full((3, 1), 2), "source": SOURCE},
}
SIDES = (keras_generation, torch_generation)
EVERY = list(product(ARGUMENTS, (True, False), ("float64", "float32")))
FAST = {("gpt", True, "float64")}


def texts(name, pair, temperature):
    """Texts of (Keras with cache, Keras without, Torch with, Torch without)."""
    return [
        side.generate(model, steps=STEPS, temperature=temperature, seed=7, cache=cache, **REQUESTS[name])
        for (side, model), cache in product(zip(SIDES, pair, strict=True), (True, False))
    ]


def same(written):
    return all(np.array_equal(written[0], text) for text in written)


@pytest.mark.parametrize(
    ("name", "tied", "dtype"),
    [pytest.param(*case, marks=() if case in FAST else pytest.mark.full) for case in EVERY],
    ids=[f"{name}-{'tied' if tied else 'separate'}-{dtype}" for name, tied, dtype in EVERY],
)
def test_twins_write_the_same_text_with_and_without_cache(build, name, tied, dtype):
    pair = build(name, dtype, tied=tied, **ARGUMENTS[name])
    prompt = REQUESTS[name]["prompt"]
    greedy, drawn = (texts(name, pair, temperature) for temperature in (0.0, 1.0))
    for written in (greedy, drawn):
        assert same(written), written
        assert written[0].shape == (3, prompt.shape[1] + STEPS)
        assert written[0].dtype == np.int32
        assert np.array_equal(written[0][:, : prompt.shape[1]], prompt)
    assert not np.array_equal(greedy[0], drawn[0])
    assert len(np.unique(drawn[0])) > 12, "a text of few words would hide mistakes"


def test_seed_fixes_the_draws(build):
    pair = build("gpt", **ARGUMENTS["gpt"])
    request = {"steps": 4, "temperature": 1.0, **REQUESTS["gpt"]}
    for side, model in zip(SIDES, pair, strict=True):
        first, again, other = (side.generate(model, seed=seed, **request) for seed in (7, 7, 8))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


def test_text_is_filled_with_zeros_after_its_end(build):
    pair = build("gpt", **ARGUMENTS["gpt"])
    free = torch_generation.generate(pair[1], steps=STEPS, **REQUESTS["gpt"])
    end = int(free[0, 6])
    stop = 5 + int(np.argmax(free[0, 4:] == end))
    for side, model in zip(SIDES, pair, strict=True):
        text = side.generate(model, steps=STEPS, end=end, **REQUESTS["gpt"])
        assert np.array_equal(text[0, :stop], free[0, :stop])
        assert not text[0, stop:].any()


@pytest.mark.parametrize("name", ARGUMENTS)
def test_cached_logits_are_the_plain_ones(build, name):
    """Four tokens, then two at once: the second call must know where it starts and what each token may see."""
    model, module = build(name, **ARGUMENTS[name])
    tokens = RANDOM.integers(1, 60, (3, 6))
    given = () if name == "gpt" else (SOURCE,)
    results = []
    with torch.no_grad():
        for side, network, tensor in ((keras_generation, model, as_keras), (torch_generation, module, torch.as_tensor)):
            step = getattr(side, f"{name}_logits")
            past = {}
            step(network, *given, tensor(tokens[:, :4]), past)
            results.append(np.asarray(step(network, *given, tensor(tokens[:, 4:]), past)))
            results.append(np.asarray(step(network, *given, tensor(tokens), None)))
    assert all(np.abs(result - results[0]).max() < 1e-12 * np.abs(results[0]).max() for result in results)


def as_keras(tokens):
    return keras.ops.convert_to_tensor(tokens)


def wrong_offset(patch, module):
    advance = torch_generation.advance
    patch.setattr(torch_generation, "advance", lambda past, tokens: advance(past, tokens) + bool(past["length"] > 4))


def stuck_offset(patch, module):
    patch.setattr(torch_generation, "advance", lambda past, tokens: 0)


def future_seen(patch, module):
    for block in module.blocks:
        patch.setattr(block.attention, "causal", False)


def padding_seen(patch, module):
    for block in module.decoder:
        attend = block.cross_attention.attend
        patch.setattr(block.cross_attention, "attend", lambda *inputs, attend=attend: attend(*inputs[:3]))


def keys_forgotten(patch, module):
    def attend(attention, x, past, name):
        return attention.attend(x, *attention.project(x))[0]

    patch.setattr(torch_generation, "attend", attend)


FAULTS = [
    ("gpt", wrong_offset),
    ("gpt", stuck_offset),
    ("gpt", future_seen),
    ("gpt", keys_forgotten),
    ("transformer", wrong_offset),
    ("transformer", stuck_offset),
    ("transformer", padding_seen),
    ("transformer", keys_forgotten),
]


@pytest.fixture(scope="module")
def sound(built):
    """By network: the text that Keras draws, and the Torch module that draws the same."""
    pairs = {}
    for name, arguments in ARGUMENTS.items():
        with built(name, **arguments) as (model, module):
            pairs[name] = draw(keras_generation, model, name), module
    return pairs


def draw(side, model, name):
    return side.generate(model, steps=STEPS, temperature=1.0, seed=7, **REQUESTS[name])


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[f"{name}-{fault.__name__}" for name, fault in FAULTS])
def test_fault_changes_the_text(sound, monkeypatch, name, fault):
    text, module = sound[name]
    assert np.array_equal(text, draw(torch_generation, module, name))
    fault(monkeypatch, module)
    assert not np.array_equal(text, draw(torch_generation, module, name))


BAD_REQUESTS = {
    "prompt of shape (2,): ": {"prompt": [1, 2], "steps": 1},
    "prompt of shape (2, 0): ": {"prompt": np.zeros((2, 0)), "steps": 1},
    "steps=0: ": {"prompt": [[1, 2]], "steps": 0},
    "steps=1.5: ": {"prompt": [[1, 2]], "steps": 1.5},
    "steps=15: expected at most 14, ": {"prompt": [[1, 2]], "steps": 15},
    "temperature=-0.5: ": {"prompt": [[1, 2]], "steps": 1, "temperature": -0.5},
}


def test_bad_request_is_refused_in_the_same_words(build):
    pair = build("gpt", **ARGUMENTS["gpt"])
    for words, request in BAD_REQUESTS.items():
        messages = []
        for side, model in zip(SIDES, pair, strict=True):
            with pytest.raises(ValueError, match=re.escape(words)) as problem:
                side.generate(model, **request)
            messages.append(str(problem.value))
        assert messages[0] == messages[1]


def test_torch_module_comes_back_in_its_own_mode(sound):
    _, module = sound["gpt"]
    for training in (True, False):
        module.train(training)
        torch_generation.generate(module, [[1]], 1)
        assert module.training is training
