"""Draw the picture of the README: a real check of a few presets as the console shows it.

python docs/make_picture.py docs/report.svg
"""

import io
import re
import sys
from pathlib import Path

from rich.console import Console

from parity.atomic import write_text
from parity.checking import check_twins
from parity.cli.names import select
from parity.report.text import print_report

SHOWN = ("mlp/tabular", "cnn/handout", "lstm_classifier/handout", "transformer_encoder/gelu", "autoencoder/mnist")


def main():
    report = check_twins(select(SHOWN), command=f"parity check {' '.join(SHOWN)}")
    console = Console(record=True, width=118, file=io.StringIO())
    print_report(report, console)
    write_text(Path(sys.argv[1]), without_web_fonts(console.export_svg(title="parity check")))


def without_web_fonts(svg):
    """A picture that fetches nothing when it is looked at."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    main()
