"""Two at once on one promise: whoever comes between two of our statements, nothing is lost and nothing is locked up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from callbacks import actions, attempts, handing_on, queries, wishes
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback, CallbackCall
from callbacks.wishes import Wish
from office import people
from office.people import Person
from office.tables import Staff

JANE, AT_WORK = "+447700900123", "+447700900199"
CUSTOMER_LEG = "CA" + "6" * 32
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing"}
OTHERS = {**RINGING, "From": "+447700900124"}
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60", "DialCallSid": CUSTOMER_LEG}


def missed_again(office, clock, sid: str = "CA" + "2" * 32) -> int:
    now = clock.now()
    owed = actions.Owed(sid, JANE, None, None, "closed", now, now.replace(hour=15), now)
    with office.database.transaction() as session:
        return actions.promise(session, owed)


def open_ones(office) -> list[int]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback.id).where(queries.OPEN)))


@pytest.fixture
def while_open(office) -> Callable[[Callable[[Session], object], Callable[[], int]], int]:
    """Does something in a transaction, and commits it only when what came meanwhile waits for it; what that came to."""

    def both(first: Callable[[Session], object], meanwhile: Callable[[], int]) -> int:
        with ThreadPoolExecutor(1) as other, office.database.transaction() as session:
            first(session)
            second = other.submit(meanwhile)
            while not second.done() and not somebody_waits(office):
                pass
            session.commit()
            return second.result()

    return both


def somebody_waits(office) -> bool:
    """Whether a statement waits for another transaction."""
    with office.database.reading() as session:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(session.scalar(waiting))


on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time: there it cannot happen."""


@on_postgres
def test_callback_that_closes_as_a_missed_call_joins_it_is_followed_by_a_new_one(office, due, clock, while_open):
    """Between our finding it open and our joining it (READ COMMITTED) the customer gets through elsewhere."""
    now = clock.now()
    callback_id = while_open(
        lambda session: actions.spoke_elsewhere(session, JANE, now, now), lambda: missed_again(office, clock)
    )

    assert callback_id != due
    assert open_ones(office) == [callback_id]


@on_postgres
@pytest.mark.parametrize(("owed", "phone"), [(JANE, JANE), (JANE, AT_WORK), (AT_WORK, JANE)])
def test_missed_call_at_the_instant_in_which_another_number_is_asked_for_joins(world, office, while_open, owed, phone):
    """Before it the call-back is not found by that number, or not by this one any more."""
    asked = world.missed(owed, "CA" + "1" * 32)
    wish = Wish(AT_WORK, JANE, None, world.clock.now())
    joined = while_open(
        lambda session: wishes.asked_for(session, asked, wish, world.clock.now()),
        lambda: world.missed(phone, "CA" + "2" * 32),
    )

    assert joined == asked
    assert open_ones(office) == [asked]


@on_postgres
def test_missed_call_at_the_instant_in_which_the_first_one_is_promised_elsewhere_joins(world, office, while_open):
    """Nothing was open yet: no unique key knows that both are of one customer."""
    owed = world.owed(AT_WORK, "CA" + "1" * 32, called_from=JANE)
    joined = while_open(lambda session: actions.promise(session, owed), lambda: world.missed(JANE, "CA" + "2" * 32))

    assert open_ones(office) == [joined]
    assert world.row(joined).calls_missed == 2


@pytest.mark.parametrize("run", range(5))
def test_two_who_ask_for_each_others_number_at_once_have_one_callback(world, office, run):
    """Neither waits for the other for ever, and nobody is owed two calls."""
    pairs = [(JANE, AT_WORK, "CA" + "1" * 32), (AT_WORK, JANE, "CA" + "2" * 32)]
    for mine, _, sid in pairs:
        world.missed(mine, sid)
    barrier = Barrier(2)

    def ask(pair: tuple[str, str, str]) -> None:
        mine, other, sid = pair
        barrier.wait()
        world.promised_and_asked(other, mine, sid)

    with ThreadPoolExecutor(2) as callers:
        list(callers.map(ask, pairs))

    (left,) = open_ones(office)
    assert {world.row(left).phone, world.row(left).called_from} == {JANE, AT_WORK}
    assert world.calls(left) == ["CA" + "1" * 32, "CA" + "2" * 32]


