"""The axes of a tensor are followed however they are turned."""

from __future__ import annotations

from functools import partial

import pytest
import torch
import torch.nn.functional as F

from parity.listing import Joined, Listing, plain
from parity.sides.torch_events import Recorder, without_dropout
from parity.sides.torch_trace import Tracing, mark_of, native_like, reordered, set_mark


@pytest.mark.parametrize(
    "turn",
    [
        lambda x: x.transpose(1, 2),
        lambda x: x.mT,
        lambda x: x.mH,
        lambda x: x.adjoint(),
        lambda x: torch.swapdims(x, 1, 2),
        lambda x: x.swapaxes(-1, -2),
        lambda x: x.permute(0, 2, 1),
    ],
)
def test_a_sequence_becomes_channels_first_and_back(turn):
    sequence = torch.zeros(2, 5, 3)
    set_mark(sequence, False, frozenset({-1}))
    with Tracing():
        first = turn(sequence)
        last = turn(first)
    assert mark_of(first).channels_first
    assert mark_of(first).sources == {-1}
    assert not mark_of(last).channels_first
    assert mark_of(last).sources == {-1}


@pytest.mark.parametrize("training", [False, True])
def test_attention_stays_causal_without_its_dropout(training):
    attention = torch.nn.MultiheadAttention(8, 2, dropout=0.5, batch_first=True).train(training)
    steps = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0))
    mask = torch.nn.Transformer.generate_square_subsequent_mask(5)
    plain = torch.nn.MultiheadAttention(8, 2, batch_first=True)
    plain.load_state_dict(attention.state_dict())
    expected = plain(steps, steps, steps, attn_mask=mask, need_weights=False)[0]
    with without_dropout(attention):
        made = attention(steps, steps, steps, attn_mask=mask, is_causal=True, need_weights=False)[0]
    torch.testing.assert_close(made, expected)


def test_a_matrix_from_the_left_keeps_the_channels_where_they_are():
    sequence, matrix = torch.zeros(2, 5, 3), torch.zeros(4, 5)
    set_mark(sequence, True, frozenset({-1}))
    with Tracing():
        assert mark_of(matrix @ sequence).channels_first
        assert not mark_of(sequence @ torch.zeros(3, 4)).channels_first


def test_a_number_for_every_two_steps_has_no_channels():
    own, other, image = (torch.zeros(2, *shape) for shape in ((5, 1), (5, 1), (4, 5)))
    for tensor in (own, other, image):
        set_mark(tensor, tensor is image, frozenset({-1}))
    with Tracing():
        turned = other.transpose(1, 2)
        assert mark_of(turned).channels_first
        assert not mark_of(own + turned).channels_first
        assert mark_of(turned + 1).channels_first
        assert mark_of(image * turned).channels_first


@pytest.mark.parametrize("pool", [torch.nn.functional.max_pool2d, torch.nn.functional.avg_pool2d])
def test_a_pooling_function_tells_its_window(pool):
    x = torch.randn(2, 3, 6, 6)
    set_mark(x, True, frozenset({-1}))
    with Recorder(torch.nn.Identity()) as recorder:
        pool(x, kernel_size=3, stride=1, padding=1)
    (event,) = recorder.events
    assert [event.attributes[name] for name in ("size", "stride", "padding")] == [(3, 3), (1, 1), (1, 1)]


def test_tokens_with_time_first_are_looked_up_with_time_first():
    tokens, table = torch.zeros(4, 7, dtype=torch.long), torch.zeros(9, 3)
    set_mark(tokens, False, frozenset({-1}))
    with Tracing():
        turned = tokens.t()
        assert mark_of(turned).time_first
        assert mark_of(torch.nn.functional.embedding(turned, table)).time_first
        assert not mark_of(turned.t()).time_first
        assert not mark_of(torch.zeros(4, 7).t()).time_first


def test_what_needs_gradients_may_be_told_so_again():
    x = torch.ones(2, requires_grad=True)
    with Tracing():
        y = 2 * x
        y.requires_grad = True
        with pytest.raises(RuntimeError, match="leaf"):
            y.requires_grad = False
    y.sum().backward()
    assert x.grad.tolist() == [2, 2]


def test_steps_in_the_place_of_channels_become_the_first_axis_with_the_samples():
    with Tracing():
        steps = torch.zeros(2, 5, 3)
        set_mark(steps, True, frozenset({-1}))
        steps = steps.transpose(0, 1)
        assert (mark_of(steps).time_first, mark_of(steps).channels_first) == (True, False)
        assert not mark_of(steps.transpose(0, 1)).time_first


