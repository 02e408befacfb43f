"""Imports run down: entry points, features, engine. The contracts are in pyproject.toml."""

import os

from importlinter.cli import lint_imports

from house.source import ROOT


def test_imports_run_down(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    failed = lint_imports(no_cache=True)
    said = capsys.readouterr().out
    assert not failed, (
        "A lower layer imports a higher one. What the engine needs from a feature is declared in the feature and found by"
        f" `honeyguide.loader`:{os.linesep}{said}"
    )
