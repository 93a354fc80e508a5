"""What only some modules may touch: time, the environment, the carrier, the queue, the web framework, a commit."""

import ast
from collections.abc import Iterator

import pytest

CLOCKS = ("office/clock.py", "voice/standin/")
WAITING = (
    "office/bell.py",
    "office/database.py",
    "office/patience.py",
    "office/launch.py",
    "office/redis_server.py",
    "worker.py",
    "run",
)
WEB = (
    "webhooks.py",
    "console/",
    "reception/checking.py",
    "reception/door.py",
    "reception/recorded.py",
    "reception/recordings.py",
    "reception/sounds.py",
    "reception/takes.py",
    "voice/standin/",
)
QUEUE = ("office/bell.py", "office/listener.py", "office/redis_server.py")
ENVIRONMENT = ("office/settings.py", "run")
ENGINES = ("office/database.py", "office/migrations/env.py")

RESERVED = {
    "datetime.datetime.now": CLOCKS,
    "datetime.datetime.today": (),
    "datetime.datetime.utcnow": (),
    "datetime.datetime.utcfromtimestamp": (),
    "datetime.date.today": (),
    "time": (),
    "time.sleep": (*WAITING, "voice/standin/"),
    "time.monotonic": (*WAITING, "voice/standin/"),
    "os.environ": ENVIRONMENT,
    "os.environb": (),
    "os.getenv": ENVIRONMENT,
    "os.putenv": (),
    "twilio": ("office/line/",),
    "twilio.request_validator": ("office/line/", "voice/standin/"),
    "twilio.twiml": ("voice/twiml.py",),
    "rq": QUEUE,
    "redis": QUEUE,
    "flask": WEB,
    "flask_login": ("console/",),
    "flask_wtf": ("console/",),
    "werkzeug": WEB,
    "sqlalchemy.create_engine": ENGINES,
    "sqlalchemy.orm.sessionmaker": (),
    "print": ("run", "console/commands.py", "voice/standin/"),
}
"""From a dotted name to where it may be used: files, or folders with a slash. The longest that fits a use rules it."""

EDGES = (
    "webhooks.py",
    "worker.py",
    "console/",
    "callbacks/carry_out.py",
    "callbacks/deliveries.py",
    "callbacks/sweep.py",
    "voicemail_greetings/recordings.py",
    "voicemail_greetings/erasing.py",
    "voicemail_greetings/words.py",
    "reception/checking.py",
    "reception/phones.py",
    "reception/message_jobs.py",
    "reception/recorded.py",
    "reception/silent.py",
    "reception/takes.py",
    "reception/taking.py",
    "office/texts.py",
    "office/mails.py",
    "office/outbox.py",
    "reception/escalating.py",
    "office/wiring.py",
    "office/database.py",
    "office/migrations/env.py",
)
"""Where a transaction may begin or end. Everybody else takes a Session."""

TRANSACTIONS = {"commit", "transaction", "begin", "begin_nested"}


def uses(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every imported name and builtin that is used, dotted and under its real name, with its line."""
    real = {"print": "print", **dict(_bound(tree))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((name, node.lineno) for name in _imported(node))
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            first, *rest = ast.unparse(node).split(".")
            if first in real:
                yield ".".join([real[first], *rest]), node.lineno


def _bound(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that imports bind, each with what it stands for; `import twilio.rest` binds only twilio."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            whole = (alias.name if alias.asname else alias.name.partition(".")[0] for alias in node.names)
            yield from ((alias.asname or name, name) for alias, name in zip(node.names, whole, strict=True))
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    within = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return [within + alias.name for alias in node.names]


def rule_for(name: str) -> str | None:
    """The longest reserved name that `name` is or lies under."""
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in RESERVED), None)


def is_in(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def breaches(trees: dict[str, ast.Module]) -> list[str]:
    """Each use outside its places, as "path:line uses name". `import time` alone uses nothing of it yet."""
    found = {
        (path, line, name)
        for path, tree in trees.items()
        for name, line in uses(tree)
        if name != "time" and (rule := rule_for(name)) and not is_in(path, RESERVED[rule])
    }
    return [f"{path}:{line} uses {name}" for path, line, name in sorted(found)]


def transactions(trees: dict[str, ast.Module]) -> list[str]:
    """Each place below the edges that begins or ends a transaction."""
    return [
        f"{path}:{node.lineno} .{node.func.attr}()"
        for path, tree in trees.items()
        if not is_in(path, EDGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TRANSACTIONS
    ]


def test_reserved_names_are_used_only_in_their_places(product: dict[str, ast.Module]) -> None:
    assert breaches(product) == []


def test_transactions_begin_and_end_only_at_the_edges(product: dict[str, ast.Module]) -> None:
    assert transactions(product) == []


def test_reserved_names_are_found_where_they_belong(product: dict[str, ast.Module]) -> None:
    used = {rule_for(name) for tree in product.values() for name, _ in uses(tree)}
    assert {"datetime.datetime.now", "os.environ", "twilio.twiml", "twilio", "rq", "redis", "flask", "print"} <= used


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("callbacks/sweep.py", "from datetime import datetime, UTC\nnow = datetime.now(UTC)"),
        ("callbacks/sweep.py", "import datetime as d\nnow = d.datetime.now()"),
        ("callbacks/sweep.py", "from datetime import datetime as moment\nfield(default_factory=moment.now)"),
        ("office/clock.py", "from datetime import datetime\nnow = datetime.utcnow()"),
        ("voice/standin/pace.py", "from datetime import date\ntoday = date.today()"),
        ("office/hours.py", "import time\nnow = time.time()"),
        ("office/hours.py", "from time import time as now"),
        ("office/hours.py", "import time\nwait = time.monotonic()"),
        ("reception.py", "import os\nport = os.environ['PORT']"),
        ("reception.py", "from os import getenv"),
        ("voice/actions.py", "from twilio.rest import Client"),
        ("voice/twiml.py", "from twilio.rest import Client"),
        ("office/line/twilio.py", "from twilio.twiml.voice_response import VoiceResponse"),
        ("voice/standin/rest.py", "from twilio.rest import Client"),
        ("voice/standin/rest.py", "import twilio.twiml"),
        ("callbacks/actions.py", "import rq"),
        ("webhooks.py", "from redis import Redis"),
        ("office/wiring.py", "from flask import current_app"),
        ("reception.py", "from flask import request"),
        ("voice/queries.py", "from werkzeug.exceptions import NotFound"),
        ("callbacks/actions.py", "from sqlalchemy import create_engine"),
        ("worker.py", "print('swept')"),
        ("office/people.py", "show = print"),
    ],
)
def test_use_in_the_wrong_place_is_noticed(path: str, text: str) -> None:
    assert breaches({path: ast.parse(text)})


@pytest.mark.parametrize(
    "text", ["def flask(): ...\nflask()", "import time", "print_it()", "redis = find()\nredis.x()"]
)
def test_own_function_with_a_library_s_name_is_left_alone(text: str) -> None:
    assert breaches({"office/tryout.py": ast.parse(text)}) == []


@pytest.mark.parametrize("call", ["session.commit()", "office.database.transaction()", "engine.begin()"])
def test_commit_below_the_edges_is_noticed(call: str) -> None:
    assert transactions({"callbacks/actions.py": ast.parse(call), "reception.py": ast.parse(call)}) != []
    assert transactions({"webhooks.py": ast.parse(call)}) == []