def test_an_image_becomes_a_sequence_with_time_first_and_back():
    sequence = torch.zeros(2, 5, 6)
    set_mark(sequence, True, frozenset({-1}))
    with Tracing():
        first = sequence.permute(2, 0, 1)
        assert (mark_of(first).time_first, mark_of(first).channels_first) == (True, False)
        back = first.permute(1, 2, 0)
        assert (mark_of(back).time_first, mark_of(back).channels_first) == (False, True)


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        (lambda x: x[:, :2], True),
        (lambda x: x[..., 1:-1], True),
        (lambda x: x[:2], True),
        (lambda x: x[:, 0], False),
        (lambda x: x[:, None, 0], False),
        (lambda x: x[:, [1, 0]], False),
    ],
)
def test_slices_leave_the_channels_where_they_are(cut, kept):
    sequence = torch.zeros(2, 4, 5)
    set_mark(sequence, True, frozenset())
    with Tracing():
        assert mark_of(cut(sequence)).channels_first == kept


@pytest.mark.parametrize(
    ("reduce", "kept"),
    [
        (lambda x: x.mean(1, keepdim=True), True),
        (lambda x: torch.max(x, 1)[0].unsqueeze(1), True),
        (lambda x: x.sum(dim=1).sqrt()[:, None], True),
        (lambda x: x.mean(2).unsqueeze(1), False),
        (lambda x: x.flatten(2).unsqueeze(1), False),
    ],
)
def test_a_reduction_over_the_channels_leaves_an_image_of_one(reduce, kept):
    image = torch.zeros(2, 3, 5, 4)
    set_mark(image, True, frozenset())
    with Tracing():
        assert mark_of(reduce(image)).channels_first == kept


def test_the_letters_of_an_einsum_tell_where_the_samples_are():
    steps, states = torch.zeros(5, 2, 3), torch.zeros(7, 2, 3)
    for tensor in (steps, states):
        set_mark(tensor, False, frozenset({-1}), time_first=True)
    with Tracing():
        scores = torch.einsum("tbh,sbh->bts", steps, states)
        assert not mark_of(scores).time_first
        assert mark_of(torch.einsum("bts, sbh -> tbh", scores, states)).time_first
        assert not mark_of(torch.einsum("bts,sbh->bth", scores, states)).time_first


@pytest.mark.parametrize(
    ("reduce", "kept"),
    [
        (lambda x: x.mean(2), True),
        (lambda x: torch.max(x, dim=3)[0], True),
        (lambda x: x.sum(-1), True),
        (lambda x: x.amax((2,)), True),
        (lambda x: x.mean(1), False),
        (lambda x: x.mean((2, 3)), False),
        (lambda x: x.mean(), False),
    ],
)
def test_an_image_without_rows_or_columns_still_has_its_channels(reduce, kept):
    image = torch.randn(2, 4, 4, 4)
    set_mark(image, True, frozenset())
    with Tracing():
        assert mark_of(reduce(image)).channels_first is kept


def image(shape=(2, 5, 6, 4)):
    """Channels first."""
    made = torch.zeros(shape)
    set_mark(made, True, frozenset({-1}))
    return made


HEIGHT_AND_CHANNELS = Listing((4, 5), (1, 0))


@pytest.mark.parametrize(
    ("turn", "listing"),
    [
        (lambda x: x.permute(0, 2, 1, 3).reshape(2, 6, 20), HEIGHT_AND_CHANNELS),
        (lambda x: x.transpose(1, 2).flatten(2).contiguous().relu(), HEIGHT_AND_CHANNELS),
        (lambda x: torch.flatten(x.movedim(2, 1), 2), HEIGHT_AND_CHANNELS),
        (lambda x: torch.stack([x[:, :, t].flatten(1) for t in range(6)], dim=1), HEIGHT_AND_CHANNELS),
        (lambda x: torch.stack([step.flatten(1) for step in x.unbind(2)], dim=1), HEIGHT_AND_CHANNELS),
        (lambda x: x.permute(0, 2, 1, 3).flatten(2).mean(1), HEIGHT_AND_CHANNELS),
        (lambda x: x.permute(0, 2, 1, 3).flatten(2)[:, -1], HEIGHT_AND_CHANNELS),
        (lambda x: torch.nn.functional.layer_norm(x.transpose(1, 2).flatten(2), (20,)), HEIGHT_AND_CHANNELS),
        (lambda x: x.permute(0, 1, 3, 2).flatten(1, 2), HEIGHT_AND_CHANNELS),
        (lambda x: x.permute(0, 2, 3, 1).reshape(2, 6, 20), Listing((4, 5), (0, 1))),
        (lambda x: x.flatten(1), Listing((6, 4, 5), (2, 0, 1))),
        (lambda x: x.transpose(1, 2).flatten(1), Listing((6, 4, 5), (0, 2, 1))),
        (lambda x: x.view(2, 6, 20), None),
        (lambda x: x.view(2, 5, 24), None),
        (lambda x: x.transpose(1, 2).flatten(2) @ torch.zeros(20, 20), None),
        (lambda x: x.transpose(1, 2).flatten(2)[..., :10], None),
    ],
)
def test_features_are_told_by_the_axes_that_they_list(turn, listing):
    with Tracing():
        assert mark_of(turn(image())).flattened == listing


