"""Money and abuse: what we dial at most, whoever asks, and how fast."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from callbacks import guard, ring_me
from callbacks.carry_out import carry_out
from callbacks.guard import Cap
from callbacks.tables import Attempt, Callback
from office import pace, people
from office.people import Person
from office.profile import Profile
from office.tables import Alert, Business, Staff
from voice import dialled
from voice.tables import Call

JANE, AMIR = "+447700900123", "+447700900124"


@pytest.fixture
def limit(office):
    """Sets keys of [guard]."""

    def change(**keys: float) -> None:
        with office.database.transaction() as session:
            tables = session.scalars(select(Business.tables)).one()
            people.save_business(session, Profile.from_tables({**tables, "guard": keys}))

    return change


@pytest.fixture
def tries(office, due, clock):
    """So many attempts that are over, at one customer."""

    def made(count: int, ago: timedelta = timedelta(), **values: Any) -> None:
        at = clock.now() - ago
        over = {"stage": "ended", "at": at, "ended_at": at, "customer_rang_at": at, "customer_phone": AMIR}
        usual = {"callback_id": due, "fence": 0, "staff_id": 1, "by": "Priya Shah"}
        with office.database.transaction() as session:
            session.add_all(Attempt(**{**usual, **over, **values}) for _ in range(count))

    return made


@pytest.fixture
def reached(office, clock):
    """Which limit lets nobody ring Jane now."""

    def ask() -> Cap | None:
        with office.database.transaction() as session:
            return guard.reached(session, office.business(session), JANE, clock.now(), dialled)

    return ask


def own_dial(office, clock, sid: str, phone: str = AMIR, **values: Any) -> None:
    """A customer whom one of us rings from a call of their own."""
    usual = {"direction": "outbound", "phone": phone, "started_at": clock.now(), "step": dialled.DIALLED}
    with office.database.transaction() as session:
        session.add(Call(sid=sid, **{**usual, "seen_at": clock.now(), **values}))


def test_six_who_claim_at_once_have_only_what_the_guard_has_left(office, clock, world, tries, limit, calls):
    calls.takes()
    limit(house_per_hour=5, calls_per_second=0)
    tries(4)
    with office.database.transaction() as session:
        session.add_all(Staff(name=f"Person {n}", phone=f"+4477009008{n:02}", role="staff") for n in range(9))
    owed = [world.missed(f"+4477009007{n:02}", f"CA{n:032}", first_try_at=clock.now()) for n in range(6)]
    barrier = Barrier(6)

    def claim(callback_id: int) -> bool:
        barrier.wait()
        return carry_out(office, callback_id)

    with ThreadPoolExecutor(6) as workers:
        assert sum(workers.map(claim, owed)) == 1
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 5


@pytest.mark.parametrize(
    ("keys", "made", "cap"),
    [
        ({"house_per_hour": 2}, [(2, timedelta(minutes=59), {})], Cap.HOUR),
        ({"house_per_hour": 2}, [(2, timedelta(minutes=61), {})], None),
        ({"house_per_day": 2}, [(2, timedelta(hours=9, minutes=59), {})], Cap.DAY),
        ({"house_per_day": 2}, [(2, timedelta(hours=10, minutes=1), {})], None),
        ({"number_per_day": 2}, [(2, timedelta(hours=9), {"customer_phone": JANE})], Cap.NUMBER),
        ({"number_per_day": 2}, [(9, timedelta(hours=9), {})], None),
        ({"number_per_day": 2}, [(2, timedelta(0), {"customer_phone": JANE, "customer_rang_at": None})], None),
        ({"minutes_per_day": 4}, [(2, timedelta(hours=2), {"talked_s": 61})], Cap.MINUTES),
        ({"minutes_per_day": 5}, [(2, timedelta(hours=2), {"talked_s": 61})], None),
        ({"minutes_per_day": 4}, [(2, timedelta(hours=11), {"talked_s": 61})], None),
    ],
)
def test_limit_counts_what_was_dialled_in_its_time(limit, tries, reached, keys, made, cap):
    """It is ten in the morning; the house's day began at midnight in its own zone."""
    limit(**keys)
    for count, ago, values in made:
        tries(count, ago, **values)
    assert reached() is cap


