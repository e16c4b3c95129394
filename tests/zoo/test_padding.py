"""``lstm_classifier`` gives the same logits whatever the padding, by each way of leaving it out."""

import numpy as np
import pytest
import torch

from torch_impl.layers import recurrent

ARGUMENTS = {"vocabulary": 30, "width": 6, "units": 5, "depth": 2, "classes": 3}
ROWS = ([4, 9, 2, 7, 1, 5, 3], [8, 8, 6], [11], [])  # the last is padding only
LENGTHS = (7, 8, 20)


def padded(length):
    return np.array([row + [0] * (length - len(row)) for row in ROWS], dtype="int32")


def masked(model):
    return lambda tokens: np.asarray(model(tokens, training=False))


def packed(module):
    return on_arrays(module)


def scripted(module):
    return on_arrays(torch.jit.script(module))


def gathered(module, patch):
    """The way that exporters see, walked eagerly."""

    def run(tokens):
        with patch.context() as inside:
            inside.setattr(recurrent, "exporting", lambda: True)
            inside.setattr(recurrent.MaskedLSTM, "packed", None)
            return on_arrays(module)(tokens)

    return run


def on_arrays(module):
    @torch.no_grad()
    def run(tokens):
        return module(torch.as_tensor(tokens)).numpy()

    return run


def far_apart(results):
    return max(np.abs(result - results[0]).max() for result in results) > 1e-12 * np.abs(results[0]).max()


def test_padding_changes_nothing_on_either_side(build, monkeypatch):
    model, module = build("lstm_classifier", **ARGUMENTS)
    ways = masked(model), packed(module), gathered(module, monkeypatch), scripted(module)
    results = [way(padded(length)) for way in ways for length in LENGTHS]
    assert results[0].dtype == np.float64
    assert not far_apart(results)
    assert min(np.abs(a - b).max() for i, a in enumerate(results[0]) for b in results[0][:i]) > 1e-3


@pytest.mark.full
def test_exported_program_agrees(build):
    _, module = build("lstm_classifier", **ARGUMENTS)
    example = torch.as_tensor(padded(9))
    program = torch.export.export(module, (example,), dynamic_shapes={"tokens": {0: torch.export.Dim.DYNAMIC}})
    exported = on_arrays(program.module())
    assert not far_apart([packed(module)(padded(7)), exported(padded(9))])
    assert not far_apart([packed(module)(padded(7)[:2]), exported(padded(9)[:2])])


def test_row_alone_gets_the_logits_it_gets_in_a_batch(build):
    model, module = build("lstm_classifier", **ARGUMENTS)
    for way in (masked(model), packed(module)):
        together = way(padded(9))
        alone = [way(np.array([row or [0]], dtype="int32"))[0] for row in ROWS]
        assert not far_apart([together, np.stack(alone)])


def test_row_of_padding_ends_in_the_empty_state(build):
    model, module = build("lstm_classifier", head_units=0, **ARGUMENTS)
    assert np.array_equal(masked(model)(padded(9))[3], module.head.bias.detach().numpy())
    assert np.array_equal(packed(module)(padded(9))[3], module.head.bias.detach().numpy())


def test_network_that_reads_padding_is_told_apart(build):
    model, module = build("sentiment_lstm", **ARGUMENTS)
    for way in (masked(model), on_arrays(module)):
        assert far_apart([way(padded(length)) for length in LENGTHS])
    assert not far_apart([masked(model)(padded(9)), on_arrays(module)(padded(9))])


def test_lengths_that_are_ignored_are_told_apart(build, monkeypatch):
    _, module = build("lstm_classifier", **ARGUMENTS)
    for level in (module.lstm.l0, module.lstm.l1):
        forward = level.forward
        monkeypatch.setattr(
            level, "forward", lambda x, lengths, forward=forward: forward(x, torch.full_like(lengths, x.size(1)))
        )
    assert far_apart([packed(module)(padded(length)) for length in LENGTHS])
