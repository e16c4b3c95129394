"""What a report looks like on a terminal."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from parity.report import formatting
from parity.report.text import print_report, render
from parity.verdicts import Cause, Divergence, PairReport, Report, RungResult, Verdict


@pytest.mark.parametrize("width", [80, 100, 140])
def test_text_is_golden(sample, golden, width):
    golden(f"sample-{width}.txt", render(sample, width=width) + "\n")


def test_green_text_is_golden(green, golden):
    golden("green.txt", render(green, width=100) + "\n")


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_the_terminal(sample, width):
    assert max(map(len, render(sample, width=width).splitlines())) <= width


def test_narrow_tables_lose_no_rung(sample):
    headers = [row.split() for row in render(sample, width=40).splitlines() if row.startswith("pair ")]
    assert [name for row in headers for name in row[1:]] == [*formatting.columns(sample), "time"]


def test_str_of_a_report_is_its_text(sample, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert str(sample) == render(sample, width=100)


def test_colour_is_used_when_asked_for(sample, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31m" in render(sample, colour=True)
    assert "\x1b" not in render(sample, colour=False)


def test_no_color_is_respected(sample, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in render(sample, colour=True)


def test_a_console_without_unicode_gets_ascii(sample):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_report(sample, Console(file=stream, width=140))
    stream.flush()
    assert b"x 8e-7" in stream.buffer.getvalue()  # type: ignore[attr-defined]


def test_escape_sequences_and_markup_are_spelled_out():
    hostile = "\x1b[2Jmodel\u202e[red]txt[/red]"
    text = render(
        Report(
            hostile,
            {hostile: hostile},
            0,
            (
                PairReport(
                    hostile,
                    (
                        RungResult(
                            hostile,
                            Verdict.FAIL,
                            1.0,
                            0.5,
                            hostile,
                            hostile,
                            details={"violations": [hostile, hostile]},
                        ),
                    ),
                ),
            ),
        ),
        width=200,
    )
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert r"\x1b[2Jmodel\u202e[red]txt[/red]" in text


@pytest.mark.parametrize(("figure", "shown"), [(math.inf, "✗ inf"), (math.nan, "✗ nan"), (2e300, "✗ 2e300")])
def test_figures_without_a_number_are_shown(figure, shown):
    rung = RungResult("outputs", Verdict.FAIL, figure, 1e-10, "y", "shapes differ")
    pair = PairReport("mlp/a", (rung,), Divergence("fc", "fc", figure, 1e-10, (), math.nan, 1.0))
    assert shown in render(Report("parity check", {}, 0, (pair,)), width=100)


def test_nothing_checked_is_no_parity():
    assert render(Report("parity check", {}, 0, ()), width=100).splitlines()[-1] == "NO PARITY: nothing was checked"
    text = render(Report("parity check", {}, 0, (PairReport("mlp/a", ()),)), width=100)
    assert "nothing was checked" in text
    assert text.splitlines()[-1] == "NO PARITY: 0 of 1 pair passes, 1 skipped"


def test_the_verdict_line_counts_every_pair(sample, green):
    assert formatting.verdict_line(green) == "PARITY: 1 of 1 pair passes"
    assert formatting.verdict_line(replace(green, pairs=green.pairs * 13)) == "PARITY: 13 of 13 pairs pass"
    assert formatting.verdict_line(sample) == "NO PARITY: 1 of 5 pairs pass, 1 failed, 1 error, 1 untestable, 1 skipped"


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (3.2e-15, 1, "3e-15"),
        (9.99e-15, 1, "1e-14"),
        (1e-10, 2, "1e-10"),
        (8.0312e-7, 3, "8.03e-7"),
        (0.0, 1, "0"),
        (-0.0, 1, "0"),
        (0.5, 1, "0.5"),
        (12.0, 1, "10"),
        (999.6, 3, "1e3"),
        (5e-324, 1, "5e-324"),
        (math.inf, 1, "inf"),
        (math.nan, 1, "nan"),
    ],
)
def test_figures_are_short(number, digits, text):
    assert formatting.short(number, digits) == text


@pytest.mark.parametrize(
    ("figure", "bound", "texts"),
    [
        (3e-15, 1e-10, ("3e-15", "1e-10")),
        (1.04e-10, 1e-10, ("1.04e-10", "1e-10")),
        (1.27e-7, 1.26e-7, ("1.27e-7", "1.26e-7")),
        (9.53e-7, 9.5367e-7, ("9.5e-7", "9.5e-7")),
        (1e-10, 1e-10, ("1e-10", "1e-10")),
        (math.nextafter(1e-10, 1), 1e-10, ("1.0000000000000002e-10", "1e-10")),
    ],
)
def test_rounding_never_moves_a_figure_across_its_bound(figure, bound, texts):
    assert formatting.against(figure, bound) == texts


def test_rungs_are_in_ladder_order_even_with_gaps():
    pairs = [
        PairReport("a", (RungResult("structure", Verdict.PASS), RungResult("onnx", Verdict.PASS))),
        PairReport("b", (RungResult("outputs", Verdict.PASS), RungResult("of tomorrow", Verdict.PASS))),
    ]
    assert formatting.columns(Report("", {}, 0, tuple(pairs))) == ["structure", "outputs", "onnx", "of tomorrow"]


@pytest.mark.parametrize(
    ("fix", "shown"),
    [
        (
            "in torch: eps=1e-3.; or in keras: epsilon=1e-5.",
            [("fix keras", "epsilon=1e-5."), ("fix torch", "eps=1e-3.")],
        ),
        ("momentum is 1 here; in torch: 0.01.", [("found", "momentum is 1 here"), ("fix torch", "0.01.")]),
        ("Train less.", [("fix", "Train less.")]),
        ("use relu in torch: the default", [("fix", "use relu in torch: the default")]),
    ],
)
def test_a_fix_is_told_for_each_side(fix, shown):
    assert formatting.fixes(Cause("norm-epsilon", "a", "b", True, 1.0, 0.0, fix)) == shown


def test_one_cause_in_many_places_is_told_once(sample):
    causes = [Cause("norm-epsilon", f"norm{n}", f"bn{n}", True, 1e-3, 3e-16, "in torch: eps=1e-3.") for n in range(3)]
    pair = replace(sample.pairs[1], causes=tuple(causes))
    text = render(replace(sample, pairs=(pair,)), width=100)
    assert text.count("rule: norm-epsilon") == text.count("fix torch") == 1
    for n in range(3):
        assert f"norm{n} | bn{n}  0.001 → 3e-16 without it" in text


def test_the_first_difference_names_the_source_line_of_both_sides(sample):
    rows = render(sample, width=100).splitlines()
    assert [row.split()[-1] for row in rows if "stage1.block0.norm1  1.2037" in row] == [
        "resnet.py:41",
        "resnet_torch.py:27",
    ]


def test_many_findings_of_one_rung_are_counted_not_listed():
    rung = RungResult("structure", Verdict.FAIL, reason="a0", details={"violations": [f"a{n}" for n in range(9)]})
    text = render(Report("parity check", {}, 0, (PairReport("mlp/a", (rung,)),)), width=100)
    assert text.count("also") == 3
    assert "5 in the reports that --json and --html write" in text


def test_a_weight_that_was_folded_is_told_where_everything_passes():
    rung = RungResult("parameters", Verdict.PASS, details={"folded": ["conv/weight", "out/weight"]})
    text = render(Report("parity check", {}, 0, (PairReport("a", (rung,)),)), width=100)
    assert "folded  conv/weight, out/weight: torch computes it from other tensors" in text
