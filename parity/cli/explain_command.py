"""``parity explain``: the rule book, without starting a framework."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from dataclasses import asdict
from typing import Any

from parity.rules.book import GROUPS, RULES, find
from parity.rules.rule import NOWHERE, Rule

SCHEMA = "parity.explain/1"
LABEL = 12
WIDEST = 120


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "word", nargs="?", metavar="RULE|LAYER", help="a rule (norm-epsilon) or a layer (nn.LSTM); all ids without it"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(options: argparse.Namespace) -> int:
    found = list(RULES.values()) if options.word is None else find(options.word)
    if options.json:
        rules = [as_json(rule) for rule in found]
        print(json.dumps({"schema": SCHEMA, "word": options.word, "rules": rules}, indent=1, ensure_ascii=False))
    elif options.word is None:
        print("\n".join(_index()))
    elif len(found) == 1:
        print("\n".join(_whole(found[0])))
    else:
        print("\n".join(_several(options.word, found)))
    return 0


def as_json(rule: Rule) -> dict[str, Any]:
    return asdict(rule)


def effect(rule: Rule) -> str:
    """The effect of a rule in one line: whether it is silent, its size, what it does."""
    heard = "silent" if rule.silent else "not silent"
    size = "" if rule.size is None else f", {rule.size:.1e} in float64"
    return f"{heard}{size}: {rule.effect}"


def seen(rule: Rule) -> str:
    return "no rung: compare the data or the first weights" if rule.seen_at == NOWHERE else rule.seen_at


def _width() -> int:
    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def _line(label: str, text: str) -> str:
    wrapped = textwrap.wrap(text, max(_width() - LABEL, 40), break_long_words=False, break_on_hyphens=False)
    return f"{label:<{LABEL}}" + f"\n{'':<{LABEL}}".join(wrapped)


def _whole(rule: Rule) -> list[str]:
    rows = {
        "layers": ", ".join(rule.layers),
        "keras": rule.keras,
        "torch": rule.torch,
        "effect": effect(rule),
        "first seen": seen(rule),
        "look for": rule.see,
        "fix keras": rule.fix_keras,
        "fix torch": rule.fix_torch,
        "measured": f"tests/rules, {rule.probe}" if rule.probe else "not by a probe",
        "reference": rule.reference,
    }
    return [f"{rule.id}: {rule.title}", "", *(_line(label, text) for label, text in rows.items())]


def _several(word: str, rules: list[Rule]) -> list[str]:
    lines = [f"{len(rules)} rules concern {word}", ""]
    for rule in rules:
        lines += [
            f"{rule.id}: {rule.title}",
            _line("  keras", rule.keras),
            _line("  torch", rule.torch),
            _line("  effect", effect(rule)),
            "",
        ]
    return [*lines, "parity explain RULE shows one in full"]


def _index() -> list[str]:
    lines = []
    for group, rules in GROUPS.items():
        width = max(len(rule.id) for rule in rules)
        lines += [group, *(f"  {rule.id:<{width}}  {rule.title}" for rule in rules), ""]
    return [*lines, f"{len(RULES)} rules  (parity explain RULE, or a layer such as nn.LSTM)"]
