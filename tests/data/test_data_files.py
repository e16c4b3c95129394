"""Files of the user's own, written here in their published formats; damaged ones are refused in one line."""

import contextlib
import gzip
import pickle
import struct

import numpy as np
import pytest

from parity.data import load
from parity.errors import UsageError

RNG = np.random.default_rng(0)


def idx(array):
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def write_mnist(folder, pack=False, train=40, test=10):
    folder.mkdir(exist_ok=True)
    made = {}
    for part, count in (("train", train), ("t10k", test)):
        made[part] = RNG.integers(0, 256, (count, 28, 28)), np.arange(count) % 10
        for name, array in zip(("images-idx3", "labels-idx1"), made[part], strict=True):
            path = folder / f"{part}-{name}-ubyte{'.gz' if pack else ''}"
            path.write_bytes(gzip.compress(idx(array)) if pack else idx(array))
    return made


def write_cifar(folder, per_batch=20):
    folder.mkdir(exist_ok=True)
    made = {}
    for name in ("data_batch_1", "data_batch_2", "test_batch"):
        images, labels = RNG.integers(0, 256, (per_batch, 32, 32, 3)), np.arange(per_batch) % 10
        records = np.concatenate([labels[:, None], images.transpose(0, 3, 1, 2).reshape(per_batch, -1)], axis=1)
        (folder / f"{name}.bin").write_bytes(records.astype(np.uint8).tobytes())
        made[name] = images, labels
    return made


def refused(source, *expected, **options):
    with pytest.raises(UsageError) as caught:
        load(source, **options)
    for text in expected:
        assert text in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("pack", [False, True])
def test_mnist_is_read_plain_and_gzipped(tmp_path, pack):
    made = write_mnist(tmp_path / "digits", pack)
    for data in (
        load(tmp_path / "digits"),
        load(f"mnist:{tmp_path / 'digits'}"),
        load("mnist", path=str(tmp_path / "digits")),
    ):
        assert (data.kind, data.task, data.classes) == ("image", "classification", tuple("0123456789"))
        np.testing.assert_array_equal(data.test.inputs[..., 0], (made["t10k"][0] / np.float32(255)).astype(np.float32))
        np.testing.assert_array_equal(data.test.targets, made["t10k"][1])
        assert len(data.train) + len(data.validation) == 40
        assert data.train.inputs.dtype == np.float32


def test_the_training_file_is_split_and_nothing_is_lost(tmp_path):
    images, _ = write_mnist(tmp_path / "digits")["train"]
    data = load(tmp_path / "digits")
    seen = np.rint(np.concatenate([data.train.inputs, data.validation.inputs])[..., 0] * 255).astype(int)
    assert sorted(image.tobytes() for image in seen) == sorted(image.tobytes() for image in images.astype(int))


def test_fashion_names_its_classes(tmp_path):
    write_mnist(tmp_path / "fashion")
    assert load(tmp_path / "fashion").classes[-1] == "ankle boot"
    write_mnist(tmp_path / "plain")
    assert load("fashion_mnist", path=str(tmp_path / "plain")).classes[1] == "trouser"
    assert load("fashion_mnist", path=str(tmp_path / "plain"), flatten=True).test.inputs.shape == (10, 784)


def test_one_idx_file_is_enough(tmp_path):
    write_mnist(tmp_path / "digits")
    data = load(tmp_path / "digits" / "train-images-idx3-ubyte")
    assert [len(part) for part in (data.train, data.validation, data.test)] == [28, 6, 6]


def test_damaged_idx_files_are_refused(tmp_path):
    folder = tmp_path / "digits"
    images = folder / "train-images-idx3-ubyte"
    labels = folder / "train-labels-idx1-ubyte"

    write_mnist(folder)
    images.write_bytes(images.read_bytes()[:-5])
    refused(folder, str(images), "announces 31360 bytes, and it holds 31355")
    images.write_bytes(b"PK\3\4 not an IDX file")
    refused(folder, "starts with 50 4b 03 04")
    images.write_bytes(b"")
    refused(folder, "starts with nothing")
    images.write_bytes(b"\0\0\x08\x03\0\0")
    refused(folder, "less than its header of 16")
    images.write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, 2**31, 2**31, 2**31))
    refused(folder, "its header announces")
    images.write_bytes(idx(np.zeros((0, 28, 28))))
    labels.write_bytes(idx(np.zeros(0)))
    refused(folder, "holds no sample")

    write_mnist(folder)
    labels.write_bytes(idx(np.full(40, 17)))
    refused(folder, "label[0] is 17: expected labels 0 ... 9")
    labels.write_bytes(idx(np.zeros(39)))
    refused(folder, "40 inputs and 39 targets")
    labels.unlink()
    refused(folder, "train-labels-idx1-ubyte: no such file")


