"""How long functions and files may be (DESIGN 6), tests and benchmarks included."""

import ast
import statistics
from collections.abc import Iterator

LONGEST_FUNCTION = 40
LONGEST_FILE = 300
MEDIAN = 8
NINE_IN_TEN = 20


def functions(trees: dict[str, ast.Module]) -> Iterator[tuple[str, int]]:
    """Each function, inner ones and methods too, with its lines from `def` to the last, docstring counted."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def too_long(trees: dict[str, ast.Module]) -> list[str]:
    return [f"{name}: {length} lines" for name, length in functions(trees) if length > LONGEST_FUNCTION]


def files_too_long(texts: dict[str, str]) -> list[str]:
    return [path for path, text in texts.items() if len(text.splitlines()) > LONGEST_FILE]


def spread(trees: dict[str, ast.Module]) -> tuple[float, int]:
    """The median of the functions' lengths, and the length that nine in ten do not exceed."""
    lengths = sorted(length for _, length in functions(trees))
    return statistics.median(lengths), lengths[int(len(lengths) * 0.9)]


def a_function(lines: int) -> str:
    return "def f():\n" + "    pass\n" * (lines - 1)


def test_no_function_is_too_long(trees: dict[str, ast.Module]) -> None:
    assert too_long(trees) == []


def test_no_file_is_too_long(trees: dict[str, ast.Module], texts: dict[str, str]) -> None:
    assert files_too_long({path: texts[path] for path in trees}) == []


def test_functions_of_the_house_are_short(product: dict[str, ast.Module]) -> None:
    median, nine_in_ten = spread(product)
    assert median <= MEDIAN
    assert nine_in_ten < NINE_IN_TEN


def test_function_of_41_lines_is_noticed_and_one_of_40_is_not() -> None:
    assert too_long({"a.py": ast.parse(a_function(41))}) == ["a.py:1 f: 41 lines"]
    assert too_long({"a.py": ast.parse(a_function(40))}) == []


def test_long_method_and_long_inner_function_are_noticed() -> None:
    inner = "\n".join(f"    {line}" for line in a_function(41).splitlines())
    assert too_long({"a.py": ast.parse(f"class C:\n{inner}")})
    assert len(too_long({"a.py": ast.parse(f"def g():\n{inner}")})) == 2


def test_file_of_301_lines_is_noticed_and_one_of_300_is_not() -> None:
    assert files_too_long({"a.py": "x = 1\n" * 301, "b.py": "x = 1\n" * 300}) == ["a.py"]


def test_spread_of_a_small_house_is_counted() -> None:
    house = "".join(a_function(lines) for lines in (2, 3, 3, 3, 4, 5, 5, 9, 10, 30))
    assert spread({"a.py": ast.parse(house)}) == (4.5, 30)
