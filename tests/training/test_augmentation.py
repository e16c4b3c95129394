"""The same numbers give the same pixels on both sides, and the pixels that the libraries themselves give."""

import kornia
import numpy as np
import pytest
import torch
from keras import layers, ops

from keras_impl.augmentation import pipeline as keras_pipeline
from keras_impl.augmentation import pixels as keras_pixels
from keras_impl.augmentation import steps as keras_steps
from keras_impl.models.image_classifier import build_image_classifier
from keras_impl.recipes import cifar10 as keras_cifar10
from parity.transferring import transfer
from torch_impl.augmentation import pipeline as torch_pipeline
from torch_impl.augmentation import pixels as torch_pixels
from torch_impl.augmentation import steps as torch_steps
from torch_impl.models.image_classifier import ImageClassifier
from torch_impl.recipes import cifar10 as torch_cifar10

PROOF = 1e-12
ULP = 1.2e-7  # both sides work in float64 and round once
FLOOR = 1e-5  # Keras's own rotation and resizing compute in float32: 2.9e-6 and 2.4e-6 off here
ROWS = np.array([4, 0, 11])
STEPS = {
    "resized crop": ("ResizedCrop", {"size": (24, 20)}),
    "enlarging crop": ("ResizedCrop", {"size": (50, 61), "scale": (0.1, 0.3)}),
    "padded crop": ("PaddedCrop", {"size": (28, 27), "padding": 5}),
    "flip": ("Flip", {}),
    "rotation": ("Rotation", {"degrees": 15}),
    "translation": ("Translation", {"share": 0.3}),
    "jitter": ("ColorJitter", {"hue": 0.5}),
    "erasing": ("Erasing", {"rate": 0.9}),
    "noise": ("GaussianNoise", {}),
    "normalisation": ("Normalize", {"mean": (0.1, 0.2, 0.3), "deviation": (0.5, 0.6, 0.7)}),
}


def pictures(dtype="float64", height=33, width=29):
    """Three images with smooth areas, and with pixels that are grey, black and white."""
    images = np.random.default_rng(0).random((3, height, width, 3))
    images[0, :8] = images[0, :8, :, :1]
    images[1, 3], images[2, 5] = 0, 1
    return images.astype(dtype)


def first(images):
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def last(images):
    return images.transpose(0, 2, 3, 1)


def augmentations(name):
    kind, options = STEPS[name]
    chosen = [getattr(steps, kind)(**options) for steps in (keras_steps, torch_steps)]
    return keras_pipeline.Augmentation(chosen[:1], seed=7), torch_pipeline.Augmentation(chosen[1:], seed=7)


def apart(name, dtype="float64", epoch=1):
    ours, theirs = augmentations(name)
    images = pictures(dtype)
    mine, other = ours(images, epoch, ROWS), last(theirs(first(images), epoch, ROWS))
    assert mine.shape == other.shape
    assert mine.dtype == other.dtype == dtype
    return np.abs(mine - other).max()


@pytest.mark.parametrize("name", STEPS)
def test_both_sides_give_the_same_pixels(name):
    assert max(apart(name, epoch=epoch) for epoch in range(3)) <= PROOF
    assert apart(name, "float32") <= 2 * ULP


@pytest.mark.parametrize("name", [name for name in STEPS if name != "normalisation"])
def test_a_step_changes_the_image_and_differs_between_epochs_and_rows(name):
    ours, _ = augmentations(name)
    images = np.repeat(pictures()[:1], 12, axis=0)
    rows = np.arange(12)
    results = ours(images, 0, rows), ours(images, 1, rows)
    assert not np.array_equal(*results)
    assert any(not np.array_equal(results[0][0], other) for other in results[0][1:])


def test_the_numbers_of_a_row_do_not_depend_on_its_batch():
    drawn = [
        pipeline.handout((32, 32), seed=3).draw(5, ROWS, (40, 36)) for pipeline in (keras_pipeline, torch_pipeline)
    ]
    alone = keras_pipeline.handout((32, 32), seed=3).draw(5, ROWS[1:2], (40, 36))
    for ours, theirs, one in zip(*drawn, alone, strict=True):
        for name, numbers in ours.items():
            assert np.array_equal(numbers, theirs[name])
            assert np.array_equal(numbers[1:2], one[name])