def test_a_damaged_gzip_file_is_refused(tmp_path):
    folder = tmp_path / "digits"
    write_mnist(folder, pack=True)
    path = folder / "train-images-idx3-ubyte.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(folder, str(path), "not a whole gzip file")
    path.write_bytes(b"hello")
    refused(folder, "not a whole gzip file")


def test_cifar_is_read_channels_last(tmp_path):
    made = write_cifar(tmp_path / "cifar-10-batches-bin")
    for source in (tmp_path, tmp_path / "cifar-10-batches-bin", f"cifar10:{tmp_path}"):
        data = load(source)
        assert data.classes[0] == "airplane"
        assert len(data.train) + len(data.validation) == 40
        np.testing.assert_array_equal(data.test.inputs, (made["test_batch"][0] / np.float32(255)).astype(np.float32))
        np.testing.assert_array_equal(data.test.targets, made["test_batch"][1])


def test_cifar_pickles_are_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(Trap()))
    refused(tmp_path, "could run code", "cifar-10-binary.tar.gz")
    refused("cifar10", "could run code", path=str(tmp_path))


def test_damaged_cifar_files_are_refused(tmp_path):
    write_cifar(tmp_path)
    batch = tmp_path / "data_batch_2.bin"
    whole = batch.read_bytes()
    batch.write_bytes(whole[:-1])
    refused(tmp_path, "data_batch_2.bin", "not whole records of 3073")
    batch.write_bytes(b"")
    refused(tmp_path, "0 bytes")
    batch.write_bytes(b"\x0a" + whole[1:])
    refused(tmp_path, "label[0] is 10: expected labels 0 ... 9")
    batch.write_bytes(whole)
    (tmp_path / "test_batch.bin").unlink()
    refused(tmp_path, "test_batch.bin: no such file")


def test_missing_files_and_folders_are_named(tmp_path):
    refused(tmp_path / "nothing.csv", "nothing.csv: no such file")
    refused(tmp_path / "nothing.npz", "nothing.npz: no such file")
    refused(tmp_path / "nothing.txt", "nothing.txt: no such file")
    refused(tmp_path / "nothing", "no such file")
    refused(tmp_path, "neither MNIST nor CIFAR-10")
    refused(f"cifar10:{tmp_path}", "no data_batch_1.bin")
    refused(f"mnist:{tmp_path / 'nothing'}", "no such folder")
    refused(f"mnist:{tmp_path}", "train-images-idx3-ubyte: no such file", "the folder is empty")
    (tmp_path / "notes.txt").write_text("hello")
    refused(tmp_path / "notes.txt", "unknown format", ".npz, .csv, or IDX")


def test_npz_with_x_and_y_is_split(tmp_path):
    x, y = RNG.normal(3, 2, (100, 5)), np.arange(100) % 4
    np.savez(tmp_path / "own.npz", x=x, y=y)
    data = load(tmp_path / "own.npz", scale="standard")
    assert (data.kind, data.task, data.classes) == ("tabular", "classification", ("0", "1", "2", "3"))
    assert [len(part) for part in (data.train, data.validation, data.test)] == [70, 15, 15]
    np.testing.assert_allclose(data.train.inputs.mean(axis=0), 0, atol=1e-12)


def test_npz_parts_are_kept(tmp_path):
    arrays = {f"x_{part}": RNG.random((n, 6, 6, 3)) for part, n in (("train", 20), ("validation", 6), ("test", 7))}
    arrays |= {f"y_{part}": RNG.random(n) for part, n in (("train", 20), ("validation", 6), ("test", 7))}
    np.savez_compressed(tmp_path / "own.npz", **arrays)
    data = load(tmp_path / "own.npz")
    assert (data.kind, data.task) == ("image", "regression")
    np.testing.assert_array_equal(data.test.inputs, arrays["x_test"])
    np.testing.assert_array_equal(data.validation.targets[:, 0], arrays["y_validation"])


