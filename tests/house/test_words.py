"""What must be said and what must not: docstrings, names of modules, and places that only one machine has."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

import pytest

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "stuff"}
ELSEWHERE = re.compile(r"\bshared[/]|[.]library\b")
"""Places outside of the checkout, which nothing in it may lean on."""

ROUTES = {"get", "post", "put", "delete", "route", "before_request", "errorhandler"}


def without_docstring(trees: dict[str, ast.Module]) -> list[str]:
    return [path for path, tree in trees.items() if not ast.get_docstring(tree)]


def untold(trees: dict[str, ast.Module]) -> list[str]:
    """Public functions and methods that no docstring tells of."""
    return [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in trees.items()
        for node in _public(tree.body)
        if not ast.get_docstring(node) and not (path.startswith("voice/standin/") and _says_it_all(node))
    ]


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions of a module and methods of its public classes; not inner ones, properties or those a base class names."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not node.name.startswith("_") and "property" not in _decorators(node):
                yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not node.bases:
            yield from _public(node.body)


def _says_it_all(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """The stand-in's one-statement functions, and its addresses, whose route is the carrier's own name for what they do."""
    return len(node.body) == 1 or not ROUTES.isdisjoint(_decorators(node))


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    called = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return {ast.unparse(each).rpartition(".")[2].removeprefix("cached_") for each in called}


def empty_names(paths: list[str]) -> list[str]:
    return [path for path in paths if any(part.split(".")[0] in EMPTY_NAMES for part in PurePath(path).parts)]


def leaning(texts: dict[str, str]) -> list[str]:
    return [f"{path}: {found[0]}" for path, text in texts.items() if (found := ELSEWHERE.search(text))]


def test_every_module_says_what_it_is_for(trees: dict[str, ast.Module]) -> None:
    assert without_docstring(trees) == []


def test_every_public_function_is_told_of(product: dict[str, ast.Module]) -> None:
    assert untold(product) == []


def test_no_module_has_a_name_that_says_nothing(trees: dict[str, ast.Module]) -> None:
    assert empty_names(list(trees)) == []


def test_nothing_leans_on_a_place_outside_of_the_checkout(texts: dict[str, str]) -> None:
    assert {"webhooks.py", "pyproject.toml", "Procfile", "run", "requirements.lock"} <= set(texts)
    assert leaning(texts) == []


def test_module_without_docstring_is_noticed() -> None:
    assert without_docstring({"a.py": ast.parse("import json"), "b/__init__.py": ast.parse("")}) == [
        "a.py",
        "b/__init__.py",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return 1",
        "async def f():\n    return 1",
        "class C:\n    def f(self):\n        return 1",
        "class C:\n    @staticmethod\n    def f():\n        return 1",
    ],
)
def test_untold_public_function_is_noticed(text: str) -> None:
    assert len(untold({"office/a.py": ast.parse(text)})) == 1


@pytest.mark.parametrize(
    "text",
    [
        'def f():\n    """Why."""',
        "def _f():\n    return 1",
        "class C:\n    @property\n    def f(self):\n        return 1",
        "class C(Protocol):\n    def f(self): ...",
        "class _C:\n    def f(self):\n        return 1",
    ],
)
def test_function_that_may_do_without_docstring_is_left_alone(text: str) -> None:
    assert untold({"office/a.py": ast.parse(text)}) == []


def test_stand_in_needs_no_docstring_on_an_address_but_on_a_long_function() -> None:
    address = "@api.get('/Calls')\ndef list_calls():\n    a = 1\n    return a"
    assert untold({"voice/standin/rest.py": ast.parse(address)}) == []
    assert untold({"voice/standin/rest.py": ast.parse("def f():\n    a = 1\n    return a")}) != []


@pytest.mark.parametrize("path", ["office/utils.py", "helpers/__init__.py", "voice/common/names.py"])
def test_name_that_says_nothing_is_noticed(path: str) -> None:
    assert empty_names([path]) == [path]


@pytest.mark.parametrize("text", ["see /work/" + "shared" + "/DESIGN.md", "x = '/work/" + ".lib" + "rary/README.md'"])
def test_mention_of_a_place_outside_is_noticed(text: str) -> None:
    assert leaning({"README.md": text}) != []