def test_drawn_numbers_lie_where_they_should_and_reach_it():
    rows = np.arange(2000)
    draw = lambda step, sides=(32, 32): keras_pipeline.Augmentation([step]).draw(0, rows, sides)[0]  # noqa: E731
    crop = draw(keras_steps.ResizedCrop((32, 32)))
    share = crop["height"] * crop["width"] / 32**2
    assert 0.78 < share.min() < 0.82
    assert 0.98 < share.max() <= 1
    assert (crop["top"] + crop["height"]).max() == (crop["left"] + crop["width"]).max() == 32
    assert set(draw(keras_steps.PaddedCrop())["top"]) == set(range(-4, 5))
    assert 0.46 < draw(keras_steps.Flip())["flipped"].mean() < 0.54
    assert 14.9 < np.abs(draw(keras_steps.Rotation())["degrees"]).max() <= 15
    shift = draw(keras_steps.Translation(), (40, 20))
    assert (set(shift["top"]), set(shift["left"])) == (set(range(-4, 5)), set(range(-2, 3)))
    erased = draw(keras_steps.Erasing())
    assert 0.08 < (erased["height"] > 0).mean() < 0.12
    jitter = draw(keras_steps.ColorJitter())
    for name, numbers in jitter.items():
        reach = np.abs(numbers - (name != "hue")).max()
        assert reach == pytest.approx(0.1 if name == "hue" else 0.2, rel=0.01)
    noise = keras_pipeline.Augmentation([keras_steps.GaussianNoise()]).draw(0, rows[:20], (32, 32))[0]["noise"]
    assert noise.std() == pytest.approx(0.1, rel=0.02)


def test_rotation_is_that_of_both_libraries():
    images, degrees = pictures("float32", 33, 33), np.array([15.0, -40.0, 3.3])
    ours = keras_pixels.rotate(ops.convert_to_tensor(images.astype("float64")), degrees)
    theirs = kornia.geometry.rotate(torch.from_numpy(first(images)).double(), torch.from_numpy(degrees))
    assert np.abs(np.asarray(ours) - last(theirs.numpy())).max() <= PROOF
    for image, angle, mine in zip(images, degrees, np.asarray(ours), strict=True):
        layer = layers.RandomRotation((angle / 360, angle / 360), fill_mode="constant", dtype="float32")
        layer.build(image[None].shape)
        turn = float32_turn(layer, image)
        assert np.abs(np.asarray(turn) - mine).max() <= FLOOR


def float32_turn(layer, image):
    """What Keras's own layer gives; its operation knows float32 only."""
    import keras

    keras.config.set_floatx("float32")
    try:
        drawn = layer.get_random_transformation(ops.convert_to_tensor(image[None]), training=True)
        return layer.transform_images(ops.convert_to_tensor(image[None]), drawn, training=True)[0]
    finally:
        keras.config.set_floatx("float64")


def test_resizing_is_that_of_both_libraries():
    images = pictures()
    for size in ((20, 17), (50, 61), (33, 10)):
        ours = np.asarray(keras_pixels.resize(ops.convert_to_tensor(images), size))
        library = ops.image.resize(images.astype("float32"), size, antialias=True)
        assert np.abs(ours - np.asarray(library)).max() <= FLOOR
        theirs = kornia.geometry.resize(torch.from_numpy(first(images)), size, antialias=False)
        if min(size) > 33:  # kornia smooths by another filter where it shrinks
            assert np.abs(ours - last(theirs.numpy())).max() <= PROOF


def test_colours_are_those_of_kornia():
    images = torch.from_numpy(first(pictures()))
    amount = torch.tensor([0.8, 1.0, 1.2], dtype=torch.float64)
    hsv = torch.stack(torch_pixels.to_hsv(images), 1)
    theirs = kornia.color.rgb_to_hsv(images)
    theirs[:, 0] /= 2 * np.pi
    away = (hsv - theirs).abs()
    assert torch.minimum(away, 1 - away).max() <= 1e-7  # its saturation is divided by value + 1e-8
    assert (torch_pixels.from_hsv(*torch_pixels.to_hsv(images)) - images).abs().max() <= PROOF
    brighter = torch_pixels.blend(images, 0, amount)
    assert (brighter - kornia.enhance.adjust_brightness_accumulative(images, amount)).abs().max() <= PROOF
    greyer = torch_pixels.blend(images, torch_pixels.grey(images), amount)
    assert (greyer - kornia.enhance.adjust_saturation_with_gray_subtraction(images, amount)).abs().max() <= 1e-4


