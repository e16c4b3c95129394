"""Trials that take away a mask, a crop, a statistic or a bent function."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from parity.sides.torch_trace import set_mark
from parity.sides.torch_trials import Call, attempt


def test_a_mask_of_the_reference_takes_the_place_of_ones_own():
    q, k, v = torch.randn(3, 2, 4, 5, 3, dtype=torch.float64)
    seen = np.tri(5, dtype=bool)
    seen[:, :2] = True
    call = Call((q, k, v), {"is_causal": True}, q, function=F.scaled_dot_product_attention)
    wanted = F.scaled_dot_product_attention(q, k, v, attn_mask=torch.from_numpy(seen))
    found = attempt(call, "masked like", {"seen": seen[None], "pattern": "causal"})
    assert torch.allclose(found, wanted)
    assert attempt(call, "masked like", {"seen": np.tri(5, dtype=bool)[None], "pattern": "masked"}) is None


def test_another_crop_of_the_same_map_is_taken_and_another_map_is_not():
    x = torch.randn(2, 3, 8, 8, dtype=torch.float64)
    corner, centre = x[..., :6, :6], x[..., 1:7, 1:7]
    call = Call((corner,), {}, corner, function=torch.neg)
    centre_last = centre.permute(0, 2, 3, 1).numpy()
    moved = attempt(call, "cropped", {"values": [centre.numpy()]})
    assert torch.equal(moved, -centre)
    assert attempt(call, "cropped", {"values": [np.random.default_rng(0).normal(size=centre_last.shape)]}) is None


def test_a_statistic_is_taken_over_other_axes():
    x = torch.randn(2, 6, 5, dtype=torch.float64)
    call = Call((x,), {"dim": (1, 2), "keepdim": True}, x.mean((1, 2), keepdim=True), function=torch.Tensor.mean)
    assert torch.equal(attempt(call, "statistic over", {"over": "channels"}), x.mean(2, keepdim=True))


def test_a_function_is_applied_by_its_values_and_only_where_they_are_known():
    xs = np.linspace(-2, 2, 20)
    x = torch.from_numpy(xs[3:9].copy())
    options = {"kind": "mapped", "xs": xs, "ys": np.tanh(xs)}
    assert torch.equal(attempt(Call((x,), {}, x), "apply", options), torch.from_numpy(np.tanh(xs))[3:9])
    assert attempt(Call((x + 0.01,), {}, x), "apply", options).isnan().all()


def test_a_padding_is_listed_from_the_other_end_or_put_at_the_other_ends():
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    wanted, ends = F.pad(x, (0, 1, 2, 0)), F.pad(x, (0, 2, 1, 0))
    layer = torch.nn.ZeroPad2d((2, 0, 0, 1))
    for call in (Call((x, (2, 0, 0, 1)), {}, x, function=F.pad), Call((x,), {}, x, module=layer)):
        assert torch.equal(attempt(call, "padded from the other end", {}), wanted)
        assert torch.equal(attempt(call, "padded from the other end", {"ends": True}), ends)
    even = Call((x, (1, 1, 1, 1)), {}, x, function=F.pad)
    assert attempt(even, "padded from the other end", {}) is None


@pytest.mark.parametrize(
    ("widths", "action", "options", "wanted"),
    [
        ((0, 0, 0, 3), "padded on both sides", {}, (0, 0, 1, 2)),
        ((2, 2), "padded on one side", {"behind": True}, (0, 4)),
        ((2, 2), "padded on one side", {"behind": False}, (4, 0)),
        ((2, 2), "padded on both sides", {}, None),
        ((0, 4), "padded on one side", {"behind": True}, None),
    ],
)
def test_what_is_put_around_may_stand_on_another_side(widths, action, options, wanted):
    x = torch.randn(2, 3, 4)
    call = Call((x, widths), {}, F.pad(x, widths), function=F.pad)
    found = attempt(call, action, options)
    assert found is None if wanted is None else torch.equal(found, F.pad(x, wanted))


def test_a_response_norm_takes_alpha_for_the_sum():
    x = torch.randn(2, 8, 3, 3, dtype=torch.float64)
    layer = torch.nn.LocalResponseNorm(5, alpha=0.1)
    wanted = F.local_response_norm(x, 5, alpha=0.5)
    for call in (Call((x,), {}, x, module=layer), Call((x, 5, 0.1), {}, x, function=F.local_response_norm)):
        assert torch.equal(attempt(call, "response norm", {"power": 1, "widened": 0}), wanted)


def test_a_grid_of_pixels_becomes_one_of_corners_if_it_is_linear():
    x, theta = torch.randn(2, 3, 5, 7, dtype=torch.float64), torch.randn(2, 2, 3, dtype=torch.float64)
    grid, wanted = (F.affine_grid(theta, x.shape, align_corners=corners) for corners in (False, True))
    options = {"other_corners": True, "stretch": 1, "border": None}
    call = Call((x, grid), {"align_corners": False}, x, function=F.grid_sample)
    assert torch.allclose(attempt(call, "sample", options), F.grid_sample(x, wanted, align_corners=True))
    assert attempt(Call((x, grid**2), {}, x, function=F.grid_sample), "sample", options) is None


def test_a_periodic_window_becomes_a_symmetric_one_and_other_numbers_stay():
    x, window = torch.randn(2, 3, 8, dtype=torch.float64), torch.hann_window(8, dtype=torch.float64)
    wanted = x * torch.hann_window(8, periodic=False, dtype=torch.float64)
    assert torch.allclose(attempt(Call((x, window), {}, x, function=torch.mul), "other window", {}), wanted)
    assert attempt(Call((x, window + 0.1), {}, x, function=torch.mul), "other window", {}) is None


def test_an_image_in_a_frame_is_pooled_without_it():
    image = torch.randn(2, 3, 6, dtype=torch.float64)
    edges, zeros = F.pad(image, (1, 1), mode="replicate"), F.pad(image, (1, 1))
    layer = torch.nn.AvgPool1d(3, stride=1)
    same = F.avg_pool1d(image, 3, 1, 1, count_include_pad=False)
    step = {"value": image.numpy(), "widths": None, "stride": 1, "dilation": 1}
    for framed, is_zero in ((edges, False), (zeros, True)):
        call = Call((framed,), {}, layer(framed), module=layer)
        assert torch.allclose(attempt(call, "pool unframed", {**step, "zeros": is_zero}), same)
        assert attempt(call, "pool unframed", {**step, "zeros": not is_zero}) is None
    other = Call((torch.randn(2, 3, 8, dtype=torch.float64),), {}, same, module=layer)
    assert attempt(other, "pool unframed", {**step, "zeros": False}) is None


def test_every_layer_of_a_stack_begins_with_the_state_of_one():
    x, h = torch.randn(2, 5, 3), torch.randn(2, 2, 4)
    stack, single = torch.nn.GRU(3, 4, 2, batch_first=True), torch.nn.GRU(3, 4, batch_first=True)
    call = Call((x, h), {}, stack(x, h), module=stack)
    found = attempt(call, "states of layer", {"layer": -1})
    assert torch.equal(found[0], stack(x, torch.stack([h[1], h[1]]))[0])
    assert attempt(Call((x, h[:1]), {}, single(x, h[:1]), module=single), "states of layer", {"layer": -1}) is None


def test_tokens_of_the_reference_may_be_cut_into_windows():
    windows = torch.randn(2, 4, 3, 5, dtype=torch.float64)
    mixed = windows.transpose(1, 2).reshape(8, 3, 5)
    found = attempt(Call((mixed,), {}, mixed, function=torch.neg), "in other sequences", {"value": windows.numpy()})
    assert torch.equal(found, -windows)


def test_a_grid_of_the_code_lies_by_rows_or_by_columns():
    x = torch.randn(2, 3, 3, 1, 2, dtype=torch.float64)
    set_mark(x, False, frozenset({0}))
    rows, columns = torch.meshgrid(torch.arange(3.0), torch.arange(3.0), indexing="ij")
    grid = torch.stack((rows, columns), 2).view(1, 3, 3, 1, 2).double()
    call = Call((x, grid), {}, x + grid, function=torch.add)
    assert torch.equal(attempt(call, "grid turned", {"ends": False}), x + grid.transpose(1, 2))
    assert torch.equal(attempt(call, "grid turned", {"ends": True}), x + grid.flip(-1))
    assert attempt(Call((x, grid[:, :1]), {}, x, function=torch.add), "grid turned", {"ends": True}) is None


def test_masks_that_hide_the_same_are_alike_whatever_number_hides():
    scores, later = torch.randn(2, 5, 5, dtype=torch.float64), torch.ones(5, 5).triu(1).bool()
    own = scores.masked_fill(later, -9e15)
    call = Call((scores, later, -9e15), {}, own, function=torch.masked_fill)
    for value, alike in (
        (scores.masked_fill(later, -torch.inf), True),
        (scores.masked_fill(later.T, -1e9), False),
        ((scores + 1e-6).masked_fill(later, -1e9), False),
    ):
        assert (attempt(call, "hidden alike", {"value": value.numpy()}) is not None) == alike


def test_weights_are_turned_only_where_they_sum_to_one_along_the_other_axis():
    scores, values = torch.randn(2, 5, 5, dtype=torch.float64), torch.randn(2, 3, 5, dtype=torch.float64)
    over_queries, over_keys = scores.softmax(-1), scores.softmax(-2)
    for weights, turned in ((over_queries, values @ over_queries.mT), (over_keys, None)):
        calls = [Call((values, weights), {}, values @ weights, function=torch.bmm)]
        calls += [Call(("bck,bkq->bcq", values, weights), {}, values @ weights, function=torch.einsum)]
        for call in calls:
            found = attempt(call, "weights turned", {"place": 1})
            assert found is turned is None or torch.allclose(found, turned)


def kernel_of(call, change, wanted, *stored):
    return attempt(call, "kernel made", {"stored": stored, "change": change, "reference": wanted.numpy()})


def test_a_kernel_of_unit_length_is_made_over_another_axis_or_not_at_all():
    x, kernel = torch.randn(4, 6, dtype=torch.float64), torch.randn(6, 3, dtype=torch.float64)
    unit = {axis: F.normalize(kernel, dim=axis) for axis in (0, 1)}
    call = Call((x, unit[1].T), {}, x @ unit[1], function=F.linear)
    stored = kernel.numpy()
    assert torch.allclose(kernel_of(call, "axes", x @ unit[0], stored), x @ unit[0])
    assert torch.allclose(kernel_of(call, "kind", x @ kernel, stored), x @ kernel)
    assert kernel_of(call, "axes", x @ unit[0], np.ones((6, 3))) is None


def test_a_layer_that_standardises_its_kernel_does_so_with_another_epsilon():
    class Standardised(torch.nn.Conv2d):
        epsilon = 1e-5

        def forward(self, x):
            over = (1, 2, 3)
            deviation = self.weight.std(over, correction=0, keepdim=True)
            kernel = (self.weight - self.weight.mean(over, keepdim=True)) / (deviation + self.epsilon)
            return F.conv2d(x, kernel, self.bias)

    layer, x = Standardised(3, 4, 2).double().requires_grad_(False), torch.randn(2, 3, 5, 5, dtype=torch.float64)
    call = Call((x,), {}, layer(x), module=layer)
    layer.epsilon = 1e-3
    wanted = layer(x)
    layer.epsilon = 1e-5
    stored = layer.weight.permute(2, 3, 1, 0).numpy()
    assert torch.allclose(kernel_of(call, "epsilon", wanted, stored), wanted, rtol=1e-12)
    assert kernel_of(call, "gain", wanted, stored) is None


@pytest.mark.parametrize(
    ("mask", "pattern"),
    [(lambda m: 1e9 * m, "opposite"), (lambda m: -1e9 * m.T, "crosswise"), (lambda m: 0 * m, "causal")],
)
def test_scores_with_another_mask_added_are_those_of_the_reference_where_nothing_else_differs(mask, pattern):
    scores, later = torch.randn(2, 5, 5, dtype=torch.float64), torch.ones(5, 5, dtype=torch.float64).triu(1)
    wanted, own = scores - 1e9 * later, scores + mask(later)
    call = Call((scores, mask(later)), {}, own, function=torch.add)
    options = {"value": wanted.numpy(), "pattern": pattern, "weights": False}
    assert torch.equal(attempt(call, "scores", options), wanted)
    other = Call((scores, mask(later)), {}, own + torch.eye(5), function=torch.add)
    assert attempt(other, "scores", options) is None


def test_a_product_is_given_heads_that_are_still_side_by_side():
    weights, tokens = torch.randn(2, 3, 5, 5, dtype=torch.float64), torch.randn(2, 5, 12, dtype=torch.float64)
    heads = tokens.view(2, 5, 3, 4).transpose(1, 2)
    for args, place, wanted in (
        ((weights, heads + 1), 1, weights @ heads),
        ((heads, heads.mT + 1), 1, heads @ heads.mT),
    ):
        call = Call(args, {}, args[0] @ args[1], function=torch.matmul)
        found = attempt(call, "feed one", {"place": place, "value": tokens.numpy(), "heads": True})
        assert torch.allclose(found, wanted)


def test_only_a_square_result_is_turned():
    x, y = torch.randn(2, 5, 3), torch.randn(2, 3, 5)
    assert torch.equal(attempt(Call((x, y), {}, x @ y, function=torch.bmm), "result turned", {}), (x @ y).mT)
    assert attempt(Call((x, y[..., 1:]), {}, x @ y[..., 1:], function=torch.bmm), "result turned", {}) is None


COUNTED = {
    "from row 2": lambda real: torch.arange(real.shape[1]).expand(real.shape) + 2,
    "without padding": lambda real: real.cumsum(1) * real + 1,
    "with padding": lambda real: torch.arange(real.shape[1]).expand(real.shape),
}


@pytest.mark.parametrize("wanted", COUNTED)
@pytest.mark.parametrize("own", COUNTED)
def test_positions_that_are_counted_in_another_way_are_looked_up_in_it(own, wanted):
    table, real = torch.nn.Embedding(12, 3), torch.tensor([[1] * 6, [1, 1, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0]])
    call = Call((COUNTED[own](real),), {}, table(COUNTED[own](real)), table)
    reference = table(COUNTED[wanted](real)).detach()
    assert torch.equal(attempt(call, "counted otherwise", {"value": reference.numpy()}), reference)


def test_rows_that_no_counting_gives_are_no_other_positions():
    table, positions = torch.nn.Embedding(12, 3), torch.arange(6)[None]
    for own, wanted in ((positions, positions.flip(1)), (positions % 2, positions % 3), (positions.flip(1), positions)):
        call = Call((own,), {}, table(own), table)
        assert attempt(call, "counted otherwise", {"value": table(wanted).detach().numpy()}) is None


@pytest.mark.parametrize(("begin", "found"), [(3, True), (5, False)])
def test_what_is_added_may_begin_several_rows_further_on(begin, found):
    x, table = torch.randn(2, 6, 3, dtype=torch.float64), torch.randn(12, 3, dtype=torch.float64)
    value = x + table[begin : begin + 6]
    call = Call((x, table[:6]), {}, x + table[:6], function=torch.add)
    other = attempt(call, "addend shifted", {"value": (value - x)[:1].numpy()})
    assert (other is not None and torch.allclose(other, value)) == found


@pytest.mark.parametrize("mode", ["reflect", "replicate"])
def test_a_function_or_layer_puts_something_else_around_its_image(mode):
    x, kernel = torch.randn(2, 4, 6, 6, dtype=torch.float64), torch.rand(4, 1, 3, 3, dtype=torch.float64)
    framed = F.pad(x, (1, 1, 1, 1), mode=mode)
    blur = Call((x, kernel), {"padding": 1, "groups": 4, "stride": 2}, x, function=F.conv2d)
    options = {"mode": "edge" if mode == "replicate" else mode}
    assert torch.allclose(attempt(blur, "framed", options), F.conv2d(framed, kernel, groups=4, stride=2))
    pool = Call((x, 3, 1, 1), {}, x, function=F.avg_pool2d)
    assert torch.allclose(attempt(pool, "framed", options), F.avg_pool2d(framed, 3, 1))
    assert attempt(Call((x, kernel), {"groups": 4}, x, function=F.conv2d), "framed", options) is None


def test_an_upsampling_goes_to_the_size_of_the_reference():
    x = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    wanted = F.interpolate(x, size=(8, 15))
    for call in (
        Call((x,), {"scale_factor": (3, 2)}, x, function=F.interpolate),
        Call((x,), {}, x, module=torch.nn.Upsample(scale_factor=3)),
    ):
        assert torch.equal(attempt(call, "resize to", {"size": (8, 15), "mode": None}), wanted)
        smooth = F.interpolate(x, size=(8, 15), mode="bilinear")
        assert torch.allclose(attempt(call, "resize to", {"size": (8, 15), "mode": "bilinear"}), smooth)


def _marked(x):
    set_mark(x, True, frozenset({0}))
    return x


@pytest.mark.parametrize("join", [torch.add, lambda x, y: torch.cat([x, y], 1)])
def test_a_branch_is_cut_from_its_map_where_the_reference_cuts_it(join):
    whole, y = (_marked(torch.randn(2, 3, size, size, dtype=torch.float64)) for size in (9, 5))
    corner, other = _marked(whole[..., :5, :5].clone()), whole[..., 4:, 4:]
    wanted = join(other, y).movedim(1, -1).numpy()
    args = (corner, y) if join is torch.add else ([corner, y], 1)
    call = Call(args, {}, _marked(join(corner, y)), function=torch.add if join is torch.add else torch.cat)
    options = {"values": [], "maps": [whole.movedim(1, -1).numpy()], "reference": wanted}
    assert torch.allclose(attempt(call, "another window", options), join(other, y))
    strange = {**options, "maps": [np.random.default_rng(0).normal(size=(2, 9, 9, 3))]}
    assert attempt(call, "another window", strange) is None


def test_what_code_joins_is_joined_in_another_order():
    x, y = torch.randn(2, 3), torch.randn(2, 4)
    call = Call(((x, y),), {"dim": 1}, x, function=torch.cat)
    assert torch.equal(attempt(call, "joined in order", {"order": (1, 0)}), torch.cat([y, x], 1))
    assert attempt(call, "joined in order", {"order": (1, 0, 2)}) is None


def test_channels_are_shuffled_in_other_groups():
    x = torch.randn(2, 8, 3, 3)
    call = Call((x,), {}, x, module=torch.nn.ChannelShuffle(4))
    assert torch.equal(attempt(call, "shuffled in groups", {"groups": 2}), torch.nn.ChannelShuffle(2)(x))
