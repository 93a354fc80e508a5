"""Every change of a call-back's life is told where it happens, once."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from callbacks import actions, attempts, carry_out
from callbacks.promise import Tried
from callbacks.tables import Attempt

JANE, AT_WORK, PREMIUM = "+447700900123", "+447700900199", "+449098790000"
FIRST, SECOND, THIRD = ("CA" + str(number) * 32 for number in (1, 2, 3))


@pytest.fixture
def told(rows, tell_to) -> Callable[[], list[tuple[str, str | None]]]:
    """What was written down since: each event, with the state or the outcome in which it left the call-back."""
    tell_to("https://crm.example/hook")

    def read() -> list[tuple[str, str | None]]:
        bodies = [json.loads(row.body) for row in rows()]
        return [(body["event"], body["callback"]["outcome"] or body["callback"]["state"]) for body in bodies]

    return read


@pytest.fixture
def details(rows) -> Callable[[str], dict[str, Any]]:
    """Those of the last event of that name."""
    return lambda name: next(json.loads(row.body)["details"] for row in reversed(rows()) if row.event == name)


def end(world: Any, claimed: attempts.Claimed, tried: Tried) -> None:
    with world.office.database.transaction() as session:
        row = session.get_one(Attempt, claimed.attempt_id)
        attempts.end(session, row, tried, world.office.business(session), world.clock.now())


def test_missed_call_opens_and_the_next_one_joins(told, world) -> None:
    world.missed(JANE, FIRST)
    world.missed(JANE, FIRST)
    world.missed(JANE, SECOND)
    assert told() == [("opened", "waiting"), ("joined", "waiting")]


def test_try_that_reaches_nobody_is_told_with_its_outcome(told, details, world) -> None:
    end(world, world.claimed(world.missed(JANE, FIRST)), Tried.CUSTOMER_BUSY)
    assert told() == [("opened", "waiting"), ("calling", "calling"), ("attempt-ended", "waiting")]
    assert details("calling") == {"by": "Priya Shah"}
    assert details("attempt-ended") == {"by": "Priya Shah", "outcome": "customer-busy"}


def test_try_that_reaches_them_ends_the_call_back(told, details, world) -> None:
    claimed = world.claimed(world.missed(JANE, FIRST))
    end(world, claimed, Tried.REACHED)
    end(world, claimed, Tried.REACHED)
    assert told()[2:] == [("attempt-ended", "reached"), ("done", "reached")]
    assert details("done") == {"by": "Priya Shah"}


def test_customer_spoken_to_elsewhere_ends_it(told, world) -> None:
    world.missed(JANE, FIRST)
    world.spoken_to(JANE)
    world.spoken_to(JANE)
    assert told() == [("opened", "waiting"), ("done", "answered-elsewhere")]


def test_talk_that_a_lost_attempt_had_closes_the_call_back_that_opened_since(told, world) -> None:
    claimed = world.claimed(world.missed(JANE, FIRST))
    world.spoken_to(JANE)
    world.missed(JANE, SECOND)
    world.clock.go_on(minutes=1)
    end(world, claimed, Tried.REACHED)
    assert told()[-2:] == [("attempt-ended", "answered-elsewhere"), ("done", "answered-elsewhere")]


def test_wish_of_the_customer_is_told_and_so_is_the_later_time(told, details, world) -> None:
    world.asks(world.missed(JANE, FIRST), AT_WORK, JANE, world.tomorrow())
    assert [event for event, _ in told()] == ["opened", "asked", "moved"]
    assert details("moved") == {
        "by": "customer",
        "note": "asked for tomorrow morning",
        "promised_before": (world.clock.now() + timedelta(hours=2)).isoformat(),
    }


def test_two_call_backs_made_one_end_one_of_them(told, details, world) -> None:
    world.missed(AT_WORK, FIRST)
    world.asks(world.missed(JANE, SECOND), AT_WORK, JANE)
    assert [event for event, _ in told()] == ["opened", "opened", "done", "asked"]
    assert details("done")["note"].startswith("goes on as call-back")


def test_number_that_we_may_not_dial_is_left_to_a_person_once(told, world, office) -> None:
    callback_id = world.missed(PREMIUM, FIRST)
    world.clock.go_on(minutes=1)
    carry_out.carry_out(office, callback_id)
    with office.database.transaction() as session:
        actions.needs_person(session, callback_id, world.clock.now())
    assert told() == [("opened", "waiting"), ("needs-person", "waiting")]
