"""The database fails in mid-call: the caller is put through all the same, and what was learnt is kept when it is back."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from voice.standin.client import Answers, ByHand, RingsOut

NUMBER, JANE, MANAGER = "+442071838750", "+447700900123", "+442071838799"
PRIYA, TOM = "+447700900101", "+447700900102"
SORRY, AFTER_THE_BEEP = "Let me put you through", "After the beep"
AT_ONCE = 2.5
"""Seconds in which a caller has an answer: our two, and what a busy machine takes."""

LEAVES_A_MESSAGE = [
    {"on_hearing": AFTER_THE_BEEP, "after": 4, "say": "Jane here, please ring me."},
    {"after": 4, "hang_up": True},
]
TAKES_IT = Answers(2, [{"on_hearing": "press 1", "press": "1"}, {"after": 20, "hang_up": True}])

HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("holding", flush=True)
sys.stdin.read()
"""

BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
SERVER = text("SELECT pg_read_file('postmaster.pid')")


@contextmanager
def frozen(house: Any) -> Iterator[None]:
    """PostgreSQL stands still while the block lasts: whoever is connected hears nothing, and nobody gets in."""
    with house.database.reading() as session:
        server: str = session.scalar(SERVER)
        pids = [int(server.splitlines()[0]), *session.scalars(BACKENDS)]
    house.database.close()
    with ExitStack() as thaw:
        for pid in pids:
            with suppress(ProcessLookupError):  # a backend may be done since it was listed
                os.kill(pid, signal.SIGSTOP)
                thaw.callback(os.kill, pid, signal.SIGCONT)
        yield


@contextmanager
def locked(house: Any) -> Iterator[None]:
    """Another program is in the middle of writing to the SQLite file while the block lasts."""
    command = [sys.executable, "-c", HOLD, str(house.database.engine.url.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        yield
        holder.kill()


def on(kind: str) -> pytest.MarkDecorator:
    """A story for one kind of database."""
    return pytest.mark.parametrize("database_url", [kind], indirect=True)


def written_down(house: Any) -> list[Path]:
    """What waits in the journal."""
    return list((house.folder / "var" / "journal").glob("*.json"))


def answers_took(house: Any) -> list[float]:
    """Seconds for each request at which a phone waits to hear something."""
    return [
        event["seconds"]
        for event in house.carrier.events()
        if event["kind"] == "request" and "report" not in event["path"] and event["path"] != "/voice/status"
    ]


@on("postgresql")
def test_database_that_freezes_while_a_phone_rings_costs_the_caller_nothing(house):
    house.carrier.phone(PRIYA, ByHand(), RingsOut())
    house.carrier.phone(TOM, ByHand(), RingsOut())
    house.carrier.phone(MANAGER, RingsOut())
    sid = house.carrier.dial(JANE, NUMBER, LEAVES_A_MESSAGE)
    house.carrier.wait_for("hears", phone=JANE, text="Thank you for calling")
    house.carrier.wait_for("rings")
    with frozen(house):
        house.carrier.wait_for("hears", phone=JANE, text=SORRY)
        house.carrier.wait_for("rings", phone=MANAGER)
        house.carrier.wait_for("hears", phone=JANE, text=AFTER_THE_BEEP)
        house.carrier.wait_for("ended", phone=JANE)
        assert max(answers_took(house)) < AT_ONCE
        assert written_down(house)
    house.until(lambda: not written_down(house) and house.callbacks(), "a call-back, and an empty journal")
    house.until(lambda: house.callbacks()[0]["voicemail"], "the message that was left in the dark")
    (owed,) = house.callbacks()

    assert (owed["phone"], owed["calls"], owed["calls_missed"]) == (JANE, [sid], 1)


@on("sqlite")
def test_caller_who_rings_while_the_database_is_locked_speaks_with_the_fallback_phone(house):
    house.carrier.phone(MANAGER, TAKES_IT)
    with locked(house):
        sid = house.carrier.dial(JANE, NUMBER)
        house.carrier.wait_for("hears", phone=JANE, text=SORRY)
        house.carrier.wait_for("bridged", phone=MANAGER)
        house.carrier.wait_for("ended", phone=JANE)
        assert max(answers_took(house)) < AT_ONCE
    calls = house.until(lambda: house.get("/api/calls")["calls"], "the call that came in the dark")

    assert [call["sid"] for call in calls] == [sid]
