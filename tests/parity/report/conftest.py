"""A report made by hand: a pass, a fail with its cause, an untestable pair, a skip and an error."""

from __future__ import annotations

import pytest

from parity.verdicts import Cause, Divergence, PairReport, Report, RungResult, Verdict

PROOF = 1e-10
NOISE = {"keras": 1.3e-7, "torch": 1.2e-7}
VERSIONS = {"keras": "3.15.1", "tensorflow": "2.21.0", "torch": "2.13.0", "onnxruntime": "1.31.1", "numpy": "2.4.6"}


def exact(rung: str, duration: float = 0.1, **details: object) -> RungResult:
    return RungResult(rung, Verdict.PASS, seconds=duration, details=details)


def measured(
    rung: str, figure: float, where: str, bound: float = PROOF, duration: float = 0.4, **details: object
) -> RungResult:
    return RungResult(rung, Verdict.PASS, figure, bound, where, seconds=duration, details=details)


def counts(total: int, trainable: int) -> dict[str, object]:
    return {
        "keras": {"total": total, "trainable": trainable},
        "torch": {"total": total, "trainable": trainable},
        "explained": {},
    }


def passing() -> PairReport:
    return PairReport(
        "cnn/handout",
        (
            exact("structure", layers=9, wires=8, keras="Functional", torch="CNN"),
            exact("parameters", **counts(34826, 34826)),
            exact("transfer", tensors=8),
            measured("activations", 4.1e-16, "conv2 (eval)", taps=9, sensitivity=0.71),
            measured(
                "outputs",
                2.6e-7,
                "logits (float32, eval, image 4x28x28x1)",
                9.6e-7,
                duration=1.3,
                float64=3.2e-15,
                float32=2.6e-7,
                float32_bound=9.6e-7,
                noise=NOISE,
                cases=["image 4x28x28x1", "image 1x28x28x1"],
            ),
            measured(
                "gradients",
                0.0,
                "loss (cross_entropy, train)",
                duration=0.9,
                loss="cross_entropy",
                zero_on_both_sides=[],
            ),
            measured(
                "onnx",
                1.9e-7,
                "logits: keras file and torch file (whole batch)",
                9.6e-7,
                duration=6.2,
                keras={"exporter": "tf2onnx", "opset": 18, "bytes": 143211, "double_evaluator": "reference"},
                torch={"exporter": "torch.onnx dynamo", "opset": 18, "bytes": 142020, "double_evaluator": "reference"},
            ),
        ),
    )


def failing() -> PairReport:
    rungs = (
        RungResult(
            "structure",
            Verdict.FAIL,
            reason="stage1.block0.norm1: epsilon is 0.001 in keras, 1e-05 in torch (and 1 more)",
            seconds=0.2,
            details={
                "layers": 60,
                "wires": 59,
                "violations": [
                    "stage1.block0.norm1: epsilon is 0.001 in keras, 1e-05 in torch",
                    "stage1.block0.norm2: epsilon is 0.001 in keras, 1e-05 in torch",
                ],
            },
        ),
        exact("parameters", **counts(11699112, 11689512)),
        exact("transfer", 2.8, tensors=122),
        RungResult(
            "activations",
            Verdict.FAIL,
            8.0312e-7,
            PROOF,
            "stage1.block0.norm1 (eval)",
            "stage1.block0.norm1 (eval): 8.03e-07 at [0, 3, 3, 7]: keras 1.20370372, torch 1.20370469",
            3.4,
            {"taps": 60, "sensitivity": 0.42},
        ),
        RungResult(
            "outputs",
            Verdict.FAIL,
            2.2e-6,
            9.6e-7,
            "logits (float32, train, image 4x32x32x3)",
            "logits (float32, train, image 4x32x32x3): 2.20e-06 at [0, 3]: keras 4.2, torch 4.20000924",
            9.1,
            {"noise": NOISE, "float64": 1.9e-6, "float32": 2.2e-6},
        ),
    )
    divergence = Divergence(
        "stage1.block0.norm1",
        "stage1.block0.norm1",
        8.0312e-7,
        PROOF,
        (0, 3, 3, 7),
        1.203703724,
        1.203704691,
        "resnet.py:41",
        "resnet_torch.py:27",
    )
    fix = "in torch: eps=1e-3.; or in keras: epsilon=1e-5."
    causes = (
        *(
            Cause("norm-epsilon", path, path, True, before, 7.1e-15, fix)
            for path, before in (("stage1.block0.norm1", 8.0312e-7), ("stage1.block0.norm2", 5.7e-7))
        ),
        Cause(
            "norm-momentum",
            "stage1.block0.norm1",
            "stage1.block0.norm1",
            False,
            None,
            None,
            "Build the Keras layer with momentum=0.9.",
        ),
    )
    return PairReport("resnet18/cifar", rungs, divergence, causes)


def untestable() -> PairReport:
    reason = "the output hardly depends on the input: unrelated samples differ by 4.2e-09 of the peak (needed 1e-03)"
    return PairReport(
        "mobilenet/untrained",
        (
            exact("structure"),
            exact("parameters", **counts(3538984, 3504872)),
            RungResult(
                "outputs", Verdict.UNTESTABLE, 3e-16, PROOF, "logits (float64, eval, image 4x96x96x3)", reason, 12.0
            ),
        ),
    )


def skipped() -> PairReport:
    return PairReport(
        "lstm/series",
        (
            exact("structure"),
            measured("outputs", 1e-15, "forecast (float64, eval, series 4x40x1)"),
            RungResult("devices", Verdict.SKIP, reason="no GPU on this machine"),
        ),
    )


def broken() -> PairReport:
    return PairReport(
        "unet/patches",
        (
            exact("structure"),
            RungResult(
                "onnx",
                Verdict.ERROR,
                reason="torch failed in export: RuntimeError: unsupported operator aten::col2im",
                seconds=1.7,
                details={"trace": "Traceback (most recent call last):\n  ...\nRuntimeError: unsupported operator"},
            ),
        ),
    )


@pytest.fixture
def sample() -> Report:
    pairs = (passing(), failing(), untestable(), skipped(), broken())
    return Report("parity check --all --seed 7", VERSIONS, 7, pairs)


@pytest.fixture
def green() -> Report:
    return Report("parity check cnn/handout", VERSIONS, 0, (passing(),))
