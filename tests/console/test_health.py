"""The health pages, which a monitor asks without a token."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from office.bell import Bell
from office.redis_server import own_or_find
from office.wiring import Office
from voicemail_greetings import words_asked
from voicemail_greetings.tables import Message
from webhooks import create_app


def test_healthz_answers_while_everything_else_is_gone(office: Office, visitor: FlaskClient) -> None:
    with office.database.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE heartbeats")
    assert visitor.get("/healthz").status_code == 200


def test_readyz_without_redis_names_it(visitor: FlaskClient) -> None:
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": "ok", "redis": "does not answer"})


def test_metrics_count_what_is_owed_and_tell_nobodys_number(
    office: Office, visitor: FlaskClient, owe, call, clock
) -> None:
    owe("+447700900123", needs_person=True, next_try_at=None)
    owe("+447700900124")
    call("CA1")
    office.beat("sweep")
    clock.go_on(hours=3)
    answer = visitor.get("/metrics")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert {
        "ringtrue_up 1.0",
        "ringtrue_callbacks_open 2.0",
        "ringtrue_callbacks_overdue 2.0",
        "ringtrue_callbacks_needing_a_person 1.0",
        "ringtrue_callbacks_oldest_due_seconds 10800.0",
        "ringtrue_calls_live 1.0",
        'ringtrue_heartbeat_age_seconds{loop="sweep"} 10800.0',
    } <= set(lines)
    assert "7700900" not in answer.text


def test_metrics_tell_how_the_words_of_messages_come_along(
    office: Office, visitor: FlaskClient, message: Any, clock: Any
) -> None:
    message("CA1")
    message("CA2")
    clock.go_on(seconds=30)
    with office.database.transaction() as session:
        done = {"words_state": "done", "words": "Hello", "words_came_at": clock.now() - timedelta(seconds=9)}
        session.execute(update(Message).where(Message.id == 2).values(done))
    assert {
        'ringtrue_messages{words="waiting"} 1.0',
        'ringtrue_messages{words="done"} 1.0',
        'ringtrue_messages{words="unavailable"} 0.0',
        "ringtrue_words_oldest_waiting_seconds 30.0",
        "ringtrue_words_seconds_95 21.0",
    } <= set(visitor.get("/metrics").text.splitlines())


@pytest.mark.parametrize("then", ["waiting", "done"])
def test_old_message_that_is_written_out_anew_raises_no_alarm(
    office: Office, visitor: FlaskClient, message: Any, clock: Any, then: str
) -> None:
    message("CA1")
    with office.database.transaction() as session:
        done = {"words_state": "done", "words": "Hello", "words_came_at": clock.now()}
        session.execute(update(Message).values(done))
    clock.go_on(hours=20)
    with office.database.transaction() as session:
        words_asked.try_again(session.get_one(Message, 1), clock.now())
    clock.go_on(seconds=10)
    if then == "done":
        with office.database.transaction() as session:
            session.execute(update(Message).values(words_state="done", words_came_at=clock.now()))
    told = visitor.get("/metrics").text
    assert f"ringtrue_words_oldest_waiting_seconds {10.0 if then == 'waiting' else 0.0}\n" in told
    assert ("ringtrue_words_seconds_95 10.0\n" in told) == (then == "done")
    assert ("ringtrue_words_seconds_95" in told) == (then == "done")


def test_metrics_without_a_database_are_503(office: Office, app: Flask) -> None:
    with office.database.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE heartbeats")
    answer = app.test_client().get("/metrics")
    assert (answer.status_code, answer.text) == (503, "database: does not answer\n")


def test_readyz_with_everything_up_is_200(office: Office) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ringtrue"))  # a socket's path must be short
    server = own_or_find(folder)
    ready = create_app(replace(office, bell=Bell(lambda: server.url))).test_client().get("/readyz")
    server.stop()
    assert (ready.status_code, ready.json) == (200, {"database": "ok", "redis": "ok"})
