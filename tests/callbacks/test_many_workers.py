"""Six worker processes at two hundred due call-backs: each is dialled once, nobody is rung twice, none is left out."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import insert, select

from benchmarks import business
from benchmarks import promises as measured
from callbacks import sweep
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from office import people
from office.line import CarrierCall
from office.profile import read
from office.tables import Staff
from office.wiring import Office
from reception import whom
from voice import dialled

PROCESSES, PROMISES = 6, 200
THE_SAME, ITS_OWN = 2, 20
"""What a process tries in one round: the first of the list, as all the others do, and some that they come to later."""

ROUNDS = PROMISES
"""After so many a process gives up, and the test fails."""

DIES_AT = 5
"""At which of its calls the process dies that is killed."""

STAFF = "".join(measured.STAFF.format(n) for n in range(PROMISES))
PROFILE = read(business.BUSINESS.rstrip() + measured.LIMITS + STAFF)
start = multiprocessing.get_context("forkserver")
start.set_forkserver_preload([__name__])


@dataclass
class Carrier:
    """Takes every call at once, and writes down which attempt it is for, by which claim, and whose phone rings."""

    written: Path
    dies: str = ""
    count: int = 0

    def ring(self, to: str, *, answer_at: str, **_: object) -> str:
        """The call's sid."""
        attempt_id, fence = answer_at.split("/")[-3:-1]
        self._die("before it dials")
        with self.written.open("a") as file:
            file.write(f"{attempt_id} {fence} {to}\n")
        self._die("after it dialled")
        return f"CA{int(attempt_id):032}"

    def _die(self, moment: str) -> None:
        self.count += moment == self.dies
        if self.count == DIES_AT:
            os.kill(os.getpid(), signal.SIGKILL)

    def look_up(self, sid: str) -> CarrierCall | None:
        return next((call for call in self._known() if call.sid == sid), None)

    def calls_to(self, phone: str, *, since: datetime) -> list[CarrierCall]:  # noqa: ARG002 - PhoneLine's signature
        return [call for call in self._known() if call.to == phone]

    def _known(self) -> list[CarrierCall]:
        now = datetime.now(UTC)
        calls = ((f"CA{attempt_id:032}", to) for attempt_id, _, to in self.dialled())
        return [CarrierCall(sid, to, business.OURS, "ringing", now, None, None) for sid, to in calls]

    def dialled(self) -> list[tuple[int, int, str]]:
        lines = self.written.read_text().split("\n")[:-1]
        return [(int(attempt), int(fence), to) for attempt, fence, to in map(str.split, lines)]


def work(url: str, carrier: Carrier, place: int, together: Barrier) -> None:
    """A worker process: it carries out whatever is due until nothing is."""
    office = measured.opened(url, cast("measured.AtOnce", carrier))
    together.wait(30)
    for _ in range(ROUNDS):
        due = sweep.due(office)
        if not due:
            break
        for callback_id in [*due[:THE_SAME], *due[place::PROCESSES][:ITS_OWN]]:
            carry_out(office, callback_id, whom.CALLS, dialled)
    office.close()


@pytest.fixture
def carrier(tmp_path: Path) -> Carrier:
    (tmp_path / "dialled").touch()
    return Carrier(tmp_path / "dialled")


@pytest.fixture
def office(database_url: str, carrier: Carrier):
    """Two hundred promises that are due, and as many people."""
    office = measured.opened(database_url, cast("measured.AtOnce", carrier))
    with office.database.transaction() as session:
        people.save_business(session, PROFILE)
        session.execute(insert(Callback), [measured._owed(n, datetime.now(UTC)) for n in range(PROMISES)])
    yield office
    office.close()


@pytest.fixture
def all_at_work(database_url: str, carrier: Carrier) -> Callable[..., list[int | None]]:
    """Six processes work until nothing is due, one of which may die; their exit codes."""

    def worked(dies: str = "") -> list[int | None]:
        together = start.Barrier(PROCESSES)
        lines = [Carrier(carrier.written, dies if place == 0 else "") for place in range(PROCESSES)]
        started = [
            start.Process(target=work, args=(database_url, line, place, together)) for place, line in enumerate(lines)
        ]
        for process in started:
            process.start()
        for process in started:
            process.join(60)
        codes = [process.exitcode for process in started]
        for process in started:
            process.kill()  # one that hangs would outlive the test
        return codes

    return worked


def rows(office: Office, table: type[Any]) -> list[Any]:
    with office.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def times_dialled(office: Office, carrier: Carrier) -> Counter[int]:
    """How often each call-back was dialled."""
    of = {attempt.id: attempt.callback_id for attempt in rows(office, Attempt)}
    return Counter(of[attempt_id] for attempt_id, _, _ in carrier.dialled())


def test_six_processes_dial_two_hundred_call_backs_once_each_and_ring_nobody_twice(office, carrier, all_at_work):
    assert all_at_work() == [0] * PROCESSES

    assert times_dialled(office, carrier) == dict.fromkeys(range(1, PROMISES + 1), 1)
    assert {fence for _, fence, _ in carrier.dialled()} == {1}
    assert {to for _, _, to in carrier.dialled()} == {staff.phone for staff in rows(office, Staff)}
    assert {(row.state, row.fence) for row in rows(office, Callback)} == {("calling", 1)}
    assert {attempt.stage for attempt in rows(office, Attempt)} == {"placed"}
    held = {staff.busy_with for staff in rows(office, Staff)}
    assert held == {f"attempt:{attempt.id}" for attempt in rows(office, Attempt)}


@pytest.mark.slow
@pytest.mark.parametrize("dies", ["before it dials", "after it dialled"])
def test_what_a_process_leaves_that_is_killed_midway_is_found_by_the_sweep_and_nothing_is_dialled_twice(
    office, carrier, all_at_work, clock, dies
):
    assert all_at_work(dies) == [-signal.SIGKILL] + [0] * (PROCESSES - 1)
    (left,) = [attempt for attempt in rows(office, Attempt) if attempt.call_sid is None]
    office.clock = clock
    for seconds in (31, 95, 101):
        clock.set(left.at + timedelta(seconds=seconds))
        sweep.look_after_silent(office)
        for callback_id in sweep.due(office):
            carry_out(office, callback_id, whom.CALLS, dialled)

    assert times_dialled(office, carrier) == dict.fromkeys(range(1, PROMISES + 1), 1)
    (found,) = [attempt for attempt in rows(office, Attempt) if attempt.id == left.id]
    assert (found.call_sid is None, found.outcome) == ((True, "failed") if dies == "before it dials" else (False, None))
