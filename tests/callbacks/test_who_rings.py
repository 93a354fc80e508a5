"""Who rings a customer back: the owner, whoever should, whoever spoke with them last, the team; and never who passed."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from callbacks import actions, sweep
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback, CallbackCall
from callbacks.who_rings import Calls
from office import people
from office.tables import Business, Staff

PRIYA, TOM = "+447700900101", "+447700900102"
JANE = "+447700900123"


@pytest.fixture
def standing(office, due):
    """Changes the call-back."""

    def change(**values):
        with office.database.transaction() as session:
            session.execute(update(Callback).where(Callback.id == due).values(**values))

    return change


@pytest.fixture
def toms(standing, clock):
    standing(state="claimed", owner="Tom Okafor", owner_id=2, claimed_until=clock.now() + timedelta(hours=1))


@pytest.mark.usefixtures("toms")
def test_claimed_call_back_rings_its_owner_and_stays_theirs(office, due, calls, carrier, row):
    calls.takes()

    assert sweep.due(office) == [due]
    assert carry_out(office, due)
    assert [asked["To"] for asked in calls.created] == [TOM]
    carrier.post(calls.created[0]["StatusCallback"], sid="CA" + "5" * 32, CallStatus="no-answer")
    assert (row().state, row().owner_id) == ("claimed", 2)


@pytest.mark.usefixtures("toms")
def test_claimed_call_back_waits_for_its_owner_who_is_busy(office, due, calls, clock):
    with office.database.transaction() as session:
        people.reserve(session, 2, "call:9", clock.now(), clock.now() + timedelta(hours=1))

    assert sweep.due(office) == []
    assert not carry_out(office, due)
    assert calls.created == []


def test_call_back_claimed_by_other_software_rings_nobody(office, due, standing, clock):
    standing(state="claimed", owner="CRM", claimed_until=clock.now() + timedelta(hours=1))

    assert sweep.due(office) == []
    assert not carry_out(office, due)


def test_whoever_spoke_with_them_last_rings_first(office, due, calls):
    calls.takes()
    spoke = Calls(spoke=lambda _session, phone, _now: 2 if phone == JANE else None)

    assert carry_out(office, due, calls=spoke)
    assert [asked["To"] for asked in calls.created] == [TOM]


def test_whoever_should_ring_comes_before_whoever_spoke_last(office, due, calls, standing):
    calls.takes()
    standing(prefer_id=1)

    assert carry_out(office, due, calls=Calls(spoke=lambda *_: 2))
    assert [asked["To"] for asked in calls.created] == [PRIYA]


@pytest.mark.parametrize(
    ("tom_on_duty", "minutes", "rung"),
    [(True, 1, False), (False, 1, True), (True, 90, True)],
    ids=["a colleague is there", "nobody else", "at risk"],
)
def test_who_passed_is_not_rung_again_while_somebody_else_may_be(
    office, due, calls, clock, standing, tom_on_duty, minutes, rung
):
    calls.takes()
    passed = {"outcome": "staff-passed", "stage": "ended", "ended_at": clock.now()}
    with office.database.transaction() as session:
        session.add(
            Attempt(
                callback_id=due, fence=0, staff_id=1, by="Priya Shah", at=clock.now(), customer_phone=JANE, **passed
            )
        )
        people.reserve(session, 2, "call:9", clock.now(), clock.now() + timedelta(hours=3))
        session.get_one(Staff, 2).on_duty = tom_on_duty
        keep_none = session.get_one(Business, 1)
        keep_none.tables = {**keep_none.tables, "ringing": {**keep_none.tables.get("ringing", {}), "keep_free": 0}}
        keep_none.version += 1
    clock.go_on(minutes=minutes)

    assert carry_out(office, due) is rung


def test_hours_changed_later_do_not_move_a_promise_that_was_made(office, due, row):
    before = row().promised_by
    with office.database.transaction() as session:
        business = session.get_one(Business, 1)
        business.tables = {**business.tables, "hours": {"mon": ["09:00-10:00"]}}
        business.version += 1
    sweep.due(office)
    carry_out(office, due)  # closed now, so that it only plans

    assert row().promised_by == before
    assert row().next_try_at.isoformat() == "2026-11-30T09:00:00+00:00"


def test_call_back_that_a_talk_closes_is_linked_to_the_call(office, due, row, clock):
    with office.database.transaction() as session:
        actions.spoke_elsewhere(session, JANE, clock.now(), clock.now(), call_sid="CA" + "8" * 32)

    assert (row().outcome, row().calls_missed) == ("answered-elsewhere", 1)
    with office.database.reading() as session:
        assert session.get_one(CallbackCall, "CA" + "8" * 32).callback_id == due
