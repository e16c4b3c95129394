"""What a report looks like as a page."""

from __future__ import annotations

import math
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

import parity.report.html as report_html
from parity.report.chart import BEYOND, LEFT, RIGHT, ZERO, chart
from parity.report.html import fragment, page, write_html
from parity.verdicts import Cause, Divergence, PairReport, Report, RungResult, Verdict

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}\x00\x1b\u202e\udcff"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Every tag with its attributes; stops where a tag closes another one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def one(rung: RungResult, **more: object) -> Report:
    return Report("parity check", {}, 0, (PairReport("mlp/a", (rung,), **more),))  # type: ignore[arg-type]


def test_page_is_golden(sample, golden):
    golden("sample.html", page(sample))


def test_fragment_is_golden(green, golden):
    golden("green-fragment.html", fragment(green))


def test_a_notebook_shows_the_fragment(green):
    assert green._repr_html_() == fragment(green)
    assert "<html" not in fragment(green)


def test_the_page_is_well_formed_and_complete(sample):
    read = Reader(page(sample))
    text = " ".join(read.texts)
    assert read.tags["svg"] > 0
    assert read.tags["details"] >= len(sample.pairs)
    assert "11,699,112" in text
    assert "torch.onnx dynamo" in text
    assert "RuntimeError: unsupported operator" in text
    for pair in sample.pairs:
        assert pair.name in text
        for rung in pair.rungs:
            assert (rung.reason or "") in text


def test_the_page_needs_nothing_from_outside_and_no_script(sample):
    text = page(sample)
    read = Reader(text)
    assert not read.tags.keys() & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|@import|url\(", text)
    assert {value[:1] for name, value in read.attributes if name in ("href", "src") and value} == {"#"}


def test_anchors_lead_somewhere(sample):
    read = Reader(page(sample))
    targets = {f"#{value}" for name, value in read.attributes if name == "id"}
    assert {value for name, value in read.attributes if name == "href"} == targets
    assert len(targets) == len(sample.pairs)


def test_hostile_names_stay_text():
    rung = RungResult(
        HOSTILE,
        Verdict.FAIL,
        1.0,
        0.5,
        HOSTILE,
        HOSTILE,
        details={HOSTILE: HOSTILE, "list": [HOSTILE], "trace": f"{HOSTILE}\n{HOSTILE}"},
    )
    pair = PairReport(
        HOSTILE,
        (rung,),
        Divergence(HOSTILE, HOSTILE, 1.0, 0.5),
        (Cause(HOSTILE, HOSTILE, HOSTILE, True, 1, 0, HOSTILE),),
    )
    text = page(Report(HOSTILE, {HOSTILE: HOSTILE}, 0, (pair,)))
    read = Reader(text)
    assert not read.tags.keys() & {"script", "img"}
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert not re.search("[\x00\x1b\u202e\udcff]", text)
    assert "49" not in "".join(read.texts)
    assert "<script>alert(1)</script>" in "".join(read.texts)


@pytest.mark.parametrize("figure", [math.inf, math.nan])
def test_figures_without_a_number_are_drawn_beyond_the_axis(figure):
    report = one(
        RungResult("outputs", Verdict.FAIL, figure, 1e-10, "y", "not finite"),
        first_divergence=Divergence("fc", "fc", figure, 1e-10, (0,), figure, 1.0),
    )
    drawn = chart(report)
    assert drawn
    assert drawn.beyond
    assert drawn.rows[0].dots[0].x == BEYOND
    assert str(figure) in page(report)


def test_zero_is_drawn_at_the_left_edge():
    drawn = chart(one(RungResult("outputs", Verdict.PASS, 0.0, 1e-10)))
    assert drawn
    assert drawn.rows[0].dots[0].x == ZERO
    assert not drawn.beyond


@pytest.mark.parametrize(("figure", "x"), [(1e-300, LEFT), (1e300, RIGHT)])
def test_extreme_figures_stay_on_the_axis(figure, x):
    drawn = chart(one(RungResult("outputs", Verdict.FAIL, figure, 1e-10)))
    assert drawn
    assert drawn.rows[0].dots[0].x == x


def test_a_passing_dot_is_left_of_every_bound_of_its_row(sample):
    drawn = chart(sample)
    assert drawn
    for row in drawn.rows:
        for dot in row.dots:
            assert (dot.x <= row.bounds[0].x) == (dot.verdict is not Verdict.FAIL)


def test_equal_figures_lie_beside_each_other():
    pairs = tuple(PairReport(f"mlp/{i}", (RungResult("outputs", Verdict.PASS, 0.0, 1e-10),)) for i in range(9))
    drawn = chart(Report("parity check", {}, 0, pairs))
    assert drawn
    assert len({(dot.x, dot.y) for dot in drawn.rows[0].dots}) == 9
    assert all(drawn.rows[0].y < dot.y < drawn.rows[0].y + drawn.rows[0].height for dot in drawn.rows[0].dots)


@pytest.mark.parametrize(
    "report",
    [
        Report("parity check", {}, 0, ()),
        Report("parity check", {}, 0, (PairReport("mlp/a", ()),)),
        one(RungResult("structure", Verdict.PASS)),
        one(RungResult("outputs", Verdict.PASS, 1.0)),
    ],
)
def test_small_reports_have_a_page(report):
    Reader(page(report))


def test_text_can_be_read_on_its_ground():
    style = (Path(report_html.__file__).parent / "style.css.j2").read_text()
    light, dark = style.split("prefers-color-scheme: dark", 1)
    for scheme in (light, dark):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", scheme))
        for ink in ("pass", "fail", "untestable", "skip", "error"):
            assert _contrast(colours[ink], colours[f"{ink}-tint"]) >= 4.5, ink
            assert _contrast(colours[ink], colours["card"]) >= 4.5, ink
        for ground in ("page", "card", "code"):
            assert _contrast(colours["text"], colours[ground]) >= 7
            assert _contrast(colours["soft"], colours[ground]) >= 4.5


def test_the_page_is_written_to_a_file(sample, tmp_path):
    write_html(sample, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page(sample)


def _contrast(first: str, second: str) -> float:
    """The ratio that WCAG 2 defines."""
    low, high = sorted(map(_luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
