"""Write docs/rules.md from the rule book; with ``--check``, say whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from parity.cli.explain_command import effect, seen
from parity.rules.book import GROUPS, RULES
from parity.rules.rule import Rule

PAGE = Path(__file__).parent / "rules.md"
INTRODUCTION = """# The rule book

Every known difference between Keras 3 on TensorFlow and PyTorch, {count} in all. `parity explain RULE` shows one,
`parity explain LAYER` all that concern a layer. Sizes are largest absolute differences in float64 on small random
data, {measured} of them measured by `tests/rules`, where the fixed port is exact to 1e-10.

Written by `python docs/make_rules.py` from `parity/rules`.
"""


def main() -> int:
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/rules.md is not what the rule book says: python docs/make_rules.py", file=sys.stderr)
    return 1


def page() -> str:
    measured = sum(rule.probe is not None for rule in RULES.values())
    parts = [INTRODUCTION.format(count=len(RULES), measured=measured)]
    parts += [f"- [{group}](#{group}): {len(rules)}" for group, rules in GROUPS.items()]
    for group, rules in GROUPS.items():
        parts += ["", f"## {group}", *(entry(rule) for rule in rules)]
    return "\n".join(parts) + "\n"


def entry(rule: Rule) -> str:
    rows = {
        "Layers": ", ".join(f"`{layer}`" for layer in rule.layers),
        "Keras": plain(rule.keras),
        "PyTorch": plain(rule.torch),
        "Effect": plain(effect(rule)),
        "First seen at": seen(rule),
        "Look for": plain(rule.see),
        "Fix in Keras": plain(rule.fix_keras),
        "Fix in PyTorch": plain(rule.fix_torch),
        "Reference": plain(rule.reference),
    }
    lines = "\n".join(f"- {label}: {text}" for label, text in rows.items())
    return f"\n### {rule.id}\n\n{rule.title}.\n\n{lines}"


def plain(text: str) -> str:
    """Formulas have stars, underscores and comparison signs that Markdown must leave alone."""
    for sign in "\\*_<>|[]`":
        text = text.replace(sign, "\\" + sign)
    return text


if __name__ == "__main__":
    sys.exit(main())