def test_flip_is_that_of_keras():
    images = pictures()
    flipped = np.array([True, False, True])
    drawn = {"flips": flipped[:, None, None, None], "input_shape": images.shape}
    library = layers.RandomFlip("horizontal").transform_images(ops.convert_to_tensor(images), drawn, training=True)
    assert np.array_equal(np.asarray(library), np.asarray(keras_pixels.flip(ops.convert_to_tensor(images), flipped)))


def test_windows_and_erasures_are_slices():
    images = pictures()
    ours = np.asarray(keras_pixels.window(ops.convert_to_tensor(images), [2, -3, 30], [-1, 4, 0], (10, 12)))
    assert np.array_equal(ours[0][:, 1:], images[0, 2:12, 0:11])
    assert not ours[0][:, 0].any()
    assert np.array_equal(ours[1][3:], images[1, 0:7, 4:16])
    assert not ours[1][:3].any()
    assert np.array_equal(ours[2][:3], images[2, 30:33, 0:12])
    assert not ours[2][3:].any()
    box = {"top": [1, 0, 5], "left": [2, 0, 9], "height": [4, 0, 8], "width": [3, 0, 2]}
    erased = np.asarray(keras_pixels.erase(ops.convert_to_tensor(images), **box))
    expected = images.copy()
    expected[0, 1:5, 2:5] = expected[2, 5:13, 9:11] = 0
    assert np.array_equal(erased, expected)


@pytest.mark.parametrize("name", ["cifar10", "handout"])
def test_published_rows_of_steps_give_the_same_pixels(name):
    images = pictures()
    ours, theirs = (getattr(pipeline, name)(seed=2) for pipeline in (keras_pipeline, torch_pipeline))
    mine, other = ours(images, 3, ROWS), last(theirs(first(images), 3, ROWS))
    assert mine.shape == (3, *((32, 32) if name == "cifar10" else (224, 224)), 3)
    assert np.abs(mine - other).max() <= PROOF * np.abs(mine).max()


@pytest.mark.parametrize(("height", "width"), [(33, 29), (64, 48), (30, 30), (29, 61)])
def test_images_for_evaluation_are_the_same(height, width):
    for dtype, bound in (("float64", PROOF), ("float32", ULP)):
        images = pictures(dtype, height, width)
        for name in keras_pipeline.PUBLISHED:
            ours = keras_pipeline.evaluate(images, (27, 24), name)
            theirs = last(torch_pipeline.evaluate(first(images), (27, 24), name))
            assert ours.shape == (3, 27, 24, 3)
            assert ours.dtype == theirs.dtype == dtype
            assert np.abs(ours - theirs).max() <= bound * np.abs(ours).max()


def test_images_for_evaluation_are_those_of_torchvision():
    """Resize to int(1.14 x) on the shorter side, crop the middle (odd rests: half to even), normalise."""
    images = first(pictures("float64", 40, 30))
    larger = torch.nn.functional.interpolate(
        torch.from_numpy(images), (38, 29), mode="bilinear", antialias=True
    ).numpy()
    theirs = torch_pipeline.evaluate(images, (26, 26), "imagenet")
    mean, deviation = (np.array(numbers)[:, None, None] for numbers in torch_pipeline.PUBLISHED["imagenet"])
    expected = (larger[:, :, 6:32, 2:28] - mean) / deviation
    assert np.abs(theirs - expected).max() <= PROOF


FAULTS = {
    "rotation the other way": ("rotation", "rotate", lambda f: lambda i, degrees: f(i, -np.asarray(degrees))),
    "rotation about a corner of a pixel": (
        "rotation",
        "sampled",
        lambda f: lambda i, rows, columns: f(i, rows + 0.5, columns + 0.5),
    ),
    "no smoothing": ("resized crop", "stretch", lambda f: nearest),
    "corners aligned": ("enlarging crop", "stretch", lambda f: corners),
    "crop by one pixel": (
        "padded crop",
        "window",
        lambda f: lambda i, top, left, size: f(i, np.add(top, 1), left, size),
    ),
    "shift the other way": (
        "translation",
        "window",
        lambda f: lambda i, top, left, size: f(i, np.negative(top), left, size),
    ),
    "flip of the others": ("flip", "flip", lambda f: lambda i, flipped: f(i, ~flipped)),
    "contrast about zero": ("jitter", "grey", lambda f: lambda i: 0 * f(i)),
    "hue the other way": ("jitter", "turn_hue", lambda f: lambda i, hue: f(i, -np.asarray(hue))),
    "height for width": (
        "erasing",
        "erase",
        lambda f: lambda i, top, left, height, width: f(i, top, left, width, height),
    ),
    "noise transposed": ("noise", "add_noise", lambda f: lambda i, noise: f(i, noise[:, ::-1])),
    "variance for deviation": (
        "normalisation",
        "normalize",
        lambda f: lambda i, mean, deviation: f(i, mean, np.square(deviation)),
    ),
}