def test_many_missed_calls_of_one_number_at_once_have_one_open_callback(office, clock):
    barrier = Barrier(6)

    def miss(number: int) -> int:
        barrier.wait()
        return missed_again(office, clock, f"CA{number:032}")

    with ThreadPoolExecutor(6) as callers:
        answered = set(callers.map(miss, range(6)))

    assert list(answered) == open_ones(office)
    with office.database.reading() as session:
        assert session.scalars(select(Callback.calls_missed)).all() == [6]
        assert len(session.scalars(select(CallbackCall)).all()) == 6


@pytest.mark.parametrize("run", range(3))
def test_calls_callbacks_and_talks_at_once_never_lock_each_other_up(office, due, phone, carrier, clock, run):
    """Live calls that ring staff, workers that claim, and the end of an attempt: all take the same rows."""
    phone("ring_customer", Digits="1")
    work = [
        lambda: "Harbour Bikes" in carrier.post("/voice/incoming", sid="CA" + "7" * 32, **RINGING).text,
        lambda: "Harbour Bikes" in carrier.post("/voice/incoming", sid="CA" + "8" * 32, **OTHERS).text,
        lambda: phone("customer_report", sid=CUSTOMER_LEG, CallStatus="in-progress").status_code == 204,
        lambda: phone("talked", **{**TALKED, "CallStatus": "completed"}).status_code == 200,
        lambda: phone("report", CallStatus="completed").status_code == 204,
        lambda: not carry_out(office, due),
        lambda: missed_again(office, clock) > 0,
        lambda: (
            carrier.post("/voice/status", sid="CA" + "3" * 32, From=JANE, CallStatus="completed").status_code == 204
        ),
    ]
    barrier = Barrier(len(work))

    def at_once(do: Callable[[], bool]) -> bool:
        barrier.wait()
        return do()

    with ThreadPoolExecutor(len(work)) as everybody:
        done = list(everybody.map(at_once, work))

    assert done == [True] * len(work)
    with office.database.reading() as session:
        assert [attempt.outcome for attempt in session.scalars(select(Attempt))] == ["reached"]


@on_postgres
def test_somebody_who_is_held_for_a_call_can_be_named_in_another_row_meanwhile(office, due):
    """Else two would wait for each other: one holds the person and wants the call-back, the other has it and names the person."""
    with office.database.transaction() as holds, office.database.transaction() as names:
        assert people.free(holds, office.clock.now(), hold=True)
        names.execute(text("SET LOCAL lock_timeout = '5s'"))
        names.execute(update(Callback).where(Callback.id == due).values(prefer_id=1))
    assert open_ones(office) == [due]


@on_postgres
def test_person_and_team_that_a_row_names_can_have_another_phone_and_name_meanwhile(office, due):
    """Else the console, which has everybody, and a turn that names a team and then wants a person wait for each other."""
    with office.database.transaction() as names, office.database.transaction() as renames:
        names.execute(update(Callback).where(Callback.id == due).values(prefer_id=1, team_id=1))
        renames.execute(text("SET LOCAL lock_timeout = '2s'"))
        people.rename(renames, {"+447700900101": "+447700900109"}, {"Workshop": "Bench"})
    with office.database.reading() as session:
        assert people.team_names(session) == {1: "Bench"}


@on_postgres
def test_who_claims_on_the_phone_waits_for_their_row_without_the_call_back(office, due, clock):
    tom, now = Person(2, "Tom Okafor", "+447700900102"), clock.now()

    def claimed() -> attempts.Claimed | None:
        with office.database.transaction() as session:
            return attempts.claim_on_the_phone(session, due, tom, "CA9", now)

    with ThreadPoolExecutor(1) as other, office.database.transaction() as session:
        assert people.free(session, now, hold=True)
        claim = other.submit(claimed)
        while not somebody_waits(office):
            pass
        session.execute(text("SET LOCAL lock_timeout = '500ms'"))
        session.execute(update(Callback).where(Callback.id == due).values(prefer_id=1))
        session.commit()
        assert claim.result() is not None


@on_postgres
def test_what_a_leaver_had_and_somebody_takes_just_then_stays_theirs(office, due, clock, while_open):
    now = clock.now()
    with office.database.transaction() as session:
        session.get_one(Staff, 2).left_at = now
        row = session.get_one(Callback, due)
        row.state, row.owner, row.owner_id = "claimed", "Tom Okafor", 2
    priyas = update(Callback).where(Callback.id == due).values(owner="Priya Shah", owner_id=1)

    def settle() -> int:
        with office.database.transaction() as session:
            handing_on.settle(session, now)
        return int(due)

    while_open(lambda session: session.execute(priyas), settle)
    with office.database.reading() as session:
        row = session.get_one(Callback, due)
    assert (row.state, row.owner_id) == ("claimed", 1)
