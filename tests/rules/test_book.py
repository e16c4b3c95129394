"""The rule book is complete, consistent, quick to read, and every rule that the code names is in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tokenize
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from parity.cli import main
from parity.errors import UsageError
from parity.layouts import LAYOUTS
from parity.rules.book import GROUPS, RULES, find
from parity.rules.rule import LADDER, NOWHERE, Rule

ROOT = Path(__file__).parents[2]
KEBAB = r"[a-z0-9]+(?:-[a-z0-9]+)+|lion|lamb|ftrl"
NAMED = re.compile(rf"\brule: ((?:{KEBAB})(?:,\s+(?:{KEBAB}))*)")
TEXTS = ("title", "keras", "torch", "effect", "see", "fix_keras", "fix_torch", "reference")


def named_rules():
    """(file, id) of every rule that a comment or string of the packages refers to."""
    found = []
    for package in ("keras_impl", "torch_impl", "parity"):
        for path in sorted((ROOT / package).rglob("*.py")):
            with path.open("rb") as file:
                for token in tokenize.tokenize(file.readline):
                    if token.type in (tokenize.COMMENT, tokenize.STRING):
                        ids = [name for match in NAMED.findall(token.string) for name in re.split(r",\s+", match)]
                        found += [(str(path.relative_to(ROOT)), name) for name in ids]
    return found


def test_the_search_for_named_rules_finds_them():
    names = {name for _, name in named_rules()}
    assert {"norm-epsilon", "flatten-order", "recurrent-two-biases", "lion"} <= names


def test_every_rule_that_the_code_names_is_in_the_book():
    assert [(path, name) for path, name in named_rules() if name not in RULES] == []


def test_every_rule_that_a_layout_names_is_in_the_book():
    assert {rule for layout in LAYOUTS.values() for rule in layout.torch_only.values()} <= RULES.keys()


def test_ids_are_kebab_case_and_unique():
    rules = [rule for group in GROUPS.values() for rule in group]
    assert len(rules) == len(RULES)
    assert [rule.id for rule in rules if not re.fullmatch(KEBAB, rule.id)] == []
    assert [rule.id for rule in rules if rule != RULES[rule.id]] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_everything(rule):
    assert all(getattr(rule, name).strip() == getattr(rule, name) != "" for name in TEXTS)
    assert all(rule.layers)
    assert len(set(rule.layers)) == len(rule.layers) > 0
    assert rule in GROUPS[rule.group]
    assert rule.seen_at in (*LADDER, NOWHERE)
    assert rule.size is None or rule.size > 0
    assert all(text.endswith(".") for text in (rule.effect, rule.see, rule.fix_keras, rule.fix_torch))
    assert "http" not in " ".join(getattr(rule, name) for name in TEXTS)


def test_a_rule_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        RULES["norm-epsilon"].title = "another"
    with pytest.raises(TypeError):
        RULES["norm-epsilon"] = RULES["norm-momentum"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("norm-epsilon", {"norm-epsilon"}),
        ("Norm-Epsilon", {"norm-epsilon"}),
        ("batchnormalization", {"norm-epsilon", "norm-momentum", "norm-running-variance", "norm-frozen"}),
        ("BatchNorm2d", {"norm-epsilon", "norm-momentum", "norm-running-variance", "norm-frozen"}),
        ("nn.LSTM", {"recurrent-two-biases", "lstm-gate-order", "recurrent-batch-first"}),
        ("torch.nn.LSTM", {"recurrent-two-biases", "lstm-gate-order", "recurrent-batch-first"}),
        ("keras.layers.Flatten", {"flatten-order", "flatten-channels-first"}),
        ("optim.Adam", {"adam-epsilon", "optimizer-coupled-decay", "embedding-sparse-gradient"}),
    ],
)
def test_rules_are_found_by_id_and_by_layer(word, found):
    assert found <= {rule.id for rule in find(word)}


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("norm-epsilom", "did you mean 'norm-epsilon'?"),
        ("BatchNormalisation", "did you mean 'BatchNormalization'?"),
        ("nn.LSTMM", "did you mean"),
        ("qqqq", "parity explain lists them all"),
        ("", "parity explain lists them all"),
    ],
)
def test_an_unknown_word_is_refused_with_a_suggestion(word, hint, capsys):
    with pytest.raises(UsageError):
        find(word)
    assert main(["explain", word]) == 2
    error = capsys.readouterr().err.splitlines()
    assert error[0].startswith("error: no rule and no layer")
    assert repr(word) in error[0]
    assert error[1].startswith(f"hint: {hint}")


def test_explain_shows_one_rule_in_full(capsys):
    assert main(["explain", "norm-epsilon"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    rule = RULES["norm-epsilon"]
    for part in (rule.id, rule.title, *rule.layers, rule.keras, rule.torch, rule.effect, rule.see, rule.reference):
        assert part in text
    assert f"fix keras {rule.fix_keras}" in text
    assert f"fix torch {rule.fix_torch}" in text


def test_explain_shows_every_rule_of_a_layer(capsys):
    assert main(["explain", "nn.GRU"]) == 0
    out = capsys.readouterr().out
    assert all(f"{rule.id}: {rule.title}" in out for rule in find("nn.GRU"))
    assert out.startswith(f"{len(find('nn.GRU'))} rules concern nn.GRU\n")


def test_explain_without_a_word_lists_every_id_by_group(capsys):
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line in GROUPS] == list(GROUPS)
    assert [line.split()[0] for line in lines if line.startswith("  ")] == list(RULES)


@pytest.mark.parametrize("words", [["norm-epsilon"], ["nn.LSTM"], []])
def test_explain_as_json_has_every_field(words, capsys):
    assert main(["explain", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "parity.explain/1"
    assert [rule["id"] for rule in found["rules"]] == [rule.id for rule in (find(*words) if words else RULES.values())]
    assert all(rule.keys() == {field.name for field in fields(Rule)} for rule in found["rules"])


@pytest.mark.parametrize("words", ["explain", "explain norm-epsilon", "explain nn.LSTM --json"])
def test_explain_loads_nothing_slow(words):
    command = [sys.executable, "-X", "importtime", "-m", "parity", *words.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert not loaded & {"numpy", "torch", "keras", "tensorflow", "rich", "jinja2"}
    assert done.stdout


def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, ROOT / "docs/make_rules.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
