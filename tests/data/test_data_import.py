"""Importing the data package costs nothing."""

import subprocess
import sys

import pytest

LIBRARIES = ("numpy", "sklearn", "keras", "tensorflow", "torch")


def loaded_after(code):
    program = f"import sys\n{code}\nprint(*[name for name in {LIBRARIES!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_importing_the_package_loads_no_library():
    assert loaded_after("import parity.data; assert 'digits' in parity.data.SOURCES; dir(parity.data)") == []


def test_reading_docstrings_imports_none_of_their_libraries_but_numpy():
    assert loaded_after("from parity.data.docstrings import docstrings; docstrings()") in ([], ["numpy"])


def test_sets_load_scikit_learn_and_no_framework():
    assert loaded_after("import parity.data; parity.data.load('iris')") == ["numpy", "sklearn"]


def test_this_test_can_fail():
    assert loaded_after("import numpy") == ["numpy"]


def test_unknown_attributes_are_named():
    import parity.data

    with pytest.raises(AttributeError, match="'lode'"):
        parity.data.lode  # noqa: B018
