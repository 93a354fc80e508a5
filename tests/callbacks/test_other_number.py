"""A number that was said in a message is rung instead: what becomes of the call-back that is open for it already."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callbacks import other_number
from callbacks.claims import Who
from callbacks.desk import Deed
from callbacks.refused import Held, Refused, Underway
from callbacks.tables import Callback
from office.tables import Audit
from tests.callbacks.conftest import World

JANE, AT_WORK = "+447700900123", "+447700900199"
FIRST, SECOND = "CA" + "1" * 32, "CA" + "2" * 32
HOUR = timedelta(hours=1)

Ring = Callable[..., int]


@pytest.fixture
def ring(office: Any, clock: Any) -> Ring:
    """Somebody has the customer of that call-back rung at work."""

    def rung(callback_id: int, *, manager: bool = False) -> int:
        with office.database.transaction() as session:
            who, profile = Who("Tom Okafor", 2), office.business(session)
            deed = Deed(session, profile, clock.now(), callback_id, who, manager=manager)
            return other_number.ring_instead(deed, AT_WORK)

    return rung


def put(world: World, callback_id: int, **values: Any) -> int:
    with world.office.database.transaction() as session:
        row = session.get_one(Callback, callback_id)
        for column, value in values.items():
            setattr(row, column, value)
    return callback_id


def plan(world: World, callback_id: int) -> tuple[Any, ...]:
    row = world.row(callback_id)
    return row.phone, row.next_try_at, row.slot, row.needs_person


def test_planned_call_back_that_stays_is_tried_as_it_was_planned(world: World, ring: Ring) -> None:
    next_week = world.missed(JANE, FIRST)
    world.asks(next_week, JANE, JANE, world.tomorrow())
    soon = put(world, world.missed(AT_WORK, SECOND), next_try_at=world.clock.now() + HOUR)
    assert ring(next_week) == soon
    assert plan(world, soon) == (AT_WORK, world.clock.now() + HOUR, None, False)


@pytest.mark.parametrize("planned_first", ["planned first", ""])
def test_plan_stays_when_the_other_was_left_to_a_person(world: World, ring: Ring, planned_first: str) -> None:
    left = world.missed(JANE, FIRST, first_try_at=None)
    planned = put(world, world.missed(AT_WORK, SECOND), next_try_at=world.clock.now() + HOUR)
    if planned_first:
        put(world, planned, promised_by=world.row(left).promised_by - HOUR)
    assert ring(left) == (planned if planned_first else left)
    assert plan(world, ring(planned if planned_first else left)) == (AT_WORK, world.clock.now() + HOUR, None, False)


@pytest.mark.parametrize("within", [timedelta(hours=2), timedelta(days=2)])
def test_part_of_the_day_stays_when_the_other_was_withheld(world: World, ring: Ring, within: timedelta) -> None:
    promised_by = world.clock.now() + within
    withheld = world.missed(None, FIRST, first_try_at=None, promised_by=promised_by)
    part = world.tomorrow()
    world.asks(world.missed(AT_WORK, SECOND), AT_WORK, AT_WORK, part)
    answers = ring(withheld)
    assert plan(world, answers) == (AT_WORK, part.begins, (part.begins, part.until), False)
    assert world.row(answers).promised_by == part.until  # they agreed to it


def test_withheld_call_back_is_rung_soon_and_in_time(world: World, ring: Ring) -> None:
    withheld = world.missed(None, FIRST, first_try_at=None)
    assert ring(withheld) == withheld
    assert plan(world, withheld) == (AT_WORK, world.clock.now() + timedelta(minutes=1), None, False)


def test_call_back_that_somebody_else_has_is_not_taken_into_another(world: World, ring: Ring) -> None:
    mine, theirs = world.missed(JANE, FIRST), world.missed(AT_WORK, SECOND)
    put(world, theirs, state="claimed", owner="Priya Shah", owner_id=1, claimed_until=world.clock.now() + HOUR)
    with pytest.raises(Held, match="Priya Shah"):
        ring(mine)
    assert ring(mine, manager=True) == mine


def test_call_back_for_which_a_phone_rings_is_not_taken_into_another(world: World, ring: Ring) -> None:
    mine, theirs = world.missed(JANE, FIRST), world.missed(AT_WORK, SECOND)
    world.claimed(theirs)
    refused: type[Refused] = Underway
    for manager in (False, True):
        with pytest.raises(refused, match="Priya Shah"):
            ring(mine, manager=manager)
    assert (world.row(mine).phone, world.row(theirs).state) == (JANE, "calling")


def test_every_other_call_back_of_the_number_is_looked_at(world: World, ring: Ring) -> None:
    """The more urgent of two open ones is their own, which was made for a call from that number."""
    mine = world.asks(world.missed(AT_WORK, FIRST), JANE, AT_WORK)
    theirs = put(world, world.missed("+447700900155", SECOND), phone=AT_WORK)
    put(world, theirs, state="claimed", owner="Priya Shah", owner_id=1, claimed_until=world.clock.now() + HOUR)
    with pytest.raises(Held):
        ring(mine)


def test_who_made_two_into_one_is_written_with_both(world: World, ring: Ring) -> None:
    stays, goes = world.missed(AT_WORK, FIRST), world.missed(JANE, SECOND)
    assert ring(goes) == stays
    with world.office.database.reading() as session:
        noted = session.execute(select(Audit.about, Audit.by, Audit.action).order_by(Audit.id)).all()
    assert noted == [(f"callback:{each}", "Tom Okafor", "number") for each in (goes, stays)]
    assert world.row(goes).closed_by == "Tom Okafor"


def test_complaint_stays_one_whichever_of_the_two_stays(world: World, ring: Ring) -> None:
    stays, goes = world.missed(AT_WORK, FIRST), world.missed(JANE, SECOND, kind="complaint")
    assert ring(goes) == stays
    assert world.row(stays).kind == "complaint"


@pytest.mark.parametrize("rang_from_it", ["they rang from it", ""])
def test_tries_at_a_number_that_was_wrong_are_none_at_the_right_one(world: World, rang_from_it: str) -> None:
    one, now = world.missed(JANE, FIRST), world.clock.now()
    if not rang_from_it:
        world.asks(one, AT_WORK, JANE)
    put(world, one, tries=4, staff_misses=2, first_rang_at=now)
    with world.office.database.transaction() as session:
        profile = world.office.business(session)
        other_number.correct(Deed(session, profile, now, one, Who("Tom Okafor", 2)), "+447700900188")
    row = world.row(one)
    assert (row.phone, row.called_from, row.tries, row.staff_misses) == ("+447700900188", JANE, 0, 0)
    assert row.first_rang_at == (now if rang_from_it else None)
