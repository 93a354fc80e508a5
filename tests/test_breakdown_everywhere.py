"""Whatever breaks in whichever step: a phone that waits for us hears something, in time, and a report is written down."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.converters import AnyConverter, IntegerConverter

from office.database import WHILE_SOMEBODY_LISTENS, Database, DatabaseBusyError
from office.wiring import Office
from voice.conversation import steps
from voice.conversation.takes import TAKE_STEPS
from voice.standin import schema
from webhooks import create_app

TABLES = [*vars(steps).values(), TAKE_STEPS]
STEPS = sorted({name for table in TABLES if isinstance(table, dict) for name in table})
ALL_FIELDS = {
    "From": "+447700900123",
    "RecordingSid": "RE" + "2" * 32,
    "RecordingStatus": "completed",
    "MessageSid": "SM" + "3" * 32,
    "Body": "Please ring me",
}
RINGING = {"From": "+447700900123", "To": "+442071838750", "CallStatus": "ringing"}
TROUBLES = (
    OperationalError("SELECT 1", None, Exception("the server closed the connection")),
    DatabaseBusyError("no turn to write came"),
    LookupError("a fault of our own"),
)
CALLERS = ("/voice/incoming", "/voice/calls/", "/voice/holding/")
WAYS_ON = {"Dial", "Record", "Leave"}
"""Where a customer listens, and what leads them on to a person or to the recorder."""

AT_ONCE = 3.5
"""Seconds in which a caller has an answer: our two, and what a busy machine takes. Under the four that a lock is else waited for."""


class Broken(Database):
    """A database in which nothing succeeds; it remembers how long each transaction would have been waited for."""

    def __init__(self, trouble: Exception) -> None:
        super().__init__("sqlite://")
        self.trouble = trouble
        self.given: list[float | None] = []

    @contextmanager
    def transaction(self, *, within: float | None = None) -> Iterator[Session]:
        self.given.append(within)
        raise self.trouble
        yield Session()  # never: it is what makes this a context manager

    @contextmanager
    def reading(self, *, within: float | None = None) -> Iterator[Session]:
        with self.transaction(within=within) as session:
            yield session


@pytest.fixture
def while_somebody_listens() -> float:
    return WHILE_SOMEBODY_LISTENS


@pytest.fixture
def app(office: Office) -> Flask:
    return create_app(office)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def addresses(app: Flask) -> Iterator[tuple[str, list[str]]]:
    """Each address at which the carrier may ask or tell something, by its name, with the paths that it may have."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("carrier."):
            yield rule.endpoint, list(paths(app, rule))


def paths(app: Flask, rule: Rule) -> Iterator[str]:
    names = rule.arguments
    for values in product(*(examples(rule._converters[name]) for name in names)):
        yield app.url_map.bind("").build(rule.endpoint, dict(zip(names, values, strict=True)), "POST")


def examples(converter: BaseConverter) -> list[Any]:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    return [1] if isinstance(converter, IntegerConverter) else STEPS


def nobody_listens(endpoint: str) -> bool:
    return endpoint.endswith("_report") or endpoint == "carrier.text"


def problems(path: str, answer: Any) -> list[object]:
    """What the carrier, or a caller, would say against an answer on a phone's conversation."""
    if answer.status_code != 200 or answer.mimetype != "text/xml":
        return [answer.status]
    purpose: schema.Purpose = "queue-wait" if "/holding/" in path else "call"
    document = ET.fromstring(answer.text)
    verbs = {verb.tag for verb in document}
    stuck = path.startswith(CALLERS) and (not verbs & WAYS_ON or "Hangup" in verbs)
    return [*schema.check(document, purpose, has_base=True), *(["no way on"] if stuck else [])]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble).__name__)
def test_every_address_has_an_answer_whatever_breaks(office, app, carrier, trouble):
    office.database.close()
    office.database = Broken(trouble)
    for endpoint, each in addresses(app):
        answers = {path: carrier.post(path, **ALL_FIELDS) for path in each}
        known = {path: answer for path, answer in answers.items() if answer.status_code != 404}
        assert known, endpoint
        for path, answer in known.items():
            if nobody_listens(endpoint):
                assert (answer.status_code, answer.data) == (204, b""), path
            else:
                assert problems(path, answer) == [], path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_address_at_which_somebody_listens_gives_the_database_longer_than_they_wait(office, app, carrier):
    office.database.close()
    office.database = Broken(TROUBLES[0])
    for endpoint, each in addresses(app):
        if nobody_listens(endpoint):
            continue
        for path in each:
            office.database.given.clear()
            carrier.post(path, **ALL_FIELDS)
            assert set(office.database.given) <= {WHILE_SOMEBODY_LISTENS}, path


@pytest.fixture
def lock(office: Office) -> Callable[[], AbstractContextManager[Any]]:
    """What another program does to everybody who wants to write down a call."""

    def take() -> AbstractContextManager[Any]:
        held = ExitStack()
        if office.database.engine.dialect.name == "sqlite":
            other = sqlite3.connect(str(office.database.engine.url.database), isolation_level=None)
            held.callback(other.close)
            other.execute("BEGIN IMMEDIATE")
        else:
            connection = held.enter_context(office.database.engine.begin())
            connection.execute(text("LOCK TABLE calls"))
        return held

    return take


def test_caller_is_put_through_in_time_though_the_database_is_locked(office, carrier, lock):
    with lock():
        began = time.monotonic()
        answer = carrier.post("/voice/incoming", **RINGING)
        took = time.monotonic() - began

    assert [verb.tag for verb in ET.fromstring(answer.text)] == ["Say", "Dial"]
    assert WHILE_SOMEBODY_LISTENS <= took < AT_ONCE
    assert [entry.path for entry in office.journal.entries()] == ["/voice/status"]