def nearest(side, start, length, target):
    places = np.floor((np.arange(target) + 0.5) * length / target).astype(int) + start
    return np.eye(side)[places]


def corners(side, start, length, target):
    middles = np.linspace(start, start + length - 1, target)
    return np.maximum(0, 1 - np.abs(np.arange(side) - middles[:, None]))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(monkeypatch, fault):
    name, function, spoil = FAULTS[fault]
    monkeypatch.setattr(keras_pixels, function, spoil(getattr(keras_pixels, function)))
    assert max(apart(name, epoch=epoch) for epoch in range(3)) > 1e-3


BAD = {
    "size=(8, 8, 3): expected two sides of at least 1": lambda steps, _: steps.ResizedCrop((8, 8, 3)),
    "images of type uint8: expected fractions in [0, 1]": lambda _, pipeline: pipeline.evaluate(pictures("uint8")),
    "scale=(0.5, 1.5): expected numbers from 0 to 1": lambda steps, _: steps.ResizedCrop((3, 3), scale=(0.5, 1.5)),
    "rate=1.5: expected a rate in [0, 1)": lambda steps, _: steps.Flip(1.5),
    "degrees=200: expected numbers from 0 to 180": lambda steps, _: steps.Rotation(200),
    "hue=0.7: expected numbers from 0 to 0.5": lambda steps, _: steps.ColorJitter(hue=0.7),
    "deviation=(1, 2): expected 3 numbers, one per channel": lambda steps, _: steps.Normalize((0, 0, 0), (1, 2)),
    "size=(40, 40): expected at most the image's (30, 30) and its margins": lambda steps, _: steps.PaddedCrop(
        (40, 40), 4
    ).draw(np.random.default_rng(0), 30, 30),
    "normalization='mnist': expected one of imagenet, cifar10": lambda _, pipeline: pipeline.evaluate(
        pictures(), (8, 8), "mnist"
    ),
    "enlarge=0.5: expected a number of at least 1": lambda _, pipeline: pipeline.evaluate(
        pictures(), (8, 8), enlarge=0.5
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_arguments_are_refused_in_the_same_words(message):
    for steps, pipeline in ((keras_steps, keras_pipeline), (torch_steps, torch_pipeline)):
        with pytest.raises(ValueError, match="expected") as caught:
            BAD[message](steps, pipeline)
        assert str(caught.value) == message


@pytest.mark.full
@pytest.mark.parametrize("shared", [False, True], ids=["pixels of each side", "shared pixels"])
def test_the_cifar10_recipe_takes_the_augmentation(shared):
    """The same curves, from pixels that each side made, and from pixels that Keras's side made for both."""
    options = {"channels": 3, "size": (12, 12), "widths": (4,), "classes": 3, "dropout": 0.0, "head": "logits"}
    model, module = build_image_classifier(**options), ImageClassifier(**options).double()
    transfer(module, model)
    random = np.random.default_rng(1)
    images, labels = random.random((22, 12, 12, 3)), random.integers(0, 3, 22)
    ours, theirs = (
        pipeline.Augmentation([steps.PaddedCrop((12, 12), 2), steps.Flip(), steps.Rotation(), steps.ColorJitter()], 5)
        for pipeline, steps in ((keras_pipeline, keras_steps), (torch_pipeline, torch_steps))
    )
    if shared:
        theirs = lambda images, epoch, rows: first(ours(last(images), epoch, rows))  # noqa: E731
    run = {"epochs": 2, "batch": 8}
    mine = keras_cifar10.train(model, (images, labels), (images[:5], labels[:5]), augment=ours, **run)
    other = torch_cifar10.train(module, (first(images), labels), (first(images[:5]), labels[:5]), augment=theirs, **run)
    for name in ("loss", "accuracy", "val_loss"):
        assert np.abs(np.subtract(mine[name], other[name])).max() <= 1e-9, name
