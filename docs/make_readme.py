"""Write the table of twins into README.md, between its two markers, from the registry.

python docs/make_readme.py
"""

from pathlib import Path

from parity.atomic import write_text
from parity.zoo import TWINS

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- twins: made by docs/make_readme.py -->", "<!-- end of twins -->"


def table() -> str:
    """One row per twin: name, presets with their parameter counts, what it is."""
    rows = ["| twin | presets (parameters) | what it is |", "|---|---|---|"]
    for twin in TWINS:
        presets = ", ".join(f"`{name}` ({preset.parameters:,})" for name, preset in twin.presets.items())
        rows.append(f"| `{twin.name}` | {presets} | {twin.summary} |")
    return "\n".join(rows)


def updated(text: str) -> str:
    """``text`` with a fresh table."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    write_text(README, updated(README.read_text()))
