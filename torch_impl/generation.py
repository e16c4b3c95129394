"""Text, one token at a time, from a ``gpt`` or a ``transformer``: the likeliest token, or draws fixed by a seed."""

import numpy as np
import torch

from torch_impl.arguments import check_size


@torch.no_grad()
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
    longest = None if source is not None else model.positions.table.num_embeddings
    check_request(tokens, steps, temperature, longest)
    training = model.training
    model.eval()
    rng = np.random.default_rng(seed)
    ended = np.zeros(len(tokens), dtype=bool)
    past = {} if cache else None
    new = tokens
    for _ in range(steps):
        given = on_device(model, new)
        logits = gpt_logits(model, given, past) if source is None else transformer_logits(model, source, given, past)
        logits = logits.double().cpu().numpy()
        chosen = np.where(ended, 0, choose(logits, temperature, rng.random(len(tokens)))).astype("int32")
        ended |= np.zeros_like(ended) if end is None else chosen == end
        tokens = np.concatenate([tokens, chosen[:, None]], axis=1)
        new = chosen[:, None] if cache else tokens
    model.train(training)
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
    x = model.positions(model.embedding(tokens), start=advance(past, tokens))
    for name, block in enumerate(model.blocks):
        x = x + attend(block.attention, block.norm1(x), past, name)
        x = x + block.feed_forward(block.norm2(x))
    return to_logits(model, model.norm(x[:, -1:]))[:, -1]


def transformer_logits(model, source, tokens, past):
    """Source (B, S) and tokens (B, T) that follow those in ``past`` -> logits (B, V); ``past`` grows."""
    source = on_device(model, source)
    if past is None:
        return model(source, tokens)[:, -1]
    if not past:
        memory = model.encode(source)
        for name, block in enumerate(model.decoder):
            past[f"{name}.source"] = block.cross_attention.project(memory)
    x = model.target_positions(model.embed_target(tokens), start=advance(past, tokens))
    mask = source != 0
    for name, block in enumerate(model.decoder):
        x = block.norm1(x + attend(block.self_attention, x, past, name))
        y, _ = block.cross_attention.attend(x, *past[f"{name}.source"], mask)
        x = block.norm2(x + y)
        x = block.norm3(x + block.feed_forward(x))
    return to_logits(model, x[:, -1:])[:, -1]


def on_device(model, tokens):
    return torch.as_tensor(np.asarray(tokens, dtype="int32"), device=next(model.parameters()).device)


def advance(past, tokens):
    """Position of the first of the new tokens."""
    start = past.get("length", 0)
    past["length"] = start + tokens.shape[1]
    return start


def attend(attention, x, past, name):
    key, value = attention.project(x)
    if name in past:
        key = torch.cat([past[name][0], key], dim=2)
        value = torch.cat([past[name][1], value], dim=2)
    past[name] = key, value
    return attention.attend(x, key, value)[0]


def to_logits(model, x):
    return model.embedding(x, reverse=True) if model.head is None else model.head(x)
