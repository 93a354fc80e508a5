"""The tree as it stands on disk, read as text and never run: what the guards of the house look at."""

import ast
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"var", "__pycache__", "node_modules"}
HIDDEN_BUT_OURS = {".ci", ".gitignore", ".github"}
GENERATED = "office/migrations/versions/"
"""Alembic writes these from the models; they are history, which nobody may tidy."""


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """Every text file of the project by its path from the top. A Python file that is no UTF-8 is an error."""
    found: dict[str, str] = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if _is_ours(name))
        for path in (Path(folder, name) for name in sorted(names) if _is_ours(name)):
            text = _text(path)
            if text is not None:
                found[path.relative_to(ROOT).as_posix()] = text
    return found


@pytest.fixture(scope="session")
def trees(texts: dict[str, str]) -> dict[str, ast.Module]:
    """Every Python file that somebody wrote, tests and benchmarks too. What cannot be parsed is an error."""
    return {
        path: ast.parse(text, filename=path)
        for path, text in texts.items()
        if (path.endswith(".py") or path == "run") and not path.startswith(GENERATED)
    }


@pytest.fixture(scope="session")
def product(trees: dict[str, ast.Module]) -> dict[str, ast.Module]:
    """What is delivered: everything but tests and benchmarks."""
    return {path: tree for path, tree in trees.items() if not path.startswith(("tests/", "benchmarks/"))}


def _is_ours(name: str) -> bool:
    return name not in NOT_OURS and (not name.startswith(".") or name in HIDDEN_BUT_OURS)


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        if path.suffix == ".py":
            raise
        return None
