"""What takes a cause away does so only where its name fits: attempts on single operations of PyTorch."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from parity.sides.torch_trace import set_mark
from parity.sides.torch_trials import Call, attempt


@pytest.fixture(autouse=True)
def double_precision():
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(default)


def called(run, *args, **options):
    """A call of a layer or function with its result."""
    module = run if isinstance(run, nn.Module) else None
    return Call(args, options, run(*args, **options), module, None if module else run)


def same(value, wanted):
    return value is not None and torch.allclose(value, wanted)


def test_inputs_in_another_order_are_exchanged():
    layer, image = nn.Linear(4, 3), torch.randn(2, 4, 5)
    viewed, tokens = image.view(2, 5, 4), image.transpose(1, 2).contiguous()
    assert same(attempt(called(layer, viewed), "reordered", {"values": (tokens.numpy(),)}), layer(tokens))


@pytest.mark.parametrize(
    "other",
    [lambda x: x, lambda x: x.flip(1), lambda x: x.flip(2), lambda x: x.roll(1, 2), lambda x: 2 * x, torch.relu],
)
def test_inputs_that_are_equal_or_backwards_or_moved_or_other_numbers_are_not_in_another_order(other):
    x = torch.randn(2, 5, 4)
    assert attempt(called(nn.Linear(4, 3), x), "reordered", {"values": (other(x).numpy(),)}) is None


def test_a_view_that_hid_the_channels_from_a_convolution_is_seen_through():
    layer, image = nn.Conv2d(6, 6, 3, groups=6), torch.randn(2, 6, 5, 5)
    shuffled = image.view(2, 3, 2, 5, 5).transpose(1, 2).reshape(2, 6, 5, 5)
    call = called(layer, shuffled)
    set_mark(call.result, True, frozenset())
    value = attempt(call, "reordered", {"values": (image.permute(0, 2, 3, 1).contiguous().numpy(),)})
    assert same(value, layer(image))


@pytest.mark.parametrize("short", [torch.float16, torch.bfloat16])
def test_inputs_in_a_short_float_type_are_lengthened(short):
    layer, x = nn.Linear(4, 3), torch.randn(2, 4)
    assert same(attempt(called(layer, x.to(short).double()), "lengthened", {"values": (x.numpy(),)}), layer(x))
    assert same(attempt(called(torch.tanh, x.to(short)), "lengthened", {"values": (x.numpy(),)}), x.tanh())


def test_inputs_that_are_slightly_other_numbers_are_not_short():
    x = torch.randn(2, 4)
    assert attempt(called(nn.Linear(4, 3), 1.001 * x), "lengthened", {"values": (x.numpy(),)}) is None


def test_stacked_tensors_change_places():
    x, y = torch.randn(2, 4), torch.randn(2, 4)
    wanted = torch.stack([y, x], dim=2)
    assert same(attempt(called(torch.stack, [x, y], dim=2), "joined like", {"reference": wanted.numpy()}), wanted)


def test_tensors_of_layers_inside_a_layer_are_set_too():
    layer, other, x = nn.MultiheadAttention(4, 2), nn.MultiheadAttention(4, 2), torch.randn(3, 1, 4)
    tensors = {name: tensor.numpy() for name, tensor in other.state_dict().items()}
    with torch.no_grad():
        assert same(attempt(called(layer, x, x, x), "weights", tensors)[0], other(x, x, x)[0])


def test_an_input_is_scaled_by_one_number_only():
    layer, x = nn.Linear(4, 3), torch.randn(2, 4)
    assert same(attempt(called(layer, 0.5 * x), "input scaled", {"value": x.numpy()}), layer(x))
    assert attempt(called(layer, 0.5 * x + 1), "input scaled", {"value": x.numpy()}) is None


def test_one_branch_of_several_is_replaced():
    a, b, c = torch.randn(3, 2, 4).unbind()
    call = called(torch.cat, [a, b], 1)
    assert same(attempt(call, "feed one", {"place": 1, "value": c.numpy()}), torch.cat([a, c], 1))
    twice = called(torch.cat, [a, b, b], 1)
    assert same(attempt(twice, "feed one", {"place": 2, "value": c.numpy()}), torch.cat([a, b, c], 1))


def test_each_input_of_an_attention_is_replaced():
    layer = nn.MultiheadAttention(4, 2, batch_first=True)
    x, memory = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    value = attempt(called(layer, x, x, x), "feed each", {"values": tuple(v.numpy() for v in (x, memory, memory))})
    assert same(value[0], layer(x, memory, memory)[0])


def test_a_branch_is_joined_or_left_out():
    a, b, c = torch.randn(3, 2, 4).unbind()
    assert same(attempt(called(torch.add, a, b), "with term", {"kind": "add", "value": c.numpy()}), a + b + c)
    assert same(attempt(called(torch.add, a, b), "second alone", {}), b)


def test_heads_that_a_view_cut_are_cut_again():
    q, k, v = torch.randn(3, 2, 5, 6).unbind()

    def cut(x):
        return x.view(2, 5, 2, 3).transpose(1, 2)

    def viewed(x):
        return x.view(2, 2, 5, 3)

    options = {"args": True, "result": False, "inverse": False}
    scores = attempt(called(torch.matmul, viewed(q), viewed(k).transpose(2, 3)), "heads reread", options)
    assert same(scores, cut(q) @ cut(k).mT)
    attended = attempt(called(F.scaled_dot_product_attention, *map(viewed, (q, k, v))), "heads reread", options)
    assert same(attended, F.scaled_dot_product_attention(*map(cut, (q, k, v))))


def test_heads_that_a_view_joins_are_joined_as_they_should_be():
    weights, heads = torch.softmax(torch.randn(2, 2, 5, 5), -1), torch.randn(2, 2, 5, 3)
    call = called(torch.matmul, weights, heads)
    value = attempt(call, "heads reread", {"args": False, "result": True, "inverse": False})
    assert same(value.reshape(2, 5, 6), call.result.transpose(1, 2).reshape(2, 5, 6))


@pytest.mark.parametrize(("size", "number"), [("head", 3), ("heads", 2), ("width", 6)])
def test_scores_are_divided_by_the_root_of_a_size(size, number):
    call = called(torch.matmul, torch.randn(2, 2, 5, 3), torch.randn(2, 2, 3, 5))
    assert same(attempt(call, "scores times", {"size": size}), call.result / number**0.5)
    assert same(attempt(call, "scores times", {"size": size, "up": True}), call.result * number**0.5)


def test_the_biases_of_an_attention_are_given_to_it():
    plain, biased = (
        nn.MultiheadAttention(4, 2, batch_first=True, bias=False),
        nn.MultiheadAttention(4, 2, batch_first=True),
    )
    biased.load_state_dict({**plain.state_dict(), "in_proj_bias": torch.randn(12), "out_proj.bias": torch.randn(4)})
    inner, outer = biased.in_proj_bias.detach().numpy(), biased.out_proj.bias.detach().numpy()
    x = torch.randn(2, 3, 4)
    value = attempt(called(plain, x, x, x), "attention biases", {"inner": inner, "outer": outer})
    assert same(value[0], biased(x, x, x)[0])


@pytest.mark.parametrize("function", [torch.std, torch.var])
def test_a_deviation_is_divided_by_the_other_number(function):
    x = torch.randn(2, 5, 4)
    over_n = attempt(called(function, x, 1), "other correction", {})
    assert same(over_n, function(x, dim=1, correction=0))
    assert same(attempt(called(function, x, dim=1, correction=0), "other correction", {}), function(x, dim=1))


def test_a_maximum_is_taken_over_other_axes_that_give_the_same_shape():
    x = torch.randn(2, 4, 4)
    assert same(attempt(called(torch.amax, x, 1), "reduced", {"kind": "max", "axes": (2,)}), x.amax(2))
    assert attempt(called(torch.amax, torch.randn(2, 3, 4), 1), "reduced", {"kind": "max", "axes": (2,)}) is None


def test_one_step_stands_for_a_pool_over_all():
    x = torch.randn(2, 5, 4)
    assert same(attempt(called(torch.mean, x, 1), "one step", {"place": -1}), x[:, -1])


def test_features_go_from_halves_to_neighbours_and_back():
    x = torch.arange(8.0).reshape(1, 1, 8)
    options = {"head": 4, "share": 8}
    paired = attempt(called(torch.clone, x), "features paired", {**options, "inverse": False})
    assert paired.flatten().tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    assert same(attempt(called(torch.clone, paired), "features paired", {**options, "inverse": True}), x)


def test_the_values_of_a_packed_projection_are_not_turned():
    x = torch.arange(12.0).reshape(1, 1, 12)
    paired = attempt(called(torch.clone, x), "features paired", {"head": 4, "share": 8, "inverse": False})
    assert paired.flatten().tolist()[8:] == [8, 9, 10, 11]


def test_parts_change_places_along_the_channels():
    x = torch.randn(2, 4, 5)
    set_mark(x, True, frozenset())
    first, second = x.chunk(2, 1)
    assert same(attempt(Call((x,), {}, x), "parts permuted", {"order": (1, 0)}), torch.cat([second, first], 1))


def test_features_are_taken_along_the_channels():
    x = torch.randn(2, 4, 5)
    set_mark(x, True, frozenset())
    index = np.array([2, 0, 3, 1])
    assert same(attempt(Call((x,), {}, x), "features taken", {"index": index}), x[:, [2, 0, 3, 1]])


def test_another_table_is_added_only_where_both_sides_add_one():
    x, table, other = torch.randn(3, 5, 4), torch.randn(5, 4), torch.randn(5, 4)
    assert same(attempt(called(torch.add, x, table), "another table", {"value": (x + other).numpy()}), x + other)
    assert attempt(called(torch.add, x, table), "another table", {"value": x.numpy()}) is None
    assert attempt(called(torch.add, x, x.tanh()), "another table", {"value": (x + other).numpy()}) is None


@pytest.mark.parametrize("pairs", [lambda x: (x[..., :2], x[..., 2:]), lambda x: (x[..., ::2], x[..., 1::2])])
def test_heads_are_turned_by_other_angles_of_the_same_pairs(pairs):
    x = torch.randn(3, 2, 5, 4)  # B N T D; the reference has B T N D

    def turned(rate):
        angles, result = rate * torch.arange(5.0)[:, None] * torch.tensor([1.0, 0.1]), torch.empty_like(x)
        (a, b), (c, d) = pairs(x), pairs(result)
        c.copy_(a * angles.cos() - b * angles.sin())
        d.copy_(b * angles.cos() + a * angles.sin())
        return result

    given, value = (each.transpose(1, 2).numpy() for each in (x, turned(0.5)))
    options = {"given": given, "value": value}
    assert same(attempt(called(torch.clone, turned(1.0)), "turned otherwise", options), turned(0.5))
    for other in (turned(0.5), 2 * turned(1.0), torch.randn(3, 2, 5, 4)):
        assert attempt(called(torch.clone, other), "turned otherwise", options) is None


def test_a_slope_per_channel_is_applied_along_the_channels():
    x, slopes = torch.randn(2, 3, 4, 4), np.array([0.1, 0.2, 0.3]).reshape(1, 1, 3)
    set_mark(x, True, frozenset())
    value = attempt(Call((x,), {}, x), "apply", {"kind": "prelu", "alpha": slopes})
    assert same(value, F.prelu(x, torch.from_numpy(slopes.ravel())))


@pytest.mark.parametrize("place", [0, 1])
def test_an_activation_is_applied_to_one_branch(place):
    branches = list(torch.randn(2, 3, 4).unbind())
    wanted = [branch.relu() if number == place else branch for number, branch in enumerate(branches)]
    value = attempt(called(torch.cat, branches, 1), "apply before", {"kind": "relu", "place": place})
    assert same(value, torch.cat(wanted, 1))


@pytest.mark.parametrize("factor", [4**0.5, 0.3, 4**-0.5])
def test_the_scores_of_an_attention_are_times_one_number(factor):
    q, k, v = torch.randn(3, 2, 5, 4)
    call = called(F.scaled_dot_product_attention, q, k, v)
    wanted = F.scaled_dot_product_attention(factor * q, k, v)
    assert same(attempt(call, "scores scaled to", {"reference": wanted.numpy()}), wanted)
    other = F.scaled_dot_product_attention(q.flip(-1), k, v)
    assert not same(attempt(call, "scores scaled to", {"reference": other.numpy()}), other)


@pytest.mark.parametrize("sizes", [{}, {"kdim": 6, "vdim": 6}, {"bias": False}])
def test_the_scores_of_an_attention_with_weights_are_times_one_number(sizes):
    module = nn.MultiheadAttention(4, 2, batch_first=True, **sizes)
    x, memory = torch.randn(2, 5, 4), torch.randn(2, 5, sizes.get("kdim", 4))
    call, other = called(module, x, memory, memory), copy.deepcopy(module)
    with torch.no_grad():
        (other.q_proj_weight if "kdim" in sizes else other.in_proj_weight[:4]).mul_(0.3)
        if other.in_proj_bias is not None:
            call.module.in_proj_bias.normal_()
            other.in_proj_bias.copy_(call.module.in_proj_bias)
            other.in_proj_bias[:4] *= 0.3
        call, wanted = called(module, x, memory, memory), other(x, memory, memory)[0]
    assert same(attempt(call, "scores scaled to", {"reference": wanted.numpy()}), wanted)


def test_heads_among_the_samples_are_no_other_number_of_heads():
    logits = torch.randn(2, 3, 5, 5)
    call = called(torch.softmax, 2 * logits.flatten(0, 1), -1)
    options = {"value": logits.numpy(), "weights": True}
    assert attempt(call, "scores", {**options, "pattern": "heads"}) is None
    assert same(attempt(call, "scores", {**options, "pattern": "scaled"}), logits.flatten(0, 1).softmax(-1))


@pytest.mark.parametrize("tiled", [True, False])
def test_key_heads_that_are_shared_come_in_turn_or_one_after_the_other(tiled):
    q, (k, v) = torch.randn(2, 6, 5, 4), torch.randn(2, 2, 3, 5, 4)
    in_turn, in_a_row = [each.repeat(1, 2, 1, 1) for each in (k, v)], [each.repeat_interleave(2, 1) for each in (k, v)]
    own, wanted = (in_turn, in_a_row) if tiled else (in_a_row, in_turn)
    value = attempt(
        called(F.scaled_dot_product_attention, q, *own), "heads shared otherwise", {"shared": 3 if tiled else 2}
    )
    assert same(value, F.scaled_dot_product_attention(q, *wanted))


def test_a_mean_over_the_batch_is_taken_of_each_sample():
    x = torch.randn(3, 4)
    options = {"kind": "mean", "axes": (1,), "kept": True}
    assert same(attempt(called(torch.mean, x), "reduced", options), x.mean(1, keepdim=True))


@pytest.mark.parametrize("frame", [1, 2])
def test_an_image_in_another_frame_is_convolved_and_another_image_only_fed(frame):
    layer, image = nn.Conv2d(3, 4, 3), torch.randn(2, 3, 6, 6)
    call = called(layer, F.pad(image, [frame] * 4))
    set_mark(call.input, True, frozenset())
    options = {"widths": ((1, 1), (1, 1)), "stride": 1, "dilation": 1}

    def convolved(action, value, **more):
        return attempt(call, action, {"value": value.movedim(1, -1).numpy(), **options, **more})

    assert same(convolved("convolve", image, alike=True), layer(F.pad(image, [1] * 4)))
    assert convolved("convolve", image + 1, alike=True) is None
    assert convolved("convolve", image + 1, alike=False) is not None
    assert same(convolved("feed convolution", image + 1), layer(F.pad(image + 1, [1] * 4)))


@pytest.mark.parametrize("by", [-1.0, 1.0])
def test_a_gain_is_stored_as_it_is_or_as_what_it_has_beyond_one(by):
    norm, x = nn.LayerNorm(4), torch.randn(2, 4)
    value = attempt(called(norm, x), "gain moved", {"by": by})
    assert same(value, F.layer_norm(x, (4,), norm.weight + by, norm.bias))
    assert attempt(called(nn.LayerNorm(4, elementwise_affine=False), x), "gain moved", {"by": by}) is None


def test_another_matrix_takes_the_place_of_a_constant_one_where_the_rows_tell_it():
    x, table, other = torch.randn(2, 3, 4), torch.randn(4, 5), torch.randn(4, 5)
    made = Call((x, table), {}, x @ table, None, torch.matmul)
    set_mark(x, False, frozenset({0}))
    assert same(attempt(made, "another matrix", {"value": (x @ other).numpy()}), x @ other)
    assert not same(attempt(made, "another matrix", {"value": (x @ other).tanh().numpy()}), (x @ other).tanh())
    learnt = Call((x, nn.Parameter(table)), {}, x @ table, None, torch.matmul)
    assert attempt(learnt, "another matrix", {"value": (x @ other).numpy()}) is None


def test_rows_that_any_matrix_fits_tell_nothing():
    x, table = torch.randn(4, 4), torch.randn(4, 5)
    set_mark(x, False, frozenset({0}))
    call = Call((x, table), {}, x @ table, None, torch.matmul)
    assert attempt(call, "another matrix", {"value": (x @ table).tanh().numpy()}) is None


def test_a_mean_takes_the_class_token_along_or_leaves_it_out():
    tokens = torch.randn(2, 6, 4)
    for mine, reference in ((tokens[:, 1:], tokens), (tokens, tokens[:, 1:])):
        call = called(torch.mean, mine, dim=1)
        assert same(attempt(call, "more or less of it", {"value": reference.numpy()}), reference.mean(1))
    others = torch.cat([tokens[:, :1], torch.randn(2, 5, 4)], 1)
    assert attempt(called(torch.mean, tokens[:, 1:], dim=1), "more or less of it", {"value": others.numpy()}) is None
    assert attempt(called(torch.mean, tokens, dim=1), "more or less of it", {"value": tokens.numpy()}) is None


def test_tokens_are_cut_into_sequences_of_another_length():
    norm, image = nn.LayerNorm(3), torch.randn(2, 2, 4, 3)  # B patches pixels D
    mine, wanted = image.reshape(4, 4, 3), image.transpose(1, 2).reshape(8, 2, 3)
    assert same(attempt(called(norm, mine), "in other sequences", {"value": wanted.numpy()}), norm(wanted))
    for other in (mine.reshape(8, 2, 3), wanted + 1, mine):
        assert attempt(called(norm, mine), "in other sequences", {"value": other.numpy()}) is None


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_decoder_begins_with_the_state_of_a_layer_that_ran_before(kind):
    encoder, decoder, x = kind(3, 4), kind(3, 4), torch.randn(5, 2, 3)
    states = (encoder(x)[1], encoder(2 * x)[1])
    call = replace(called(decoder, x), states=states)
    for back in (1, 2):
        value = attempt(call, "with states of", {"back": back})
        assert same(value[0], decoder(x, states[-back])[0])
    assert attempt(call, "with states of", {"back": 3}) is None


def test_numbers_of_the_code_that_count_begin_elsewhere():
    x, numbers = torch.randn(2, 5, 1), torch.pi * torch.arange(4)
    set_mark(x, False, frozenset({-1}))
    call = called(torch.mul, x, numbers)
    assert same(attempt(call, "counted from", {"by": 1}), x * (numbers + torch.pi))
    for other in (torch.tensor([1.0, 2.0, 4.0]), torch.ones(4), torch.arange(2.0)):
        assert attempt(called(torch.mul, x, other), "counted from", {"by": 1}) is None


def test_a_mean_over_another_axis_may_leave_another_shape():
    x = torch.randn(2, 3, 4, 5)
    call = called(torch.mean, x, dim=2)
    assert same(attempt(call, "reduced along", {"kind": "mean", "axis": 3}), x.mean(3))
    assert attempt(call, "reduced along", {"kind": "mean", "axis": 2}) is None
    kept = called(torch.sum, x, dim=2, keepdim=True)
    assert same(attempt(kept, "reduced along", {"kind": "sum", "axis": 1}), x.sum(1, keepdim=True))


def test_a_term_is_added_along_the_other_axis():
    scores, rows = torch.randn(2, 4, 4), torch.randn(2, 4, 1)
    turned = attempt(called(torch.add, scores, rows), "term turned", {"axes": (-1, -2)})
    assert same(turned, scores + rows.mT)
    assert attempt(called(torch.add, scores, scores), "term turned", {"axes": (-1, -2)}) is None
    assert attempt(called(torch.add, torch.randn(2, 4, 3), rows), "term turned", {"axes": (-1, -2)}) is None


def test_pieces_that_are_joined_change_places():
    first, middle, last = (torch.randn(2, size, 5) for size in (1, 4, 3))
    call = called(torch.cat, (first, middle, last), dim=1)
    wanted = torch.cat((first, last, middle), 1)
    assert same(attempt(call, "joined in turn", {"reference": wanted.numpy()}), wanted)


def test_any_number_of_branches_stand_in_another_order():
    parts = [torch.randn(2, size, 5) for size in (3, 2, 4, 1, 3, 2, 6)]
    parts[1] = torch.zeros(2, 2, 5)  # features that nothing excites
    call = called(torch.cat, parts, 1)
    wanted = torch.cat([parts[n] for n in (6, 0, 5, 1, 3, 2, 4)], 1)
    assert same(attempt(call, "joined like", {"reference": wanted.numpy()}), wanted)
    assert attempt(call, "joined like", {"reference": 2 * wanted.numpy()}) is None


def test_features_are_joined_by_turns_or_no_longer():
    parts = torch.randn(2, 4), torch.randn(2, 4)
    turns, halves = torch.stack(parts, -1).flatten(1), torch.cat(parts, -1)
    assert same(attempt(called(torch.cat, parts, 1), "joined by turns", {"reference": turns.numpy()}), turns)
    assert same(attempt(called(torch.stack, parts, -1), "joined by turns", {"reference": halves.numpy()}), halves)
    assert attempt(called(torch.cat, parts, 1), "joined by turns", {"reference": halves.numpy()}) is None


@pytest.mark.parametrize(("factor", "multiple"), [(torch.full((6,), 3.0), True), (torch.linspace(1, 2, 6), False)])
@pytest.mark.parametrize("times", [torch.tensor([0.0, 400, 7, 21]), torch.tensor([0.3, -1.7, 0.9, 2.2])])
def test_waves_have_other_frequencies(factor, multiple, times):
    own = 0.5 * torch.logspace(0, -3, 6)
    angles, others = times[:, None] * own, times[:, None] * own * factor
    call = called(torch.cat, (angles.sin(), angles.cos()), -1)
    wanted = torch.cat((others.sin(), others.cos()), -1)
    options = {"value": times[:, None].numpy(), "reference": wanted.numpy()}
    assert same(attempt(call, "other frequencies", {**options, "multiple": multiple}), wanted)
    assert attempt(call, "other frequencies", {**options, "multiple": not multiple}) is None
    noise = torch.randn(4, 12).numpy()
    assert attempt(call, "other frequencies", {**options, "reference": noise, "multiple": False}) is None


def test_a_value_that_is_the_same_everywhere_is_no_multiple_for_each_place():
    row, wanted = torch.randn(1, 3).expand(8, 3), torch.randn(1, 3).expand(8, 3)
    call = called(torch.mul, torch.ones(8, 1), row)
    assert attempt(call, "scaled along", {"reference": wanted.numpy()}) is None
    assert same(attempt(call, "scaled along", {"reference": wanted.numpy(), "table": True}), wanted)


def test_pieces_change_places_in_which_features_are_dead():
    first, last = torch.randn(2, 12, 5), torch.randn(2, 12, 5)
    first[:, [1, 4, 9]] = last[:, [0, 5, 8]] = 0.0
    wanted = torch.cat((last, first), 1)
    call = called(torch.cat, (torch.cat((first, last), 1),), 1)
    assert same(attempt(call, "joined in turn", {"reference": wanted.numpy()}), wanted)


@pytest.mark.parametrize(
    "other", [lambda x: x, lambda x: 2 * x, lambda x: x[:, torch.tensor([0, 7, 1, 6, 2, 5, 3, 4])]]
)
def test_equal_other_or_mixed_pieces_have_not_changed_places(other):
    x = torch.randn(2, 8, 5)
    assert attempt(called(torch.cat, (x,), dim=1), "joined in turn", {"reference": other(x).numpy()}) is None


def test_an_input_weighs_what_is_summed():
    x, mask = torch.randn(2, 4, 3), torch.tensor([[1.0, 1, 0, 0], [1, 1, 1, 0]])
    weighted = attempt(called(torch.sum, x, dim=1), "weighted by an input", {"value": mask.numpy(), "mean": False})
    assert same(weighted, (x * mask[..., None]).sum(1))
    mean = attempt(called(torch.mean, x, dim=1), "weighted by an input", {"value": mask.numpy(), "mean": True})
    assert same(mean, (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))
    channels = x.mT.contiguous()
    set_mark(channels, True, frozenset())
    options = {"value": mask.numpy(), "mean": False}
    assert same(attempt(called(torch.sum, channels, dim=2), "weighted by an input", options), weighted)


def test_what_has_no_number_for_each_place_weighs_nothing():
    x = torch.randn(2, 4, 3)
    for value in (torch.ones(2, 5), torch.ones(2), x):
        call = called(torch.sum, x, dim=1)
        assert attempt(call, "weighted by an input", {"value": value.numpy(), "mean": False}) is None


def test_chosen_weights_are_divided_by_their_sum():
    call = called(torch.topk, torch.rand(3, 5), 2)
    values = call.result[0]
    assert same(attempt(call, "apply after", {"kind": "shares"}), values / values.sum(-1, keepdim=True))


def test_a_number_has_no_axis_for_a_softmax():
    assert attempt(called(torch.exp, torch.tensor(1.0)), "apply", {"kind": "softmax"}) is None


def test_a_function_written_in_c_keeps_all_its_tensors_with_another_setting():
    x, y = torch.randn(2, 4), torch.randn(2, 4)
    value = attempt(called(F.pairwise_distance, x, y, keepdim=True), "set", {"eps": 0.0})
    assert same(value, torch.linalg.vector_norm(x - y, dim=-1, keepdim=True))


def test_another_axis_is_turned_round():
    x = torch.randn(2, 3, 4)
    assert same(attempt(called(torch.flip, x, (0,)), "flipped", {"axis": 1}), x.flip(1))


def test_a_window_becomes_the_whole_sequence():
    x = torch.randn(2, 3, 6)
    call = called(F.max_pool1d, x, 5)
    assert same(attempt(call, "reduced", {"kind": "max", "axes": (2,)}), x.amax(2, keepdim=True))


def test_a_view_with_as_many_steps_as_channels_is_given_what_it_should_hold():
    layer, image = nn.GRU(8, 3, batch_first=True), torch.randn(2, 4, 4, 2)
    viewed, wanted = image.view(2, 4, 8), image.permute(0, 2, 3, 1).reshape(2, 4, 8)
    set_mark(viewed, True, frozenset())
    assert same(attempt(called(layer, viewed), "reordered", {"values": (wanted.numpy(),)})[0], layer(wanted)[0])


def test_a_table_of_factors_is_named_where_both_sides_have_one():
    x, cosines = torch.rand(3, 4, 6, dtype=torch.float64) + 0.5, torch.rand(4, 6, dtype=torch.float64) + 0.5
    call = Call((x, cosines), {}, x * cosines, function=torch.mul)
    other = torch.rand(4, 6, dtype=torch.float64)
    assert torch.allclose(attempt(call, "other factors", {"value": (x * other).numpy()}), x * other)
    of_sample = x * torch.rand(3, 4, 6, dtype=torch.float64)
    assert attempt(call, "other factors", {"value": of_sample.numpy()}) is None
    assert attempt(call, "other factors", {"value": (x * other[:1]).numpy()}) is None  # one axis alone is no table


def test_keys_of_a_product_are_handed_crosswise():
    queries, keys = torch.rand(2, 3, 5, 4), torch.rand(2, 3, 5, 4)
    call = Call((queries, torch.zeros(2, 3, 4, 5)), {}, torch.zeros(2, 3, 5, 5), function=torch.matmul)
    found = attempt(call, "feed one", {"place": 1, "value": keys.numpy()})
    assert torch.allclose(found, queries @ keys.mT)


def test_a_mask_of_the_past_is_a_causal_one_backwards():
    later = torch.ones(5, 5).triu(1).bool()
    logits = torch.rand(2, 3, 5, 5, dtype=torch.float64)
    ours, theirs = (logits.masked_fill(mask, -1e9) for mask in (later, later.mT))
    call = Call((logits,), {}, theirs, function=torch.masked_fill)
    options = {"value": ours.numpy(), "weights": False}
    assert torch.equal(attempt(call, "scores", {**options, "pattern": "backwards"}), ours)
    window = logits.masked_fill(later | (later.mT & later.roll(1, 0)), -1e9)
    other = Call((logits,), {}, window, function=torch.masked_fill)
    assert attempt(other, "scores", {**options, "pattern": "backwards"}) is None


def test_a_small_number_in_a_divisor_is_another_epsilon():
    x = torch.rand(3, 4)
    call = Call((x, 1e-6), {}, x + 1e-6, function=torch.add)
    assert torch.equal(attempt(call, "other epsilon", {"epsilon": 1e-3}), x + 1e-3)
    assert attempt(Call((x, 0.5), {}, x + 0.5, function=torch.add), "other epsilon", {"epsilon": 1e-3}) is None
    assert attempt(Call((x, x), {}, x + x, function=torch.add), "other epsilon", {"epsilon": 1e-3}) is None


def test_a_length_is_taken_over_other_axes():
    x = torch.rand(2, 4, 5, 6)
    set_mark(x, True, frozenset())
    call = Call((x,), {"p": 2, "dim": 1, "keepdim": True}, x.norm(p=2, dim=1, keepdim=True), function=torch.norm)
    assert torch.equal(attempt(call, "statistic over", {"over": "space"}), x.norm(p=2, dim=(2, 3), keepdim=True))


def test_what_joins_a_list_of_branches_runs_again():
    x, y = torch.randn(2, 3), torch.randn(2, 3)
    call = Call(([x, y], 1), {}, torch.cat([x, y], 1), function=torch.cat)
    assert torch.equal(attempt(call, "apply after", {"kind": "relu"}), torch.cat([x, y], 1).relu())


def test_a_small_number_that_both_sides_add_is_that_of_the_other_side():
    x = torch.rand(3, 1, 5, dtype=torch.float64)
    call = Call((x, 1e-5), {}, x + 1e-5, function=torch.add)
    assert torch.equal(attempt(call, "epsilon of", {"value": (x + 1e-4).numpy()}), x + 1e-4)
    assert attempt(call, "epsilon of", {"value": (x + torch.arange(5) * 1e-4).numpy()}) is None
    assert attempt(call, "another table", {"value": (x + 1e-4).numpy()}) is None


def test_steps_are_cut_elsewhere_though_the_channels_are_first():
    whole = torch.rand(2, 3, 12, dtype=torch.float64)
    x, wanted = whole[..., 2:], whole[..., :-2]
    set_mark(x, True, frozenset())
    call = Call((x,), {}, x.relu(), function=torch.relu)
    assert torch.equal(attempt(call, "cropped", {"values": (wanted.mT.numpy(),)}), wanted.relu())


@pytest.mark.parametrize("shift", [1.0, -0.5])
def test_a_value_and_one_number_are_the_reference(shift):
    x = torch.rand(3, 4, dtype=torch.float64)
    call = Call((x,), {}, x * 2, function=lambda x: x * 2)
    assert torch.allclose(attempt(call, "shifted to", {"reference": (2 * x + shift).numpy()}), 2 * x + shift)
    assert attempt(call, "shifted to", {"reference": (3 * x + shift).numpy()}) is None


def test_tables_among_the_channels_are_those_of_the_reference():
    x, table = torch.rand(3, 2, 5, dtype=torch.float64), torch.linspace(0, 1, 5, dtype=torch.float64)
    set_mark(x, True, frozenset({0}))
    joined = torch.cat([x, table.expand(3, 1, 5)], 1)
    set_mark(joined, True, frozenset({0}))
    call = Call(([x, table.expand(3, 1, 5)], 1), {}, joined, function=torch.cat)
    wanted = torch.cat([x, (2 * table - 1).expand(3, 1, 5)], 1)
    assert torch.equal(attempt(call, "other joined tables", {"value": wanted.mT.numpy()}), wanted)
    assert torch.equal(attempt(call, "other joined tables", {"value": (wanted + 1).mT.numpy()})[:, :2], x)


def test_a_table_is_a_multiple_of_ones_own_or_another():
    x, table = torch.rand(3, 4, 4, dtype=torch.float64), torch.eye(4, dtype=torch.float64)
    call = Call((x, table), {}, x + table, function=torch.add)
    for other, multiple in ((2 * table, True), (table.flip(0), False)):
        found = attempt(call, "another table", {"value": (x + other).numpy(), "multiple": True})
        assert (found is not None) == multiple
        assert torch.allclose(attempt(call, "another table", {"value": (x + other).numpy()}), x + other)


@pytest.mark.parametrize(("axes", "keeps"), [(1, False), ((1, 2), True)])
def test_another_statistic_is_taken_over_the_same_axes(axes, keeps):
    x = torch.rand(2, 3, 4)
    call = Call((x, axes), {"keepdim": keeps}, x.amax(axes, keepdim=keeps), function=torch.amax)
    found = attempt(call, "reduced as", {"kind": "logsumexp"})
    assert torch.equal(found, torch.logsumexp(x, axes, keepdim=keeps))
    assert attempt(Call((x,), {}, x.amax(), function=torch.amax), "reduced as", {"kind": "mean"}) is None


@pytest.mark.parametrize("heads", [2, 4])
def test_heads_that_are_repeated_each_by_itself_or_in_turn(heads):
    x = torch.rand(2, 5, heads, 3, dtype=torch.float64)
    call = Call((x, 1, 1, 3, 1), {}, x.repeat(1, 1, 3, 1), function=torch.Tensor.repeat)
    wanted = x.repeat_interleave(3, 2)
    assert torch.equal(attempt(call, "repeated otherwise", {"reference": wanted.numpy()}), wanted)
    assert attempt(call, "repeated otherwise", {"reference": wanted.numpy() + 1}) is None


def test_branches_are_averaged():
    x, y = torch.rand(2, 3), torch.rand(2, 3)
    call = Call((x, y), {}, x * y, function=torch.mul)
    assert torch.equal(attempt(call, "joined by", {"kind": "average"}), (x + y) / 2)


def test_a_product_of_which_nothing_is_left_is_not_scaled():
    x, y = torch.rand(40, 3, dtype=torch.float64), torch.rand(40, 3, dtype=torch.float64)
    call = Call((x, y), {}, x * y, function=torch.mul)
    assert attempt(call, "scaled to", {"reference": ((x + y) / 2).numpy()}) is None
    assert torch.allclose(attempt(call, "scaled to", {"reference": (x * (1 + y)).numpy()}), x * (1 + y))
