"""Same layer paths, kinds, attributes, wiring, shapes, input and output names?"""

from __future__ import annotations

from parity.attributes import MEANING
from parity.ladder.findings import Findings
from parity.pair import Pair
from parity.partners import TOGETHER
from parity.recording import Description, Layer, Tap
from parity.verdicts import RungResult

QUESTION = "same layer paths, kinds, attributes, wiring and shapes?"


def climb(pair: Pair) -> RungResult:
    findings = Findings("structure")
    keras, torch = pair.descriptions
    if not pair.by_name:
        return _compare_matched(pair, findings)
    _compare_paths(findings, keras, torch)
    _compare_layers(findings, keras, torch)
    names = [tuple(fact.name for fact in side.inputs) for side in (keras, torch)]
    _compare_names(findings, "input", names[0], names[1][: len(names[0])])
    first, second = pair.duo.both("forward", dtype="float32", inputs=pair.cases[0].inputs, taps=pair.common)
    _compare_names(findings, "output", tuple(first.outputs), tuple(second.outputs))
    wires = _compare_calls(findings, first.taps, second.taps)
    details = {"layers": len(keras.layers), "wires": wires, "keras": keras.native_class, "torch": torch.native_class}
    return findings.result(details)


def _compare_matched(pair: Pair, findings: Findings) -> RungResult:
    """What both matched layers say of themselves; how the operations between them are written is free.

    A class of the user's own states nothing: the values tell.
    """
    for keras, torch in pair.twins:
        findings.judged += 1
        for name in sorted(MEANING & keras.attributes.keys() & torch.attributes.keys()):
            ours, theirs = keras.attributes[name], torch.attributes[name]
            if keras.kind == torch.kind and ours != theirs:
                findings.violations.append(
                    f"{keras.path} = {torch.path}: {name} is {ours!r} in keras, {theirs!r} in torch"
                )
    for rule, ours, theirs in pair.unlike_drops:
        findings.violate(f"{ours.path} = {theirs.path}: keras {ours.native}, torch {theirs.native} ({rule})")
    match = pair.match
    findings.judged += len(match.tensors) + len(match.fused) + len(match.spread) + len(match.cells)
    layers = {**match.paired, **{path: TOGETHER.join(parts) for path, parts in match.spread.items()}, **match.cells}
    matched = {"layers": layers, "tensors": match.loose, "fused": match.packed}
    alone = {"keras": pair.mapping.only_keras, "torch": pair.mapping.only_torch}
    unmatched = {side: [tensor.path for tensor in tensors] for side, tensors in alone.items() if tensors}
    details = {"map": matched, "ambiguous": list(match.ambiguous), "unmatched": unmatched}
    return findings.result(details)


def _compare_paths(findings: Findings, keras: Description, torch: Description) -> None:
    for side, layers, other in (("Keras", keras.layers, torch.by_path), ("Torch", torch.layers, keras.by_path)):
        for layer in layers:
            findings.judged += 1
            if layer.path not in other and not layer.container:
                findings.violations.append(f"only in {side}: {layer.path} ({layer.native})")


def _compare_layers(findings: Findings, keras: Description, torch: Description) -> None:
    twins = torch.by_path
    for layer in keras.layers:
        twin = twins.get(layer.path)
        if twin is None or layer.container or twin.container:
            continue
        if layer.kind != twin.kind:
            findings.violate(f"{layer.path}: keras {layer.kind} ({layer.native}), torch {twin.kind} ({twin.native})")
        else:
            _compare_attributes(findings, layer, twin)


def _compare_attributes(findings: Findings, keras: Layer, torch: Layer) -> None:
    for name in sorted({*keras.attributes, *torch.attributes}):
        findings.judged += 1
        ours, theirs = keras.attributes.get(name), torch.attributes.get(name)
        if ours != theirs:
            findings.violations.append(f"{keras.path}: {name} is {ours!r} in keras, {theirs!r} in torch")


def _compare_names(findings: Findings, what: str, keras: tuple[str, ...], torch: tuple[str, ...]) -> None:
    findings.judged += 1
    if keras != torch:
        findings.violations.append(f"{what} names: keras {', '.join(keras)}; torch {', '.join(torch)}")


def _compare_calls(findings: Findings, keras: tuple[Tap, ...], torch: tuple[Tap, ...]) -> int:
    """Compare shapes and sources of every call; return how many wires were compared."""
    calls = numbered(torch)
    wires = 0
    for key, tap in numbered(keras).items():
        twin = calls.pop(key, None)
        if twin is None:
            findings.violate(f"{tap.path}: keras calls it {key[1] + 1} times, torch fewer")
            continue
        _compare_shapes(findings, tap, twin)
        if tap.sources is not None and twin.sources is not None:
            wires += 1
            _compare_sources(findings, tap, twin)
    for tap in calls.values():
        findings.violate(f"{tap.path}: torch calls it more often than keras")
    return wires


def _compare_shapes(findings: Findings, keras: Tap, torch: Tap) -> None:
    for name in keras.values.keys() & torch.values.keys():
        findings.judged += 1
        ours, theirs = keras.values[name].shape, torch.values[name].shape
        if ours != theirs:
            findings.violations.append(f"{keras.path}: {name} has shape {ours} in keras, {theirs} in torch")


def _compare_sources(findings: Findings, keras: Tap, torch: Tap) -> None:
    """The set of layers that feed this one; how many tensors carry them is a matter of signatures."""
    findings.judged += 1
    ours, theirs = ({source for tensor in tap.sources or () for source in tensor} for tap in (keras, torch))
    if ours != theirs:
        first, second = (", ".join(sorted(sources)) or "nothing" for sources in (ours, theirs))
        findings.violations.append(f"{keras.path}: fed by {first} in keras, {second} in torch")


def numbered(taps: tuple[Tap, ...]) -> dict[tuple[str, int], Tap]:
    """Taps by (path, how many calls of that path came before)."""
    seen: dict[str, int] = {}
    found = {}
    for tap in taps:
        seen[tap.path] = seen.get(tap.path, -1) + 1
        found[tap.path, seen[tap.path]] = tap
    return found