def test_npz_of_keras_form_is_read(tmp_path):
    arrays = {"x_train": RNG.integers(0, 256, (30, 8, 8), np.uint8), "y_train": (np.arange(30) % 3)[:, None]}
    np.savez(tmp_path / "own.npz", **arrays, x_test=arrays["x_train"][:5], y_test=arrays["y_train"][:5])
    data = load(tmp_path / "own.npz")
    assert data.train.inputs.shape[1:] == (8, 8, 1)
    assert data.train.inputs.max() <= 1
    assert data.train.targets.ndim == 1
    assert (len(data.train) + len(data.validation), len(data.test)) == (30, 5)


X = np.ones((6, 2))
NPZ_ERRORS = {
    "x[1, 0] is nan (1 such values)": {"x": np.array([[1, 2], [np.nan, 3.0]]), "y": np.array([0, 1])},
    "y[2] is inf": {"x": X[:3], "y": np.array([0.0, 1.0, np.inf])},
    "y[1] is -1: expected labels 0 ... 2": {"x": X, "y": np.array([0, -1, 2, 0, 1, 2])},
    "6 inputs and 5 targets": {"x": X, "y": np.zeros(5, int)},
    "holds no sample": {"x": X[:0], "y": np.zeros(0, int)},
    "holds a, b: expected x and y": {"a": X, "b": X},
    "holds x: expected x and y": {"x": X},
    "x_test": {"x_train": X, "y_train": np.zeros(6, int)},
    "inputs of different forms": {"x_train": X, "y_train": X[:, 0], "x_test": np.ones((6, 3)), "y_test": X[:, 0]},
    "holds Python objects": {"x": np.array([{}, {}], object), "y": np.zeros(2, int)},
    "x is <U1": {"x": np.array([["a"], ["b"]]), "y": np.zeros(2, int)},
    "labels up to 1000000000 in 6 samples": {"x": X, "y": np.array([0, 1, 2, 3, 4, 10**9])},
}


@pytest.mark.parametrize("message", NPZ_ERRORS)
def test_npz_files_that_cannot_be_learnt_are_refused(tmp_path, message):
    np.savez(tmp_path / "own.npz", **NPZ_ERRORS[message])
    refused(tmp_path / "own.npz", "own.npz", message)


def test_npz_labels_beyond_the_given_classes_are_refused(tmp_path):
    np.savez(tmp_path / "own.npz", x=X, y=np.arange(6))
    refused(tmp_path / "own.npz", "y[3] is 3: expected labels 0 ... 2", classes=3)


def test_damaged_npz_files_are_refused(tmp_path):
    path = tmp_path / "own.npz"
    np.savez_compressed(path, x=RNG.random((50, 50)), y=np.arange(50))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "own.npz")
    path.write_bytes(whole[:200] + b"\xff" * 50 + whole[250:])
    refused(path, "damaged")
    path.write_bytes(b"hello")
    refused(path, "own.npz")
    path.write_bytes(b"")
    refused(path, "damaged")


@pytest.mark.parametrize("seed", range(3))
def test_no_damage_ends_in_another_error(tmp_path, seed):
    rng = np.random.default_rng(seed)
    write_mnist(tmp_path / "mnist", train=20, test=5)
    write_mnist(tmp_path / "packed", pack=True, train=20, test=5)
    np.savez_compressed(tmp_path / "own.npz", x=rng.integers(0, 9, (20, 3)), y=np.arange(20) % 2)
    (tmp_path / "own.csv").write_text(CSV)
    for source, path in (
        ("mnist", "mnist/train-images-idx3-ubyte"),
        ("packed", "packed/t10k-labels-idx1-ubyte.gz"),
        ("own.npz", "own.npz"),
        ("own.csv", "own.csv"),
    ):
        whole = (tmp_path / path).read_bytes()
        for _ in range(20):
            broken = bytearray(whole[: rng.integers(0, len(whole) + 1)])
            for place in rng.integers(0, max(1, len(broken)), 4):
                broken[place : place + 1] = rng.bytes(1)
            (tmp_path / path).write_bytes(broken)
            with contextlib.suppress(UsageError):
                load(tmp_path / source)


