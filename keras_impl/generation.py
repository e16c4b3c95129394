"""Text, one token at a time, from a ``gpt`` or a ``transformer``: the likeliest token, or draws fixed by a seed."""

import warnings

import keras
import numpy as np
from keras import ops

from keras_impl.arguments import check_size


def generate(model, prompt, steps, source=None, temperature=0.0, seed=0, end=None, cache=True):
    """Prompt (B, L) of token ids -> prompt and new tokens (B, L + steps), int32.

    The draws are NumPy's, so that twins with the same weights write the same text.

    Args:
        model: a ``gpt``, or a ``transformer`` together with its ``source``.
        prompt: the first tokens, without padding; for a transformer the token that starts every target.
        steps: tokens to add.
        source: tokens (B, S) for a transformer to read, 0 = padding.
        temperature: 0 takes the likeliest token; above, draws from softmax(logits / temperature).
        seed: of the draws.
        end: a sequence is filled with 0 after this token.
        cache: keep keys and values of earlier steps instead of computing them again.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    tokens = np.asarray(prompt, dtype="int32")
    longest = None if source is not None else model.get_layer("positions").length
    check_request(tokens, steps, temperature, longest)
    rng = np.random.default_rng(seed)
    ended = np.zeros(len(tokens), dtype=bool)
    past = {} if cache else None
    new = tokens
    for _ in range(steps):
        given = ops.convert_to_tensor(new)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "You are using a softmax over axis")  # a lone token attends to itself
            logits = (
                gpt_logits(model, given, past) if source is None else transformer_logits(model, source, given, past)
            )
        logits = ops.convert_to_numpy(logits).astype("float64")
        chosen = np.where(ended, 0, choose(logits, temperature, rng.random(len(tokens)))).astype("int32")
        ended |= np.zeros_like(ended) if end is None else chosen == end
        tokens = np.concatenate([tokens, chosen[:, None]], axis=1)
        new = chosen[:, None] if cache else tokens
    return tokens


def check_request(tokens, steps, temperature, longest):
    if tokens.ndim != 2 or not tokens.size:
        raise ValueError(f"prompt of shape {tokens.shape}: expected (batch, length) with at least one token")
    check_size("steps", steps)
    if temperature < 0:
        raise ValueError(f"temperature={temperature!r}: expected zero or more")
    if longest is not None and tokens.shape[1] + steps > longest:
        raise ValueError(f"steps={steps!r}: expected at most {longest - tokens.shape[1]}, the model ends at {longest}")


def choose(logits, temperature, draws):
    """Logits (B, V) and uniform draws (B,) -> token ids (B,)."""
    if not temperature:
        return logits.argmax(axis=-1)
    shares = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature).cumsum(axis=-1)
    return (shares <= draws[:, None] * shares[:, -1:]).sum(axis=-1)


def gpt_logits(model, tokens, past):
    """Tokens (B, T) that follow those in ``past`` -> logits (B, V) of the next one; ``past`` grows."""
    if past is None:
        return model(tokens)[:, -1]
    layer = model.get_layer
    x = layer("positions")(layer("embedding")(tokens), start=advance(past, tokens))
    for name in blocks(model, "blocks."):
        x = x + attend(layer(f"{name}.attention"), layer(f"{name}.norm1")(x), past, name)
        x = x + feed_forward(layer, name, layer(f"{name}.norm2")(x))
    return to_logits(model, layer("norm")(x[:, -1:]))[:, -1]


def transformer_logits(model, source, tokens, past):
    """Source (B, S) and tokens (B, T) that follow those in ``past`` -> logits (B, V); ``past`` grows."""
    source = ops.convert_to_tensor(source, dtype="int32")
    if past is None:
        return model([source, tokens])[:, -1]
    layer = model.get_layer
    if not past:
        memory = encode(model, source)
        for name in blocks(model, "decoder."):
            past[f"{name}.source"] = layer(f"{name}.cross_attention").project(memory)
    embedding = "embedding" if is_tied(model) else "target_embedding"
    x = layer("target_positions")(layer(embedding)(tokens), start=advance(past, tokens))
    mask = ops.not_equal(source, 0)
    for name in blocks(model, "decoder."):
        x = layer(f"{name}.norm1")(x + attend(layer(f"{name}.self_attention"), x, past, name))
        y, _ = layer(f"{name}.cross_attention").attend(x, *past[f"{name}.source"], mask)
        x = layer(f"{name}.norm2")(x + y)
        x = layer(f"{name}.norm3")(x + feed_forward(layer, name, x))
    return to_logits(model, x[:, -1:])[:, -1]


def encode(model, source):
    last = blocks(model, "encoder.")[-1]
    return keras.Model(model.inputs[0], model.get_layer(f"{last}.norm2").output)(source)


def blocks(model, prefix):
    names = [layer.name for layer in model.layers]
    return [name.removesuffix(".expand") for name in names if name.startswith(prefix) and name.endswith(".expand")]


def advance(past, tokens):
    """Position of the first of the new tokens."""
    start = past.get("length", 0)
    past["length"] = start + tokens.shape[1]
    return start


def attend(attention, x, past, name):
    key, value = attention.project(x)
    if name in past:
        key = ops.concatenate([past[name][0], key], axis=2)
        value = ops.concatenate([past[name][1], value], axis=2)
    past[name] = key, value
    return attention.attend(x, key, value)[0]


def feed_forward(layer, name, x):
    return layer(f"{name}.contract")(layer(f"{name}.activation")(layer(f"{name}.expand")(x)))


def to_logits(model, x):
    return model.get_layer("embedding")(x, reverse=True) if is_tied(model) else model.get_layer("head")(x)


def is_tied(model):
    return all(layer.name != "head" for layer in model.layers)
