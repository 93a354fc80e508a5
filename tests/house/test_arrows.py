"""Which room may import which (DESIGN 2): the siblings never each other, the office nobody, the stand-in only itself."""

import ast
from collections.abc import Iterator

import pytest

ROOMS = {"office", "voice", "callbacks", "voicemail_greetings", "console"}
ALLOWED = {
    "office": set[str](),
    "voice": {"office"},
    "callbacks": {"office"},
    "voicemail_greetings": {"office"},
    "voice.standin": set[str](),
    "console": {"office", "voice", "callbacks", "voicemail_greetings", "reception"},
    "reception": {"office", "voice", "callbacks", "voicemail_greetings"},
    "webhooks": {"office", "voice", "callbacks", "voicemail_greetings", "console", "reception"},
    "worker": {"office", "voice", "callbacks", "voicemail_greetings", "reception", "webhooks"},
    "run": set[str](),
}
"""From a place to the other places that it may import. A place that is not here may not be: nothing new comes to the top."""

EXCEPT = {("office/migrations/env.py", place) for place in ("voice", "callbacks", "voicemail_greetings", "console")}
"""Migrations compare the database with every room's tables at once."""

PURE = (
    "office/hours.py",
    "office/public_holidays.py",
    "office/written_hours.py",
    "office/numbers.py",
    "office/reachable.py",
    "voice/calls.py",
    "office/audio_files.py",
    "office/fair_order.py",
    "voice/estimates.py",
    "voice/ringing.py",
    "voice/wording/",
    "voice/conversation/",
    "callbacks/promise.py",
    "callbacks/deadlines.py",
    "callbacks/fairness.py",
    "callbacks/ladder.py",
    "office/spoken.py",
    "voicemail_greetings/choice.py",
    "voicemail_greetings/flags.py",
    "voicemail_greetings/levelling.py",
    "voicemail_greetings/marks.py",
    "voicemail_greetings/spoken_times.py",
    "voicemail_greetings/loudness.py",
    "voicemail_greetings/checks.py",
    "voicemail_greetings/greeting.py",
    "voicemail_greetings/phrases.py",
    "voicemail_greetings/places.py",
    "voicemail_greetings/messages.py",
)
"""Modules that take values and return values."""

IMPURE = {"sqlalchemy", "requests", "subprocess", "socket", "office.database", "office.tables", "office.wiring"}


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module or name that is imported anywhere in the file, dotted. A relative one begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def place_of(dotted: str) -> str:
    """The place that a module belongs to: its room, or the module at the top that it is."""
    return "voice.standin" if under(dotted, "voice.standin") else dotted.partition(".")[0]


def under(dotted: str, prefix: str) -> bool:
    return dotted == prefix or dotted.startswith(f"{prefix}.")


def dotted_path(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def breaches(trees: dict[str, ast.Module]) -> list[str]:
    """Each arrow that may not be, as "path -> what it imports"."""
    return [
        f"{path} -> {imported}"
        for path, tree in trees.items()
        for imported in imports(tree)
        if not may(path, place_of(dotted_path(path)), imported)
    ]


def may(path: str, here: str, imported: str) -> bool:
    there = place_of(imported)
    if here not in ALLOWED or imported.startswith("."):
        return False
    is_ours = there in ALLOWED or there in {"tests", "benchmarks"}
    return not is_ours or there == here or there in ALLOWED[here] or (path, there) in EXCEPT


def impurities(trees: dict[str, ast.Module]) -> list[str]:
    """Each import by which a pure module could reach a database, a network or a process."""
    return [
        f"{path} -> {imported}"
        for path, tree in trees.items()
        if path.startswith(PURE)
        for imported in imports(tree)
        if any(under(imported, impure) for impure in IMPURE)
    ]


def importers_by_name(trees: dict[str, ast.Module]) -> list[str]:
    """Where a module is imported by a string, which no arrow can be read from."""
    wanted = {"import_module", "__import__", "exec", "eval"}
    return [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", None)) in wanted
    ]


def test_rooms_import_only_the_floor_below(product: dict[str, ast.Module]) -> None:
    assert breaches(product) == []


def test_every_room_and_every_module_at_the_top_is_looked_at(product: dict[str, ast.Module]) -> None:
    assert {place_of(dotted_path(path)) for path in product} == set(ALLOWED)


def test_pure_modules_reach_nothing_outside(product: dict[str, ast.Module]) -> None:
    assert any(path.startswith("voice/conversation/") for path in product)
    assert impurities(product) == []


def test_nothing_is_imported_by_a_name_in_a_string(product: dict[str, ast.Module]) -> None:
    assert importers_by_name(product) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("office/bell.py", "import callbacks.tables"),
        ("office/bell.py", "from voice import actions"),
        ("office/bell.py", "def later():\n    from console import pages"),
        ("office/migrations/env.py", "import reception.whom"),
        ("voice/actions.py", "from callbacks.actions import promise"),
        ("voice/actions.py", "from reception import keep"),
        ("voice/actions.py", "from voice import standin"),
        ("callbacks/sweep.py", "import voicemail_greetings"),
        ("voicemail_greetings/queries.py", "if TYPE_CHECKING:\n    from voice.tables import Call"),
        ("callbacks/sweep.py", "import console"),
        ("console/api.py", "from webhooks import create_app"),
        ("reception.py", "import console"),
        ("worker.py", "from console import commands"),
        ("worker.py", "from voice.standin.client import StandIn"),
        ("voice/standin/rest.py", "from voice.conversation import turns"),
        ("voice/standin/rest.py", "from office.clock import Clock"),
        ("voice/actions.py", "from tests import conftest"),
        ("voice/actions.py", "from . import queries"),
        ("run", "import office.launch"),
        ("attic/boxes.py", "import json"),
    ],
)
def test_forbidden_arrow_is_noticed(path: str, line: str) -> None:
    assert len(breaches({path: ast.parse(line)})) == 1


def test_pure_module_with_a_database_is_noticed() -> None:
    assert impurities({"voice/conversation/arriving.py": ast.parse("from sqlalchemy.orm import Session")})


def test_import_by_string_is_noticed() -> None:
    assert importers_by_name({"office/bell.py": ast.parse("importlib.import_module('callbacks')")})