@pytest.mark.parametrize(
    ("turn", "channels_first", "time_first"),
    [
        (lambda x: x.permute(0, 2, 1, 3).flatten(2), False, False),
        (lambda x: x.permute(2, 0, 1, 3).flatten(2), False, True),
        (lambda x: x.permute(0, 1, 3, 2).flatten(1, 2), True, False),
        (lambda x: x.flatten(1, 2).transpose(1, 2), False, False),
        (lambda x: x[:, :, 0], True, False),
        (lambda x: x[:, :, :1].squeeze(2).permute(2, 0, 1), False, True),
    ],
)
def test_samples_steps_and_channels_are_found_where_axes_were_moved(turn, channels_first, time_first):
    with Tracing():
        mark = mark_of(turn(image()))
    assert (mark.channels_first, mark.time_first) == (channels_first, time_first)


def test_a_sequence_of_an_image_goes_into_numpy_and_back_with_the_channels_last():
    numbers = torch.randn(2, 5, 6, 4)
    set_mark(numbers, True, frozenset({-1}))
    with Tracing():
        steps = numbers.permute(2, 0, 1, 3).flatten(2)
    there = reordered(steps)
    assert (there == numbers.permute(0, 2, 3, 1).reshape(2, 6, 20).numpy()).all()
    assert torch.equal(native_like(there, steps), steps)


def test_a_convolution_takes_as_features_what_a_view_has_merged():
    model = torch.nn.Sequential(torch.nn.Flatten(1, 2), torch.nn.Conv1d(30, 7, 3))
    numbers = image()
    recorder = Recorder(model)
    with recorder.watching(model):
        model(numbers)
    assert [event.flattened for event in recorder.events] == [Listing((6, 5), (1, 0))]


@pytest.mark.parametrize("join", [partial(torch.cat, dim=1), partial(torch.concatenate, axis=-1), torch.hstack])
def test_features_of_an_image_are_known_among_others(join):
    image, numbers = torch.randn(2, 3, 4, 5), torch.randn(2, 7)
    set_mark(image, True, frozenset({-1}))
    with Tracing():
        features = torch.relu(join([numbers, image.flatten(1)]))
        mixed = torch.nn.functional.linear(features, torch.randn(67, 67))
    assert mark_of(features).flattened == Joined((plain(7), Listing((4, 5, 3), (2, 0, 1))))
    assert mark_of(mixed).flattened is None
    assert torch.equal(native_like(reordered(features), features), features)


def test_samples_that_are_groups_of_channels_of_one_image_are_no_steps():
    x = torch.zeros(4, 14, 3)
    with Tracing():
        set_mark(x, False, frozenset({-1}))
        grouped = x.transpose(1, 2).reshape(1, 12, 14)
        made = F.conv1d(grouped, torch.zeros(24, 3, 3), groups=4)
    assert not mark_of(grouped).time_first
    assert mark_of(made).channels_first
    assert not mark_of(made).time_first


def test_channels_that_were_shuffled_are_still_in_front_of_the_space():
    image = torch.zeros(2, 8, 5, 6)
    set_mark(image, True, frozenset({-1}))
    with Tracing():
        shuffled = image.view(2, 4, 2, 5, 6).transpose(1, 2).reshape(2, 8, 5, 6)
        windows = image.view(2, 8, 5, 2, 3).transpose(2, 3).reshape(2, 16, 5, 3)
    assert mark_of(shuffled).channels_first
    assert not mark_of(windows).channels_first


def test_the_parts_of_complex_numbers_come_from_where_these_do():
    signal = torch.zeros(2, 8)
    set_mark(signal, False, frozenset({-1}))
    with Tracing():
        spectrum = torch.fft.rfft(signal)
        parts = spectrum.real, spectrum.imag
    assert [mark_of(part).sources for part in parts] == [{-1}, {-1}]