CSV = "age;city size;bought\n20;1.5;no\n30;2.5;yes\n40;3;no\n50;4;yes\n60;5;no\n70;6;yes\n80;7;no\n90;8;yes\n"


def test_csv_tables_are_classified_by_their_last_column(tmp_path):
    (tmp_path / "own.csv").write_text(CSV, encoding="utf-8-sig")
    data = load(tmp_path / "own.csv", fractions=(0.5, 0.25, 0.25))
    assert (data.kind, data.task, data.classes) == ("tabular", "classification", ("no", "yes"))
    ages = data.scaler.inverse(data.train.inputs)[:, 0]
    np.testing.assert_array_equal(data.train.targets, np.rint(ages / 10) % 2)


def test_csv_tables_predict_numbers_and_take_columns(tmp_path):
    (tmp_path / "own.csv").write_text(CSV)
    data = load(tmp_path / "own.csv", target="city size", columns="age", scale="none", fractions=(0.5, 0.25, 0.25))
    assert data.task == "regression"
    assert data.train.inputs.shape == (4, 1)
    assert load(tmp_path / "own.csv", target="age", columns="city size", task="regression", fractions=(0.5, 0.25, 0.25))


def test_csv_without_names_is_read(tmp_path):
    (tmp_path / "own.csv").write_text("".join(f"{i},{i * i / 2},{i % 3 + 1}\n" for i in range(30)))
    data = load(tmp_path / "own.csv")
    assert data.classes == ("1", "2", "3")
    assert len(data.train) == 21
    assert load(tmp_path / "own.csv", target="column2").task == "regression"


def test_csv_texts_are_tokenized(tmp_path):
    rows = [f'"Good, film number {i}",pos\n"Bad film",neg\n' for i in range(10)]
    (tmp_path / "own.csv").write_text("review,mood\n" + "".join(rows))
    data = load(tmp_path / "own.csv", kind="text", length=5)
    assert (data.kind, data.classes, len(data.train)) == ("text", ("neg", "pos"), 14)
    assert data.vocabulary.words[2] == "film"
    assert set(data.train.lengths) == {2, 3}


def test_csv_series_are_forecast(tmp_path):
    (tmp_path / "own.csv").write_text("day,sales,rain\n" + "".join(f"d{i},{i},{i % 7}\n" for i in range(100)))
    data = load(tmp_path / "own.csv", kind="series", target="sales", columns="rain", length=4, horizon=2, scale="none")
    assert (data.kind, data.task) == ("series", "regression")
    assert data.train.inputs.shape[1:] == (4, 2)
    assert data.train.targets[0].tolist() == [4, 5]
    refused(tmp_path / "own.csv", "line 2, column 'day': 'd0': expected a number", "columns=a,b", kind="series")


CSV_ERRORS = {
    "holds no sample": "",
    "holds no sample ": "a,b\n",
    "line 3, column 'a': empty": "a,b\n1,x\n,y\n",
    "line 3, column 'b': empty": "a,b\n1,x\n2,\n",
    "line 2, column 'a': 'nan': expected a finite number": "a,b\nnan,x\n2,y\n",
    "line 2, column 'a': 'Paris': expected a number": "a,b\nParis,x\n2,y\n",
    "line 3 has 1 values: expected 2": "a,b\n1,x\n2\n",
    "two columns are named 'a'": "a,a\n1,x\n",
    "no column beside the target 'a'": "a\nx\ny\n",
    "2 samples split into parts": "a,b\n1,x\n2,y\n",
}


@pytest.mark.parametrize("message", CSV_ERRORS)
def test_csv_files_that_cannot_be_learnt_are_refused(tmp_path, message):
    (tmp_path / "own.csv").write_text(CSV_ERRORS[message])
    refused(tmp_path / "own.csv", "" if "samples split" in message else "own.csv", message.strip())


def test_csv_options_and_encodings_are_checked(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(CSV)
    refused(path, "no column 'agee'", "did you mean 'age'", target="agee")
    refused(path, "kind='table'", "tabular", kind="table")
    refused(path, "task='guess'", task="guess")
    refused(path, "no option sep=';'", sep=";")
    refused(path, "is a path already", path="other.csv")
    refused(path, "no word", kind="text")
    path.write_bytes(b"a,b\n\xff\xfe,1\n")
    refused(path, "byte 4 is not UTF-8 text")