def test_talk_that_goes_on_counts_as_the_minutes_it_began(limit, tries, reached, clock):
    limit(minutes_per_day=3)
    tries(1, timedelta(minutes=1), taken_at=clock.now(), customer_answered_at=clock.now(), ended_at=None, stage="taken")
    clock.go_on(minutes=2)
    assert reached() is None
    clock.go_on(seconds=1)
    assert reached() is Cap.MINUTES


@pytest.mark.parametrize(
    ("keys", "dial", "over", "cap"),
    [
        ({"number_per_day": 1}, {"phone": JANE}, False, Cap.NUMBER),
        ({"number_per_day": 1}, {}, False, None),
        ({"house_per_hour": 1}, {}, False, Cap.HOUR),
        ({"house_per_day": 1}, {}, False, Cap.DAY),
        ({"minutes_per_day": 2}, {}, False, Cap.MINUTES),
        ({"minutes_per_day": 2}, {"outcome": "spoke"}, True, Cap.MINUTES),
        ({"minutes_per_day": 2}, {"step": dialled.MACHINE}, True, Cap.MINUTES),
        ({"minutes_per_day": 1}, {}, True, None),
        ({"house_per_day": 1}, {"step": "greet"}, True, None),
    ],
)
def test_staff_line_s_own_dials_count_as_much_as_attempts(office, clock, limit, reached, keys, dial, over, cap):
    limit(**keys)
    since = clock.now()
    clock.go_on(seconds=61)
    times = {"seen_at": since, "ended_at": clock.now() if over else None}
    own_dial(office, clock, "CA" + "3" * 32, **times, **dial)
    assert reached() is cap


def test_worker_counts_the_staff_line_s_dials_before_it_rings(office, due, clock, limit, row, calls):
    limit(house_per_hour=1)
    own_dial(office, clock, "CA" + "3" * 32)
    assert not carry_out(office, due, elsewhere=dialled)
    assert (calls.created, row().needs_person) == ([], False)
    assert row().next_try_at == clock.now() + timedelta(minutes=5)


def test_number_rung_often_enough_is_left_to_a_person_and_its_reason_stays(office, due, limit, tries, row):
    limit(number_per_day=2)
    tries(2, customer_phone=JANE)
    assert not carry_out(office, due)
    assert (row().needs_person, row().next_try_at, row().reason) == (True, None, "nobody answered")


def test_manager_is_told_of_a_limit_once_a_day(office, limit, tries, reached, clock):
    limit(house_per_day=1)
    tries(1)
    reached()
    reached()
    with office.database.reading() as session:
        assert list(session.scalars(select(Alert.reason))) == ["guard:house_per_day:2026-11-24"]
    clock.go_on(days=1)
    tries(1)
    reached()
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 2


def test_call_back_waits_for_its_turn(office, due, row, clock, calls):
    calls.takes()
    with office.database.transaction() as session:
        for _ in range(5):
            pace.take_turn(session, pace.CALLS, clock.now(), 1.0)
    assert not carry_out(office, due)
    assert (calls.created, row().next_try_at) == ([], clock.now() + timedelta(seconds=3))
    clock.go_on(seconds=3)
    assert carry_out(office, due)
    with office.database.reading() as session:
        assert pace.next_turn(session, pace.CALLS, clock.now(), 1.0) == clock.now() + timedelta(seconds=3)


def test_person_who_wants_to_ring_now_waits_for_no_turn(office, due, clock, calls):
    calls.takes()
    with office.database.transaction() as session:
        for _ in range(5):
            pace.take_turn(session, pace.CALLS, clock.now(), 1.0)
        ring_me.ask(session, due, Person(2, "Tom Okafor", "+447700900102"), office.business(session), clock.now())
    assert carry_out(office, due)
    assert calls.created[0]["To"] == "+447700900102"


@pytest.mark.parametrize("phone", ["+449098790123", "+33612345678", "+442071838750", "+447700900102", "+870773123456"])
def test_number_that_we_may_not_dial_is_never_rung_for_a_call_back(office, due, row, clock, calls, phone):
    """Premium, of a country that is not allowed, our own, a colleague in a call, a satellite."""
    with office.database.transaction() as session:
        session.get_one(Callback, due).phone = phone
        people.reserve(session, 2, "call:9", clock.now(), clock.now() + timedelta(hours=1))
        session.add(Staff(name="Mei Lin", phone="+447700900103", role="staff"))
    assert not carry_out(office, due)
    assert (calls.created, row().needs_person) == ([], True)
