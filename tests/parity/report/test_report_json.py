"""What a report looks like as JSON."""

from __future__ import annotations

import json
import math

import pytest

from parity.errors import EnvironmentProblem
from parity.report.jsonfile import text, write_json
from parity.verdicts import PairReport, Report, RungResult, Verdict


def test_json_is_golden(sample, golden):
    golden("sample.json", text(sample))


def test_json_reads_back(sample, tmp_path):
    write_json(sample, tmp_path / "report.json")
    read = json.loads((tmp_path / "report.json").read_text())
    assert read == sample.to_json()
    assert read["schema"] == "parity.report/1"


def test_inf_and_nan_are_valid_json():
    rungs = (RungResult("outputs", Verdict.FAIL, math.inf, 1e-10), RungResult("onnx", Verdict.FAIL, math.nan, 1e-10))
    read = json.loads(text(Report("parity check", {}, 0, (PairReport("mlp/a", rungs),))), parse_constant=pytest.fail)
    assert [rung["figure"] for rung in read["pairs"][0]["rungs"]] == ["inf", "nan"]


def test_any_name_can_be_written(tmp_path):
    write_json(Report("parity check \udcff.py:net", {}, 0, ()), tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["command"] == "parity check \udcff.py:net"


def test_a_missing_folder_is_named(sample, tmp_path):
    with pytest.raises(EnvironmentProblem, match=r"none/report\.json: cannot be written: there is no folder .*none"):
        write_json(sample, tmp_path / "none" / "report.json")
