"""The command line: one verb per file, imported when it is called."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

VERBS = {
    "list": "twins and presets, and what is proven",
    "check": "are the two models the same network? if not, where?",
    "explain": "one difference between the frameworks",
    "new": "two stubs that are twins already, and their entry in the registry",
    "train": "train a twin in one framework or in both, into a folder from which it can be resumed",
    "transfer": "carry weights from one side to the other",
    "export": "write a twin for another runtime and verify the files",
    "verify": "re-check exported files against their manifest",
    "doctor": "versions, devices, conflicts, what will be skipped",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 no parity, 2 bad use, 3 environment."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    verb = next((word for word in given if not word.startswith("-")), None)
    parser = _parser(verb)
    options = parser.parse_args(given)
    if verb is None:
        parser.print_help()
        return 0
    from parity.errors import ParityError

    try:
        return options.run(options)
    except ParityError as problem:
        print(f"error: {problem.message}", file=sys.stderr)
        if problem.hint:
            print(f"hint: {problem.hint}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("error: stopped by the user", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class _Parser(argparse.ArgumentParser):
    """Bad use is two lines on stderr, with a suggestion, and exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        from parity.suggesting import did_you_mean

        words = [word for word in sys.argv[1:2] if not word.startswith("-") and word not in VERBS]
        help_ = f"{self.prog} --help"
        print(f"error: {message}", file=sys.stderr)
        print(f"hint: {did_you_mean(words[0], VERBS, help_) if words else help_}", file=sys.stderr)
        raise SystemExit(2)


def _parser(verb: str | None) -> argparse.ArgumentParser:
    parser = _Parser(prog="parity", description="Prove that a Keras model and a PyTorch model are the same network.")
    verbs = parser.add_subparsers(metavar="COMMAND")
    for name, summary in VERBS.items():
        child = verbs.add_parser(name, help=summary, description=summary)
        if name == verb:
            module = importlib.import_module(f"parity.cli.{name}_command")
            module.add_arguments(child)
            child.set_defaults(run=module.run)
    return parser
